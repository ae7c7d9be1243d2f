-- One row: a ray that meets a building, and how far off its nearest wall is, in metres, from %(nearest_m)s on.
-- Inputs: numbers (the rays' own), lines (WKB LineStrings in lon, lat from the camera on, none across the antimeridian).
-- Relies on building_on_plane. Over 50 m a line on the plane is the same as on the sphere to a millimetre.
WITH ray AS (
    SELECT number, ST_GeomFromWKB(line, 4326) AS line
    FROM unnest(%(numbers)s::int[], %(lines)s::bytea[]) AS asked (number, line)
),
wall AS (
    SELECT
        ray.number,
        ST_Distance(ST_StartPoint(ray.line)::geography, ST_Intersection(building.outline::geometry, ray.line)::geography) AS away_m
    FROM ray
    JOIN houses_building building
        ON building.outline::geometry && ray.line AND ST_Intersects(building.outline::geometry, ray.line)
)
SELECT number, min(away_m) AS away_m
FROM wall
WHERE away_m >= %(nearest_m)s
GROUP BY number;
