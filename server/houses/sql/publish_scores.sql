-- Writes the scores of a season and answers in one row: `houses` with a score now, `written` of them new or changed, `gone`.
-- What a frame says of a house is the sum over its unsuppressed regions that show it: of their shares, brought half of the way
-- to the reference (square on, 14 m, 67°): the share there times the root of 14 m / metres beside the way. Where that was
-- never measured it is the share that they fill.
-- Frames that are smeared or dark do not count while the house has others. Of n that are left the brighter half counts,
-- (n + 1) / 2 rounded down: in the others the house is cut off or behind a hedge, and one lucky frame has little weight. Their
-- mean, with `thin` frames of the least decorated house for each of three that is missing, is the house's festivity.
-- `low` and `high` hold it four times in five: exp(± 1.28 sqrt(between + s² / counted)), s² the variance of the logarithms of
-- the frames that count, with the usual one for `known` frames more.
-- Fair festivity is the median of the brighter half by the whole share at the reference; lit front and distance likewise.
-- A house with less than `some` has no lights to speak of, and no score: only decorated houses are public.
-- `standing`, which ranks, is written by a trigger (standing_triggers.sql). A new score counts its votes; one that is there has
-- them already, and they may be renewed at this very moment.
-- Sums run in a fixed order, so that a score that is computed again is the same to the last bit.
-- Its best frame is the one with the most festivity × sharpness × framing that shows no hidden house beside it, nor a display that was one's
-- and is no house's yet, or none; what another scorer says of hidden ones that never was live does not count. Framing is
-- 1 in the middle of the picture, down to a half at its edges, half of that where the lights reach over an edge, less where they are small.
-- Inputs: scorer, season (ids); some (lowest festivity of a decorated house); starts_at, ends_at (moments, the second one
-- excluded); houses (ids, or null for all); reference_m, shallowest (a cosine); smeared, dark (lowest sharpness and exposure
-- that count), usual_sharpness; thin, between, usual (variances), known.
-- Relies on the index of houses_sighting.house_id and on one_score_per_house_and_season.
WITH contribution AS (
    SELECT
        sighting.house_id, frame.id AS frame_id, frame.captured_at,
        least(1, sum(
            coalesce(
                sighting.share_at_reference * sqrt(
                    %(reference_m)s / nullif(
                        sighting.distance_m * greatest(cosd(sighting.bearing_deg - sighting.facing_deg), %(shallowest)s), 0
                    )
                ),
                region.share
            ) ORDER BY region.id
        )) AS festivity,
        least(1, sum(coalesce(sighting.share_at_reference, region.share) ORDER BY region.id)) AS fair,
        sum(sighting.lit_m2 ORDER BY region.id) AS lit_m2, avg(sighting.distance_m ORDER BY region.id) AS distance_m,
        least(1, sum(region.share ORDER BY region.id)) * coalesce(frame.sharpness, %(usual_sharpness)s) AS crisp_light,
        coalesce(frame.sharpness >= %(smeared)s AND frame.exposure >= %(dark)s, true) AS clear,
        min(region.box[1]) AS x0, min(region.box[2]) AS y0, max(region.box[3]) AS x1, max(region.box[4]) AS y1,
        NOT EXISTS (
            SELECT 1
            FROM houses_sighting beside
            JOIN houses_house other ON other.id = beside.house_id
            JOIN frames_scorer seer ON seer.id = beside.scorer_id
            WHERE beside.frame_id = frame.id AND other.hidden AND other.id <> sighting.house_id
                AND (seer.id = %(scorer)s OR seer.live OR seer.promoted_at IS NOT NULL)
        ) AND NOT EXISTS (
            SELECT 1
            FROM frames_region gone
            JOIN houses_departure departure ON departure.region_id = gone.id
            JOIN houses_house other ON other.id = departure.house_id
            LEFT JOIN houses_sighting now ON now.region_id = gone.id
            WHERE gone.frame_id = frame.id AND other.hidden AND now.house_id IS NULL
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
judged AS (
    SELECT
        contribution.*,
        clear OR NOT bool_or(clear) OVER of_house AS usable,
        count(*) OVER of_house AS frames,
        crisp_light * (1 - abs((x0 + x1) / 2 - 0.5)) * least(1, (x1 - x0) / 0.2)
            * CASE WHEN x0 < 0.01 OR y0 < 0.01 OR x1 > 0.99 OR y1 > 0.99 THEN 0.5 ELSE 1 END AS portrait
    FROM contribution
    WINDOW of_house AS (PARTITION BY house_id)
),
portrait AS (
    SELECT DISTINCT ON (house_id) house_id, frame_id AS best_frame_id
    FROM judged
    WHERE showable
    ORDER BY house_id, portrait DESC, captured_at, frame_id
),
ranked AS (
    SELECT
        judged.*,
        row_number() OVER (PARTITION BY house_id ORDER BY festivity DESC, captured_at, frame_id) AS place,
        row_number() OVER (PARTITION BY house_id ORDER BY fair DESC, captured_at, frame_id) AS fair_place,
        (count(*) OVER (PARTITION BY house_id) + 1) / 2 AS half
    FROM judged
    WHERE usable
),
bright AS (
    SELECT
        house_id, min(frames) AS frames, count(*) AS counted, greatest(3 - count(*), 0) * %(thin)s AS missing,
        avg(festivity ORDER BY place) AS mean,
        sqrt(
            %(between)s
            + (%(known)s * %(usual)s + coalesce(var_samp(ln(greatest(festivity, 1e-6)) ORDER BY place), 0) * (count(*) - 1))
                / (%(known)s + count(*) - 1) / count(*)
        ) AS spread
    FROM ranked
    WHERE place <= half
    GROUP BY house_id
),
fair AS (
    SELECT
        house_id,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY fair) AS fair_festivity,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lit_m2) AS lit_front_m2,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY distance_m) AS distance_m
    FROM ranked
    WHERE fair_place <= half
    GROUP BY house_id
),
scored AS (
    SELECT bright.*, (counted * mean + missing * %(some)s) / (counted + missing) AS festivity
    FROM bright
    WHERE mean >= %(some)s
),
fresh AS (
    SELECT
        scored.house_id, scored.festivity, scored.frames, scored.counted,
        fair.fair_festivity, fair.lit_front_m2, fair.distance_m, portrait.best_frame_id,
        scored.festivity * exp(-1.28 * scored.spread) AS low,
        least(1, scored.festivity * exp(1.28 * scored.spread)) AS high
    FROM scored
    JOIN fair USING (house_id)
    LEFT JOIN portrait USING (house_id)
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
            house_id, scorer_id, season_id, festivity, fair_festivity, low, high, lit_front_m2, distance_m, frames, counted,
            best_frame_id, votes, updated_at
        )
    SELECT
        house_id, %(scorer)s, %(season)s, festivity, fair_festivity, low, high, lit_front_m2, distance_m, frames, counted,
        best_frame_id,
        (
            SELECT count(*)
            FROM votes_vote vote
            JOIN votes_category category ON category.id = vote.category_id AND category.goes_with = 'points'
            WHERE vote.house_id = fresh.house_id AND vote.season_id = %(season)s AND vote.state = 'counted'
        ),
        now()
    FROM fresh
    ORDER BY house_id
    ON CONFLICT (house_id, scorer_id, season_id) DO UPDATE
    SET festivity = excluded.festivity, fair_festivity = excluded.fair_festivity, low = excluded.low,
        high = excluded.high, lit_front_m2 = excluded.lit_front_m2, distance_m = excluded.distance_m,
        frames = excluded.frames, counted = excluded.counted, best_frame_id = excluded.best_frame_id, updated_at = excluded.updated_at
    WHERE (
        score.festivity, score.fair_festivity, score.low, score.high, score.lit_front_m2, score.distance_m, score.frames,
        score.counted, score.best_frame_id
    ) IS DISTINCT FROM (
        excluded.festivity, excluded.fair_festivity, excluded.low, excluded.high, excluded.lit_front_m2,
        excluded.distance_m, excluded.frames, excluded.counted, excluded.best_frame_id
    )
    RETURNING 1
)
SELECT
    (SELECT count(*) FROM fresh) AS houses,
    (SELECT count(*) FROM written) AS written,
    (SELECT count(*) FROM gone) AS gone;
