-- One row: a sighting of %(sightings)s (ids) that a house may be founded on, and whether a hidden house stands within %(reach_m)s
-- metres of it.
-- Relies on the geography index of houses_house.position.
SELECT
    sighting.id, ST_X(sighting.position::geometry) AS lon, ST_Y(sighting.position::geometry) AS lat, sighting.facing_deg,
    drive.synthetic,
    EXISTS (
        SELECT 1 FROM houses_house house WHERE house.hidden AND ST_DWithin(house.position, sighting.position, %(reach_m)s)
    ) AS beside_hidden
FROM houses_sighting sighting
JOIN frames_frame frame ON frame.id = sighting.frame_id
JOIN drives_drive drive ON drive.id = frame.drive_id
WHERE sighting.id = ANY(%(sightings)s);
