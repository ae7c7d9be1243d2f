-- One row that changes whenever the houses of the map or the regions that show them do: how many scores the season has and when the
-- latest was written, how many houses are hidden and which (the sum of their ids), and the same of its sightings and the suppressed ones.
-- A sighting that moves to another house changes the scores of both.
-- Inputs: scorer, season (ids). No vector is read; relies on nothing but short rows (some 20 ms for 100,000 sightings).
SELECT score.*, house.*, sighting.*
FROM (
    SELECT count(*) AS scores, max(updated_at) AS scored_at, coalesce(sum(house_id), 0) AS scored
    FROM houses_housescore
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s
) score,
(
    SELECT count(*) AS hidden, coalesce(sum(id), 0) AS hidden_ids
    FROM houses_house
    WHERE hidden
) house,
(
    SELECT count(*) AS sightings, max(id) AS latest, coalesce(sum(id) FILTER (WHERE suppressed), 0) AS suppressed
    FROM houses_sighting
    WHERE scorer_id = %(scorer)s
) sighting;
