-- One row: the id of a sighting of a known house, at most %(at_most)s per house, for every house within %(reach_m)s metres of
-- a houseless sighting of the drive. Sightings of this scorer come first, since only their vectors compare; others still say
-- where the house is, and so do suppressed ones. Hidden houses are known too: otherwise they would be found anew, in public.
-- Inputs: drive, scorer (ids), reach_m (metres), at_most (count).
-- Relies on the geography index of houses_house.position and the index of houses_sighting.house_id.
WITH near AS (
    SELECT DISTINCT house.id
    FROM houses_sighting fresh
    JOIN frames_frame frame ON frame.id = fresh.frame_id
    JOIN houses_house house ON ST_DWithin(house.position, fresh.position, %(reach_m)s)
    WHERE frame.drive_id = %(drive)s AND fresh.scorer_id = %(scorer)s AND fresh.house_id IS NULL
)
SELECT best.id
FROM near
CROSS JOIN LATERAL (
    SELECT sighting.id
    FROM houses_sighting sighting
    WHERE sighting.house_id = near.id
    ORDER BY sighting.scorer_id = %(scorer)s DESC, sighting.id DESC
    LIMIT %(at_most)s
) best;
