-- One row: a cell of the window at %(level)s, gathered from the cells of zoom %(cell_zoom)s: the mean place of its houses in
-- cells of the level from the world's north-west corner (beyond the antimeridian where the window is), their number and mean festivity.
-- Inputs: scorer, season (ids); level, cell_zoom (zooms); west, east, north, south (columns and rows, included).
-- Relies on one_heat_cell_per_place.
WITH lap AS (
    SELECT shift, shift * (1 << %(level)s) AS columns, %(cell_zoom)s - %(level)s AS halvings
    FROM generate_series(-1, 1) shift
),
cell AS (
    SELECT
        (x >> halvings) + columns AS x, y >> halvings AS y,
        centre_x / (1 << halvings) + columns AS centre_x, centre_y / (1 << halvings) AS centre_y,
        houses, festivity
    FROM lap
    JOIN maps_heatcell ON scorer_id = %(scorer)s AND season_id = %(season)s
        AND x >= greatest(0, %(west)s - columns) << halvings
        AND x < greatest(0, %(east)s + 1 - columns) << halvings
        AND y >= greatest(0, %(north)s) << halvings
        AND y < greatest(0, %(south)s + 1) << halvings
)
SELECT
    sum(centre_x * houses) / sum(houses) AS centre_x,
    sum(centre_y * houses) / sum(houses) AS centre_y,
    sum(houses)::float8 AS houses,
    sum(festivity * houses) / sum(houses) AS festivity
FROM cell
GROUP BY x, y
ORDER BY y, x;
