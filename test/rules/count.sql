-- count.sql: compiles and plans each rule, and says what became of it.

SET client_min_messages = warning;
CREATE TABLE refused (rule text, relation text, place text, reason text);

DO $$
DECLARE
	given record;
	relation text;
	statement text;
BEGIN
	FOR given IN TABLE given LOOP
		FOREACH relation IN ARRAY ARRAY['documents', 'transfer_detect.events'] LOOP
			BEGIN
				statement := transfer_detect.esql_sql(given.query, events => relation::regclass);
				EXECUTE 'EXPLAIN ' || statement;
			EXCEPTION WHEN OTHERS THEN
				INSERT INTO refused SELECT given.rule, relation, coalesce(m[1], ''), coalesce(m[2], sqlerrm)
				FROM (SELECT regexp_match(sqlerrm, '^(line \d+:\d+): (.*)$')) AS r(m);
			END;
		END LOOP;
	END LOOP;
END $$;

-- a line a reason, the most frequent first, and below it a line for each of its rules
WITH failures AS (
	SELECT rule, reason, min(place) AS place, count(*) OVER (PARTITION BY reason) AS rules,
		CASE WHEN count(DISTINCT relation) = 1 THEN ' (' || min(relation) || ')' END AS relation
	FROM refused
	GROUP BY rule, reason
), lines AS (
	SELECT DISTINCT rules, reason, '' AS rule, format('%s: %s', rules, reason) AS line FROM failures
	UNION ALL
	SELECT rules, reason, rule, format('    %s %s%s', rule, place, relation) FROM failures
)
SELECT line FROM lines ORDER BY rules DESC, reason, rule;

SELECT format('%s of %s rules become SQL that plans', count(*) FILTER (WHERE NOT EXISTS
	(SELECT FROM refused AS r WHERE r.rule = g.rule)), count(*))
FROM given AS g;
