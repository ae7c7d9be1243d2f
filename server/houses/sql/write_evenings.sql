-- Writes what each evening saw of houses, and answers in one row how many rows changed. An evening's festivity of a house is
-- the mean of its three best frames then; 0 where at least two scored frames were taken within %(reach_m)s metres, facing it,
-- and none shows its lights. Evenings that saw nothing of it any more go.
-- Inputs: scorer (id); houses (ids); zone (the place's time zone: hours before noon belong to the evening before); reach_m
-- (metres from the roadside point); facing (lowest cosine between where a frame looks and where the house lies).
-- Relies on the index of houses_sighting.house_id and the geography index of frames_frame.position.
WITH asked AS (
    SELECT id, position, facing_deg FROM houses_house WHERE id = ANY(%(houses)s)
),
shown AS (
    SELECT
        sighting.house_id, ((frame.captured_at AT TIME ZONE %(zone)s) - interval '12 hours')::date AS "on",
        least(1, sum(region.share ORDER BY region.id)) AS festivity
    FROM asked
    JOIN houses_sighting sighting ON sighting.house_id = asked.id
    JOIN frames_region region ON region.id = sighting.region_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed
    GROUP BY sighting.house_id, frame.id
),
lit AS (
    SELECT house_id, "on", avg(festivity ORDER BY place) FILTER (WHERE place <= 3) AS festivity, count(*) AS frames
    FROM (
        SELECT shown.*, row_number() OVER (PARTITION BY house_id, "on" ORDER BY festivity DESC) AS place FROM shown
    ) best
    GROUP BY house_id, "on"
),
passed AS (
    SELECT
        asked.id AS house_id, ((frame.captured_at AT TIME ZONE %(zone)s) - interval '12 hours')::date AS "on", count(*) AS frames
    FROM asked
    JOIN frames_frame frame ON ST_DWithin(frame.position, asked.position, %(reach_m)s)
    JOIN frames_framescore score ON score.frame_id = frame.id AND score.scorer_id = %(scorer)s
    JOIN drives_camera camera ON camera.id = frame.camera_id
    WHERE NOT frame.poisoned AND frame.heading_deg IS NOT NULL
        AND cosd(
            frame.heading_deg + CASE frame.view WHEN 1 THEN -90 WHEN 2 THEN 90 ELSE camera.mount_angle_deg END - asked.facing_deg
        ) >= %(facing)s
    GROUP BY asked.id, "on"
    HAVING count(*) >= 2
),
fresh AS (
    SELECT
        coalesce(lit.house_id, passed.house_id) AS house_id, coalesce(lit."on", passed."on") AS "on",
        coalesce(lit.festivity, 0) AS festivity, coalesce(lit.frames, passed.frames) AS frames
    FROM lit
    FULL JOIN passed ON passed.house_id = lit.house_id AND passed."on" = lit."on"
),
gone AS (
    DELETE FROM houses_houseevening evening
    WHERE evening.scorer_id = %(scorer)s AND evening.house_id = ANY(%(houses)s)
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.house_id = evening.house_id AND fresh."on" = evening."on")
    RETURNING 1
),
written AS (
    INSERT INTO houses_houseevening AS evening (house_id, scorer_id, "on", festivity, frames)
    SELECT house_id, %(scorer)s, "on", festivity, frames FROM fresh
    ORDER BY house_id, "on"
    ON CONFLICT (scorer_id, house_id, "on") DO UPDATE
    SET festivity = excluded.festivity, frames = excluded.frames
    WHERE (evening.festivity, evening.frames) IS DISTINCT FROM (excluded.festivity, excluded.frames)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) AS changed;
