-- One row: a place (the whole city, a neighbourhood, a street) in numbers, in one season.
-- `houses` visible ones with a score, by class; `points` their mean; `first_on` the first evening that saw one of them lit;
-- `last_on` the last evening on which somebody came past. Of the houses seen on `last_on` and on an evening of the season before
-- it (`compared` of them): how many have `appeared`, gone `dark`, grown `brighter` or `dimmer`. The same with the season before, of the
-- houses that somebody came past in both (then_…).
-- Inputs: scorer, season (ids); before (id of the season before, or null); starts_on, ends_on, before_from, before_to (dates of both, the
-- latter or null); scale (festivity at 63 points); some, many, most (lowest festivity of a house in each class); neighbourhood
-- (id or null); streets (ids or null); change (the ratio of two festivities that is a change).
-- Relies on houses_housescore (scorer, season, -festivity) and one_row_per_house_and_evening.
WITH place AS (
    SELECT id
    FROM houses_house
    WHERE NOT hidden AND merged_into_id IS NULL
        AND (%(neighbourhood)s::bigint IS NULL OR neighbourhood_id = %(neighbourhood)s)
        AND (%(streets)s::bigint[] IS NULL OR street_id = ANY(%(streets)s))
),
score AS (
    SELECT
        place.id AS house_id,
        max(festivity) FILTER (WHERE season_id = %(season)s) AS now,
        max(festivity) FILTER (WHERE season_id = %(before)s) AS before
    FROM place
    JOIN houses_housescore score ON score.house_id = place.id
    WHERE score.scorer_id = %(scorer)s AND score.season_id IN (%(season)s, %(before)s)
    GROUP BY place.id
),
evening AS (
    SELECT
        evening.house_id, evening."on", evening.festivity,
        row_number() OVER (PARTITION BY evening.house_id ORDER BY evening."on" DESC) AS back
    FROM place
    JOIN houses_houseevening evening ON evening.house_id = place.id AND evening.scorer_id = %(scorer)s
    WHERE evening."on" BETWEEN %(starts_on)s AND %(ends_on)s
),
pair AS (
    SELECT
        house_id,
        max("on") AS last_on,
        max(festivity) FILTER (WHERE back = 1) AS now, max(festivity) FILTER (WHERE back = 2) AS before
    FROM evening
    GROUP BY house_id
),
latest AS (
    SELECT max(last_on) AS last_on FROM pair
),
drives AS (
    SELECT
        count(*) AS compared,
        count(*) FILTER (WHERE now >= %(some)s AND before < %(some)s) AS appeared,
        count(*) FILTER (WHERE now < %(some)s AND before >= %(some)s) AS dark,
        count(*) FILTER (WHERE before >= %(some)s AND now >= before * %(change)s) AS brighter,
        count(*) FILTER (WHERE now >= %(some)s AND now * %(change)s <= before) AS dimmer
    FROM pair
    JOIN latest ON latest.last_on = pair.last_on
    WHERE before IS NOT NULL AND greatest(now, before) >= %(some)s
),
passed_before AS (
    SELECT DISTINCT evening.house_id
    FROM place
    JOIN houses_houseevening evening ON evening.house_id = place.id AND evening.scorer_id = %(scorer)s
    WHERE evening."on" BETWEEN %(before_from)s::date AND %(before_to)s::date
),
seasons AS (
    SELECT
        count(*) AS then_compared,
        count(*) FILTER (WHERE score.before IS NULL) AS then_appeared,
        count(*) FILTER (WHERE score.now IS NULL) AS then_dark,
        count(*) FILTER (WHERE score.now >= score.before * %(change)s) AS then_brighter,
        count(*) FILTER (WHERE score.now * %(change)s <= score.before) AS then_dimmer
    FROM score
    LEFT JOIN passed_before ON passed_before.house_id = score.house_id
    LEFT JOIN pair ON pair.house_id = score.house_id
    WHERE (score.before IS NOT NULL OR passed_before.house_id IS NOT NULL) AND (score.now IS NOT NULL OR pair.house_id IS NOT NULL)
)
SELECT
    (SELECT count(*) FROM score WHERE now IS NOT NULL) AS houses,
    (SELECT count(*) FROM score WHERE now < %(many)s) AS some,
    (SELECT count(*) FROM score WHERE now >= %(many)s AND now < %(most)s) AS many,
    (SELECT count(*) FROM score WHERE now >= %(most)s) AS most,
    (SELECT round(avg(100 * (1 - exp(-now / %(scale)s)))::numeric, 1)::float8 FROM score) AS points,
    (SELECT min("on") FROM evening WHERE festivity >= %(some)s) AS first_on,
    latest.last_on,
    drives.*,
    seasons.*
FROM latest, drives, seasons;
