-- One row: a tile of the ground, with how many streets reach into it that one may take, and the latest of them: as long as both
-- stay, so do its streets, since a street's line is never changed.
-- Inputs: columns, rows (arrays: whole numbers of `size` degrees from 0, 0, of one length); size (degrees); without (kinds).
-- Relies on street_on_plane.
SELECT asked.x, asked.y, count(street.id) AS streets, coalesce(max(street.id), 0) AS latest
FROM unnest(%(columns)s::int[], %(rows)s::int[]) AS asked (x, y)
LEFT JOIN houses_street street ON NOT street.kind = ANY(%(without)s)
    AND street.line::geometry && ST_MakeEnvelope(
        asked.x * %(size)s::float8, asked.y * %(size)s::float8, (asked.x + 1) * %(size)s::float8, (asked.y + 1) * %(size)s::float8, 4326
    )
GROUP BY asked.x, asked.y
ORDER BY asked.x, asked.y;
