-- Thresholds on COUNT_DISTINCT bound the aggregates: where they may, and only there.
SET search_path = transfer_detect, transfer_detect_internal, public;
CREATE TABLE public.seen (key text, agent text COLLATE "C", host text[], address inet, n integer);
INSERT INTO public.seen
SELECT 'k' || i % 40, CASE WHEN i % 40 > 2 THEN 'a' || i % 40 % 7 * (i % 3) END, ARRAY['h' || i % (i % 40 + 1), 'g'],
	('10.0.0.' || i % (i % 5 + 1))::inet, i
FROM generate_series(1, 2000) AS i;
CREATE TEMP TABLE query (id int, text text);
INSERT INTO query SELECT row_number() OVER (), text FROM unnest(ARRAY[
	-- these are bounded
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c == 1',
	'STATS c = COUNT_DISTINCT(agent), v = VALUES(agent), w = VALUES(host) BY key | WHERE c < 3 AND c > 0',
	'STATS c = COUNT_DISTINCT(agent), v = VALUES(agent) BY key | WHERE 1 >= c',
	'STATS c = COUNT_DISTINCT(agent, 3000), v = VALUES(agent) BY key | WHERE c IN (0, 2)',
	'STATS c = COUNT_DISTINCT(host), v = VALUES(host) BY key | WHERE c <= 4',
	'STATS c = COUNT_DISTINCT(address), v = VALUES(address) BY key | WHERE c <= 2',
	'STATS c = COUNT_DISTINCT(agent) WHERE n > 500, v = VALUES(agent) WHERE n > 500, w = VALUES(agent) BY key | WHERE c == 1',
	'STATS c = COUNT_DISTINCT(agent), d = COUNT_DISTINCT(host) BY key | EVAL e = c + d | WHERE e > 1 | WHERE c < 3 AND c < 2 | RENAME c AS x | WHERE x >= 1 | SORT x, key',
	'STATS c = COUNT_DISTINCT(agent) BY key | SORT c DESC | WHERE c <= 2 | LIMIT 3',
	'STATS c = COUNT_DISTINCT(CONCAT(agent, key)), v = VALUES(CONCAT(agent, key)), w = VALUES(CONCAT(key, agent)) BY key | WHERE c == 2 AND v IS NOT NULL',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c == 0',
	-- these are not
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c == 1 OR c == 3',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE NOT c > 1',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c > 1 AND c != 3 AND c >= 2',
	'STATS c = COUNT_DISTINCT(agent) BY key | SORT c DESC, key | LIMIT 5 | WHERE c <= 2',
	'STATS c = COUNT_DISTINCT(agent) BY key | STATS m = MAX(c), k = COUNT() | WHERE m == 3',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c + 1 == 2',
	'STATS c = COUNT_DISTINCT(agent) + 1 BY key | WHERE c == 2',
	'STATS c = COUNT_DISTINCT(agent), d = COUNT_DISTINCT(host) BY key | WHERE c == d',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c == 1.0',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c == -1 OR c == 9223372036854775807',
	'STATS c = COUNT_DISTINCT(agent) BY key | WHERE c <= 9223372036854775807 AND c == -1',
	'STATS c = COUNT_DISTINCT(agent) BY key | EVAL c = 1 | WHERE c == 1',
	'STATS cc = COUNT() BY key | WHERE cc < 5']) AS text;
SELECT q.id, left(q.text, 60) AS query, (SELECT string_agg(m[1], ', ') FROM regexp_matches(esql_sql('FROM x | ' || q.text, events => 'public.seen'),
	'transfer_detect\.(distinct_\w+\([^\n]*?\))(?: FILTER| AS|, false| [+])', 'g') AS m) AS aggregates
FROM query AS q ORDER BY q.id;

-- the same rows as with a condition that says the same and does not bound
CREATE TEMP TABLE rows AS
SELECT q.id, which, e::text AS json FROM query AS q, (VALUES ('bounded', '\mc\M (==|<=|<) (\d+)'), ('plain', NULL)) AS w(which, pattern),
	esql('FROM x | ' || CASE WHEN pattern IS NULL THEN q.text ELSE regexp_replace(regexp_replace(q.text, '1 >= c', 'c + 0 <= 1'), '(?<=WHERE |AND )c (==|<=|<|IN) ', 'c + 0 \1 ', 'g') END,
		events => 'public.seen') AS e;
SELECT which, count(*), count(DISTINCT id) AS queries FROM rows GROUP BY which ORDER BY which;
SELECT id, json FROM (SELECT id, json FROM rows WHERE which = 'bounded' EXCEPT ALL SELECT id, json FROM rows WHERE which = 'plain') AS d
UNION ALL
SELECT id, json FROM (SELECT id, json FROM rows WHERE which = 'plain' EXCEPT ALL SELECT id, json FROM rows WHERE which = 'bounded') AS d
ORDER BY 1, 2;
-- groups without a value
SELECT esql('FROM x | STATS c = COUNT_DISTINCT(agent), v = VALUES(agent) BY key | WHERE c <= 1 | SORT key', events => 'public.seen');

-- the aggregate by itself: null where it has forgotten
SELECT n, distinct_values(v, 3), distinct_values_elements(ARRAY[v, v + 1], 3), distinct_count(v, 3)
FROM (VALUES (1, 7), (1, NULL), (2, 7), (2, 8), (2, 8), (3, 1), (3, 2), (3, 3), (4, NULL), (5, 1), (5, 2), (5, 3), (5, 4)) AS t(n, v)
GROUP BY n ORDER BY n;
SELECT distinct_values(v, 0), distinct_values(v, 1) FROM (VALUES (1)) AS t(v);
SELECT distinct_values(v, NULL) FROM (VALUES (1)) AS t(v);
DROP TABLE public.seen;
