-- One row: a neighbourhood with visible houses in the season, and a point inside it where its name can stand (degrees).
-- Inputs: scorer, season (ids); scale (festivity at 63 points).
-- Relies on houses_housescore (scorer, season, -festivity).
SELECT
    neighbourhood.name, neighbourhood.slug, count(*) AS houses,
    round(avg(100 * (1 - exp(-score.festivity / %(scale)s)))::numeric, 1)::float8 AS points,
    ST_X(ST_PointOnSurface(neighbourhood.boundary::geometry)) AS lon,
    ST_Y(ST_PointOnSurface(neighbourhood.boundary::geometry)) AS lat
FROM houses_housescore score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
GROUP BY neighbourhood.id
ORDER BY points DESC, neighbourhood.id;
