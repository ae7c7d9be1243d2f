-- One row: a cell with houses of the window, at %(level)s: x, y (the mean place of its houses, in cells of the level from the
-- world's north-west corner, beyond the antimeridian where the window is), houses (count), and festivity, leaning on the mean of its
-- block with the weight of %(lean_houses)s houses.
-- Inputs: scorer, season (ids); level, cell_zoom (zoom of across and down); west, east, north, south (columns and rows, included);
-- lean (levels up to the block), lean_houses.
-- Relies on one_heat_cell_per_place, asked column by column.
SELECT
    cell.across / (1 << (%(cell_zoom)s - %(level)s)) + asked - cell.x AS x,
    cell.down / (1 << (%(cell_zoom)s - %(level)s)) AS y,
    cell.houses::float8 AS houses,
    (cell.houses * cell.festivity + %(lean_houses)s * block.festivity) / (cell.houses + %(lean_houses)s) AS festivity
FROM generate_series(%(west)s, %(east)s) asked
JOIN maps_heatcell cell
    ON cell.scorer_id = %(scorer)s AND cell.season_id = %(season)s AND cell.level = %(level)s
    AND cell.x = (asked & (1 << %(level)s) - 1) AND cell.y BETWEEN %(north)s AND %(south)s
JOIN maps_heatcell block
    ON block.scorer_id = %(scorer)s AND block.season_id = %(season)s AND block.level = %(level)s - %(lean)s
    AND block.x = cell.x >> %(lean)s AND block.y = cell.y >> %(lean)s
WHERE cell.houses > 0
ORDER BY cell.y, asked;
