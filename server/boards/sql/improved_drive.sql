-- One row: a visible house with a score in the season that its last evening (the evening asked for) saw with at least %(change)s times
-- the festivity of the evening before it on which somebody came past; the most points gained first, the older house between
-- equals. One that was dark before gained all of its points. Ranks are those of the whole board, whatever is looked for.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); some (lowest festivity of lights); change (a ratio); starts_on, ends_on
-- (dates); evening (date or null); pattern (folded, for LIKE, or null); accents, plain (characters that are folded, and what to); at_most
-- (rows or null); skip.
-- Relies on one_row_per_house_and_evening and one_score_per_house_and_season.
WITH evening AS (
    SELECT
        evening.house_id, evening."on", evening.festivity,
        row_number() OVER (PARTITION BY evening.house_id ORDER BY evening."on" DESC) AS back
    FROM houses_houseevening evening
    JOIN houses_housescore score
        ON score.house_id = evening.house_id AND score.scorer_id = evening.scorer_id AND score.season_id = %(season)s
    JOIN houses_house house ON house.id = evening.house_id AND NOT house.hidden
    WHERE evening.scorer_id = %(scorer)s
        AND evening."on" BETWEEN %(starts_on)s AND coalesce(%(evening)s::date, %(ends_on)s)
),
pair AS (
    SELECT
        house_id,
        max("on") FILTER (WHERE back = 1) AS now_on, max(festivity) FILTER (WHERE back = 1) AS now,
        max("on") FILTER (WHERE back = 2) AS then_on, max(festivity) FILTER (WHERE back = 2) AS before
    FROM evening
    WHERE back <= 2
    GROUP BY house_id
    HAVING count(*) = 2
),
gained AS (
    SELECT
        pair.house_id, pair.now_on, pair.then_on,
        100 * (1 - exp(-pair.now / %(scale)s)) AS points_now, 100 * (1 - exp(-pair.before / %(scale)s)) AS points_then,
        before < %(some)s AS was_dark
    FROM pair
    WHERE now >= %(some)s AND now >= before * %(change)s
        AND (%(evening)s::date IS NULL OR now_on = %(evening)s)
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
    ranked.was_dark, ranked.now_on, ranked.then_on,
    ST_X(house.position::geometry) AS lon, ST_Y(house.position::geometry) AS lat,
    best.public_id AS best_frame,
    house.synthetic,
    count(*) OVER () AS total
FROM ranked
JOIN houses_house house ON house.id = ranked.house_id
JOIN houses_housescore score ON score.house_id = house.id AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
LEFT JOIN houses_street street ON street.id = house.street_id
LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
LEFT JOIN frames_frame best ON best.id = score.best_frame_id
WHERE %(pattern)s::text IS NULL
    OR translate(lower(street.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    OR translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    OR house.public_id LIKE %(pattern)s
ORDER BY ranked.rank
LIMIT %(at_most)s OFFSET %(skip)s;
