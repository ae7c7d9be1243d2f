-- Moves each house of %(houses)s (ids) to the centroid of the roadside points of its sightings under %(scorer)s (id), and turns
-- it to their mean facing (degrees, averaged as unit vectors). Of a corner house, which two streets see, only the street counts
-- that most sightings were taken from (those within 60° of the facing that most others lie around): a point between two streets
-- would lie on the lot. The centroid is the sphere's, good across the antimeridian. Where a person placed a house, it stays.
-- Relies on the index of houses_sighting.house_id.
WITH seen AS (
    SELECT house_id, id, position, facing_deg
    FROM houses_sighting
    WHERE house_id = ANY(%(houses)s) AND scorer_id = %(scorer)s
),
sector AS (
    SELECT house_id, (round(facing_deg / 15)::int %% 24) * 15 AS facing_deg, count(*) AS sightings
    FROM seen
    GROUP BY 1, 2
),
street AS (
    SELECT DISTINCT ON (one.house_id) one.house_id, one.facing_deg
    FROM sector one
    JOIN sector other ON other.house_id = one.house_id AND cosd(other.facing_deg - one.facing_deg) > 0.49
    GROUP BY one.house_id, one.facing_deg
    ORDER BY one.house_id, sum(other.sightings) DESC, sum(other.sightings * cosd(other.facing_deg - one.facing_deg)) DESC, one.facing_deg
),
middle AS (
    SELECT
        seen.house_id,
        ST_Centroid(ST_Collect(seen.position::geometry)::geography) AS position,
        mod((degrees(atan2(avg(sind(seen.facing_deg)), avg(cosd(seen.facing_deg)))) + 360)::numeric, 360)::double precision AS facing_deg
    FROM seen
    JOIN street ON street.house_id = seen.house_id AND cosd(seen.facing_deg - street.facing_deg) > 0.49
    GROUP BY seen.house_id
)
UPDATE houses_house house
SET position = middle.position, facing_deg = middle.facing_deg
FROM middle
WHERE house.id = middle.house_id AND NOT house.placed_by_hand;
