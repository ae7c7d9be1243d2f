-- Writes regions of %(scorer)s (id) that are missing, each of which looks as a region of another scorer on the same frame: its
-- vector, patches and depth are that one's.
-- Inputs, arrays of one length: frames (ids), indices, x0s, y0s, x1s, y1s (boxes in [0, 1]), festivities, shares, like (ids of regions).
-- Relies on the primary key of frames_region.
INSERT INTO frames_region (frame_id, scorer_id, index, box, festivity, share, vector, depth_m, patches)
SELECT
    fresh.frame_id, %(scorer)s, fresh.index, ARRAY[fresh.x0, fresh.y0, fresh.x1, fresh.y1], fresh.festivity, fresh.share,
    alike.vector, alike.depth_m, alike.patches
FROM unnest(
    %(frames)s::bigint[], %(indices)s::int[], %(x0s)s::float8[], %(y0s)s::float8[], %(x1s)s::float8[], %(y1s)s::float8[],
    %(festivities)s::float8[], %(shares)s::float8[], %(like)s::bigint[]
) AS fresh (frame_id, index, x0, y0, x1, y1, festivity, share, like_id)
JOIN frames_region alike ON alike.id = fresh.like_id
ON CONFLICT (frame_id, scorer_id, index) DO NOTHING;
