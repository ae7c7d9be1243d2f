-- Stamps the heat tiles that show something of these cells; one row: how many. A tile of zoom z is drawn from cells of the level
-- z + %(finer)s, at most %(cell_zoom)s, its own and %(reach)s on every side. Where houses have changed, the whole block of cells
-- that lean on each other changes with them, 2 ** %(lean)s cells wide.
-- Inputs: scorer, season (ids); cell_zoom (the lowest level drawn); deepest (zoom of the deepest tiles); finer, lean (levels);
-- reach (cells); xs, ys (columns and rows of cells of the level cell_zoom).
-- Relies on one_stamp_per_tile.
WITH block AS (
    SELECT DISTINCT
        z,
        least(%(cell_zoom)s, z + %(finer)s) - z AS halvings,
        x >> (%(cell_zoom)s - least(%(cell_zoom)s, z + %(finer)s) + %(lean)s) << %(lean)s AS west,
        y >> (%(cell_zoom)s - least(%(cell_zoom)s, z + %(finer)s) + %(lean)s) << %(lean)s AS north
    FROM unnest(%(xs)s::int[], %(ys)s::int[]) cell (x, y)
    CROSS JOIN generate_series(0, %(deepest)s) z
),
dirty AS (
    SELECT DISTINCT z, (x + (1 << z)) & ((1 << z) - 1) AS x, y
    FROM block
    CROSS JOIN LATERAL generate_series(
        west - %(reach)s >> halvings, west + (1 << %(lean)s) - 1 + %(reach)s >> halvings
    ) x
    CROSS JOIN LATERAL generate_series(
        north - %(reach)s >> halvings, north + (1 << %(lean)s) - 1 + %(reach)s >> halvings
    ) y
    WHERE y BETWEEN 0 AND (1 << z) - 1
),
stamped AS (
    INSERT INTO maps_tilestamp (scorer_id, season_id, layer, z, x, y, stamp)
    SELECT
        %(scorer)s, %(season)s, 'heat', z, x, y, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
    FROM dirty
    ON CONFLICT (scorer_id, season_id, layer, z, x, y) DO UPDATE SET stamp = excluded.stamp
    RETURNING 1
)
SELECT count(*) FROM stamped;
