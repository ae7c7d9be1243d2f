-- One row: how many visible houses of each class (some, many, most) have a score under the scorer in the season.
-- Inputs: those of ranked_houses.sql but houses, at_most and skip; classes are ignored, so that each tells what choosing it would give.
-- Relies on standing_of_a_season, standing_in_a_neighbourhood and houses_lit_on_an_evening.
SELECT
    count(*) FILTER (WHERE festivity < %(many)s) AS some,
    count(*) FILTER (WHERE festivity >= %(many)s AND festivity < %(most)s) AS many,
    count(*) FILTER (WHERE festivity >= %(most)s) AS most
FROM houses_housescore
WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND listed
    AND updated_at >= %(since)s -- if since
    AND neighbourhood_id = %(neighbourhood)s -- if neighbourhood
    AND house_id IN (SELECT id FROM houses_house WHERE street_id = ANY(%(streets)s)) -- if streets
    AND house_id IN (SELECT id FROM houses_house WHERE position::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)) -- if west
    AND house_id IN (SELECT house_id FROM houses_houseevening WHERE scorer_id = %(scorer)s AND "on" = %(evening)s AND festivity > 0) -- if evening
;
