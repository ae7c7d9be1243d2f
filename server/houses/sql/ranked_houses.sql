-- One row: a visible house with a score under the scorer in the season, with its `rank` 1, 2, 3 … by standing, the older house
-- first where two are alike; `total`: how many are wanted. Where the page asked for is empty, one row that has a total alone.
-- Ranks count every visible house of the season, whatever is asked for. `novelty_rank` counts those with a novelty, the most
-- novel first; by_novelty lists these alone.
-- A line that ends in "if NAME" is left out where that input is null or false.
-- Inputs: scorer, season (ids); scale (festivity at 63 points); many, most (lowest festivity of a house in these classes);
-- neighbourhood (id); streets (ids); houses (public ids); west, south, east, north (degrees); evening (date on which it was
-- seen lit); classes (names); since (moment: scores that are new or have changed then or later); least_points; at_most, skip (rows);
-- one of by_rank, from_last, by_votes, by_fewest_votes, by_novelty; ranks found singly or at_once; singly, plain (by_rank, nothing left out) or
-- stepwise; counting (a total is wanted) or uncounted.
-- Relies on standing_of_a_season, standing_in_a_neighbourhood, votes_of_a_season and novel_houses_of_a_season: a page is read
-- off an index, and the ranks of a few houses are found by counting, in one of these, what lies between each and the next.
WITH season AS NOT MATERIALIZED (
    SELECT id, house_id, neighbourhood_id, festivity, novelty, standing, votes, updated_at
    FROM houses_housescore
    WHERE scorer_id = %(scorer)s AND season_id = %(season)s AND listed
),
wanted AS NOT MATERIALIZED (
    SELECT *
    FROM season
    WHERE true
        AND novelty IS NOT NULL -- if by_novelty
        AND neighbourhood_id = %(neighbourhood)s -- if neighbourhood
        AND updated_at >= %(since)s -- if since
        AND CASE WHEN festivity >= %(most)s THEN 'most' WHEN festivity >= %(many)s THEN 'many' ELSE 'some' END = ANY(%(classes)s) -- if classes
        AND round((100 * (1 - exp(-festivity / %(scale)s)))::numeric, 1) >= %(least_points)s -- if least_points
        AND house_id IN (SELECT id FROM houses_house WHERE public_id = ANY(%(houses)s)) -- if houses
        AND house_id IN (SELECT id FROM houses_house WHERE street_id = ANY(%(streets)s)) -- if streets
        AND house_id IN (SELECT id FROM houses_house WHERE position::geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)) -- if west
        AND house_id IN (SELECT house_id FROM houses_houseevening WHERE scorer_id = %(scorer)s AND "on" = %(evening)s AND festivity > 0) -- if evening
),
chosen AS MATERIALIZED (
    SELECT house_id
    FROM wanted
    ORDER BY
        standing, house_id DESC -- if from_last
        novelty DESC, house_id -- if by_novelty
        votes DESC, standing DESC, house_id -- if by_votes
        votes, standing DESC, house_id -- if by_fewest_votes
        standing DESC, house_id -- if by_rank
    LIMIT %(at_most)s OFFSET %(skip)s
),
page AS MATERIALIZED (
    SELECT score.id, score.house_id, score.neighbourhood_id, score.standing, score.novelty
    FROM chosen
    JOIN houses_housescore score
        ON score.house_id = chosen.house_id AND score.scorer_id = %(scorer)s AND score.season_id = %(season)s
),
total AS (
    SELECT 0 AS total -- if uncounted
    SELECT count(*) AS total FROM wanted -- if counting
),
front AS ( -- if stepwise
    SELECT -- if stepwise
        step.standing, -- if stepwise
        sum((SELECT count(*) FROM season WHERE season.standing > step.standing AND season.standing <= step.above)) -- if stepwise
            OVER (ORDER BY step.standing DESC) AS ahead -- if stepwise
    FROM (SELECT standing, lag(standing, 1, float8 'infinity') OVER (ORDER BY standing DESC) AS above FROM page GROUP BY standing) step -- if stepwise
), -- if stepwise
unlike AS ( -- if singly
    SELECT -- if singly
        step.novelty, -- if singly
        sum((SELECT count(*) FROM season WHERE season.novelty > step.novelty AND season.novelty <= step.above)) -- if singly
            OVER (ORDER BY step.novelty DESC) AS ahead -- if singly
    FROM (SELECT novelty, lag(novelty, 1, float8 'infinity') OVER (ORDER BY novelty DESC) AS above FROM page WHERE novelty IS NOT NULL GROUP BY novelty) step -- if singly
), -- if singly
whole AS ( -- if at_once
    SELECT -- if at_once
        house_id, row_number() OVER (ORDER BY standing DESC, house_id) AS rank, -- if at_once
        row_number() OVER (PARTITION BY neighbourhood_id ORDER BY standing DESC, house_id) AS rank_in_neighbourhood, -- if at_once
        row_number() OVER (ORDER BY novelty DESC NULLS LAST, house_id) AS novelty_rank -- if at_once
    FROM season -- if at_once
), -- if at_once
placed AS (
    SELECT
        page.id, page.house_id,
        whole.rank, whole.rank_in_neighbourhood, whole.novelty_rank -- if at_once
        %(skip)s + row_number() OVER (ORDER BY page.standing DESC, page.house_id) AS rank, -- if plain
        1 + front.ahead::bigint + ( -- if stepwise
            SELECT count(*) FROM season WHERE season.standing = page.standing AND season.house_id < page.house_id -- if stepwise
        ) AS rank, -- if stepwise
        1 + ( -- if singly
            SELECT count(*) FROM season -- if singly
            WHERE season.neighbourhood_id = page.neighbourhood_id AND season.standing >= page.standing -- if singly
                AND (season.standing > page.standing OR season.house_id < page.house_id) -- if singly
        ) AS rank_in_neighbourhood, -- if singly
        1 + unlike.ahead::bigint + ( -- if singly
            SELECT count(*) FROM season WHERE season.novelty = page.novelty AND season.house_id < page.house_id -- if singly
        ) AS novelty_rank -- if singly
    FROM page
    LEFT JOIN front ON front.standing = page.standing -- if stepwise
    LEFT JOIN unlike ON unlike.novelty = page.novelty -- if singly
    JOIN whole ON whole.house_id = page.house_id -- if at_once
),
described AS (
    SELECT
        placed.house_id,
        house.public_id,
        ST_X(house.position::geometry) AS lon,
        ST_Y(house.position::geometry) AS lat,
        placed.rank,
        CASE WHEN score.neighbourhood_id IS NULL THEN NULL ELSE placed.rank_in_neighbourhood END AS rank_in_neighbourhood,
        score.festivity,
        round((100 * (1 - exp(-score.festivity / %(scale)s)))::numeric, 1)::float8 AS points,
        round(score.standing::numeric, 1)::float8 AS standing,
        round((100 * (1 - exp(-score.fair_festivity / %(scale)s)))::numeric, 1)::float8 AS fair_points,
        round((100 * (1 - exp(-score.low / %(scale)s)))::numeric, 1)::float8 AS points_low,
        round((100 * (1 - exp(-score.high / %(scale)s)))::numeric, 1)::float8 AS points_high,
        round(score.lit_front_m2::numeric, 1)::float8 AS lit_front_m2,
        round(score.distance_m::numeric, 1)::float8 AS distance_m,
        CASE
            WHEN score.festivity >= %(most)s THEN 'most'
            WHEN score.festivity >= %(many)s THEN 'many'
            ELSE 'some'
        END AS festivity_class,
        score.votes,
        score.frames,
        score.counted,
        round((100 * score.novelty)::numeric)::int AS novelty,
        CASE WHEN score.novelty IS NOT NULL THEN placed.novelty_rank END AS novelty_rank,
        best.public_id AS best_frame,
        coalesce(street.name, '') AS street,
        house.street_id,
        coalesce(neighbourhood.name, '') AS neighbourhood,
        coalesce(neighbourhood.slug, '') AS neighbourhood_slug,
        house.synthetic
    FROM placed
    JOIN houses_housescore score ON score.id = placed.id
    JOIN houses_house house ON house.id = placed.house_id AND NOT house.hidden
    LEFT JOIN frames_frame best ON best.id = score.best_frame_id
    LEFT JOIN houses_street street ON street.id = house.street_id
    LEFT JOIN houses_neighbourhood neighbourhood ON neighbourhood.id = house.neighbourhood_id
)
SELECT described.*, total.total
FROM total
LEFT JOIN described ON true
ORDER BY
    described.rank DESC -- if from_last
    described.novelty_rank -- if by_novelty
    described.votes DESC, described.rank -- if by_votes
    described.votes, described.rank -- if by_fewest_votes
    described.rank -- if by_rank
;
