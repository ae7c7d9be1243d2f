-- One row: the id of a drive that has sightings under %(scorer)s (id) without a passage within %(reach_m)s metres of one of the
-- passages %(passages)s (ids): placed before there were any, or placed anew since.
-- Relies on the geography index of houses_sighting.position.
SELECT DISTINCT frame.drive_id
FROM unnest(%(passages)s::bigint[]) AS asked (id)
JOIN houses_passage passage ON passage.id = asked.id
JOIN houses_sighting sighting
    ON sighting.passage_id IS NULL AND ST_DWithin(sighting.position, passage.front, %(reach_m)s, false)
JOIN frames_frame frame ON frame.id = sighting.frame_id
WHERE sighting.scorer_id = %(scorer)s AND sighting.house_id IS NOT NULL
ORDER BY frame.drive_id;
