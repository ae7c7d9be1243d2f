-- One row: the vector tile of neighbourhoods, layer `neighbourhoods`, properties name, slug, houses (visible ones with a score)
-- and, where there are any, points (their mean, 0 to 100, one decimal).
-- Inputs: z, x, y; west, south, east, north (degrees, with the margin); scorer, season (ids); scale (festivity at 63 points);
-- unit (degrees of longitude of one unit of the tile).
-- Relies on neighbourhood_on_plane, the index of houses_house.neighbourhood_id and one_score_per_house_and_season.
WITH feature AS (
    SELECT
        neighbourhood.name, neighbourhood.slug, scored.houses, scored.points,
        ST_AsMVTGeom(
            ST_Transform(ST_Simplify(boundary::geometry, %(unit)s, true), 3857),
            ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, %(buffer)s, true
        ) AS area
    FROM houses_neighbourhood neighbourhood
    CROSS JOIN LATERAL (
        SELECT
            count(*)::int AS houses,
            round(avg((100 * (1 - exp(-score.festivity / %(scale)s)))::numeric), 1)::float8 AS points
        FROM houses_house house
        JOIN houses_housescore score ON score.house_id = house.id
        WHERE house.neighbourhood_id = neighbourhood.id AND NOT house.hidden
            AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
    ) scored
    WHERE boundary::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    ORDER BY neighbourhood.id
)
SELECT ST_AsMVT(feature, 'neighbourhoods', 4096, 'area') FROM feature WHERE area IS NOT NULL;
