-- One row: a cell of the window where somebody drove and looked, at %(level)s: its column and row (beyond the antimeridian where
-- the window is).
-- Inputs: scorer, season (ids); level; west, east, north, south (columns and rows, included).
-- Relies on one_heat_cell_per_place, asked column by column.
SELECT asked AS x, cell.y
FROM generate_series(%(west)s, %(east)s) asked
JOIN maps_heatcell cell
    ON cell.scorer_id = %(scorer)s AND cell.season_id = %(season)s AND cell.level = %(level)s
    AND cell.x = (asked & (1 << %(level)s) - 1) AND cell.y BETWEEN %(north)s AND %(south)s
WHERE cell.frames > 0
ORDER BY cell.y, asked;
