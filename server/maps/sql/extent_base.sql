-- One row: west, south, east, north (degrees) of everything that the base map shows; nulls where it is empty.
SELECT ST_XMin(extent) AS west, ST_YMin(extent) AS south, ST_XMax(extent) AS east, ST_YMax(extent) AS north
FROM (
    SELECT ST_Extent(shape) AS extent
    FROM (
        SELECT line::geometry AS shape FROM houses_street
        UNION ALL SELECT area::geometry FROM maps_basearea
        UNION ALL SELECT boundary::geometry FROM houses_neighbourhood
    ) shapes
) ground;
