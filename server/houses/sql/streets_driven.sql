-- One row per named street that a way led along: its name and how many metres of it lie within %(reach_m)s metres of the way.
-- Crossings of less than %(least_m)s metres do not count. The longest first.
-- Inputs: way (GeoJSON MultiLineString); reach_m, least_m (metres).
-- Relies on street_on_plane.
WITH way AS (
    SELECT ST_SetSRID(ST_GeomFromGeoJSON(%(way)s), 4326) AS line
),
ground AS (
    SELECT ST_Buffer(line::geography, %(reach_m)s)::geometry AS area, ST_Expand(line, 0.001) AS box
    FROM way
),
along AS (
    SELECT street.name, ST_Length(ST_Intersection(street.line::geometry, ground.area)::geography) AS length_m
    FROM ground
    JOIN houses_street street ON street.line::geometry && ground.box
    WHERE street.name <> '' AND ST_Intersects(street.line::geometry, ground.area)
)
SELECT name, sum(length_m) AS length_m
FROM along
GROUP BY name
HAVING sum(length_m) >= %(least_m)s
ORDER BY length_m DESC, name;
