-- One row per named street that a way led along: its name, how many metres of it lie within %(reach_m)s metres of the way, and
-- how many of those (new_m) lie farther than %(seen_m)s metres from every good fix of all earlier drives, of any driver.
-- Crossings of less than %(least_m)s metres do not count. The longest first.
-- Inputs: way (GeoJSON MultiLineString); drive (id: earlier ones have lower ids); reach_m, least_m, seen_m (metres);
-- grid_deg (degrees: of the earlier fixes in one cell of that size one is enough).
-- Relies on street_on_plane and on the spatial index of drives_trackpoint.
WITH way AS (
    SELECT ST_SetSRID(ST_GeomFromGeoJSON(%(way)s), 4326) AS line
),
ground AS (
    SELECT ST_Buffer(line::geography, %(reach_m)s)::geometry AS area, ST_Expand(line, 0.001) AS box
    FROM way
),
along AS (
    SELECT street.name, ST_Intersection(street.line::geometry, ground.area) AS part
    FROM ground
    JOIN houses_street street ON street.line::geometry && ground.box
    WHERE street.name <> '' AND ST_Intersects(street.line::geometry, ground.area)
),
earlier AS (
    SELECT DISTINCT ST_SnapToGrid(point.position::geometry, %(grid_deg)s) AS place
    FROM ground
    JOIN drives_trackpoint point ON point.position && ground.box::geography
    WHERE point.drive_id < %(drive)s AND point.fault = ''
),
seen AS (
    SELECT ST_Buffer(ST_Collect(place)::geography, %(seen_m)s)::geometry AS area FROM earlier
),
street AS (
    SELECT
        name, ST_Length(part::geography) AS length_m,
        ST_Length(CASE WHEN area IS NULL THEN part ELSE ST_Difference(part, area) END::geography) AS new_m
    FROM along
    CROSS JOIN seen
)
SELECT name, sum(length_m) AS length_m, sum(new_m) AS new_m
FROM street
GROUP BY name
HAVING sum(length_m) >= %(least_m)s
ORDER BY length_m DESC, name;
