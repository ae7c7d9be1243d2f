-- Stamps the tiles of houses that show something of these cells; one row: how many. A house is a point, and so in one tile of each
-- zoom.
-- Inputs: scorer, season (ids); cell_zoom (zoom of the cells), deepest (zoom of the deepest tiles); xs, ys (columns and rows).
-- Relies on one_stamp_per_tile.
WITH dirty AS (
    SELECT DISTINCT z, x >> (%(cell_zoom)s - z) AS x, y >> (%(cell_zoom)s - z) AS y
    FROM unnest(%(xs)s::int[], %(ys)s::int[]) cell (x, y)
    CROSS JOIN generate_series(0, %(deepest)s) z
),
stamped AS (
    INSERT INTO maps_tilestamp (scorer_id, season_id, layer, z, x, y, stamp)
    SELECT
        %(scorer)s, %(season)s, 'houses', z, x, y, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
    FROM dirty
    ON CONFLICT (scorer_id, season_id, layer, z, x, y) DO UPDATE SET stamp = excluded.stamp
    RETURNING 1
)
SELECT count(*) FROM stamped;
