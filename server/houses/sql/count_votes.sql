-- Writes how many counted votes houses have in a season, in the category that goes with points, into their scores under every
-- scorer; the standing follows. One row: how many scores changed.
-- Inputs: season (id); houses (ids, or null for all).
-- Relies on votes_of_a_house and one_score_per_house_and_season.
WITH counted AS (
    SELECT vote.house_id, count(*) AS votes
    FROM votes_vote vote
    JOIN votes_category category ON category.id = vote.category_id
    WHERE category.goes_with = 'points' AND vote.season_id = %(season)s AND vote.state = 'counted'
        AND vote.house_id = ANY(%(houses)s) -- if houses
    GROUP BY vote.house_id
),
written AS (
    UPDATE houses_housescore score
    SET votes = coalesce(counted.votes, 0)
    FROM houses_housescore found
    LEFT JOIN counted ON counted.house_id = found.house_id
    WHERE score.id = found.id AND found.season_id = %(season)s
        AND found.house_id = ANY(%(houses)s) -- if houses
        AND score.votes <> coalesce(counted.votes, 0)
    RETURNING 1
)
SELECT count(*) AS changed FROM written;
