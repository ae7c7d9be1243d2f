-- One row: a neighbourhood with visible houses in the season, the highest mean first, the name deciding between equals.
-- Inputs: scorer, season (ids); scale (festivity at 63 points).
-- Relies on houses_housescore (scorer, season, -festivity).
SELECT
    row_number() OVER (ORDER BY avg(score.points) DESC, neighbourhood.name, neighbourhood.id) AS rank,
    neighbourhood.name,
    neighbourhood.slug,
    round(avg(score.points), 1)::float8 AS points,
    count(*) AS houses
FROM (
    SELECT house_id, (100 * (1 - exp(-festivity / %(scale)s)))::numeric AS points
    FROM houses_housescore
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s
) score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
GROUP BY neighbourhood.id
ORDER BY rank;
