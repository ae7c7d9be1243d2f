-- One row: a passage under %(scorer)s (id) within %(reach_m)s metres of one of the passages %(passages)s (ids), itself among them,
-- with its place in degrees. Those that are %(known)s (ids) already are left out.
-- Relies on the geography index of houses_passage.front.
SELECT
    passage.id, passage.drive_id, passage.began_at, ST_X(passage.front::geometry) AS lon, ST_Y(passage.front::geometry) AS lat,
    passage.east_m2, passage.north_m2, passage.mixed_m2, passage.facing_deg, passage.vector, passage.look_id, passage.trust
FROM houses_passage passage
WHERE passage.id IN (
    SELECT near.id
    FROM unnest(%(passages)s::bigint[]) AS asked (id)
    JOIN houses_passage middle ON middle.id = asked.id
    JOIN houses_passage near ON ST_DWithin(near.front, middle.front, %(reach_m)s, false)
    WHERE near.scorer_id = %(scorer)s
    EXCEPT
    SELECT id FROM unnest(%(known)s::bigint[]) AS known (id)
);
