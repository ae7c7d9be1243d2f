-- One row: a listed house of a season in one category, by rank, with what its place follows from: `points` (unrounded), `novelty`
-- (0 to 100, or null), `votes` (the counted ones), `age` (1 for the house that was found first of these). `standing` is the one
-- that is stored where the category goes with points, and computed by the same function where it does not; the house found first
-- is before others of the same standing. A category that goes with novelty has the houses that have one, one that goes with nothing those with votes.
-- Inputs: scorer, season, category (ids); one of by_points, by_novelty, by_votes; at_most (rows, or null).
-- Relies on standing_of_a_season and votes_of_a_house.
WITH counted AS (
    SELECT house_id, count(*)::int AS votes
    FROM votes_vote
    WHERE season_id = %(season)s AND category_id = %(category)s AND state = 'counted'
    GROUP BY house_id
),
placed AS (
    SELECT
        house.id, house.public_id AS house, coalesce(counted.votes, 0) AS votes,
        house_worth(score.festivity, scorer.card) AS points, 100 * score.novelty AS novelty,
        score.standing -- if by_points
        house_standing(100 * score.novelty, coalesce(counted.votes, 0)) AS standing -- if by_novelty
        house_standing(0, counted.votes) AS standing -- if by_votes
    FROM houses_housescore score
    JOIN frames_scorer scorer ON scorer.id = score.scorer_id
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    LEFT JOIN counted ON counted.house_id = score.house_id
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND score.listed
        AND score.novelty IS NOT NULL -- if by_novelty
        AND counted.votes > 0 -- if by_votes
)
SELECT
    house, row_number() OVER (ORDER BY id) AS age, votes, points, novelty, standing,
    row_number() OVER (ORDER BY standing DESC, id) AS rank
FROM placed
ORDER BY rank
LIMIT %(at_most)s;
