-- One row, one column: the bytes that a driver (user id) has here: originals that are kept, and uploads under way in full length.
-- Relies on the indexes of drives by driver, and of footage and uploads by drive.
WITH mine AS (
    SELECT id FROM drives_drive WHERE driver_id = %(driver)s
)
SELECT coalesce((
    SELECT sum(size_bytes) FROM drives_footage
    WHERE drive_id IN (SELECT id FROM mine) AND file <> '' AND dropped_at IS NULL
), 0) + coalesce((
    SELECT sum(length) FROM drives_upload
    WHERE drive_id IN (SELECT id FROM mine) AND footage_id IS NULL AND expires_at >= now()
), 0)
