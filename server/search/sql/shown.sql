-- One row: a region that shows a house of the season's map, with that house. A house is on the map while it is not hidden and has a
-- score; suppressed sightings and other scorers' do not show it.
-- Inputs: regions (array of ids); scorer, season (ids); starts_at, ends_at (moments, the second one excluded).
-- Relies on the unique index of houses_sighting.region_id and that of houses_housescore (house, scorer, season).
SELECT sighting.region_id, house.public_id
FROM houses_sighting sighting
JOIN houses_house house ON house.id = sighting.house_id AND NOT house.hidden
JOIN houses_housescore score ON score.house_id = house.id AND score.scorer_id = sighting.scorer_id AND score.season_id = %(season)s
JOIN frames_frame frame ON frame.id = sighting.frame_id
WHERE sighting.region_id = ANY(%(regions)s::bigint[]) AND sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed
    AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s;
