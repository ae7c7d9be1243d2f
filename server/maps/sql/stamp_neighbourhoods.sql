-- Stamps the tiles that show these neighbourhoods; one row: how many.
-- Inputs: scorer, season (ids); deepest (zoom of the deepest tiles); margin (of a tile's width, on every side);
-- neighbourhoods (ids).
-- Relies on one_stamp_per_tile.
WITH shape AS (
    SELECT ST_Transform(ST_ClipByBox2D(boundary::geometry, ST_MakeEnvelope(-180, -85.0511, 180, 85.0511, 4326)), 3857) AS area
    FROM houses_neighbourhood
    WHERE id = ANY(%(neighbourhoods)s::bigint[])
),
zoom AS (
    SELECT z, 1 << z AS across, 40075016.685578488 / (1 << z) AS width_m FROM generate_series(0, %(deepest)s) z
),
dirty AS (
    SELECT DISTINCT z, x, y
    FROM shape
    CROSS JOIN zoom
    CROSS JOIN LATERAL generate_series(
        floor((ST_XMin(area) + 20037508.342789244) / width_m - %(margin)s)::int,
        floor((ST_XMax(area) + 20037508.342789244) / width_m + %(margin)s)::int
    ) x
    CROSS JOIN LATERAL generate_series(
        floor((20037508.342789244 - ST_YMax(area)) / width_m - %(margin)s)::int,
        floor((20037508.342789244 - ST_YMin(area)) / width_m + %(margin)s)::int
    ) y
    WHERE NOT ST_IsEmpty(area) AND x BETWEEN 0 AND across - 1 AND y BETWEEN 0 AND across - 1
        AND ST_Intersects(area, ST_Expand(ST_TileEnvelope(z, x, y), width_m * %(margin)s))
),
stamped AS (
    INSERT INTO maps_tilestamp (scorer_id, season_id, layer, z, x, y, stamp)
    SELECT
        %(scorer)s, %(season)s, 'neighbourhoods', z, x, y,
        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
    FROM dirty
    ON CONFLICT (scorer_id, season_id, layer, z, x, y) DO UPDATE SET stamp = excluded.stamp
    RETURNING 1
)
SELECT count(*) FROM stamped;
