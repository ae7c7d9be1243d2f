-- One row: a part of a way, as its places (lon, lat), that lies farther than %(beside_m)s metres from every known street and is at least
-- %(shortest_m)s metres long.
-- Inputs: line (WKB LineString in lon, lat); beside_m, shortest_m (metres).
-- Relies on street_on_plane.
WITH way AS (
    SELECT ST_GeomFromWKB(%(line)s, 4326) AS line
),
known AS (
    SELECT ST_Union(ST_Buffer(street.line, %(beside_m)s)::geometry) AS area
    FROM way
    JOIN houses_street street
        ON street.line::geometry && ST_Envelope(ST_Buffer(ST_Envelope(way.line)::geography, %(beside_m)s)::geometry)
),
part AS (
    SELECT (ST_Dump(CASE WHEN known.area IS NULL THEN way.line ELSE ST_Difference(way.line, known.area) END)).geom AS line
    FROM way, known
)
SELECT (SELECT array_agg(ARRAY[ST_X(place.geom), ST_Y(place.geom)] ORDER BY place.path) FROM ST_DumpPoints(smooth.line) place) AS places
FROM part
CROSS JOIN LATERAL (SELECT ST_Simplify(part.line, 0.00003) AS line) smooth
WHERE ST_Length(part.line::geography) >= %(shortest_m)s
ORDER BY ST_XMin(part.line), ST_YMin(part.line);
