-- Writes houses %(first)s to %(last)s (numbers) of a city in rows, each with sightings that have found it, and a passage for every one.
-- Inputs: of_a_house, of_a_row (counts); step_lon, row_lat, front_lat, kerb_lat, lon, lat (degrees); scorer, drive, camera, footage (ids);
-- dimension (numbers of a vector); at (when all frames were taken).
WITH house AS (
    SELECT
        number, %(lon)s + (number %% %(of_a_row)s) * %(step_lon)s::float8 AS lon,
        %(lat)s + (number / %(of_a_row)s) * %(row_lat)s::float8 AS lat
    FROM generate_series(%(first)s, %(last)s) AS number
),
founded AS (
    INSERT INTO houses_house (public_id, position, facing_deg, synthetic, hidden, front, front_by, spread_m, unpublished, created_at)
    SELECT
        'g' || lpad(number::text, 15, '0'), ST_SetSRID(ST_MakePoint(lon, lat - %(kerb_lat)s), 4326)::geography, 180, true, false,
        ST_SetSRID(ST_MakePoint(lon, lat - %(front_lat)s), 4326)::geography, 'rays', 3, false, now()
    FROM house
    RETURNING id, public_id
),
view AS (
    SELECT
        house.number, founded.id AS house_id, house.number * %(of_a_house)s + step AS at_ms,
        house.lon + (step - 5) * 0.000004 AS lon, house.lat AS lat
    FROM house
    JOIN founded ON founded.public_id = 'g' || lpad(house.number::text, 15, '0')
    CROSS JOIN generate_series(0, %(of_a_house)s - 1) AS step
),
frame AS (
    INSERT INTO frames_frame (
        public_id, at_ms, view, part, device_at, captured_at, position, heading_deg, width, height, picture, thumbnail, still, poisoned,
        not_festive, attempts, camera_id, drive_id, footage_id
    )
    SELECT
        'f' || lpad(at_ms::text, 15, '0'), at_ms, 0, 0, %(at)s, %(at)s, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography, 90, 800, 450,
        '', '', '', false, false, 0, %(camera)s, %(drive)s, %(footage)s
    FROM view
    RETURNING id, at_ms
),
region AS (
    INSERT INTO frames_region (index, box, festivity, share, vector, patches, frame_id, scorer_id)
    SELECT
        0, ARRAY[0.4, 0.4, 0.6, 0.8], 0.5, 0.05,
        decode(lpad(to_hex((at_ms * 7919) %% 256), 2, '0') || '38' || repeat('003c', %(dimension)s - 1), 'hex'), '', id, %(scorer)s
    FROM frame
    RETURNING id, frame_id, vector
),
passage AS (
    INSERT INTO houses_passage (
        began_at, front, front_by, east_m2, north_m2, mixed_m2, facing_deg, vector, drive_id, look_id, scorer_id, trust
    )
    SELECT
        %(at)s, ST_SetSRID(ST_MakePoint(view.lon, view.lat - %(front_lat)s), 4326)::geography, 'line', 6, 20, 0, 180, region.vector,
        %(drive)s, region.id, %(scorer)s, 0
    FROM region
    JOIN frame ON frame.id = region.frame_id
    JOIN view USING (at_ms)
    RETURNING id, look_id
)
INSERT INTO houses_sighting (
    side, position, front, front_by, away_spread_m, bearing_deg, facing_deg, suppressed, distance_m, distance_by, frame_id, house_id,
    region_id, scorer_id, passage_id
)
SELECT
    'right', ST_SetSRID(ST_MakePoint(view.lon, view.lat - %(kerb_lat)s), 4326)::geography,
    ST_SetSRID(ST_MakePoint(view.lon, view.lat - %(front_lat)s), 4326)::geography, 'line', 4.5, 180, 180, false, 14, 'line',
    region.frame_id, view.house_id, region.id, %(scorer)s, passage.id
FROM region
JOIN frame ON frame.id = region.frame_id
JOIN view USING (at_ms)
JOIN passage ON passage.look_id = region.id;
