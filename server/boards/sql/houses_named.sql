-- One row: the public id of a visible house with a score in the season whose street or neighbourhood holds the words, or that has
-- this id. Inputs: scorer, season (ids); pattern (folded, for LIKE); accents, plain (characters that are folded, and what to).
-- Relies on houses_housescore (scorer, season, -festivity).
SELECT house.public_id
FROM houses_housescore score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
LEFT JOIN houses_street street ON street.id = house.street_id
LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
    AND (
        translate(lower(street.name), %(accents)s, %(plain)s) LIKE %(pattern)s
        OR translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
        OR house.public_id LIKE %(pattern)s
    );
