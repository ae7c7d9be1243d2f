-- One row: a sighting of %(sightings)s (ids) that a house may be founded on, and whether a hidden house stands within %(reach_m)s
-- metres of it, or its region showed one until its camera was turned.
-- Relies on the geography index of houses_house.position and the index of houses_departure.region_id.
SELECT
    sighting.id, ST_X(sighting.position::geometry) AS lon, ST_Y(sighting.position::geometry) AS lat, sighting.facing_deg,
    drive.synthetic,
    EXISTS (
        SELECT 1 FROM houses_house house WHERE house.hidden AND ST_DWithin(house.position, sighting.position, %(reach_m)s)
    ) OR EXISTS (
        WITH RECURSIVE shown AS (
            SELECT departure.house_id AS id FROM houses_departure departure WHERE departure.region_id = sighting.region_id
            UNION
            SELECT former.merged_into_id FROM shown JOIN houses_house former ON former.id = shown.id
        )
        SELECT 1 FROM shown JOIN houses_house house ON house.id = shown.id WHERE house.hidden
    ) AS beside_hidden
FROM houses_sighting sighting
JOIN frames_frame frame ON frame.id = sighting.frame_id
JOIN drives_drive drive ON drive.id = frame.drive_id
WHERE sighting.id = ANY(%(sightings)s);
