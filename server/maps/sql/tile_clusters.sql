-- One row: the vector tile that shows houses from afar. A cell of one house is a feature of the layer `houses`, with the properties
-- id (public), points (0 to 100, one decimal) and class; a cell of several is one of `clusters`: the same of its most festive
-- house, with houses (count) and mean (the points of their mean festivity). The strongest are drawn last.
-- Inputs: z, x, y; scorer, season (ids); cell_zoom (zoom of across and down); level (that of the cells); in_grid (whether clusters
-- stand in the middle of their cells, else at the mean place of their houses); scale (festivity at 63 points);
-- many, most (lowest festivity of a house in these classes).
-- Relies on one_heat_cell_per_place, asked column by column (OFFSET 0 keeps the planner to it).
WITH found AS (
    SELECT
        cell.x, cell.y, cell.best AS id, cell.houses, cell.festivity, cell.best_festivity,
        CASE WHEN %(in_grid)s AND houses > 1 THEN cell.x + 0.5 ELSE across / (1 << (%(cell_zoom)s - %(level)s)) END AS across,
        CASE WHEN %(in_grid)s AND houses > 1 THEN cell.y + 0.5 ELSE down / (1 << (%(cell_zoom)s - %(level)s)) END AS down
    FROM generate_series(%(x)s << (%(level)s - %(z)s), (%(x)s + 1 << (%(level)s - %(z)s)) - 1) cell_column
    CROSS JOIN LATERAL (
        SELECT *
        FROM maps_heatcell
        WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s AND x = cell_column
            AND y >= %(y)s << (%(level)s - %(z)s) AND y < %(y)s + 1 << (%(level)s - %(z)s) AND houses > 0
        OFFSET 0
    ) cell
),
feature AS (
    SELECT
        ST_MakePoint(
            least(4095, floor((across / (1 << (%(level)s - %(z)s)) - %(x)s) * 4096)),
            least(4095, floor((down / (1 << (%(level)s - %(z)s)) - %(y)s) * 4096))
        ) AS place,
        id,
        round((100 * (1 - exp(-best_festivity / %(scale)s)))::numeric, 1)::float8 AS points,
        CASE
            WHEN best_festivity >= %(most)s THEN 'most'
            WHEN best_festivity >= %(many)s THEN 'many'
            ELSE 'some'
        END AS class,
        houses,
        round((100 * (1 - exp(-festivity / %(scale)s)))::numeric, 1)::float8 AS mean
    FROM found
    ORDER BY best_festivity, id DESC
)
SELECT
    coalesce((
        SELECT ST_AsMVT(cluster, 'clusters', 4096, 'place')
        FROM (SELECT * FROM feature WHERE houses > 1) cluster
    ), '') || coalesce((
        SELECT ST_AsMVT(house, 'houses', 4096, 'place')
        FROM (SELECT place, id, points, class FROM feature WHERE houses = 1) house
    ), '');
