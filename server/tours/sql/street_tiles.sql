-- One row: a tile of the ground, with how many streets reach into it that one may take, and the latest of them: as long as both
-- stay, so do its streets, since a street's line is never changed.
-- Inputs: columns, rows (arrays of one length: tiles of `size` degrees, counted from `shift` degrees east and north of 0, 0); without (kinds).
-- Relies on street_on_plane.
SELECT asked.x, asked.y, count(street.id) AS streets, coalesce(max(street.id), 0) AS latest
FROM unnest(%(columns)s::int[], %(rows)s::int[]) AS asked (x, y)
LEFT JOIN houses_street street ON NOT street.kind = ANY(%(without)s)
    AND street.line::geometry && ST_MakeEnvelope(
        asked.x * %(size)s::float8 + %(shift)s, asked.y * %(size)s::float8 + %(shift)s,
        (asked.x + 1) * %(size)s::float8 + %(shift)s, (asked.y + 1) * %(size)s::float8 + %(shift)s, 4326
    )
GROUP BY asked.x, asked.y
ORDER BY asked.x, asked.y;
