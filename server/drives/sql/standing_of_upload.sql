-- At most one row: a driver's own upload by its public id, with the stage of its drive and the bytes that the driver (user id)
-- has here, as in used_bytes.sql. Relies on the unique index of public ids, and those of drives by driver and of footage and
-- uploads by drive.
WITH mine AS (
    SELECT id FROM drives_drive WHERE driver_id = %(driver)s
)
SELECT
    upload.*,
    drive.stage AS drive_stage,
    coalesce((
        SELECT sum(size_bytes) FROM drives_footage
        WHERE drive_id IN (SELECT id FROM mine) AND file <> '' AND dropped_at IS NULL
    ), 0) + coalesce((
        SELECT sum(length) FROM drives_upload
        WHERE drive_id IN (SELECT id FROM mine) AND footage_id IS NULL AND expires_at >= now()
    ), 0) AS used_bytes
FROM drives_upload AS upload
JOIN drives_drive AS drive ON drive.id = upload.drive_id
WHERE upload.public_id = %(public_id)s AND drive.driver_id = %(driver)s
