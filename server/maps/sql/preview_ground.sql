-- One row: a piece of the ground in a box: its layer (park, water, building, street), its kind, and its shape as WKB in lon, lat.
-- Inputs: west, south, east, north (degrees); detail (degrees: what is smaller is left out); areas (kinds of areas); kinds (of streets).
-- Relies on area_on_plane and street_on_plane.
SELECT kind AS layer, kind, ST_AsBinary(ST_SimplifyPreserveTopology(area::geometry, %(detail)s)) AS shape
FROM maps_basearea
WHERE kind = ANY(%(areas)s) AND area::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
UNION ALL
SELECT 'street', kind, ST_AsBinary(ST_Simplify(line::geometry, %(detail)s))
FROM houses_street
WHERE kind = ANY(%(kinds)s) AND line::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
ORDER BY 1, 2;
