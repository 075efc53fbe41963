-- An index of documents' terms: it narrows, and never changes an answer.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;
SET timezone = 'UTC';
\t on
\pset format unaligned

-- the terms beside those of an enumeration in plain SQL
CREATE FUNCTION pg_temp.leaves(value jsonb, path text, OUT field text, OUT val text) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
	IF jsonb_typeof(value) = 'array' THEN
		RETURN QUERY SELECT l.* FROM jsonb_array_elements(value) AS e, pg_temp.leaves(e, path) AS l;
	ELSIF jsonb_typeof(value) = 'object' THEN
		RETURN QUERY SELECT l.* FROM jsonb_each(value) AS e, pg_temp.leaves(e.value, coalesce(path || '.', '') || e.key) AS l;
	ELSIF path IS NOT NULL AND jsonb_typeof(value) <> 'null' THEN
		field := path;
		val := value #>> '{}';
		RETURN NEXT;
	END IF;
END $$;
CREATE FUNCTION pg_temp.expected(document jsonb) RETURNS integer[] LANGUAGE sql AS $$
	SELECT coalesce(array_agg(DISTINCT t ORDER BY t), '{}')
	FROM pg_temp.leaves(document, NULL) AS l, unnest(ARRAY[document_term(l.field), document_term(l.field, l.val)]) AS t
	WHERE jsonb_typeof(document) = 'object'
$$;
-- values of all kinds, under names whose values are terms and others, nested and with dots
CREATE FUNCTION pg_temp.piece(seed int, depth int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE WHEN depth = 0 OR h % 11 < 4 THEN (ARRAY['1', '"x"', 'true', 'null', '2.50', '""', '"X"', '{}', '[]', '"1"', '"true"'])[1 + h % 11]::jsonb
		WHEN h % 11 = 4 THEN jsonb_build_array(pg_temp.piece(seed * 7 + 1, depth - 1), pg_temp.piece(seed * 7 + 2, depth - 1), pg_temp.piece(seed * 7 + 3, depth - 1))
		ELSE (SELECT jsonb_object_agg((ARRAY['type', 'name', 'process', 'process.name', 'b', 'a.type', 'event', 'event.action', 'event.type.b'])[1 + abs(hashint4(seed * 31 + k)) % 9],
				pg_temp.piece(seed * 7 + k, depth - 1)) FROM generate_series(1, 4) AS k) END
	FROM (SELECT abs(hashint4(seed)) AS h) AS s
$$;
CREATE TABLE public.odd (id int, document jsonb);
INSERT INTO public.odd SELECT i, jsonb_build_object('event', pg_temp.piece(i * 11, 3), 'process', pg_temp.piece(i * 13, 2), 'a', pg_temp.piece(i * 17, 3), 'process.name', pg_temp.piece(i * 19, 1),
	'user', jsonb_build_object('name', pg_temp.piece(i * 23, 1), 'id', pg_temp.piece(i * 29, 0)))
FROM generate_series(1, 400) AS i;
INSERT INTO public.odd VALUES (2001, '[1, {"a": {"b": 3}}]'), (2002, '"a"'), (2003, 'null'), (2004, '{}'), (2005, '[[{"a": 1}], []]'), (2006, NULL), (2007, '{"": {"": 1}, ".": 2, "a.": 3, ".type": 4}');
-- many fields, many values, and very deep
INSERT INTO public.odd SELECT 3000, jsonb_object_agg('k' || g || '.type', g) FROM generate_series(1, 2000) AS g;
INSERT INTO public.odd SELECT 3001, jsonb_build_object('event', jsonb_build_object('type', jsonb_agg('v' || g))) FROM generate_series(1, 2000) AS g;
INSERT INTO public.odd SELECT 3002, (repeat('{"a":', 500) || '[[["x"]]]' || repeat('}', 500))::jsonb;
SELECT count(*) AS documents, count(*) FILTER (WHERE document_terms(document) IS DISTINCT FROM CASE WHEN document IS NOT NULL THEN pg_temp.expected(document) END) AS different,
	max(cardinality(document_terms(document))) > 3000 AS many
FROM public.odd;
SELECT document_term('event.action', 'x') <> document_term('event.action') AS has_values, document_term('process.command_line', 'x') = document_term('process.command_line') AS has_none,
	document_term(NULL) IS NULL AS null_is_null, document_terms('{"event": {"action": [1.0, null]}}') @> ARRAY[document_term('event.action', '1.0')] AS number;

-- random conditions: the same rows with the index, and without
CREATE TABLE public.indexed (LIKE public.odd);
INSERT INTO public.indexed SELECT * FROM public.odd;
SELECT index_name, bytes > 0 AS takes_room FROM create_document_index('public.indexed');
SELECT index_name FROM create_document_index('public.indexed');
CREATE FUNCTION pg_temp.pick(seed int, what text[]) RETURNS text LANGUAGE sql AS $$ SELECT what[1 + abs(hashint4(seed)) % cardinality(what)] $$;
CREATE FUNCTION pg_temp.simple(seed int) RETURNS text LANGUAGE sql AS $$
	SELECT replace(replace(replace(pg_temp.pick(seed, ARRAY['%f == "%v"', '%f == "%v"', '"%v" == %f', '%f != "%v"', '%f IN ("%v", "%w")', 'NOT %f IN ("%v", "%w")', '%f LIKE "%v*"', '%f LIKE "*"', '%f LIKE ("%v*", "%w")', '%f RLIKE "[xX].*"',
			'%f IS NULL', '%f IS NOT NULL', 'NOT %f == "%v"', 'TO_LOWER(%f) == "%v"', 'TO_UPPER(%f) LIKE "X*"', '%f : "%v"', 'KQL("%f: %v or %f: %w")', 'KQL("not %f: x")', 'MV_CONTAINS(%f, "%v")', 'COALESCE(%f, "%v") == "%v"', 'MV_COUNT(%f) > 1',
			'CASE(%f == "%v", true, %f == "%w", false, true)', 'CASE(%f == "%v", "a", %f LIKE "%w*", null, process.name LIKE "x*", "b") IS NOT NULL', 'CASE(%f == "%v", "a", a.b) IS NOT NULL',
			'CASE(%f == "%v", 1, a.b LIKE "*", 2, 0) == 1', 'CASE(%f == "%v", "a", a.b LIKE "*", "b", "") != ""', 'CASE(%f == "%v", 1, 0) > 0', 'NOT CASE(%f == "%v", 1, 0) > 0', 'CASE(%f == "%v", 1, 0) >= 0',
			'COALESCE(%f, a.b) IS NOT NULL', 'NOT COALESCE(%f, a.b) == "%v"', 'LENGTH(TRIM(%f)) > 0', 'MV_MIN(%f) == "%v"', 'TO_STRING(%f) LIKE "%v*"', 'MV_CONCAT(%f, ",") LIKE "*%v*"', 'NOT ENDS_WITH(%f, "%v")', 'LOCATE(%f, "%v") > 0', '%f == user.name', 'STARTS_WITH(%f, "%v")', '%f > "%w"']),
		'%f', pg_temp.pick(seed * 3 + 1, ARRAY['event.action', 'event.type', 'process.name', 'a.type', 'user.name', 'user.id', 'a.b', 'event.type.b', 'process.type'])),
		'%v', pg_temp.pick(seed * 5 + 2, ARRAY['x', '1', 'true', '2.50', 'X'])), '%w', pg_temp.pick(seed * 7 + 3, ARRAY['X', '1', 'nowhere']))
$$;
CREATE FUNCTION pg_temp.condition(seed int, depth int) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN depth = 0 OR abs(hashint4(seed)) % 4 = 0 THEN pg_temp.simple(seed + 1)
		ELSE pg_temp.pick(seed + 2, ARRAY['(', '(', 'NOT (']) || pg_temp.condition(seed * 2 + 1, depth - 1) || pg_temp.pick(seed + 3, ARRAY[' AND ', ' AND ', ' OR ']) || pg_temp.condition(seed * 2 + 7, depth - 1) || ')' END
$$;
CREATE FUNCTION pg_temp.query(seed int) RETURNS text LANGUAGE sql AS $$
	SELECT 'FROM x' || pg_temp.pick(seed, ARRAY['', '', ' | EVAL e = TO_LOWER(process.name), g = event.type | WHERE g != "nowhere"', ' | MV_EXPAND event.type', ' | EVAL h = event.action == "x" OR a.b IS NULL | WHERE h', ' | RENAME process.name AS user.name | DROP a.b | EVAL a.b = user.id'])
		|| ' | WHERE ' || pg_temp.condition(seed * 101, 2) || pg_temp.pick(seed + 9, ARRAY[' | WHERE event.type IS NOT NULL', '', '']) || pg_temp.pick(seed * 3, ARRAY[' | KEEP id | SORT id', ' | STATS n = COUNT(*), s = SUM(id) BY event.action | SORT event.action, n'])
$$;
CREATE FUNCTION pg_temp.answer(query text, events regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT string_agg(r::text, ' ' ORDER BY n) FROM esql(query, events => events) WITH ORDINALITY AS e(r, n));
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
CREATE TABLE public.queries AS SELECT i, pg_temp.query(i) AS query FROM generate_series(1, 400) AS i;
ALTER TABLE public.queries ADD COLUMN answer text;
UPDATE public.queries SET answer = pg_temp.answer(query, 'public.odd');
SELECT count(*) FILTER (WHERE answer LIKE '{%') > 120 AS many_find_rows, count(*) FILTER (WHERE answer ~ '^line') < 30 AS few_fail FROM public.queries;
SET enable_seqscan = off;
SELECT count(*) FILTER (WHERE answer IS DISTINCT FROM pg_temp.answer(query, 'public.indexed')) AS different FROM public.queries;
SELECT count(*) FILTER (WHERE esql_sql(query, events => 'public.indexed') LIKE '%document_terms(%') > 80 AS many_ask FROM public.queries WHERE answer !~ '^line';
-- a few, to be read
CREATE FUNCTION pg_temp.asked(condition text, events regclass DEFAULT 'public.indexed') RETURNS SETOF text LANGUAGE sql AS $$
	SELECT replace(trim(line), 'transfer_detect.', '') FROM regexp_split_to_table(esql_sql('FROM x | WHERE ' || condition || ' | KEEP id', events => events), E'\n') AS line WHERE line LIKE '%document_terms(%'
$$;
SELECT pg_temp.asked('event.action == "exec" AND process.name IN ("scp", "sftp") AND user.name LIKE "r*"');
SELECT pg_temp.asked('(event.action == "exec" AND process.name == "scp") OR (event.action == "fork" AND a.b IS NOT NULL)');
SELECT pg_temp.asked('NOT event.action == "exec" AND NOT (event.type IS NULL OR user.name == "root")');
SELECT pg_temp.asked('event.action IS NULL OR event.action == "exec"') AS nothing;
SELECT pg_temp.asked('COALESCE(event.action, "exec") == "exec"') AS nothing;
SELECT pg_temp.asked('CASE(process.name == "a", "A", process.name LIKE "b*", "B", event.action == "c" AND event.type == "d", null) IS NOT NULL');
SELECT pg_temp.asked('CASE(process.name == "a", "A", event.action == "b", "", "") != ""');
SELECT pg_temp.asked('CASE(process.name == "a", 1, event.action == "b", 2, 0) > 0');
SELECT pg_temp.asked('CASE(process.name == "a", 1, event.action == "b", 2, 0) >= 0') AS nothing;
SELECT pg_temp.asked('process.command_line == "scp" OR process.command_line == "sftp"');

-- columns of a LOOKUP JOIN are no fields of the document, whatever they are called
CREATE TABLE public.names ("user.name" text, "event.action" text, document jsonb);
INSERT INTO public.names VALUES ('x', 'looked up', '{"process": {"type": "known"}}'), ('1', 'x', NULL);
SELECT count(*) AS rows FROM esql('FROM x | LOOKUP JOIN names ON user.name | WHERE event.action == "looked up" AND process.type IS NULL', events => 'public.indexed');
SELECT count(*) AS rows FROM esql('FROM x | LOOKUP JOIN names ON user.name | WHERE event.action == "looked up" AND process.type IS NULL', events => 'public.odd');
SELECT pg_temp.asked('event.type == "x" | LOOKUP JOIN names ON user.name | WHERE event.action == "looked up" AND process.name == "x"');
DROP TABLE public.names;

-- partitions with the index and one without it; then the index is gone
CREATE TABLE public.days (id int, day int, document jsonb) PARTITION BY LIST (day);
CREATE TABLE public.day1 PARTITION OF public.days FOR VALUES IN (1);
SELECT index_name FROM create_document_index('public.days');
CREATE TABLE public.day2 PARTITION OF public.days FOR VALUES IN (2);
CREATE TABLE public.day3 (id int, day int, document jsonb);
INSERT INTO public.days SELECT id, 1 + id % 2, document FROM public.odd WHERE id % 3 > 0;
INSERT INTO public.day3 SELECT id, 3, document FROM public.odd WHERE id % 3 = 0;
SELECT pg_temp.asked('process.name == "x"', 'public.days');
ALTER TABLE public.days ATTACH PARTITION public.day3 FOR VALUES IN (3);
ANALYZE public.days;
SELECT count(*) FILTER (WHERE answer IS DISTINCT FROM pg_temp.answer(query, 'public.days')) AS different FROM public.queries WHERE i <= 100;
DROP INDEX public.days_document_terms_idx;
SELECT count(*) FILTER (WHERE answer IS DISTINCT FROM pg_temp.answer(query, 'public.days')) AS different FROM public.queries WHERE i <= 30;
SELECT pg_temp.asked('process.name == "x"', 'public.days') AS nothing;
-- on one partition alone
SELECT index_name FROM create_document_index('public.day1');
SELECT count(*) FILTER (WHERE answer IS DISTINCT FROM pg_temp.answer(query, 'public.days')) AS different FROM public.queries WHERE i <= 30;
RESET enable_seqscan;
-- one that failed, or holds a part, is none
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.day1_document_terms_idx'::regclass;
CREATE INDEX day2_part ON public.day2 USING gin (document_terms(document)) WHERE id > 5;
SELECT esql_sql('FROM x | WHERE process.name == "x"', events => 'public.days') ~ 'document_terms' AS asked;
SELECT index_name FROM create_document_index('public.day1');

-- the extension's own events, and what cannot have an index
SELECT index_name FROM create_document_index() ORDER BY index_name::text;
DROP INDEX events_default_document_terms_idx, events_template_document_terms_idx;
\set VERBOSITY sqlstate
SELECT create_document_index('alert_list');
SELECT create_document_index('rules');
CREATE TABLE public.plain (document json);
SELECT create_document_index('public.plain');
DROP TABLE public.plain;
\set VERBOSITY default
DROP FUNCTION pg_temp.asked;
DROP TABLE public.odd, public.indexed, public.queries, public.days;
