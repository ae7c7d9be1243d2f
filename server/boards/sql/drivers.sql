-- One row: a driver who chose a name for the board, by the metres of streets that were new in the season, the most first, the
-- earlier name between equals. Drivers without new metres, and without a name, are not listed. Ranks are those of the whole
-- board, whatever is looked for. `synthetic`: all of it was drawn by a program.
-- Inputs: season (id); pattern (folded, for LIKE, or null); accents, plain (characters that are folded, and what to); at_most (rows or
-- null); skip.
-- Relies on new_ways_of_a_season.
WITH brought AS (
    SELECT
        named.id, named.name, sum(way.new_m) AS new_m, count(*) AS drives, bool_and(drive.synthetic) AS synthetic
    FROM boards_drivername named
    JOIN drives_drive drive ON drive.driver_id = named.driver_id AND drive.stage = 'done'
    JOIN boards_newway way ON way.drive_id = drive.id AND way.season_id = %(season)s
    GROUP BY named.id
    HAVING sum(way.new_m) > 0
),
ranked AS (
    SELECT brought.*, row_number() OVER (ORDER BY new_m DESC, id) AS rank FROM brought
)
SELECT rank, name, round((new_m / 1000)::numeric, 1)::float8 AS new_km, drives, synthetic, count(*) OVER () AS total
FROM ranked
WHERE %(pattern)s::text IS NULL OR translate(lower(name), %(accents)s, %(plain)s) LIKE %(pattern)s
ORDER BY rank
LIMIT %(at_most)s OFFSET %(skip)s;
