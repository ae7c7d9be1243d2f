-- One row: a neighbourhood with visible houses of the season (seen lit on the evening, where one is asked for), the highest mean of their
-- points first, the lower id between equals, as in houses/ranked_neighbourhoods.sql. Ranks are those of the whole board, whatever
-- is looked for. `some`, `many`, `most`: its houses by class; lon, lat a point inside.
-- Inputs: scorer, season (ids); scale, many, most (festivity at 63 points and of classes); evening (date or null);
-- pattern (folded, for LIKE, or null); accents, plain (characters that are folded, and what to); at_most (rows or null); skip.
-- Relies on houses_housescore (scorer, season, -festivity) and one_row_per_house_and_evening.
WITH mean AS (
    SELECT
        house.neighbourhood_id, avg((100 * (1 - exp(-score.festivity / %(scale)s)))::numeric) AS points, count(*) AS houses,
        count(*) FILTER (WHERE score.festivity < %(many)s) AS some,
        count(*) FILTER (WHERE score.festivity >= %(many)s AND score.festivity < %(most)s) AS many,
        count(*) FILTER (WHERE score.festivity >= %(most)s) AS most,
        bool_or(house.synthetic) AS synthetic,
        (array_agg(score.best_frame_id ORDER BY score.festivity DESC, house.id))[1] AS best_frame_id
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND house.neighbourhood_id IS NOT NULL
        AND (
            %(evening)s::date IS NULL
            OR house.id IN (
                SELECT house_id
                FROM houses_houseevening
                WHERE scorer_id = %(scorer)s AND "on" = %(evening)s AND festivity > 0
            )
        )
    GROUP BY house.neighbourhood_id
),
ranked AS (
    SELECT mean.*, row_number() OVER (ORDER BY round(points, 6) DESC, neighbourhood_id) AS rank FROM mean
)
SELECT
    ranked.rank, neighbourhood.name, neighbourhood.slug,
    round(ranked.points, 1)::float8 AS points,
    ranked.houses, ranked.some, ranked.many, ranked.most,
    ST_X(ST_PointOnSurface(neighbourhood.boundary::geometry)) AS lon,
    ST_Y(ST_PointOnSurface(neighbourhood.boundary::geometry)) AS lat,
    best.public_id AS best_frame,
    ranked.synthetic,
    count(*) OVER () AS total
FROM ranked
JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = ranked.neighbourhood_id
LEFT JOIN frames_frame best ON best.id = ranked.best_frame_id
WHERE %(pattern)s::text IS NULL OR translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
ORDER BY ranked.rank
LIMIT %(at_most)s OFFSET %(skip)s;
