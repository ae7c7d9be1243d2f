-- One row: the vector tile of visible houses with a score, layer `houses`, properties id (public), points (0 to 100, one decimal)
-- and class. The strongest are drawn last. A tile shows at most %(per_cell)s houses in each 16th × 16th of it, the strongest, so
-- that it stays small however far one zooms out.
-- Inputs: z, x, y; west, south, east, north (degrees, with the margin); scorer, season (ids); scale (festivity at 63 points);
-- many, most (lowest festivity of a house in these classes); per_cell (count).
-- Relies on house_on_plane and one_score_per_house_and_season.
WITH found AS (
    SELECT
        house.id, house.public_id, house.position::geometry AS point, score.festivity,
        floor((ST_X(house.position::geometry) - %(west)s) / (%(east)s - %(west)s) * 16) AS cell_x,
        floor((ST_Y(house.position::geometry) - %(south)s) / (%(north)s - %(south)s) * 16) AS cell_y
    FROM houses_house house
    JOIN houses_housescore score ON score.house_id = house.id
    WHERE house.position::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
        AND NOT house.hidden
        AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
),
thinned AS (
    SELECT *, row_number() OVER (PARTITION BY cell_x, cell_y ORDER BY festivity DESC, id) AS place_in_cell
    FROM found
),
feature AS (
    SELECT
        ST_AsMVTGeom(
            ST_Transform(point, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, %(buffer)s, true
        ) AS place,
        public_id AS id,
        round((100 * (1 - exp(-festivity / %(scale)s)))::numeric, 1)::float8 AS points,
        CASE
            WHEN festivity >= %(most)s THEN 'most'
            WHEN festivity >= %(many)s THEN 'many'
            ELSE 'some'
        END AS class
    FROM thinned
    WHERE place_in_cell <= %(per_cell)s
    ORDER BY festivity, thinned.id DESC
)
SELECT ST_AsMVT(feature, 'houses', 4096, 'place') FROM feature WHERE place IS NOT NULL;
