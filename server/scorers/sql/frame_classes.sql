-- One row: how many frames of the scorer are in each class, their number and their mean festivity.
-- Inputs: scorer (id); some, many, most (lowest festivity of a frame in each class).
SELECT
    count(*) FILTER (WHERE festivity < %(some)s) AS none,
    count(*) FILTER (WHERE festivity >= %(some)s AND festivity < %(many)s) AS some,
    count(*) FILTER (WHERE festivity >= %(many)s AND festivity < %(most)s) AS many,
    count(*) FILTER (WHERE festivity >= %(most)s) AS most,
    count(*) AS frames, avg(festivity) AS mean
FROM frames_framescore
WHERE scorer_id = %(scorer)s;
