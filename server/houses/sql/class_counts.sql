-- One row: how many visible houses of each class (some, many, most) have a score under the scorer in the season.
-- Inputs: those of ranked_houses.sql but houses, at_most and skip; classes are ignored, so that each tells what choosing it would give.
-- Relies on houses_housescore (scorer, season, -festivity) and the index of houses_sighting.house_id.
SELECT
    count(*) FILTER (WHERE score.festivity < %(many)s) AS some,
    count(*) FILTER (WHERE score.festivity >= %(many)s AND score.festivity < %(most)s) AS many,
    count(*) FILTER (WHERE score.festivity >= %(most)s) AS most
FROM houses_housescore score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
    AND (%(since)s::timestamptz IS NULL OR score.updated_at >= %(since)s)
    AND (%(neighbourhood)s::bigint IS NULL OR house.neighbourhood_id = %(neighbourhood)s)
    AND (
        %(west)s::float8 IS NULL
        OR house.position::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    )
    AND (
        %(evening_from)s::timestamptz IS NULL
        OR house.id IN (
            SELECT sighting.house_id
            FROM houses_sighting sighting
            JOIN frames_frame frame ON frame.id = sighting.frame_id
            WHERE sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed AND sighting.house_id IS NOT NULL
                AND frame.captured_at >= %(evening_from)s AND frame.captured_at < %(evening_to)s
        )
    );
