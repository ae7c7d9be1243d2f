-- Gives a houseless sighting of the drive under %(scorer)s the house of another scorer's sighting on the same frame: the one
-- whose box overlaps most (intersection over union), if at least %(overlap)s; the live scorer's before all others. Boxes are x0, y0, x1, y1 in [0, 1].
-- Inputs: drive, scorer (ids), overlap (0 to 1). Relies on the index of houses_sighting.frame_id.
WITH fresh AS (
    SELECT sighting.id, sighting.frame_id, region.box
    FROM houses_sighting sighting
    JOIN frames_region region ON region.id = sighting.region_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE frame.drive_id = %(drive)s AND sighting.scorer_id = %(scorer)s AND sighting.house_id IS NULL
),
pair AS (
    SELECT
        fresh.id, older.house_id, scorer.live,
        ST_MakeEnvelope(fresh.box[1], fresh.box[2], fresh.box[3], fresh.box[4]) AS new_box,
        ST_MakeEnvelope(region.box[1], region.box[2], region.box[3], region.box[4]) AS old_box
    FROM fresh
    JOIN houses_sighting older ON older.frame_id = fresh.frame_id
    JOIN frames_region region ON region.id = older.region_id
    JOIN frames_scorer scorer ON scorer.id = older.scorer_id
    WHERE older.scorer_id <> %(scorer)s AND older.house_id IS NOT NULL
),
overlap AS (
    SELECT id, house_id, live, ST_Area(ST_Intersection(new_box, old_box)) / ST_Area(ST_Union(new_box, old_box)) AS share
    FROM pair
    WHERE ST_Intersects(new_box, old_box)
),
best AS (
    SELECT DISTINCT ON (id) id, house_id
    FROM overlap
    WHERE share >= %(overlap)s
    ORDER BY id, live DESC, share DESC, house_id
)
UPDATE houses_sighting sighting
SET house_id = best.house_id
FROM best
WHERE sighting.id = best.id;
