-- Brings maps_maphouse up to date with these houses, and answers one row for each that has changed: its cell of zoom 20 and its
-- neighbourhood, before (old_…) and now (nulls where it was, or is, not on the map). Houses beyond the 85th parallels are on
-- no tile, and so not on the map.
-- Inputs: scorer, season (ids); cell_zoom (zoom); houses (ids, or null for all).
-- Relies on one_score_per_house_and_season and one_map_house_per_edition.
WITH fresh AS (
    SELECT
        house.id AS house_id, house.public_id, house.neighbourhood_id, score.festivity, across, down,
        least(columns - 1, floor(across)::int) AS x, floor(down)::int AS y
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    CROSS JOIN (SELECT 1 << %(cell_zoom)s AS columns) grid
    CROSS JOIN LATERAL (SELECT house.position::geometry AS point) plane
    CROSS JOIN LATERAL (
        SELECT
            (ST_X(point) + 180) / 360 * columns AS across,
            (1 - asinh(tan(radians(ST_Y(point)))) / pi()) / 2 * columns AS down
    ) place
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
        AND (%(houses)s::bigint[] IS NULL OR score.house_id = ANY(%(houses)s::bigint[]))
        AND abs(ST_Y(point)) < 85.0511
),
old AS (
    SELECT house_id, public_id, neighbourhood_id, festivity, across, down, x, y
    FROM maps_maphouse
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s
        AND (%(houses)s::bigint[] IS NULL OR house_id = ANY(%(houses)s::bigint[]))
),
changed AS (
    SELECT
        house_id, fresh.house_id IS NULL AS gone,
        old.x AS old_x, old.y AS old_y, old.neighbourhood_id AS old_neighbourhood,
        fresh.x, fresh.y, fresh.neighbourhood_id AS neighbourhood,
        fresh.public_id, fresh.festivity, fresh.across, fresh.down
    FROM fresh
    FULL JOIN old USING (house_id)
    WHERE (fresh.public_id, fresh.neighbourhood_id, fresh.festivity, fresh.across, fresh.down)
        IS DISTINCT FROM (old.public_id, old.neighbourhood_id, old.festivity, old.across, old.down)
),
removed AS (
    DELETE FROM maps_maphouse shown
    USING changed
    WHERE shown.scorer_id = %(scorer)s AND shown.season_id = %(season)s
        AND shown.house_id = changed.house_id AND changed.gone
),
written AS (
    INSERT INTO maps_maphouse
        (scorer_id, season_id, house_id, public_id, neighbourhood_id, x, y, across, down, festivity)
    SELECT %(scorer)s, %(season)s, house_id, public_id, neighbourhood, x, y, across, down, festivity
    FROM changed
    WHERE NOT gone
    ON CONFLICT (scorer_id, season_id, house_id) DO UPDATE
    SET public_id = excluded.public_id, neighbourhood_id = excluded.neighbourhood_id, x = excluded.x, y = excluded.y,
        across = excluded.across, down = excluded.down, festivity = excluded.festivity
)
SELECT old_x, old_y, old_neighbourhood, x, y, neighbourhood FROM changed;
