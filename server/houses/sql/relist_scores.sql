-- Writes into scores where their houses stand on lists today, in case both were changed at once and neither saw the other's row. One
-- row: how many scores changed.
-- Inputs: houses (ids, or null for all).
WITH written AS (
    UPDATE houses_housescore score
    SET neighbourhood_id = house.neighbourhood_id, listed = NOT house.hidden AND house.merged_into_id IS NULL
    FROM houses_house house
    WHERE score.house_id = house.id
        AND score.house_id = ANY(%(houses)s) -- if houses
        AND (score.neighbourhood_id, score.listed)
            IS DISTINCT FROM (house.neighbourhood_id, NOT house.hidden AND house.merged_into_id IS NULL)
    RETURNING 1
)
SELECT count(*) AS changed FROM written;
