-- One row: the vector tile of the offline base map, with layers `areas` (kind), `streets` (name, kind) and `neighbourhoods`
-- (name, slug). Small streets and small areas come in as one zooms in.
-- Inputs: z, x, y; west, south, east, north (degrees, with the margin); unit (degrees of longitude of one unit of the tile).
-- Relies on area_on_plane, street_on_plane and neighbourhood_on_plane.
WITH bounds AS (
    SELECT
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS tile,
        ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AS ground
),
area AS (
    SELECT kind, ST_AsMVTGeom(ST_Transform(ST_Simplify(shape, %(unit)s), 3857), tile, 4096, %(buffer)s, true) AS place
    FROM bounds
    JOIN maps_basearea base ON base.area::geometry && ground
    CROSS JOIN LATERAL (SELECT base.area::geometry AS shape) plane
    WHERE (kind <> 'building' OR %(z)s >= 15)
        AND greatest(ST_XMax(shape) - ST_XMin(shape), ST_YMax(shape) - ST_YMin(shape)) > 32 * %(unit)s
    ORDER BY base.id
),
street AS (
    SELECT
        name, kind,
        ST_AsMVTGeom(ST_Transform(ST_Simplify(line::geometry, %(unit)s, true), 3857), tile, 4096, %(buffer)s, true) AS place
    FROM bounds
    JOIN houses_street street ON street.line::geometry && ground
    WHERE %(z)s >= CASE
        WHEN kind IN ('motorway', 'trunk', 'motorway_link', 'trunk_link') THEN 6
        WHEN kind IN ('primary', 'primary_link') THEN 9
        WHEN kind IN ('secondary', 'secondary_link') THEN 10
        WHEN kind IN ('tertiary', 'tertiary_link') THEN 11
        WHEN kind IN ('residential', 'unclassified', 'living_street', 'pedestrian', 'driven', '') THEN 12
        ELSE 14
    END
    ORDER BY street.id
),
neighbourhood AS (
    SELECT
        name, slug,
        ST_AsMVTGeom(ST_Transform(ST_Simplify(boundary::geometry, %(unit)s, true), 3857), tile, 4096, %(buffer)s, true) AS place
    FROM bounds
    JOIN houses_neighbourhood neighbourhood ON neighbourhood.boundary::geometry && ground
    ORDER BY neighbourhood.id
)
SELECT
    (SELECT ST_AsMVT(area, 'areas', 4096, 'place') FROM area WHERE place IS NOT NULL)
    || (SELECT ST_AsMVT(street, 'streets', 4096, 'place') FROM street WHERE place IS NOT NULL)
    || (SELECT ST_AsMVT(neighbourhood, 'neighbourhoods', 4096, 'place') FROM neighbourhood WHERE place IS NOT NULL);
