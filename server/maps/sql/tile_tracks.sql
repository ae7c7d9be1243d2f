-- One row: the vector tile of a driver's own tracks, layer `tracks`: one line per receiver and stretch without a pause of
-- %(pause_s)s seconds, of fixes without a fault. All photos of a camera have one receiver. With
-- the properties drive (public id) and title. Private: only its driver may read it.
-- Inputs: z, x, y; west, south, east, north (degrees, with the margin); driver (id); pause_s (seconds);
-- unit (degrees of longitude of one unit of the tile); buffer (units).
-- Relies on drives_trackpoint (drive, at).
WITH fix AS (
    SELECT
        drive.id AS drive_id, drive.public_id AS drive, drive.title, point.id, point.at, point.position::geometry AS place,
        coalesce(CASE footage.kind WHEN 'photo' THEN -footage.camera_id ELSE footage.id END, 0) AS receiver,
        point.at - lag(point.at) OVER way > make_interval(secs => %(pause_s)s) AS after_pause
    FROM drives_drive drive
    JOIN drives_trackpoint point ON point.drive_id = drive.id
    LEFT JOIN drives_footage footage ON footage.id = point.footage_id
    WHERE drive.driver_id = %(driver)s AND point.fault = ''
    WINDOW way AS (
        PARTITION BY drive.id, coalesce(CASE footage.kind WHEN 'photo' THEN -footage.camera_id ELSE footage.id END, 0)
        ORDER BY point.at, point.id
    )
),
stretch AS (
    SELECT *, count(*) FILTER (WHERE after_pause) OVER (PARTITION BY drive_id, receiver ORDER BY at, id) AS number
    FROM fix
),
line AS (
    SELECT drive_id, drive, title, receiver, number, ST_MakeLine(place ORDER BY at, id) AS way
    FROM stretch
    GROUP BY drive_id, drive, title, receiver, number
    HAVING count(*) > 1
),
feature AS (
    SELECT
        drive, title,
        ST_AsMVTGeom(
            ST_Transform(ST_Simplify(
                ST_ClipByBox2D(way, ST_MakeEnvelope(%(west)s, greatest(%(south)s, -85.0511), %(east)s, least(%(north)s, 85.0511), 4326)),
                %(unit)s
            ), 3857),
            ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, %(buffer)s, true
        ) AS way
    FROM line
    WHERE way && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    ORDER BY drive_id, receiver, number
)
SELECT ST_AsMVT(feature, 'tracks', 4096, 'way') FROM feature WHERE way IS NOT NULL;
