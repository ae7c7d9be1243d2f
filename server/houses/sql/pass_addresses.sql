-- Writes which addresses the drive (every drive) came past, within %(reach_m)s metres of one of its frames, in which season. One row:
-- how many passings it wrote.
-- Inputs: drive (id, or null for all), reach_m (metres), zone (name of the place's time zone).
-- Relies on the geography index of houses_addresspoint.position.
WITH passing AS (
    INSERT INTO houses_addresspassing (season_id, address_id, drive_id)
    SELECT DISTINCT season.id, address.id, frame.drive_id
    FROM frames_frame frame
    JOIN houses_season season
        ON (frame.captured_at AT TIME ZONE %(zone)s)::date BETWEEN season.starts_on AND season.ends_on
    JOIN houses_addresspoint address ON ST_DWithin(address.position, frame.position, %(reach_m)s)
    WHERE %(drive)s::bigint IS NULL OR frame.drive_id = %(drive)s
    RETURNING 1
)
SELECT count(*) FROM passing;
