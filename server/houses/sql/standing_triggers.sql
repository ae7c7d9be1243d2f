-- Installed by a migration. What a list is ordered by stands in each score, whoever writes it: `standing` by the formula of
-- server/houses/standing.py from festivity, the scale of the scorer's card and votes; `neighbourhood_id` and `listed` as in the
-- house's row. They fire also where triggers are switched off for speed.
CREATE FUNCTION house_standing(worth double precision, votes integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 100 - (100 - worth) * 50 / (votes + 50) $$;

CREATE FUNCTION house_worth(festivity double precision, card jsonb) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 100 * (1 - exp(-festivity / coalesce((card #>> '{points,scale}')::double precision, 0.08))) $$;

CREATE FUNCTION score_is_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT neighbourhood_id, NOT hidden AND merged_into_id IS NULL INTO NEW.neighbourhood_id, NEW.listed
    FROM houses_house WHERE id = NEW.house_id;
    RETURN NEW;
END $$;

CREATE FUNCTION score_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.standing := house_standing(
        house_worth(NEW.festivity, (SELECT card FROM frames_scorer WHERE id = NEW.scorer_id)), NEW.votes
    );
    RETURN NEW;
END $$;

CREATE FUNCTION scores_follow_the_house() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE houses_housescore
    SET neighbourhood_id = NEW.neighbourhood_id, listed = NOT NEW.hidden AND NEW.merged_into_id IS NULL
    WHERE house_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION scores_follow_the_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE houses_housescore SET festivity = festivity WHERE scorer_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER score_is_placed BEFORE INSERT ON houses_housescore
FOR EACH ROW EXECUTE FUNCTION score_is_placed();

CREATE TRIGGER score_stands BEFORE INSERT OR UPDATE OF festivity, votes, standing ON houses_housescore
FOR EACH ROW EXECUTE FUNCTION score_stands();

CREATE TRIGGER scores_follow_the_house AFTER UPDATE OF neighbourhood_id, hidden, merged_into_id ON houses_house
FOR EACH ROW
WHEN ((OLD.neighbourhood_id, OLD.hidden, OLD.merged_into_id) IS DISTINCT FROM (NEW.neighbourhood_id, NEW.hidden, NEW.merged_into_id))
EXECUTE FUNCTION scores_follow_the_house();

CREATE TRIGGER scores_follow_the_card AFTER UPDATE OF card ON frames_scorer
FOR EACH ROW
WHEN (OLD.card #> '{points,scale}' IS DISTINCT FROM NEW.card #> '{points,scale}')
EXECUTE FUNCTION scores_follow_the_card();

ALTER TABLE houses_housescore ENABLE ALWAYS TRIGGER score_is_placed;
ALTER TABLE houses_housescore ENABLE ALWAYS TRIGGER score_stands;
ALTER TABLE houses_house ENABLE ALWAYS TRIGGER scores_follow_the_house;
