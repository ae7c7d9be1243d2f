-- One row: whom the streets of a box are owed to.
-- Inputs: west, south, east, north (degrees).
-- Relies on street_on_plane.
SELECT DISTINCT street.credit
FROM houses_street street
WHERE street.credit <> '' AND street.line::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
ORDER BY street.credit;
