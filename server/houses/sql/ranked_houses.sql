-- One row: a visible house with a score under the scorer in the season, ranked 1, 2, 3 … by festivity, the older house first
-- where two are alike. Ranks count every visible house of the season, whatever is asked for. `novelty_rank` counts those with a
-- novelty, the most novel first; with by_novelty only these are listed, in that order.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); many, most (lowest festivity of a house in these classes);
-- neighbourhood (id or null); streets (ids or null); houses (public ids or null); west, south, east, north (degrees, or null); evening_from, evening_to
-- (moments between which the house was seen, the second one excluded, or null); classes (names or null); since (moment or null:
-- scores that are new or have changed then or later); at_most (rows or null); skip (rows); by_novelty (whether).
-- Relies on houses_housescore (scorer, season, -festivity) and the index of houses_sighting.house_id.
WITH ranked AS (
    SELECT
        score.id AS score_id, house.id AS house_id,
        row_number() OVER (PARTITION BY house.neighbourhood_id ORDER BY score.festivity DESC, house.id) AS rank_in_neighbourhood,
        row_number() OVER (ORDER BY score.festivity DESC, house.id) AS rank,
        CASE WHEN score.novelty IS NOT NULL THEN row_number() OVER (ORDER BY score.novelty DESC NULLS LAST, house.id) END AS novelty_rank,
        score.festivity, score.updated_at
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
),
wanted AS (
    SELECT id
    FROM houses_house
    WHERE (%(neighbourhood)s::bigint IS NULL OR neighbourhood_id = %(neighbourhood)s)
        AND (%(streets)s::bigint[] IS NULL OR street_id = ANY(%(streets)s))
        AND (%(houses)s::text[] IS NULL OR public_id = ANY(%(houses)s))
        AND (
            %(west)s::float8 IS NULL
            OR position::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
        )
        AND (
            %(evening_from)s::timestamptz IS NULL
            OR id IN (
                SELECT sighting.house_id
                FROM houses_sighting sighting
                JOIN frames_frame frame ON frame.id = sighting.frame_id
                WHERE sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed AND sighting.house_id IS NOT NULL
                    AND frame.captured_at >= %(evening_from)s AND frame.captured_at < %(evening_to)s
            )
        )
),
listed AS (
    SELECT ranked.*, count(*) OVER () AS total
    FROM ranked
    JOIN wanted ON wanted.id = ranked.house_id
    WHERE (%(since)s::timestamptz IS NULL OR ranked.updated_at >= %(since)s)
        AND (NOT %(by_novelty)s OR ranked.novelty_rank IS NOT NULL)
        AND (
            %(classes)s::text[] IS NULL
            OR CASE WHEN ranked.festivity >= %(most)s THEN 'most' WHEN ranked.festivity >= %(many)s THEN 'many' ELSE 'some' END
                = ANY(%(classes)s)
        )
    ORDER BY CASE WHEN %(by_novelty)s THEN novelty_rank ELSE rank END
    LIMIT %(at_most)s OFFSET %(skip)s
),
chosen AS (
    SELECT
        listed.*, score.fair_festivity, score.low, score.high, score.lit_front_m2, score.distance_m, score.frames, score.counted,
        score.novelty, score.best_frame_id,
        house.public_id, house.position, house.synthetic, house.neighbourhood_id, house.street_id
    FROM listed
    JOIN houses_housescore score ON score.id = listed.score_id
    JOIN houses_house house ON house.id = listed.house_id
)
SELECT
    chosen.house_id,
    chosen.public_id,
    ST_X(chosen.position::geometry) AS lon,
    ST_Y(chosen.position::geometry) AS lat,
    chosen.rank,
    CASE WHEN chosen.neighbourhood_id IS NULL THEN NULL ELSE chosen.rank_in_neighbourhood END AS rank_in_neighbourhood,
    chosen.festivity,
    round((100 * (1 - exp(-chosen.festivity / %(scale)s)))::numeric, 1)::float8 AS points,
    round((100 * (1 - exp(-chosen.fair_festivity / %(scale)s)))::numeric, 1)::float8 AS fair_points,
    round((100 * (1 - exp(-chosen.low / %(scale)s)))::numeric, 1)::float8 AS points_low,
    round((100 * (1 - exp(-chosen.high / %(scale)s)))::numeric, 1)::float8 AS points_high,
    round(chosen.lit_front_m2::numeric, 1)::float8 AS lit_front_m2,
    round(chosen.distance_m::numeric, 1)::float8 AS distance_m,
    CASE
        WHEN chosen.festivity >= %(most)s THEN 'most'
        WHEN chosen.festivity >= %(many)s THEN 'many'
        ELSE 'some'
    END AS festivity_class,
    (SELECT count(*) FROM votes_vote vote WHERE vote.house_id = chosen.house_id AND vote.season_id = %(season)s) AS votes,
    chosen.frames,
    chosen.counted,
    round((100 * chosen.novelty)::numeric)::int AS novelty,
    chosen.novelty_rank,
    best.public_id AS best_frame,
    coalesce(street.name, '') AS street,
    chosen.street_id,
    coalesce(neighbourhood.name, '') AS neighbourhood,
    coalesce(neighbourhood.slug, '') AS neighbourhood_slug,
    chosen.synthetic,
    chosen.total
FROM chosen
LEFT JOIN frames_frame best ON best.id = chosen.best_frame_id
LEFT JOIN houses_street street ON street.id = chosen.street_id
LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = chosen.neighbourhood_id
ORDER BY CASE WHEN %(by_novelty)s THEN chosen.novelty_rank ELSE chosen.rank END;
