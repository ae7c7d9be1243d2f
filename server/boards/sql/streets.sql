-- One row: a named street with at least %(fewest)s visible houses of the season (seen lit on the evening, where one is asked for), the
-- highest mean of their points first, the lower id between equals. A street is its pieces of one name with gaps of at most
-- %(gap_m)s metres, as in houses/street_pieces.sql; `street` is the lowest id of them. Ranks are those of the whole board,
-- whatever is looked for. `best_frame` shows its best house; lon, lat are the middle of its houses.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); evening (date or null); pattern (folded, for LIKE, or
-- null); accents, plain (characters that are folded, and what to); fewest (houses); gap_m (metres); at_most (rows or null); skip.
-- Relies on houses_housescore (scorer, season, -festivity) and one_row_per_house_and_evening.
WITH score AS (
    SELECT
        house.id AS house_id, house.street_id, house.neighbourhood_id, house.position::geometry AS place, house.synthetic,
        100 * (1 - exp(-score.festivity / %(scale)s)) AS points, score.best_frame_id
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND house.street_id IS NOT NULL
        AND (
            %(evening)s::date IS NULL
            OR house.id IN (
                SELECT house_id
                FROM houses_houseevening
                WHERE scorer_id = %(scorer)s AND "on" = %(evening)s AND festivity > 0
            )
        )
),
named AS (
    SELECT id, name, line::geometry AS line, avg(ST_Y(ST_StartPoint(line::geometry))) OVER (PARTITION BY name) AS lat
    FROM houses_street
    WHERE name <> '' AND name IN (SELECT street.name FROM score JOIN houses_street street ON street.id = score.street_id)
),
piece AS (
    SELECT
        id, name,
        ST_ClusterDBSCAN(ST_Scale(line, 111195 * cosd(lat), 111195), %(gap_m)s, 1) OVER (PARTITION BY name) AS part
    FROM named
),
street AS (
    SELECT id, name, min(id) OVER (PARTITION BY name, part) AS street FROM piece
),
mean AS (
    SELECT
        street.street, street.name, avg(score.points) AS points, count(*) AS houses, bool_or(score.synthetic) AS synthetic,
        mode() WITHIN GROUP (ORDER BY score.neighbourhood_id) AS neighbourhood_id,
        avg(ST_X(score.place)) AS lon, avg(ST_Y(score.place)) AS lat,
        (array_agg(score.best_frame_id ORDER BY score.points DESC, score.house_id))[1] AS best_frame_id
    FROM score
    JOIN street ON street.id = score.street_id
    GROUP BY street.street, street.name
    HAVING count(*) >= %(fewest)s
),
ranked AS (
    SELECT mean.*, row_number() OVER (ORDER BY mean.points DESC, mean.street) AS rank FROM mean
)
SELECT
    ranked.rank, ranked.street, ranked.name,
    coalesce(neighbourhood.name, '') AS neighbourhood,
    round(ranked.points::numeric, 1)::float8 AS points,
    ranked.houses, ranked.lon, ranked.lat,
    best.public_id AS best_frame,
    ranked.synthetic,
    count(*) OVER () AS total
FROM ranked
LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = ranked.neighbourhood_id
LEFT JOIN frames_frame best ON best.id = ranked.best_frame_id
WHERE %(pattern)s::text IS NULL
    OR translate(lower(ranked.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    OR translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
ORDER BY ranked.rank
LIMIT %(at_most)s OFFSET %(skip)s;
