-- Moves each house of %(houses)s (ids) to the centroid of the roadside points of its sightings under %(scorer)s (id), and turns
-- it to their mean facing (degrees, averaged as unit vectors). The centroid is the sphere's, good across the antimeridian.
-- Relies on the index of houses_sighting.house_id.
UPDATE houses_house house
SET position = middle.position, facing_deg = middle.facing_deg
FROM (
    SELECT
        house_id,
        ST_Centroid(ST_Collect(position::geometry)::geography) AS position,
        mod((degrees(atan2(avg(sind(facing_deg)), avg(cosd(facing_deg)))) + 360)::numeric, 360)::double precision AS facing_deg
    FROM houses_sighting
    WHERE house_id = ANY(%(houses)s) AND scorer_id = %(scorer)s
    GROUP BY house_id
) middle
WHERE house.id = middle.house_id;
