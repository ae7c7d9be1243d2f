-- One row: what came in for a house in a category and season of late. `burst` votes since %(minutes_ago)s; `network` voters since
-- %(day_ago)s from the network of %(network)s; `fresh` votes since %(minutes_ago)s by voters who had been known for less than
-- %(fresh_s)s seconds; `discarded`, whether a vote of the voter was discarded in the season.
-- Inputs: season, category, house, voter (ids); minutes_ago, day_ago (moments); network (hash, or empty); fresh_s (seconds).
-- Relies on votes_of_a_house and the index of votes_vote.voter_id.
SELECT
    count(*) FILTER (WHERE vote.cast_at >= %(minutes_ago)s) AS burst,
    count(*) FILTER (WHERE %(network)s <> '' AND vote.network_hash = %(network)s) AS network,
    count(*) FILTER (
        WHERE vote.cast_at >= %(minutes_ago)s AND voter.since > vote.cast_at - make_interval(secs => %(fresh_s)s)
    ) AS fresh,
    EXISTS (
        SELECT 1 FROM votes_vote earlier
        WHERE earlier.voter_id = %(voter)s AND earlier.season_id = %(season)s AND earlier.state = 'discarded'
    ) AS discarded
FROM votes_vote vote
JOIN votes_voter voter ON voter.id = vote.voter_id
WHERE vote.season_id = %(season)s AND vote.category_id = %(category)s AND vote.house_id = %(house)s
    AND vote.cast_at >= %(day_ago)s AND vote.voter_id <> %(voter)s;
