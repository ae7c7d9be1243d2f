-- One row: an evening (`on`, the date; hours before noon belong to the evening before) and how many visible houses with a score
-- in the season were seen then, the earliest first.
-- Inputs: scorer, season (ids); starts_at, ends_at (moments, the second one excluded); zone (the place's time zone).
-- Relies on the index of houses_sighting.house_id and on houses_housescore (scorer, season, -festivity).
SELECT seen."on", count(*) AS houses
FROM (
    SELECT DISTINCT
        ((frame.captured_at AT TIME ZONE %(zone)s) - interval '12 hours')::date AS "on",
        score.house_id
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    JOIN houses_sighting sighting ON sighting.house_id = score.house_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
        AND sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed
        AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
) seen
GROUP BY seen."on"
ORDER BY seen."on";
