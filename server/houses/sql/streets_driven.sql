-- One row per named street that a way led along: its name, how many metres of it lie within %(reach_m)s metres of the way, and
-- how many of those (new_m) lie farther than %(seen_m)s metres from every good fix of all earlier drives, of any driver.
-- Crossings of less than %(least_m)s metres do not count. The longest first.
-- Inputs: way (GeoJSON MultiLineString); drive (id: earlier ones have lower ids); since (moment or null: fixes before it do not count
-- as seen); reach_m, least_m, seen_m (metres); step_m (metres: in pieces of this length a street is seen or not).
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
piece AS (
    SELECT name, (ST_DumpSegments(ST_Segmentize(part::geography, %(step_m)s)::geometry)).geom AS line
    FROM along
),
judged AS (
    SELECT
        name, ST_Length(line::geography) AS length_m,
        EXISTS (
            SELECT 1
            FROM drives_trackpoint point
            WHERE ST_DWithin(point.position, ST_LineInterpolatePoint(line, 0.5)::geography, %(seen_m)s)
                AND point.drive_id < %(drive)s AND point.fault = ''
                AND (%(since)s::timestamptz IS NULL OR point.at >= %(since)s)
        ) AS seen
    FROM piece
)
SELECT name, sum(length_m) AS length_m, coalesce(sum(length_m) FILTER (WHERE NOT seen), 0) AS new_m
FROM judged
GROUP BY name
HAVING sum(length_m) >= %(least_m)s
ORDER BY length_m DESC, name;
