-- One row: the vector tile of the heat grid, squares that cover the tile without a gap where there is something. Layer `heat`,
-- cells with houses: points (0 to 100, one decimal) and houses (count). Layer `driven`, cells where somebody drove and looked:
-- frames (1, 10, 100 …: at least so many; the count itself would tell where a car stood longest). What is in neither was not driven.
-- A cell's festivity leans on the mean of its block with the weight of %(lean_houses)s houses:
-- (houses × mean + lean_houses × mean of the block) / (houses + lean_houses).
-- Inputs: z, x, y; scorer, season (ids); level (that of the cells), seen_level (that of the driven ones); lean (levels up to the
-- block), lean_houses; scale (festivity at 63 points).
-- Relies on one_heat_cell_per_place, asked column by column (OFFSET 0 keeps the planner to it).
WITH warm AS (
    SELECT
        ST_ForcePolygonCCW(ST_MakeEnvelope(west, north, west + width, north + width)) AS area,
        round((100 * (1 - exp(-leaning / %(scale)s)))::numeric, 1)::float8 AS points,
        houses
    FROM (
        SELECT
            4096 >> (%(level)s - %(z)s) AS width,
            (cell.x - (%(x)s << (%(level)s - %(z)s))) * (4096 >> (%(level)s - %(z)s)) AS west,
            (cell.y - (%(y)s << (%(level)s - %(z)s))) * (4096 >> (%(level)s - %(z)s)) AS north,
            (cell.houses * cell.festivity + %(lean_houses)s * block.festivity) / (cell.houses + %(lean_houses)s) AS leaning,
            cell.houses
        FROM generate_series(%(x)s << (%(level)s - %(z)s), (%(x)s + 1 << (%(level)s - %(z)s)) - 1) cell_column
        CROSS JOIN LATERAL (
            SELECT *
            FROM maps_heatcell
            WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s AND x = cell_column
                AND y >= %(y)s << (%(level)s - %(z)s) AND y < %(y)s + 1 << (%(level)s - %(z)s) AND houses > 0
            OFFSET 0
        ) cell
        CROSS JOIN LATERAL (
            SELECT festivity
            FROM maps_heatcell
            WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(level)s - %(lean)s
                AND x = cell.x >> %(lean)s AND y = cell.y >> %(lean)s
            OFFSET 0
        ) block
        ORDER BY cell.y, cell.x
    ) square
),
driven AS (
    SELECT
        ST_ForcePolygonCCW(ST_MakeEnvelope(west, north, west + width, north + width)) AS area,
        frames
    FROM (
        SELECT
            4096 >> (%(seen_level)s - %(z)s) AS width,
            (cell.x - (%(x)s << (%(seen_level)s - %(z)s))) * (4096 >> (%(seen_level)s - %(z)s)) AS west,
            (cell.y - (%(y)s << (%(seen_level)s - %(z)s))) * (4096 >> (%(seen_level)s - %(z)s)) AS north,
            (10 ^ floor(log(cell.frames)))::int AS frames
        FROM generate_series(
            %(x)s << (%(seen_level)s - %(z)s), (%(x)s + 1 << (%(seen_level)s - %(z)s)) - 1
        ) cell_column
        CROSS JOIN LATERAL (
            SELECT *
            FROM maps_heatcell
            WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND level = %(seen_level)s AND x = cell_column
                AND y >= %(y)s << (%(seen_level)s - %(z)s) AND y < %(y)s + 1 << (%(seen_level)s - %(z)s) AND frames > 0
            OFFSET 0
        ) cell
        ORDER BY cell.y, cell.x
    ) square
)
SELECT
    coalesce((SELECT ST_AsMVT(driven, 'driven', 4096, 'area') FROM driven), '')
    || coalesce((SELECT ST_AsMVT(warm, 'heat', 4096, 'area') FROM warm), '');
