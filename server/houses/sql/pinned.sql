-- One row per sighting whose box overlaps a pin of its frame by at least %(overlap)s (intersection over union): `sighting` and the
-- pinned `house` (ids), by the newest word on that spot. A word that was taken back says that the spot shows what it was taken
-- for before. Inputs: pins (ids), then all sightings at their spots; or drive and scorer (ids), then its houseless sightings.
-- Relies on the index of houses_pin.frame_id and that of houses_sighting.frame_id.
SELECT DISTINCT ON (sighting.id) 
    sighting.id AS sighting, CASE WHEN decision.undone_at IS NULL THEN pin.house_id ELSE pin.before_id END AS house
FROM houses_pin pin
JOIN houses_decision decision ON decision.id = pin.decision_id
JOIN frames_frame frame ON frame.id = pin.frame_id
JOIN houses_sighting sighting ON sighting.frame_id = pin.frame_id
JOIN frames_region region ON region.id = sighting.region_id
CROSS JOIN LATERAL (
    SELECT
        ST_MakeEnvelope(pin.box[1], pin.box[2], pin.box[3], pin.box[4]) AS pinned,
        ST_MakeEnvelope(region.box[1], region.box[2], region.box[3], region.box[4]) AS seen
) boxes
WHERE
    CASE WHEN %(drive)s::bigint IS NULL THEN pin.id = ANY(%(pins)s::bigint[])
    ELSE
        frame.drive_id = %(drive)s AND sighting.scorer_id = %(scorer)s AND sighting.house_id IS NULL
    END
    AND ST_Intersects(pinned, seen)
    AND ST_Area(ST_Intersection(pinned, seen)) >= %(overlap)s * ST_Area(ST_Union(pinned, seen))
ORDER BY sighting.id, coalesce(decision.undone_at, decision.at) DESC, decision.id DESC;
