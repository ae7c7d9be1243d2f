-- Gives every address its nearest named street within %(reach_m)s metres and the neighbourhood that covers it, as houses have them.
-- One row: how many addresses changed.
-- Inputs: reach_m (metres).
-- Relies on the geography index of houses_street.line and on neighbourhood_on_plane.
WITH settled AS (
    SELECT address.id, nearest.id AS street_id, covering.id AS neighbourhood_id
    FROM houses_addresspoint address
    LEFT JOIN LATERAL (
        SELECT street.id
        FROM houses_street street
        WHERE street.name <> '' AND ST_DWithin(street.line, address.position, %(reach_m)s)
        ORDER BY ST_Distance(street.line, address.position), street.id
        LIMIT 1
    ) nearest ON true
    LEFT JOIN LATERAL (
        SELECT neighbourhood.id
        FROM houses_neighbourhood neighbourhood
        WHERE ST_Covers(neighbourhood.boundary::geometry, address.position::geometry)
        ORDER BY ST_Area(neighbourhood.boundary::geometry), neighbourhood.id
        LIMIT 1
    ) covering ON true
),
changed AS (
    UPDATE houses_addresspoint address
    SET street_id = settled.street_id, neighbourhood_id = settled.neighbourhood_id
    FROM settled
    WHERE address.id = settled.id
        AND (address.street_id, address.neighbourhood_id) IS DISTINCT FROM (settled.street_id, settled.neighbourhood_id)
    RETURNING 1
)
SELECT count(*) FROM changed;
