-- One row: the vector tile of neighbourhoods, layer `neighbourhoods`, properties name, slug, houses (those on the map) and, where
-- there are any, points (their mean, 0 to 100, one decimal).
-- Inputs: z, x, y; west, south, east, north (degrees, with the margin); scorer, season (ids);
-- unit (degrees of longitude of one unit of the tile); buffer (units).
-- Relies on neighbourhood_on_plane and one_map_neighbourhood_per_edition.
WITH feature AS (
    SELECT
        neighbourhood.name, neighbourhood.slug,
        coalesce(shown.houses, 0) AS houses,
        round(shown.points::numeric, 1)::float8 AS points,
        ST_AsMVTGeom(
            ST_Transform(ST_Simplify(boundary::geometry, %(unit)s, true), 3857),
            ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, %(buffer)s, true
        ) AS area
    FROM houses_neighbourhood neighbourhood
    LEFT JOIN maps_mapneighbourhood shown
        ON shown.neighbourhood_id = neighbourhood.id AND shown.scorer_id = %(scorer)s AND shown.season_id = %(season)s
    WHERE boundary::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    ORDER BY neighbourhood.id
)
SELECT ST_AsMVT(feature, 'neighbourhoods', 4096, 'area') FROM feature WHERE area IS NOT NULL;
