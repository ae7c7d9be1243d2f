-- One row: a visible house of a season within reach, with its points. Of all that are, those come first that are worth most for the
-- time that is left on arrival (points, less the share of the reach that it takes to get there), alone or with what stands
-- within the same hundred metres.
-- Inputs: lon, lat (degrees); reach_m; scorer, season (ids); scale (festivity at 63 points); at_most (rows).
-- Relies on the index of houses_house.position and houses_housescore (scorer, season, house).
WITH near AS (
    SELECT
        house.id, house.public_id, ST_X(house.position::geometry) AS lon, ST_Y(house.position::geometry) AS lat,
        100 * (1 - exp(-score.festivity / %(scale)s)) AS points,
        greatest(0, 1 - ST_Distance(house.position, here.place, false) / %(reach_m)s) AS left_over
    FROM (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography AS place) here
    JOIN houses_house house ON ST_DWithin(house.position, here.place, %(reach_m)s, false)
        AND NOT house.hidden AND house.merged_into_id IS NULL
    JOIN houses_housescore score ON score.house_id = house.id AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
),
weighed AS (
    SELECT
        *,
        points * left_over AS alone,
        left_over * sum(points) OVER (PARTITION BY round(lon::numeric, 3), round(lat::numeric, 3)) AS together
    FROM near
),
placed AS (
    SELECT
        *,
        row_number() OVER (ORDER BY alone DESC, id) AS rank_alone,
        row_number() OVER (ORDER BY together DESC, alone DESC, id) AS rank_together
    FROM weighed
)
SELECT public_id, lon, lat, points
FROM placed
ORDER BY least(rank_alone, rank_together), id
LIMIT %(at_most)s;
