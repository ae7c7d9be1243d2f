-- One row: a house that is listed in the season under one of two scorers, or both: its place, what it is called, and festivity,
-- standing and best frame under each; nulls where it is not on that list.
-- Inputs: before, after (ids of scorers), season (id).
-- Relies on standing_of_a_season.
SELECT
    house.public_id, ST_X(house.position::geometry) AS lon, ST_Y(house.position::geometry) AS lat,
    coalesce(street.name, neighbourhood.name, '') AS name,
    old.festivity AS festivity_before, old.standing AS standing_before, old_frame.public_id AS frame_before,
    new.festivity AS festivity_after, new.standing AS standing_after, new_frame.public_id AS frame_after
FROM (SELECT * FROM houses_housescore WHERE scorer_id = %(before)s AND season_id = %(season)s AND listed) old
FULL JOIN (SELECT * FROM houses_housescore WHERE scorer_id = %(after)s AND season_id = %(season)s AND listed) new
    ON new.house_id = old.house_id
JOIN houses_house house ON house.id = coalesce(old.house_id, new.house_id)
LEFT JOIN houses_street street ON street.id = house.street_id
LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
LEFT JOIN frames_frame old_frame ON old_frame.id = old.best_frame_id
LEFT JOIN frames_frame new_frame ON new_frame.id = new.best_frame_id
ORDER BY house.id;
