-- One row: the vector tile of the houses on the map, layer `houses`, properties id (public), points (0 to 100, one decimal) and
-- class. The strongest are drawn last; of more than %(at_most)s only the strongest are there.
-- Inputs: z, x, y; scorer, season (ids); cell_zoom (zoom of the cells); scale (festivity at 63 points);
-- many, most (lowest festivity of a house in these classes); at_most (count).
-- Relies on map_houses_by_place, asked column by column (OFFSET 0 keeps the planner to it).
WITH found AS (
    SELECT house.public_id AS id, house.across, house.down, house.festivity
    FROM generate_series(
        %(x)s << (%(cell_zoom)s - %(z)s), (%(x)s + 1 << (%(cell_zoom)s - %(z)s)) - 1
    ) cell_column
    CROSS JOIN LATERAL (
        SELECT public_id, across, down, festivity
        FROM maps_maphouse
        WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND x = cell_column
            AND y >= %(y)s << (%(cell_zoom)s - %(z)s) AND y < %(y)s + 1 << (%(cell_zoom)s - %(z)s)
        OFFSET 0
    ) house
    ORDER BY house.festivity DESC, house.public_id
    LIMIT %(at_most)s
),
feature AS (
    SELECT
        ST_MakePoint(
            least(4095, floor((across / (1 << (%(cell_zoom)s - %(z)s)) - %(x)s) * 4096)),
            least(4095, floor((down / (1 << (%(cell_zoom)s - %(z)s)) - %(y)s) * 4096))
        ) AS place,
        id,
        round((100 * (1 - exp(-festivity / %(scale)s)))::numeric, 1)::float8 AS points,
        CASE
            WHEN festivity >= %(most)s THEN 'most'
            WHEN festivity >= %(many)s THEN 'many'
            ELSE 'some'
        END AS class
    FROM found
    ORDER BY festivity, id DESC
)
SELECT ST_AsMVT(feature, 'houses', 4096, 'place') FROM feature;
