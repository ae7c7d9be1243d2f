-- One row: a street name with visible houses of the season in a neighbourhood (anywhere), the highest mean first, with one of its
-- pieces. Streets with fewer than %(fewest)s houses say little of themselves and are left out.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); neighbourhood (id or null); fewest, at_most (counts).
-- Relies on houses_housescore (scorer, season, -festivity).
SELECT
    row_number() OVER (ORDER BY avg(100 * (1 - exp(-score.festivity / %(scale)s))) DESC, min(street.id)) AS rank,
    min(street.id) AS street, street.name,
    round(avg(100 * (1 - exp(-score.festivity / %(scale)s)))::numeric, 1)::float8 AS points,
    count(*) AS houses
FROM houses_housescore score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
JOIN houses_street street ON street.id = house.street_id
WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
    AND (%(neighbourhood)s::bigint IS NULL OR house.neighbourhood_id = %(neighbourhood)s)
GROUP BY street.name, house.neighbourhood_id
HAVING count(*) >= %(fewest)s
ORDER BY rank
LIMIT %(at_most)s;
