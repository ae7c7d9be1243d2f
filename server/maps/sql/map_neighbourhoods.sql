-- Brings maps_mapneighbourhood up to date, and answers the ids of the neighbourhoods that have changed, one row each.
-- Points are those of each house, averaged, so that one blazing house does not outshine a dark street.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); neighbourhoods (ids, or null for all).
-- Relies on map_houses_by_neighbourhood and one_map_neighbourhood_per_edition.
WITH fresh AS (
    SELECT
        neighbourhood_id, count(*)::int AS houses,
        avg(100 * (1 - exp(-festivity / %(scale)s)) ORDER BY house_id) AS points
    FROM maps_maphouse
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND neighbourhood_id IS NOT NULL
        AND (%(neighbourhoods)s::bigint[] IS NULL OR neighbourhood_id = ANY(%(neighbourhoods)s::bigint[]))
    GROUP BY neighbourhood_id
),
gone AS (
    DELETE FROM maps_mapneighbourhood shown
    WHERE shown.scorer_id = %(scorer)s AND shown.season_id = %(season)s
        AND (%(neighbourhoods)s::bigint[] IS NULL OR neighbourhood_id = ANY(%(neighbourhoods)s::bigint[]))
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.neighbourhood_id = shown.neighbourhood_id)
    RETURNING neighbourhood_id
),
written AS (
    INSERT INTO maps_mapneighbourhood AS shown (scorer_id, season_id, neighbourhood_id, houses, points)
    SELECT %(scorer)s, %(season)s, neighbourhood_id, houses, points FROM fresh
    ON CONFLICT (scorer_id, season_id, neighbourhood_id) DO UPDATE
    SET houses = excluded.houses, points = excluded.points
    WHERE (shown.houses, shown.points) IS DISTINCT FROM (excluded.houses, excluded.points)
    RETURNING neighbourhood_id
)
SELECT neighbourhood_id AS id FROM gone UNION ALL SELECT neighbourhood_id FROM written;
