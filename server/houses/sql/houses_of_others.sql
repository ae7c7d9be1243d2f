-- One row: the id of a house within %(reach_m)s metres of one of the passages %(passages)s (ids) that other scorers than
-- %(scorer)s (id) have seen and this one has not. Hidden houses are known too: otherwise they would be found anew, in public.
-- Relies on the geography index of houses_house.position and the index of houses_sighting.house_id.
SELECT DISTINCT house.id
FROM unnest(%(passages)s::bigint[]) AS asked (id)
JOIN houses_passage passage ON passage.id = asked.id
JOIN houses_house house ON ST_DWithin(house.position, passage.front, %(reach_m)s, false)
WHERE EXISTS (SELECT 1 FROM houses_sighting seen WHERE seen.house_id = house.id)
    AND NOT EXISTS (
        SELECT 1 FROM houses_sighting seen WHERE seen.house_id = house.id AND seen.scorer_id = %(scorer)s
    );
