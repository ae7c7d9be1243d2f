-- One row: a sighting of %(sightings)s (ids) with its camera and where its ray alone puts the front, in degrees.
-- Relies on the primary keys.
SELECT
    sighting.id, frame.drive_id, sighting.frame_id, sighting.bearing_deg, sighting.front_by, sighting.away_spread_m, sighting.distance_m,
    ST_X(coalesce(frame.position, sighting.position)::geometry) AS lon,
    ST_Y(coalesce(frame.position, sighting.position)::geometry) AS lat,
    ST_X(sighting.front::geometry) AS front_lon,
    ST_Y(sighting.front::geometry) AS front_lat
FROM houses_sighting sighting
JOIN frames_frame frame ON frame.id = sighting.frame_id
WHERE sighting.id = ANY(%(sightings)s)
ORDER BY frame.captured_at, sighting.id;
