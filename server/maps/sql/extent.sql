-- One row: west, north, east, south of what the map shows, in cells of %(level)s from the world's north-west corner; nulls where
-- there is nothing. Of houses alone (`houses_only`), or of what was driven too.
-- Inputs: scorer, season (ids); level; houses_only.
-- Relies on one_heat_cell_per_place.
SELECT min(x) AS west, min(y) AS north, max(x) + 1 AS east, max(y) + 1 AS south
FROM maps_heatcell
WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s
    AND (houses > 0 OR NOT %(houses_only)s);
