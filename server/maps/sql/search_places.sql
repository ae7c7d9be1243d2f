-- One row: a neighbourhood or a street whose name holds the words asked for. Those that begin with them come first, then those
-- with the most houses. Pieces of a street closer than a kilometre to one another are one street.
-- `where` is the neighbourhood that the middle of a street lies in, or empty; `houses` counts the visible houses with a score.
-- Inputs: pattern (for LIKE, folded as the column is), start (likewise, for names that begin with the words); accents, plain
-- (characters that are folded, and what to); scorer, season (ids, or null); at_most (rows).
WITH shown AS (
    SELECT house.street_id, house.neighbourhood_id
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
),
named_street AS (
    SELECT id, name, line::geometry AS shape
    FROM houses_street
    WHERE translate(lower(name), %(accents)s, %(plain)s) LIKE %(pattern)s
),
piece AS (
    SELECT
        *,
        ST_ClusterDBSCAN(ST_Transform(shape, 3857), 1000, 1) OVER (PARTITION BY name) AS part
    FROM named_street
),
place AS (
    SELECT
        'neighbourhood' AS kind, neighbourhood.name, neighbourhood.slug,
        ST_Envelope(neighbourhood.boundary::geometry) AS box,
        (SELECT count(*) FROM shown WHERE shown.neighbourhood_id = neighbourhood.id) AS houses
    FROM houses_neighbourhood neighbourhood
    WHERE translate(lower(neighbourhood.name), %(accents)s, %(plain)s) LIKE %(pattern)s
    UNION ALL
    SELECT
        'street', name, '', ST_SetSRID(ST_Extent(shape)::geometry, 4326),
        (SELECT count(*) FROM shown WHERE shown.street_id = ANY(array_agg(piece.id)))
    FROM piece
    GROUP BY name, part
),
best AS (
    SELECT *
    FROM place
    ORDER BY
        translate(lower(name), %(accents)s, %(plain)s) LIKE %(start)s DESC, houses DESC, kind, name,
        ST_XMin(box), ST_YMin(box)
    LIMIT %(at_most)s
)
SELECT
    best.kind, best.name, best.slug, best.houses,
    coalesce(around.name, '') AS "where",
    ST_XMin(best.box) AS west, ST_YMin(best.box) AS south, ST_XMax(best.box) AS east, ST_YMax(best.box) AS north
FROM best
LEFT JOIN LATERAL (
    SELECT name
    FROM houses_neighbourhood
    WHERE best.kind = 'street' AND boundary::geometry && ST_Centroid(best.box)
        AND ST_Intersects(boundary::geometry, ST_Centroid(best.box))
    ORDER BY id
    LIMIT 1
) around ON true
ORDER BY
    translate(lower(best.name), %(accents)s, %(plain)s) LIKE %(start)s DESC, best.houses DESC, best.kind, best.name,
    west, south;
