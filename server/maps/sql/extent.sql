-- One row: west, south, east, north (degrees) of the visible houses with a score in the season; nulls where there are none.
-- Inputs: scorer, season (ids).
SELECT ST_XMin(extent) AS west, ST_YMin(extent) AS south, ST_XMax(extent) AS east, ST_YMax(extent) AS north
FROM (
    SELECT ST_Extent(house.position::geometry) AS extent
    FROM houses_housescore score
    JOIN houses_house house ON house.id = score.house_id AND NOT house.hidden
    WHERE score.scorer_id = %(scorer)s AND score.season_id = %(season)s
) houses;
