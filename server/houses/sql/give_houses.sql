-- Gives the sightings %(sightings)s (ids) the houses %(houses)s (ids), one for one.
-- Relies on the primary key.
UPDATE houses_sighting sighting
SET house_id = given.house_id
FROM unnest(%(sightings)s::bigint[], %(houses)s::bigint[]) AS given (id, house_id)
WHERE sighting.id = given.id;
