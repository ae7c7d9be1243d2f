-- Gives houses their nearest named street within %(reach_m)s metres and the neighbourhood that covers them (the smallest, where
-- several do); both become null where there is none. One row: how many houses changed.
-- Inputs: houses (ids, or null for all), reach_m (metres).
-- Relies on the geography index of houses_street.line and on neighbourhood_on_plane. Covering is decided on the plane: on the
-- sphere PostGIS 3.3 leaves out points that lie in line with two corners.
WITH settled AS (
    SELECT house.id, nearest.id AS street_id, covering.id AS neighbourhood_id
    FROM houses_house house
    LEFT JOIN LATERAL (
        SELECT street.id
        FROM houses_street street
        WHERE street.name <> '' AND ST_DWithin(street.line, house.position, %(reach_m)s)
        ORDER BY ST_Distance(street.line, house.position), street.id
        LIMIT 1
    ) nearest ON true
    LEFT JOIN LATERAL (
        SELECT neighbourhood.id
        FROM houses_neighbourhood neighbourhood
        WHERE ST_Covers(neighbourhood.boundary::geometry, house.position::geometry)
        ORDER BY ST_Area(neighbourhood.boundary::geometry), neighbourhood.id
        LIMIT 1
    ) covering ON true
    WHERE %(houses)s::bigint[] IS NULL OR house.id = ANY(%(houses)s)
),
changed AS (
    UPDATE houses_house house
    SET street_id = settled.street_id, neighbourhood_id = settled.neighbourhood_id
    FROM settled
    WHERE house.id = settled.id
        AND (house.street_id, house.neighbourhood_id) IS DISTINCT FROM (settled.street_id, settled.neighbourhood_id)
    RETURNING 1
)
SELECT count(*) FROM changed;
