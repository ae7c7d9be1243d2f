-- One row: the id of a sighting of a known house, at most %(at_most)s per house and the latest of them, for every house
-- within %(reach_m)s metres of a houseless sighting of the drive. Same scorer, since vectors of two scorers do not compare.
-- Inputs: drive, scorer (ids), reach_m (metres), at_most (count).
-- Relies on the geography index of houses_house.position.
WITH near AS (
    SELECT DISTINCT house.id
    FROM houses_sighting fresh
    JOIN frames_frame frame ON frame.id = fresh.frame_id
    JOIN houses_house house ON ST_DWithin(house.position, fresh.position, %(reach_m)s)
    WHERE frame.drive_id = %(drive)s AND fresh.scorer_id = %(scorer)s AND fresh.house_id IS NULL
)
SELECT latest.id
FROM near
CROSS JOIN LATERAL (
    SELECT sighting.id
    FROM houses_sighting sighting
    WHERE sighting.house_id = near.id AND sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed
    ORDER BY sighting.id DESC
    LIMIT %(at_most)s
) latest;
