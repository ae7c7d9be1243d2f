-- One row: a stretch of %(stretch_m)s metres of a named street whose visible houses of the season (seen lit on the evening, where one is
-- asked for) shine most together: the sum of their points, on both sides. On each street the best is taken, then the best of those
-- that share no house and no ground between houses with it, and so on; each counts at least %(fewest)s houses. The highest sum first,
-- the older house between equals.
-- Pieces of one name with gaps of at most %(gap_m)s metres are one street, joined at their ends; each house stands at the
-- nearest place of it. A stretch may begin at any house; it is then moved so that its houses stand in its middle.
-- `line` is GeoJSON, lon, lat its middle. Ranks are those of the whole board, whatever is looked for.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); evening (date or null); pattern (folded, for LIKE, or
-- null); accents, plain (characters that are folded, and what to); stretch_m, gap_m (metres); fewest (houses); at_most (rows or
-- null); skip. Metres are those of a plane around the middle of all streets of one name.
-- Relies on houses_housescore (scorer, season, -festivity) and one_row_per_house_and_evening.
WITH RECURSIVE score AS (
    SELECT
        house.id AS house_id, house.street_id, house.neighbourhood_id, house.position::geometry AS place, house.synthetic,
        100 * (1 - exp(-score.festivity / %(scale)s)) AS points, score.best_frame_id
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s AND house.street_id IS NOT NULL
        AND (
            %(evening)s::date IS NULL
            OR house.id IN (
                SELECT house_id
                FROM houses_houseevening
                WHERE scorer_id = %(scorer)s AND "on" = %(evening)s AND festivity > 0
            )
        )
),
named AS (
    SELECT
        id, name, line::geometry AS line,
        111195 * cosd(avg(ST_Y(ST_StartPoint(line::geometry))) OVER (PARTITION BY name)) AS degree_m
    FROM houses_street
    WHERE name <> '' AND name IN (SELECT street.name FROM score JOIN houses_street street ON street.id = score.street_id)
),
piece AS (
    SELECT
        id, name, degree_m, ST_Scale(line, degree_m, 111195) AS line,
        ST_ClusterDBSCAN(ST_Scale(line, degree_m, 111195), %(gap_m)s, 1) OVER (PARTITION BY name) AS part
    FROM named
),
street AS (
    SELECT id, name, degree_m, min(id) OVER (PARTITION BY name, part) AS street, line FROM piece
),
joined AS (
    SELECT street, coalesce((dumped).path[1], 1) AS path, (dumped).geom AS line, ST_Length((dumped).geom) AS length_m
    FROM (SELECT street, ST_Dump(ST_LineMerge(ST_Collect(line ORDER BY id))) AS dumped FROM street GROUP BY street) merged
),
along AS (
    SELECT DISTINCT ON (score.house_id)
        score.house_id, score.neighbourhood_id, score.synthetic, score.points, score.best_frame_id,
        street.street, street.name, street.degree_m, joined.path, joined.line, joined.length_m,
        ST_LineLocatePoint(joined.line, ST_Scale(score.place, street.degree_m, 111195)) * joined.length_m AS at_m
    FROM score
    JOIN street ON street.id = score.street_id
    JOIN joined ON joined.street = street.street
    ORDER BY score.house_id, ST_Distance(joined.line, ST_Scale(score.place, street.degree_m, 111195)), joined.path
),
stretch AS (
    SELECT
        along.*,
        count(*) OVER ahead AS houses, sum(points) OVER ahead AS shine, max(at_m) OVER ahead AS last_m,
        bool_or(synthetic) OVER ahead AS any_synthetic, max(ARRAY[points, best_frame_id]) OVER ahead AS brightest
    FROM along
    WINDOW ahead AS (PARTITION BY street, path ORDER BY at_m RANGE BETWEEN CURRENT ROW AND %(stretch_m)s::float8 FOLLOWING)
),
ordered AS (
    SELECT
        stretch.*, numrange(at_m::numeric, last_m::numeric, '[]') AS span,
        row_number() OVER (PARTITION BY street, path ORDER BY shine DESC, house_id) AS turn
    FROM stretch
    WHERE houses >= %(fewest)s
),
turn AS MATERIALIZED (
    SELECT street, path, turn, house_id, span FROM ordered
),
chosen AS (
    SELECT street, path, turn, house_id, true AS free, nummultirange(span) AS taken FROM turn WHERE turn = 1
    UNION ALL
    SELECT
        next.street, next.path, next.turn, next.house_id, NOT next.span && chosen.taken,
        CASE WHEN next.span && chosen.taken THEN chosen.taken ELSE chosen.taken + nummultirange(next.span) END
    FROM chosen
    JOIN turn next ON next.street = chosen.street AND next.path = chosen.path AND next.turn = chosen.turn + 1
),
best AS (
    SELECT ordered.* FROM ordered JOIN chosen ON chosen.house_id = ordered.house_id AND chosen.free
),
ranked AS (
    SELECT
        best.*,
        row_number() OVER (ORDER BY shine DESC, house_id) AS rank,
        greatest(0, least((at_m + last_m - %(stretch_m)s) / 2, length_m - %(stretch_m)s)) AS from_m
    FROM best
),
listed AS (
    SELECT ranked.*, coalesce(neighbourhood.name, '') AS neighbourhood, count(*) OVER () AS total
    FROM ranked
    LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = ranked.neighbourhood_id
    WHERE %(pattern)s::text IS NULL
        OR translate(lower(ranked.name), %(accents)s, %(plain)s) LIKE %(pattern)s
        OR translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    ORDER BY ranked.rank
    LIMIT %(at_most)s OFFSET %(skip)s
),
drawn AS (
    SELECT
        listed.*,
        ST_Scale(
            ST_LineSubstring(line, from_m / length_m, least(1, (from_m + %(stretch_m)s) / length_m)),
            1 / degree_m, 1.0 / 111195
        ) AS shape
    FROM listed
)
SELECT
    drawn.rank, drawn.street, drawn.name, drawn.neighbourhood,
    round(drawn.shine::numeric, 1)::float8 AS shine,
    drawn.houses,
    round(least(drawn.length_m, %(stretch_m)s)::numeric)::int AS length_m,
    ST_X(ST_LineInterpolatePoint(drawn.shape, 0.5)) AS lon,
    ST_Y(ST_LineInterpolatePoint(drawn.shape, 0.5)) AS lat,
    ST_AsGeoJSON(drawn.shape, 6) AS line,
    frame.public_id AS best_frame,
    drawn.any_synthetic AS synthetic,
    drawn.total
FROM drawn
LEFT JOIN frames_frame frame ON frame.id = drawn.brightest[2]::bigint
ORDER BY drawn.rank;
