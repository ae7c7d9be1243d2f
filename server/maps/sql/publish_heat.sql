-- Rebuilds heat cells and answers in one row: `cells` that have houses now, `written` of them new or changed, and `gone` ones.
-- A cell is a Web Mercator tile of zoom %(cell_zoom)s; its festivity is the mean over the visible houses with a score that stand
-- in it, its centre their mean place (in cells). Houses beyond the 85th parallels are in no cell, as they are on no tile.
-- Inputs: scorer, season (ids); houses (ids, or null for every cell). The eight cells around a house's own are rebuilt with it,
-- since a house moves a little when more frames show it.
-- Relies on house_on_plane, one_score_per_house_and_season and one_heat_cell_per_place.
WITH grid AS (
    SELECT (1 << %(cell_zoom)s) AS width
),
near AS (
    SELECT id FROM houses_house WHERE %(houses)s::bigint[] IS NULL
    UNION
    SELECT house.id
    FROM houses_house given
    CROSS JOIN grid
    JOIN houses_house house
        ON house.position::geometry && ST_Expand(given.position::geometry, 2 * 360.0 / width)
    WHERE given.id = ANY(%(houses)s::bigint[])
),
placed AS (
    SELECT
        house.id,
        house.hidden,
        across,
        down,
        least(width - 1, floor(across)::int) AS x,
        floor(down)::int AS y
    FROM near
    JOIN houses_house house ON house.id = near.id
    CROSS JOIN grid
    CROSS JOIN LATERAL (SELECT house.position::geometry AS point) plane
    CROSS JOIN LATERAL (
        SELECT
            (ST_X(point) + 180) / 360 * width AS across,
            (1 - asinh(tan(radians(ST_Y(point)))) / pi()) / 2 * width AS down
    ) cells
    WHERE abs(ST_Y(point)) < 85.0511
),
asked AS (
    SELECT DISTINCT x + east AS x, y + south AS y
    FROM placed, generate_series(-1, 1) east, generate_series(-1, 1) south
    WHERE id = ANY(%(houses)s::bigint[])
),
fresh AS (
    SELECT
        x, y, count(*) AS houses,
        avg(score.festivity ORDER BY placed.id) AS festivity,
        avg(across ORDER BY placed.id) AS centre_x,
        avg(down ORDER BY placed.id) AS centre_y
    FROM placed
    JOIN houses_housescore score ON score.house_id = placed.id
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND NOT placed.hidden
        AND (%(houses)s::bigint[] IS NULL OR (x, y) IN (SELECT x, y FROM asked))
    GROUP BY x, y
),
gone AS (
    DELETE FROM maps_heatcell cell
    WHERE cell.scorer_id = %(scorer)s AND cell.season_id = %(season)s
        AND (%(houses)s::bigint[] IS NULL OR (cell.x, cell.y) IN (SELECT x, y FROM asked))
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.x = cell.x AND fresh.y = cell.y)
    RETURNING 1
),
written AS (
    INSERT INTO maps_heatcell AS cell (scorer_id, season_id, x, y, houses, festivity, centre_x, centre_y)
    SELECT %(scorer)s, %(season)s, x, y, houses, festivity, centre_x, centre_y
    FROM fresh
    ON CONFLICT (scorer_id, season_id, x, y) DO UPDATE
    SET houses = excluded.houses, festivity = excluded.festivity,
        centre_x = excluded.centre_x, centre_y = excluded.centre_y
    WHERE (cell.houses, cell.festivity, cell.centre_x, cell.centre_y)
        IS DISTINCT FROM (excluded.houses, excluded.festivity, excluded.centre_x, excluded.centre_y)
    RETURNING 1
)
SELECT
    (SELECT count(*) FROM fresh) AS cells,
    (SELECT count(*) FROM written) AS written,
    (SELECT count(*) FROM gone) AS gone;
