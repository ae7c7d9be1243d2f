-- Pairs of visible houses with a score in %(season)s under %(scorer)s (ids) that stand within %(reach_m)s metres of each other and
-- face the same way give or take %(turn_deg)s degrees, without a standing word of a person on the two: `house`, `other` (ids, the
-- more festive one first), `distance_m`, and the `lesser` festivity of the two, by which they are in order; at most %(at_most)s.
-- Relies on the geography index of houses_house.position and on one_score_per_house_and_season.
SELECT
    house.id AS house, other.id AS other, ST_Distance(house.position, other.position) AS distance_m,
    fainter.festivity AS lesser
FROM houses_housescore brighter
JOIN houses_house house ON house.id = brighter.house_id
JOIN houses_house other ON ST_DWithin(house.position, other.position, %(reach_m)s) AND other.id <> house.id
JOIN houses_housescore fainter
    ON fainter.house_id = other.id AND fainter.scorer_id = brighter.scorer_id AND fainter.season_id = brighter.season_id
WHERE brighter.scorer_id = %(scorer)s AND brighter.season_id = %(season)s
    AND (brighter.festivity, -house.id) > (fainter.festivity, -other.id)
    AND NOT house.hidden AND NOT other.hidden AND house.merged_into_id IS NULL AND other.merged_into_id IS NULL
    AND house.synthetic = other.synthetic
    AND abs(mod((house.facing_deg - other.facing_deg + 540)::numeric, 360) - 180) <= %(turn_deg)s
    AND NOT EXISTS (
        SELECT 1
        FROM houses_decision decision
        WHERE decision.undone_at IS NULL
            AND least(decision.house_id, decision.other_id) = least(house.id, other.id)
            AND greatest(decision.house_id, decision.other_id) = greatest(house.id, other.id)
    )
ORDER BY fainter.festivity DESC, house.id, other.id
LIMIT %(at_most)s;
