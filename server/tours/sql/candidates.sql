-- One row: a visible house of a season within reach, with its points. Of all that are, those come first that are worth most for the
-- time that is left on arrival (points, less the share of the reach that it takes to get there), alone or with what stands
-- within the same hundred metres.
-- Inputs: lon, lat (degrees); reach_m; west, south, east, north (degrees: a box around the reach); lon_m, lat_m (metres of a degree
-- there); scorer, season (ids); scale (festivity at 63 points); at_most (rows).
-- Relies on house_on_plane and houses_housescore (scorer, season, house).
WITH scored AS (
    SELECT
        house.id, house.public_id, ST_X(house.position::geometry) AS lon, ST_Y(house.position::geometry) AS lat,
        100 * (1 - exp(-score.festivity / %(scale)s)) AS points
    FROM houses_house house
    JOIN houses_housescore score ON score.house_id = house.id AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
    WHERE house.position::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
        AND NOT house.hidden AND house.merged_into_id IS NULL
),
near AS (
    SELECT *, 1 - sqrt(((lon - %(lon)s) * %(lon_m)s) ^ 2 + ((lat - %(lat)s) * %(lat_m)s) ^ 2) / %(reach_m)s AS left_over
    FROM scored
),
street AS (
    SELECT (lon * 1000)::int AS x, (lat * 1000)::int AS y, sum(points) AS together
    FROM near
    WHERE left_over > 0
    GROUP BY 1, 2
),
alone AS (
    SELECT id, row_number() OVER (ORDER BY points * left_over DESC, id) AS place
    FROM near
    WHERE left_over > 0
    ORDER BY points * left_over DESC, id
    LIMIT %(at_most)s
),
together AS (
    SELECT near.id, row_number() OVER (ORDER BY street.together * near.left_over DESC, near.points DESC, near.id) AS place
    FROM near
    JOIN street ON street.x = (near.lon * 1000)::int AND street.y = (near.lat * 1000)::int
    WHERE near.left_over > 0
    ORDER BY street.together * near.left_over DESC, near.points DESC, near.id
    LIMIT %(at_most)s
),
placed AS (
    SELECT id, min(place) AS place
    FROM (SELECT * FROM alone UNION ALL SELECT * FROM together) both_lists
    GROUP BY id
)
SELECT near.public_id, near.lon, near.lat, near.points
FROM placed
JOIN near ON near.id = placed.id
ORDER BY placed.place, near.id
LIMIT %(at_most)s;
