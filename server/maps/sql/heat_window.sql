-- One row: a cell with houses of the window, at %(level)s: x, y (the mean place of its houses, in cells of the level from the
-- world's north-west corner, beyond the antimeridian where the window is), houses (count), and festivity, leaning on the mean of its
-- block with the weight of %(lean_houses)s houses.
-- Inputs: scorer, season (ids); level, cell_zoom (zoom of across and down); west, east, north, south (columns and rows, included);
-- lean (levels up to the block), lean_houses.
-- Relies on one_heat_cell_per_place, asked column by column (OFFSET 0 keeps the planner to it).
SELECT
    cell.across / (1 << (%(cell_zoom)s - %(level)s)) + asked - cell.x AS x,
    cell.down / (1 << (%(cell_zoom)s - %(level)s)) AS y,
    cell.houses::float8 AS houses,
    (cell.houses * cell.festivity + %(lean_houses)s * block.festivity) / (cell.houses + %(lean_houses)s) AS festivity
FROM generate_series(%(west)s, %(east)s) asked
CROSS JOIN LATERAL (
    SELECT *
    FROM maps_heatcell
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s
        AND x = (asked & (1 << %(level)s) - 1) AND y BETWEEN %(north)s AND %(south)s AND houses > 0
    OFFSET 0
) cell
CROSS JOIN LATERAL (
    SELECT festivity
    FROM maps_heatcell
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s - %(lean)s
        AND x = cell.x >> %(lean)s AND y = cell.y >> %(lean)s
    OFFSET 0
) block
ORDER BY cell.y, asked;
