-- One row: the id of a house that had lights in some season and that the drive came past, within %(reach_m)s metres of its
-- roadside point, whether or not it saw light this time.
-- Inputs: drive, scorer (ids); reach_m (metres).
-- Relies on the geography index of houses_house.position.
SELECT DISTINCT house.id
FROM frames_frame frame
JOIN houses_house house ON ST_DWithin(house.position, frame.position, %(reach_m)s)
WHERE frame.drive_id = %(drive)s
    AND EXISTS (SELECT 1 FROM houses_housescore score WHERE score.house_id = house.id AND score.scorer_id = %(scorer)s)
ORDER BY house.id;
