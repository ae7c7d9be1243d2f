-- One row: the part of a street that lies in a box, as WKB in lon, lat.
-- Inputs: west, south, east, north (degrees); without (kinds that one may not take).
-- Relies on street_on_plane.
SELECT ST_AsBinary((ST_Dump(ST_ClipByBox2D(street.line::geometry, box.box))).geom) AS line
FROM houses_street street
JOIN (SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AS box) box ON street.line::geometry && box.box
WHERE NOT street.kind = ANY(%(without)s)
ORDER BY street.id;
