-- Moves each house of %(houses)s (ids) to the centroid of its unsuppressed sightings' roadside points, and turns it to
-- their mean facing (degrees, averaged as unit vectors).
UPDATE houses_house house
SET position = middle.position, facing_deg = middle.facing_deg
FROM (
    SELECT
        house_id,
        ST_Centroid(ST_Collect(position::geometry))::geography AS position,
        mod((degrees(atan2(avg(sind(facing_deg)), avg(cosd(facing_deg)))) + 360)::numeric, 360)::double precision AS facing_deg
    FROM houses_sighting
    WHERE house_id = ANY(%(houses)s) AND NOT suppressed
    GROUP BY house_id
) middle
WHERE house.id = middle.house_id;
