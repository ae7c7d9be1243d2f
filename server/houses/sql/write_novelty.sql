-- Writes how novel houses are, and how far their nearest displays reach; answers in one row how many scores changed. Houses
-- without a look lose their novelty.
-- Inputs: scorer, season (ids); houses, novelties, reaches (arrays of one length); asked (ids of houses that were looked at).
-- Relies on one_score_per_house_and_season and one_look_per_house_and_season.
WITH fresh AS (
    SELECT * FROM unnest(%(houses)s::bigint[], %(novelties)s::float8[], %(reaches)s::float8[]) AS row (house_id, novelty, reach)
),
reached AS (
    UPDATE houses_houselook look
    SET reach = fresh.reach
    FROM fresh
    WHERE look.house_id = fresh.house_id AND look.scorer_id = %(scorer)s AND look.season_id = %(season)s
        AND look.reach IS DISTINCT FROM fresh.reach
),
forgotten AS (
    UPDATE houses_housescore score
    SET novelty = NULL
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND score.novelty IS NOT NULL
        AND score.house_id = ANY(%(asked)s)
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.house_id = score.house_id)
        AND NOT EXISTS (
            SELECT 1 FROM houses_houselook look
            WHERE look.house_id = score.house_id AND look.scorer_id = %(scorer)s AND look.season_id = %(season)s
        )
    RETURNING 1
),
written AS (
    UPDATE houses_housescore score
    SET novelty = fresh.novelty
    FROM fresh
    WHERE score.house_id = fresh.house_id AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
        AND score.novelty IS DISTINCT FROM fresh.novelty
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM forgotten) AS changed;
