-- At most one row: the live scorer and the season (ids), a digest of the scorer's card, when the tile of this layer last changed
-- (`stamp`, null where it shows nothing), and the newest stamp of the ground (null before any was taken in). The season is the
-- one of that name, or else the latest with houses under the scorer, or else the latest. No row: there is no such season.
-- Inputs: layer; z, x, y; season (name or null).
-- Relies on one_live_scorer, one_stamp_per_tile and houses_housescore (scorer, season, -festivity).
SELECT scorer.id AS scorer, season.id AS season, scorer.digest AS card, tile.stamp, ground.stamp AS ground
FROM (SELECT max(id) AS stamp FROM maps_groundstamp) ground
LEFT JOIN (SELECT id, left(md5(card::text), 8) AS digest FROM frames_scorer WHERE live) scorer ON true
LEFT JOIN LATERAL (
    SELECT id
    FROM houses_season
    WHERE %(season)s::text IS NULL OR name = %(season)s::text
    ORDER BY
        EXISTS (
            SELECT 1 FROM houses_housescore score
            WHERE score.scorer_id = scorer.id AND score.season_id = houses_season.id
        ) DESC,
        starts_on DESC
    LIMIT 1
) season ON true
LEFT JOIN maps_tilestamp tile
    ON tile.scorer_id = scorer.id AND tile.season_id = season.id AND tile.layer = %(layer)s
    AND tile.z = %(z)s AND tile.x = %(x)s AND tile.y = %(y)s
WHERE %(season)s::text IS NULL OR season.id IS NOT NULL;
