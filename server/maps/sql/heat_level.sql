-- Computes these cells of one level of the heat pyramid anew, from the four below each (on the lowest level from the houses in
-- it), and answers the cells that have changed: one row of x, y each.
-- Sums run in a fixed order, so that a cell is the same to the last bit however often it was brought up to date.
-- Inputs: scorer, season (ids); level, cell_zoom (the lowest level), seen_zoom (the level of maps_drivencell);
-- xs, ys (columns and rows of the cells, each cell once).
-- Relies on one_heat_cell_per_place, map_houses_by_place and driven_cells_by_place.
WITH asked AS (
    SELECT x, y FROM unnest(%(xs)s::int[], %(ys)s::int[]) cell (x, y)
),
part AS (
    SELECT
        asked.x, asked.y, 1 AS houses, 0 AS frames, house.festivity, house.across, house.down,
        house.public_id AS best, house.festivity AS best_festivity, house.house_id AS place
    FROM asked
    JOIN maps_maphouse house
        ON house.scorer_id = %(scorer)s AND house.season_id = %(season)s AND house.x = asked.x AND house.y = asked.y
    WHERE %(level)s = %(cell_zoom)s
    UNION ALL
    SELECT
        asked.x, asked.y, houses, CASE WHEN %(level)s < %(seen_zoom)s THEN frames ELSE 0 END, festivity, across, down,
        best, best_festivity, quarter
    FROM asked
    CROSS JOIN generate_series(0, 3) quarter
    JOIN maps_heatcell below
        ON below.scorer_id = %(scorer)s AND below.season_id = %(season)s AND below.level = %(level)s + 1
        AND below.x = asked.x * 2 + (quarter & 1) AND below.y = asked.y * 2 + (quarter >> 1)
    WHERE %(level)s < %(cell_zoom)s
    UNION ALL
    SELECT asked.x, asked.y, 0, driven.frames, NULL, NULL, NULL, NULL, NULL, -1
    FROM asked
    JOIN maps_drivencell driven
        ON driven.scorer_id = %(scorer)s AND driven.season_id = %(season)s
        AND driven.x = asked.x AND driven.y = asked.y
    WHERE %(level)s = %(seen_zoom)s
),
fresh AS (
    SELECT
        x, y, sum(houses)::int AS houses, sum(frames)::int AS frames,
        sum(houses * festivity ORDER BY place) / nullif(sum(houses), 0) AS festivity,
        sum(houses * across ORDER BY place) / nullif(sum(houses), 0) AS across,
        sum(houses * down ORDER BY place) / nullif(sum(houses), 0) AS down,
        (array_agg(best ORDER BY best_festivity DESC NULLS LAST, best))[1] AS best,
        max(best_festivity) AS best_festivity
    FROM part
    GROUP BY x, y
),
empty AS (
    SELECT x, y FROM asked EXCEPT SELECT x, y FROM fresh
),
gone AS (
    DELETE FROM maps_heatcell cell
    USING empty
    WHERE cell.scorer_id = %(scorer)s AND cell.season_id = %(season)s AND cell.level = %(level)s
        AND cell.x = empty.x AND cell.y = empty.y
    RETURNING cell.x, cell.y
),
written AS (
    INSERT INTO maps_heatcell AS cell
        (scorer_id, season_id, level, x, y, houses, frames, festivity, across, down, best, best_festivity)
    SELECT
        %(scorer)s, %(season)s, %(level)s, x, y, houses, frames, festivity, across, down, best, best_festivity
    FROM fresh
    ON CONFLICT (scorer_id, season_id, level, x, y) DO UPDATE
    SET houses = excluded.houses, frames = excluded.frames, festivity = excluded.festivity, across = excluded.across,
        down = excluded.down, best = excluded.best, best_festivity = excluded.best_festivity
    WHERE (cell.houses, cell.frames, cell.festivity, cell.across, cell.down, cell.best, cell.best_festivity)
        IS DISTINCT FROM (
            excluded.houses, excluded.frames, excluded.festivity, excluded.across, excluded.down, excluded.best,
            excluded.best_festivity
        )
    RETURNING x, y
)
SELECT x, y FROM gone UNION ALL SELECT x, y FROM written;
