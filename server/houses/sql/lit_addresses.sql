-- One row: of the addresses of a place (the whole city, a neighbourhood, a street) that somebody came past in the season, how many
-- there are and how many of them have a visible house with a score.
-- Inputs: scorer, season (ids); neighbourhood (id or null); streets (ids or null).
-- Relies on one_row_per_season_address_and_drive and houses_house.address_id.
WITH passed AS (
    SELECT DISTINCT address.id
    FROM houses_addresspassing passing
    JOIN houses_addresspoint address ON address.id = passing.address_id
    WHERE passing.season_id = %(season)s
        AND (%(neighbourhood)s::bigint IS NULL OR address.neighbourhood_id = %(neighbourhood)s)
        AND (%(streets)s::bigint[] IS NULL OR address.street_id = ANY(%(streets)s))
)
SELECT
    count(*) AS passed,
    count(*) FILTER (
        WHERE EXISTS (
            SELECT 1
            FROM houses_house house
            JOIN houses_housescore score ON score.house_id = house.id
            WHERE house.address_id = passed.id AND NOT house.hidden AND house.merged_into_id IS NULL
                AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
        )
    ) AS lit
FROM passed;
