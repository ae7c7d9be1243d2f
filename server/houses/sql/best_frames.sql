-- One row: a frame of the season that shows the house and no hidden one beside it, nor a display that was one's and is no house's yet, with the
-- part of its festivity that is this house's, the most first. What another scorer says of hidden ones that never was live does not count.
-- Inputs: house, scorer (ids); starts_at, ends_at (moments, the second one excluded); zone (the place's time zone).
-- `night` is the date of the evening: hours before noon belong to the night before.
-- Relies on the index of houses_sighting.house_id.
SELECT
    frame.public_id,
    frame.captured_at,
    ((frame.captured_at AT TIME ZONE %(zone)s) - interval '12 hours')::date AS night,
    least(1, sum(region.share)) AS festivity
FROM houses_sighting sighting
JOIN frames_region region ON region.id = sighting.region_id
JOIN frames_frame frame ON frame.id = sighting.frame_id
WHERE sighting.house_id = %(house)s AND sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed
    AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
    AND NOT EXISTS (
        SELECT 1
        FROM houses_sighting beside
        JOIN houses_house other ON other.id = beside.house_id
        JOIN frames_scorer seer ON seer.id = beside.scorer_id
        WHERE beside.frame_id = frame.id AND other.hidden
            AND (seer.id = %(scorer)s OR seer.live OR seer.promoted_at IS NOT NULL)
    ) AND NOT EXISTS (
        SELECT 1
        FROM frames_region gone
        JOIN houses_departure departure ON departure.region_id = gone.id
        JOIN houses_house other ON other.id = departure.house_id
        LEFT JOIN houses_sighting now ON now.region_id = gone.id
        WHERE gone.frame_id = frame.id AND other.hidden AND now.house_id IS NULL
    )
GROUP BY frame.id
ORDER BY festivity DESC, frame.captured_at, frame.id;
