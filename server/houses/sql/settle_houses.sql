-- Gives houses their nearest named street within %(reach_m)s metres, the neighbourhood that covers them (the smallest, where
-- several do) and the nearest address within %(address_m)s metres of their front; each becomes null where there is none. One row:
-- how many houses have another street or neighbourhood.
-- Inputs: houses (ids, or null for all), reach_m, address_m (metres).
-- Relies on the geography indexes of houses_street.line and houses_addresspoint.position and on neighbourhood_on_plane. Covering is decided on the plane: on the
-- sphere PostGIS 3.3 leaves out points that lie in line with two corners.
WITH settled AS (
    SELECT
        house.id, nearest.id AS street_id, covering.id AS neighbourhood_id, address.id AS address_id,
        (house.street_id, house.neighbourhood_id) IS DISTINCT FROM (nearest.id, covering.id) AS elsewhere
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
    LEFT JOIN LATERAL (
        SELECT address.id
        FROM houses_addresspoint address
        WHERE ST_DWithin(address.position, coalesce(house.front, house.position), %(address_m)s)
        ORDER BY ST_Distance(address.position, coalesce(house.front, house.position)), address.id
        LIMIT 1
    ) address ON true
    WHERE %(houses)s::bigint[] IS NULL OR house.id = ANY(%(houses)s)
),
changed AS (
    UPDATE houses_house house
    SET street_id = settled.street_id, neighbourhood_id = settled.neighbourhood_id, address_id = settled.address_id
    FROM settled
    WHERE house.id = settled.id AND (settled.elsewhere OR house.address_id IS DISTINCT FROM settled.address_id)
    RETURNING settled.elsewhere
)
SELECT count(*) FILTER (WHERE elsewhere) FROM changed;
