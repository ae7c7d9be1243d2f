-- One row: the id of a piece of the street that the given piece belongs to: those of the same name that hang together, with gaps
-- of at most %(gap_m)s metres. A street of the same name elsewhere is another street.
-- Inputs: street (id); gap_m (metres).
-- Relies on the geography index of houses_street.line.
WITH RECURSIVE piece AS (
    SELECT id FROM houses_street WHERE id = %(street)s AND name <> ''
    UNION
    SELECT other.id
    FROM piece
    JOIN houses_street one ON one.id = piece.id
    JOIN houses_street other ON other.name = one.name AND ST_DWithin(other.line, one.line, %(gap_m)s)
)
SELECT id FROM piece ORDER BY id;
