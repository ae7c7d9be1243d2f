-- One row: a cell of the window where somebody drove and looked, at %(level)s: its column and row (beyond the antimeridian where
-- the window is).
-- Inputs: scorer, season (ids); level; west, east, north, south (columns and rows, included).
-- Relies on one_heat_cell_per_place, asked column by column (OFFSET 0 keeps the planner to it).
SELECT asked AS x, cell.y
FROM generate_series(%(west)s, %(east)s) asked
CROSS JOIN LATERAL (
    SELECT y
    FROM maps_heatcell
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s
        AND x = (asked & (1 << %(level)s) - 1) AND y BETWEEN %(north)s AND %(south)s AND frames > 0
    OFFSET 0
) cell
ORDER BY cell.y, asked;
