-- One row: a region that shows a house of the season's map, with its vector (float16), house after house, the largest
-- share first. A house is on the map while it is not hidden and has a score; suppressed sightings and other scorers' do not show it.
-- Inputs: scorer, season (ids); starts_at, ends_at (moments, the second one excluded); house (id, or null for all); at_most (regions of a house).
-- Relies on houses_housescore (scorer, season) and the index of houses_sighting.house_id.
WITH shown AS (
    SELECT
        house.id AS house_id, house.public_id, sighting.region_id,
        row_number() OVER (PARTITION BY house.id ORDER BY region.share DESC, region.id) AS place
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    JOIN houses_sighting sighting ON sighting.house_id = house.id AND sighting.scorer_id = score.scorer_id AND NOT sighting.suppressed
    JOIN frames_region region ON region.id = sighting.region_id AND region.scorer_id = score.scorer_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
        AND (%(house)s::bigint IS NULL OR house.id = %(house)s)
        AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
)
SELECT shown.public_id, region.vector
FROM shown
JOIN frames_region region ON region.id = shown.region_id
WHERE shown.place <= %(at_most)s
ORDER BY shown.house_id, shown.place;
