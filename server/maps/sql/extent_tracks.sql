-- One row: west, south, east, north (degrees) of a driver's own tracks, faulty fixes left out; nulls where there are none.
-- Inputs: driver (id).
-- Relies on drives_trackpoint (drive, at).
SELECT ST_XMin(extent) AS west, ST_YMin(extent) AS south, ST_XMax(extent) AS east, ST_YMax(extent) AS north
FROM (
    SELECT ST_Extent(point.position::geometry) AS extent
    FROM drives_drive drive
    JOIN drives_trackpoint point ON point.drive_id = drive.id
    WHERE drive.driver_id = %(driver)s AND point.fault = ''
) tracks;
