-- Takes address points and footprints in and answers in one row: how many `addresses` and `buildings` are new. What is known, point
-- for point, stays.
-- Inputs: addresses, buildings (WKB of Points and MultiPolygons in lon, lat), credit (text).
-- Relies on the geography index of houses_addresspoint.position and on building_on_plane.
WITH address AS (
    INSERT INTO houses_addresspoint (position, credit)
    SELECT DISTINCT place::geography, %(credit)s
    FROM (SELECT ST_GeomFromWKB(shape, 4326) AS place FROM unnest(%(addresses)s::bytea[]) AS given (shape)) places
    WHERE NOT EXISTS (
        SELECT 1 FROM houses_addresspoint known
        WHERE known.position && places.place::geography AND known.position::geometry = places.place
    )
    RETURNING 1
),
building AS (
    INSERT INTO houses_building (outline, credit)
    SELECT DISTINCT ON (area) area::geography, %(credit)s
    FROM (SELECT ST_GeomFromWKB(shape, 4326) AS area FROM unnest(%(buildings)s::bytea[]) AS given (shape)) areas
    WHERE NOT EXISTS (
        SELECT 1 FROM houses_building known
        WHERE known.outline::geometry && areas.area AND known.outline::geometry = areas.area
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM address) AS addresses, (SELECT count(*) FROM building) AS buildings;
