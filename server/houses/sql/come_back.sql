-- Gives a houseless sighting of the drive under %(scorer)s the house that its region showed, where it lies again within %(reach_m)s metres
-- of where it lay then, on the same side: a camera that was turned by mistake is turned back. Of several the nearest one counts;
-- of one that was merged since, what it is today.
-- One row each: the id of the house. Inputs: drive, scorer (ids); reach_m (metres). Relies on the index of houses_departure.region_id.
WITH RECURSIVE way AS (
    SELECT departure.id, departure.house_id
    FROM houses_departure departure
    JOIN houses_sighting sighting ON sighting.region_id = departure.region_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE frame.drive_id = %(drive)s AND sighting.scorer_id = %(scorer)s AND sighting.house_id IS NULL
    UNION
    SELECT way.id, house.merged_into_id
    FROM way
    JOIN houses_house house ON house.id = way.house_id AND house.merged_into_id IS NOT NULL
),
back AS (
    SELECT DISTINCT ON (sighting.id) sighting.id, house.id AS house_id
    FROM houses_sighting sighting
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    JOIN houses_departure departure ON departure.region_id = sighting.region_id AND departure.side = sighting.side
    JOIN way ON way.id = departure.id
    JOIN houses_house house ON house.id = way.house_id AND house.merged_into_id IS NULL
    WHERE frame.drive_id = %(drive)s AND sighting.scorer_id = %(scorer)s AND sighting.house_id IS NULL
        AND ST_DWithin(departure.position, sighting.position, %(reach_m)s)
    ORDER BY sighting.id, ST_Distance(departure.position, sighting.position), house.id
)
UPDATE houses_sighting sighting
SET house_id = back.house_id
FROM back
WHERE sighting.id = back.id
RETURNING sighting.house_id AS house;
