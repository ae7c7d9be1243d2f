-- One row: a neighbourhood with visible houses in the season, the highest mean first, the lower id between equals.
-- Inputs: scorer, season (ids); scale (festivity at 63 points).
-- Relies on standing_in_a_neighbourhood, which holds all that is asked for.
SELECT
    row_number() OVER (ORDER BY round(found.points::numeric, 6) DESC, neighbourhood.id) AS rank,
    neighbourhood.name,
    neighbourhood.slug,
    round(found.points::numeric, 1)::float8 AS points,
    found.houses
FROM (
    SELECT neighbourhood_id, avg(100 * (1 - exp(-festivity / %(scale)s))) AS points, count(*) AS houses
    FROM houses_housescore
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND listed AND neighbourhood_id IS NOT NULL
    GROUP BY neighbourhood_id
) found
JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = found.neighbourhood_id
ORDER BY rank;
