-- Brings maps_drivencell up to date with these drives, and answers the cells that have changed: one row of x, y each.
-- A drive's cell counts its frames of the season that the scorer has scored, and that were not set aside.
-- Inputs: scorer, season (ids); seen_zoom (zoom of the cells); starts_at, ends_at (moments, the second one excluded);
-- drives (ids, or null for all).
-- Relies on the index of frames_frame (drive, captured_at), one_score_per_frame_and_scorer and one_driven_cell_per_drive.
WITH fresh AS (
    SELECT drive_id, x, y, count(*)::int AS frames
    FROM frames_frame frame
    CROSS JOIN (SELECT 1 << %(seen_zoom)s AS columns) grid
    CROSS JOIN LATERAL (SELECT frame.position::geometry AS point) plane
    CROSS JOIN LATERAL (
        SELECT
            least(columns - 1, floor((ST_X(point) + 180) / 360 * columns)::int) AS x,
            floor((1 - asinh(tan(radians(ST_Y(point)))) / pi()) / 2 * columns)::int AS y
    ) cell
    WHERE NOT frame.poisoned AND abs(ST_Y(point)) < 85.0511
        AND (%(drives)s::bigint[] IS NULL OR frame.drive_id = ANY(%(drives)s::bigint[]))
        AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
        AND EXISTS (
            SELECT 1 FROM frames_framescore score WHERE score.frame_id = frame.id AND score.scorer_id = %(scorer)s
        )
    GROUP BY drive_id, x, y
),
empty AS (
    SELECT drive_id, x, y
    FROM maps_drivencell
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s
        AND (%(drives)s::bigint[] IS NULL OR drive_id = ANY(%(drives)s::bigint[]))
    EXCEPT
    SELECT drive_id, x, y FROM fresh
),
gone AS (
    DELETE FROM maps_drivencell cell
    USING empty
    WHERE cell.scorer_id = %(scorer)s AND cell.season_id = %(season)s
        AND cell.drive_id = empty.drive_id AND cell.x = empty.x AND cell.y = empty.y
    RETURNING cell.x, cell.y
),
written AS (
    INSERT INTO maps_drivencell AS cell (scorer_id, season_id, drive_id, x, y, frames)
    SELECT %(scorer)s, %(season)s, drive_id, x, y, frames FROM fresh
    ON CONFLICT (scorer_id, season_id, drive_id, x, y) DO UPDATE SET frames = excluded.frames
    WHERE cell.frames <> excluded.frames
    RETURNING x, y
)
SELECT x, y FROM gone UNION SELECT x, y FROM written;
