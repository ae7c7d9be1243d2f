-- One row: a region that shows a house with at least `many` lights in the season, of the largest share first, with its vector
-- (float16). Houses that are hidden or have fewer lights have none: what is not a display is neither novel nor compared with.
-- Inputs: scorer, season (ids); many (lowest festivity of a house with many lights); houses (ids, or null for all); starts_at,
-- ends_at (moments, the second one excluded); at_most (regions of a house).
-- Relies on the index of houses_sighting.house_id and on one_score_per_house_and_season.
SELECT score.house_id, largest.share, largest.vector
FROM houses_housescore score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
CROSS JOIN LATERAL (
    SELECT region.share, region.vector
    FROM houses_sighting sighting
    JOIN frames_region region ON region.id = sighting.region_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE sighting.house_id = score.house_id AND sighting.scorer_id = score.scorer_id AND NOT sighting.suppressed
        AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
    ORDER BY region.share DESC, region.id
    LIMIT %(at_most)s
) largest
WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND score.festivity >= %(many)s
    AND (%(houses)s::bigint[] IS NULL OR score.house_id = ANY(%(houses)s))
ORDER BY score.house_id, largest.share DESC;
