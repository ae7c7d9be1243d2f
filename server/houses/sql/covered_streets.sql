-- One row: the id of a street of a track of which at least the share `covered` lies within %(beside_m)s metres of imported ones.
-- Inputs: driven (the kind of the streets of tracks); beside_m (metres); covered (0..1).
-- Relies on the geography index of houses_street.line.
SELECT own.id
FROM houses_street own
CROSS JOIN LATERAL (
    SELECT ST_Union(ST_Buffer(street.line, %(beside_m)s)::geometry) AS area
    FROM houses_street street
    WHERE street.kind <> %(driven)s AND ST_DWithin(street.line, own.line, %(beside_m)s)
) imported
WHERE own.kind = %(driven)s AND imported.area IS NOT NULL
    AND ST_Length(ST_Intersection(own.line::geometry, imported.area)::geography) >= %(covered)s * ST_Length(own.line)
ORDER BY own.id;
