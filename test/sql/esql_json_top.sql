-- JSON_EXTRACT() and TOP().
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT j::text FROM transfer_detect.esql(query) AS r(j);
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;

-- strings without quotes, numbers as they are written, containers as JSON
SELECT pg_temp.run($q$ROW j = "{\"a\": {\"b\": [1, 2.50, \"x\"]}, \"c.d\": true, \"n\": null, \"s\": \"q\\\"\\u00e9\"}"
	| EVAL b = JSON_EXTRACT(j, "a.b[1]"), l = JSON_EXTRACT(j, "$.a.b"), d = JSON_EXTRACT(j, "['c.d']"), n = JSON_EXTRACT(j, "n"),
		s = JSON_EXTRACT(j, "s"), o = JSON_EXTRACT(j, "a"), none = JSON_EXTRACT(j, "x"), beyond = JSON_EXTRACT(j, "a.b[3]"),
		no_object = JSON_EXTRACT(j, "n.x"), dotted = JSON_EXTRACT(j, "c.d") | DROP j$q$);
-- no JSON, nothing, several values
SELECT pg_temp.run('ROW a = JSON_EXTRACT("oops", "a"), b = JSON_EXTRACT(null, "a"), c = JSON_EXTRACT(["{}", "{}"], "a"), d = JSON_EXTRACT("[7]", "$[0]"), e = JSON_EXTRACT("5", "$")');
-- the document
CREATE TABLE extracted (n integer, document jsonb);
INSERT INTO extracted VALUES (1, '{"sip": {"method": "INVITE", "code": 200, "list": [1, {"b": "c d"}]}}'), (2, '{"sip.method": "BYE"}'), (3, '[]'), (4, NULL), (5, '"sip"');
SELECT pg_temp.run('FROM extracted METADATA _source | SORT n | EVAL m = JSON_EXTRACT(_source, "sip.method"), q = JSON_EXTRACT(_source, "[''sip.method'']"),
	c = JSON_EXTRACT(_source, "sip.code"), l = JSON_EXTRACT(_source, "sip.list"), b = JSON_EXTRACT(_source, "sip.list[1].b"), all = JSON_EXTRACT(_source, "$") | KEEP n, m, q, c, l, b, all');
SELECT pg_temp.run('FROM extracted METADATA _source | WHERE TO_INTEGER(COALESCE(JSON_EXTRACT(_source, "x.code"), JSON_EXTRACT(_source, "sip.code"))) == 200 | KEEP n');
-- wrong paths and types
SELECT pg_temp.run('ROW a = JSON_EXTRACT("{}", "a..b")');
SELECT pg_temp.run('ROW a = JSON_EXTRACT("{}", "a[-1]")');
SELECT pg_temp.run('ROW a = JSON_EXTRACT("{}", "a.*")');
SELECT pg_temp.run('ROW a = JSON_EXTRACT(5, "a")');
SELECT pg_temp.run('ROW p = "a" | EVAL a = JSON_EXTRACT("{}", p)');
SELECT pg_temp.run('ROW a = JSON_EXTRACT("{}")');

CREATE TABLE topped (g text, i integer, d double precision, k text, t timestamptz, b boolean, p inet, l integer[]);
INSERT INTO topped VALUES
	('a', 3, 0.5, 'x', '2026-01-03', true, '10.0.0.2', '{5,1}'), ('a', 1, 1.5, 'B', '2026-01-01', false, '::1', '{9}'),
	('a', 3, NULL, 'ä', '2026-01-02', NULL, '10.0.0.10', NULL), ('b', NULL, NULL, NULL, NULL, NULL, NULL, '{}');
SELECT pg_temp.run('FROM topped | STATS i = TOP(i, 2, "desc"), d = TOP(d, 5), k = TOP(k, 2, "ASC"), t = TOP(t, 1, "desc"), b = TOP(b, 2, "asc"), p = TOP(p, 2), l = TOP(l, 2, "DESC") BY g | SORT g');
SELECT pg_temp.run('FROM topped | STATS i = TOP(i, 10), w = TOP(i, 2, "desc") WHERE i < 3');
SELECT pg_temp.run('FROM topped | WHERE g == "none" | STATS i = TOP(i, 2)');
SELECT pg_temp.run('FROM topped | STATS i = MV_SLICE(MV_DEDUPE(TOP(i, 10, "asc")), 0, 10), n = MV_COUNT(TOP(i, 2))');
SELECT pg_temp.run('FROM topped | STATS TOP(i, 0)');
SELECT pg_temp.run('FROM topped | STATS TOP(i, 2, "up")');
SELECT pg_temp.run('FROM topped | STATS TOP(i)');
SELECT pg_temp.run('FROM topped | STATS TOP(i, i)');
SELECT pg_temp.run('FROM topped | STATS TOP(i, 1, "asc", k)');
DROP TABLE extracted, topped;
