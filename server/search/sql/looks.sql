-- One row: a region that shows a house of the season's map, with its vector (float16), the largest share first. A house is on the map
-- while it is not hidden and has a score; suppressed sightings and other scorers' do not show it.
-- Inputs: scorer, season, house (ids); starts_at, ends_at (moments, the second one excluded); at_most (regions).
-- Relies on the index of houses_sighting.house_id.
SELECT region.vector
FROM houses_housescore score
JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
JOIN houses_sighting sighting ON sighting.house_id = house.id AND sighting.scorer_id = score.scorer_id AND NOT sighting.suppressed
JOIN frames_region region ON region.id = sighting.region_id AND region.scorer_id = score.scorer_id
JOIN frames_frame frame ON frame.id = sighting.frame_id
WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND house.id = %(house)s
    AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
ORDER BY region.share DESC, region.id
LIMIT %(at_most)s;
