-- One row: the id and public id of a visible house with a score in the season that stands where the competition is held; `seen`:
-- whether an evening from %(starts_on)s to %(ends_on)s saw it lit. By street, the older house first.
-- Inputs: competition, scorer, season (ids); starts_on, ends_on (dates); houses (ids or null); pattern (folded, for LIKE, or null); accents,
-- plain (characters that are folded, and what to). Covering is decided on the plane, as in houses/settle_houses.sql.
-- Relies on house_on_plane, one_score_per_house_and_season and one_row_per_house_and_evening.
SELECT
    house.id, house.public_id,
    EXISTS (
        SELECT 1
        FROM houses_houseevening evening
        WHERE evening.house_id = house.id AND evening.scorer_id = %(scorer)s AND evening.festivity > 0
            AND evening."on" BETWEEN %(starts_on)s AND %(ends_on)s
    ) AS seen
FROM competitions_competition competition
LEFT JOIN houses_neighbourhood held ON held.id = competition.neighbourhood_id
JOIN houses_house house
    ON ST_Covers(coalesce(competition.boundary, held.boundary)::geometry, house.position::geometry)
    AND NOT house.hidden AND house.merged_into_id IS NULL
JOIN houses_housescore score
    ON score.house_id = house.id AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
LEFT JOIN houses_street street ON street.id = house.street_id
WHERE competition.id = %(competition)s
    AND (%(houses)s::bigint[] IS NULL OR house.id = ANY(%(houses)s))
    AND (%(pattern)s::text IS NULL OR translate(lower(street.name), %(accents)s, %(plain)s) LIKE %(pattern)s)
ORDER BY street.name, house.id;
