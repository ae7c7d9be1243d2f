-- Takes streets in and answers in one row: how many are `new`, how many known ones `changed` name, kind or credit.
-- A street is known by its line, point for point.
-- Inputs: names, kinds, credits (texts), shapes (WKB of LineStrings in lon, lat): arrays of one length.
-- Relies on street_on_plane.
WITH given AS (
    SELECT DISTINCT ON (line) name, kind, credit, line
    FROM (
        SELECT name, kind, credit, ST_GeomFromWKB(shape, 4326) AS line
        FROM unnest(%(names)s::text[], %(kinds)s::text[], %(credits)s::text[], %(shapes)s::bytea[]) AS row (name, kind, credit, shape)
    ) streets
    ORDER BY line, name DESC
),
known AS (
    SELECT street.id, given.*
    FROM given
    JOIN houses_street street ON street.line::geometry && given.line AND street.line::geometry = given.line
),
changed AS (
    UPDATE houses_street street
    SET name = known.name, kind = known.kind, credit = known.credit
    FROM known
    WHERE street.id = known.id
        AND (street.name, street.kind, street.credit) IS DISTINCT FROM (known.name, known.kind, known.credit)
    RETURNING 1
),
new AS (
    INSERT INTO houses_street (name, kind, credit, line)
    SELECT name, kind, credit, line::geography
    FROM given
    WHERE NOT EXISTS (SELECT 1 FROM known WHERE known.line = given.line)
    RETURNING 1
)
SELECT (SELECT count(*) FROM new) AS new, (SELECT count(*) FROM changed) AS changed;
