-- One row: the id of a published competition that is under way on %(on)s where the house stands, the earliest to end first.
-- Inputs: house (id); on (date). There are few competitions: no index is needed.
SELECT competition.id
FROM houses_house house
JOIN competitions_competition competition ON competition.published AND %(on)s BETWEEN competition.starts_on AND competition.ends_on
LEFT JOIN houses_neighbourhood held ON held.id = competition.neighbourhood_id
WHERE house.id = %(house)s AND ST_Covers(coalesce(competition.boundary, held.boundary)::geometry, house.position::geometry)
ORDER BY competition.ends_on, competition.id;
