-- One row: a visible house whose score in the season is at least %(change)s times that of the season before; the most points gained
-- first, the older house between equals. A house without a score then gained all of its points where somebody came past it in
-- that season; one that nobody came past is not compared. Ranks are those of the whole board, whatever is looked for.
-- Inputs: scorer, season (ids); before (id of the season before, or null: then there is no row); before_from, before_to (its dates, or
-- null); scale (festivity at 63 points); change (a ratio); pattern (folded, for LIKE, or null); accents, plain (characters that are
-- folded, and what to); at_most (rows or null); skip.
-- Relies on houses_housescore (scorer, season, -festivity) and one_row_per_house_and_evening.
WITH gained AS (
    SELECT
        score.house_id, score.best_frame_id, before.id IS NULL AS was_dark,
        100 * (1 - exp(-score.festivity / %(scale)s)) AS points_now,
        100 * (1 - exp(-coalesce(before.festivity, 0) / %(scale)s)) AS points_then
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    LEFT JOIN houses_housescore before
        ON before.house_id = score.house_id AND before.scorer_id = score.scorer_id AND before.season_id = %(before)s
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND %(before)s::bigint IS NOT NULL
        AND score.festivity >= coalesce(before.festivity, 0) * %(change)s
        AND (
            before.id IS NOT NULL
            OR EXISTS (
                SELECT 1
                FROM houses_houseevening evening
                WHERE evening.house_id = score.house_id AND evening.scorer_id = score.scorer_id
                    AND evening."on" BETWEEN %(before_from)s::date AND %(before_to)s::date
            )
        )
),
ranked AS (
    SELECT gained.*, row_number() OVER (ORDER BY points_now - points_then DESC, house_id) AS rank FROM gained
)
SELECT
    ranked.rank, house.public_id,
    coalesce(street.name, '') AS street, coalesce(neighbourhood.name, '') AS neighbourhood,
    round(ranked.points_now::numeric, 1)::float8 AS points_now,
    round(ranked.points_then::numeric, 1)::float8 AS points_then,
    round((ranked.points_now - ranked.points_then)::numeric, 1)::float8 AS gain,
    ranked.was_dark, NULL::date AS now_on, NULL::date AS then_on,
    ST_X(house.position::geometry) AS lon, ST_Y(house.position::geometry) AS lat,
    best.public_id AS best_frame,
    house.synthetic,
    count(*) OVER () AS total
FROM ranked
JOIN houses_house house ON house.id = ranked.house_id
LEFT JOIN houses_street street ON street.id = house.street_id
LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
LEFT JOIN frames_frame best ON best.id = ranked.best_frame_id
WHERE %(pattern)s::text IS NULL
    OR translate(lower(street.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    OR translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    OR house.public_id LIKE %(pattern)s
ORDER BY ranked.rank
LIMIT %(at_most)s OFFSET %(skip)s;
