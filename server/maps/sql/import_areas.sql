-- Takes areas of the base map in and answers in one row: how many are `new`, how many known ones `changed` kind or credit.
-- An area is known by its outline, point for point.
-- Inputs: kinds, credits (texts), shapes (WKB of MultiPolygons in lon, lat): arrays of one length.
-- Relies on area_on_plane.
WITH given AS (
    SELECT DISTINCT ON (area) kind, credit, area
    FROM (
        SELECT kind, credit, ST_GeomFromWKB(shape, 4326) AS area
        FROM unnest(%(kinds)s::text[], %(credits)s::text[], %(shapes)s::bytea[]) AS row (kind, credit, shape)
    ) areas
    ORDER BY area, kind
),
known AS (
    SELECT base.id, given.*
    FROM given
    JOIN maps_basearea base ON base.area::geometry && given.area AND base.area::geometry = given.area
),
changed AS (
    UPDATE maps_basearea base
    SET kind = known.kind, credit = known.credit
    FROM known
    WHERE base.id = known.id AND (base.kind, base.credit) IS DISTINCT FROM (known.kind, known.credit)
    RETURNING 1
),
new AS (
    INSERT INTO maps_basearea (kind, credit, area)
    SELECT kind, credit, area::geography
    FROM given
    WHERE NOT EXISTS (SELECT 1 FROM known WHERE known.area = given.area)
    RETURNING 1
)
SELECT (SELECT count(*) FROM new) AS new, (SELECT count(*) FROM changed) AS changed;
