-- One row: a ray that has an address point beside it, and how far along the ray that lies, in metres: the point that is least
-- beside it, at most %(beside_m)s metres, between %(nearest_m)s and %(farthest_m)s metres along.
-- Inputs: numbers (the rays' own), lines (WKB LineStrings in lon, lat from the camera on), bearings (degrees from north).
-- Relies on the geography index of houses_addresspoint.position.
WITH ray AS (
    SELECT number, ST_StartPoint(ST_GeomFromWKB(line, 4326))::geography AS camera, bearing_deg
    FROM unnest(%(numbers)s::int[], %(lines)s::bytea[], %(bearings)s::float8[]) AS asked (number, line, bearing_deg)
),
around AS (
    SELECT
        ray.number, address.id,
        ST_Distance(ray.camera, address.position) AS away_m,
        ST_Azimuth(ray.camera, address.position) - radians(ray.bearing_deg) AS turn
    FROM ray
    JOIN houses_addresspoint address ON ST_DWithin(address.position, ray.camera, %(farthest_m)s)
)
SELECT DISTINCT ON (number) number, away_m * cos(turn) AS away_m
FROM around
WHERE away_m * cos(turn) BETWEEN %(nearest_m)s AND %(farthest_m)s AND abs(away_m * sin(turn)) <= %(beside_m)s
ORDER BY number, abs(away_m * sin(turn)), id;
