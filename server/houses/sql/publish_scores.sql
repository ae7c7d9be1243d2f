-- Writes the scores of a season and answers in one row: `houses` with a score now, `written` of them new or changed, `gone`.
-- A frame's contribution to a house is the sum of the shares of its unsuppressed regions that show the house, so that a house
-- that fills its frame keeps the frame's festivity. A house's score is the mean of its three best frames.
-- Beside it stands its fair festivity: the same sum over the shares that the regions would fill, were they seen square on from
-- 14 m (where that was never measured, over those that they fill). Frames that see the house cut off, or past a hedge, say less
-- than there is: of n frames the brighter half counts, (n + 1) / 2 rounded down. Fair festivity is the median of the frames
-- that count, its interval their middle four fifths (with fewer than three there is none); lit front and distance are
-- medians of the same frames.
-- A house with less than `some` has no lights to speak of, and no score: only decorated houses are public.
-- Its best frame is the best one that shows no hidden house beside it, or none.
-- Inputs: scorer, season (ids); some (lowest festivity of a decorated house); starts_at, ends_at (moments, the second one
-- excluded); houses (ids, or null for all).
-- Relies on the index of houses_sighting.house_id and on one_score_per_house_and_season.
WITH contribution AS (
    SELECT
        sighting.house_id, frame.id AS frame_id, frame.captured_at, least(1, sum(region.share)) AS festivity,
        least(1, sum(coalesce(sighting.share_at_reference, region.share))) AS fair,
        sum(sighting.lit_m2) AS lit_m2, avg(sighting.distance_m) AS distance_m,
        NOT EXISTS (
            SELECT 1
            FROM houses_sighting beside
            JOIN houses_house other ON other.id = beside.house_id
            WHERE beside.frame_id = frame.id AND other.hidden AND other.id <> sighting.house_id
        ) AS showable
    FROM houses_sighting sighting
    JOIN frames_region region ON region.id = sighting.region_id
    JOIN frames_frame frame ON frame.id = sighting.frame_id
    WHERE sighting.scorer_id = %(scorer)s AND NOT sighting.suppressed
        AND sighting.house_id IS NOT NULL
        AND (%(houses)s::bigint[] IS NULL OR sighting.house_id = ANY(%(houses)s))
        AND frame.captured_at >= %(starts_at)s AND frame.captured_at < %(ends_at)s
    GROUP BY sighting.house_id, frame.id
),
ranked AS (
    SELECT
        house_id, frame_id, festivity, fair, lit_m2, distance_m,
        row_number() OVER best AS place,
        row_number() OVER (PARTITION BY house_id ORDER BY fair DESC, captured_at, frame_id) AS fair_place,
        first_value(frame_id) OVER (PARTITION BY house_id ORDER BY showable DESC, festivity DESC, captured_at, frame_id) AS best_id,
        bool_or(showable) OVER (PARTITION BY house_id) AS any_showable,
        count(*) OVER (PARTITION BY house_id) AS frames
    FROM contribution
    WINDOW best AS (PARTITION BY house_id ORDER BY festivity DESC, captured_at, frame_id)
),
plain AS (
    SELECT
        house_id, avg(festivity) AS festivity, min(frames) AS frames,
        min(best_id) FILTER (WHERE any_showable) AS best_frame_id
    FROM ranked
    WHERE place <= 3
    GROUP BY house_id
    HAVING avg(festivity) >= %(some)s
),
fair AS (
    SELECT
        house_id, count(*) AS counted,
        percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY fair) AS spread,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lit_m2) AS lit_front_m2,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY distance_m) AS distance_m
    FROM ranked
    WHERE fair_place <= (frames + 1) / 2
    GROUP BY house_id
),
fresh AS (
    SELECT
        plain.*, fair.spread[2] AS fair_festivity, fair.lit_front_m2, fair.distance_m,
        CASE WHEN fair.counted >= 3 THEN fair.spread[1] END AS low,
        CASE WHEN fair.counted >= 3 THEN fair.spread[3] END AS high
    FROM plain
    JOIN fair USING (house_id)
),
gone AS (
    DELETE FROM houses_housescore score
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
        AND (%(houses)s::bigint[] IS NULL OR score.house_id = ANY(%(houses)s))
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.house_id = score.house_id)
    RETURNING 1
),
written AS (
    INSERT INTO houses_housescore AS score
        (
            house_id, scorer_id, season_id, festivity, fair_festivity, low, high, lit_front_m2, distance_m, frames,
            best_frame_id, updated_at
        )
    SELECT
        house_id, %(scorer)s, %(season)s, festivity, fair_festivity, low, high, lit_front_m2, distance_m, frames,
        best_frame_id, now()
    FROM fresh
    ORDER BY house_id
    ON CONFLICT (house_id, scorer_id, season_id) DO UPDATE
    SET festivity = excluded.festivity, fair_festivity = excluded.fair_festivity, low = excluded.low,
        high = excluded.high, lit_front_m2 = excluded.lit_front_m2, distance_m = excluded.distance_m,
        frames = excluded.frames, best_frame_id = excluded.best_frame_id, updated_at = excluded.updated_at
    WHERE (
        score.festivity, score.fair_festivity, score.low, score.high, score.lit_front_m2, score.distance_m, score.frames,
        score.best_frame_id
    ) IS DISTINCT FROM (
        excluded.festivity, excluded.fair_festivity, excluded.low, excluded.high, excluded.lit_front_m2,
        excluded.distance_m, excluded.frames, excluded.best_frame_id
    )
    RETURNING 1
)
SELECT
    (SELECT count(*) FROM fresh) AS houses,
    (SELECT count(*) FROM written) AS written,
    (SELECT count(*) FROM gone) AS gone;
