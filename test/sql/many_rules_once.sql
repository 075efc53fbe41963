-- What a query reads often is computed once a row, and answers are the same.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE TABLE public.pages (timestamp timestamptz, document jsonb);
INSERT INTO public.pages
SELECT '2026-11-20 09:00Z'::timestamptz + i * interval '1 second', jsonb_build_object('url', jsonb_build_object('original', u.url), 'user_agent.original',
		CASE i % 5 WHEN 0 THEN '["Nikto/2", "Mozilla"]'::jsonb WHEN 1 THEN '"SQLMAP/1"' WHEN 2 THEN '"Mozilla Nmap ÄÖ"' WHEN 3 THEN 'null' ELSE '["CURL/8", "CURL/8"]' END,
		'source', jsonb_build_object('ip', '192.0.2.' || i % 7), 'http', jsonb_build_object('response', jsonb_build_object('status_code', CASE WHEN i % 3 = 0 THEN 404 ELSE 200 END)))
FROM generate_series(1, 60) AS i, LATERAL (SELECT (ARRAY['/Index', '/etc/PASSWD', '/%2E%2E/x', '/ÀÉ', ''])[1 + i % 5]) AS u(url);
\t on
\pset format unaligned

CREATE FUNCTION pg_temp.shape(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT regexp_replace(l, '\s+$', '') FROM regexp_split_to_table(transfer_detect.esql_sql(query, '2026-11-20 12:00Z', 'public.pages'), '\n') AS l $$;
CREATE FUNCTION pg_temp.q(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.pages') AS r $$;

-- small letters that several patterns look at, beside a condition that does not
\set agents 'FROM x | EVAL agent = TO_LOWER(user_agent.original), page = TO_LOWER(url.original) | WHERE (agent LIKE "sqlmap*" OR agent LIKE "*nmap*" OR agent LIKE "curl*" OR agent LIKE "*nikto*") AND http.response.status_code == 200'
SELECT pg_temp.shape(:'agents' || ' | STATS n = COUNT(*), agents = VALUES(agent), pages = VALUES(page) BY source.ip');
SELECT pg_temp.q(:'agents' || ' | STATS n = COUNT(*), agents = VALUES(agent), pages = VALUES(page) BY source.ip | SORT source.ip');

-- a field that the query names often: read once, and the others only of rows that are left
\set urls 'FROM x | WHERE http.response.status_code == 404 AND (url.original LIKE "*a*" OR url.original LIKE "*b*" OR url.original LIKE "*I*" OR url.original LIKE "*d*" OR url.original LIKE "*e*" OR url.original == "")'
SELECT pg_temp.shape(:'urls' || ' | KEEP url.original, source.ip');
SELECT pg_temp.q(:'urls' || ' | STATS n = COUNT(*) BY url.original, source.ip | SORT n DESC, source.ip, url.original | LIMIT 6');

-- an index made of conditions is found by them: nothing stands between
CREATE INDEX pages_rule ON public.pages (timestamp) WHERE esql_document_long_single(document, 'http.response.status_code') = '404'::bigint;
SELECT count(*) AS fences FROM pg_temp.shape(:'urls' || ' | KEEP url.original') AS l WHERE l LIKE '%computed once%';
DROP INDEX public.pages_rule;

-- exceptions, whose hits are counted before they are left out, as before
INSERT INTO rules (rule_id, name, query, events) VALUES ('agents', 'agents', :'agents' || ' | STATS n = COUNT(*) BY source.ip | WHERE n > 0', 'public.pages');
SELECT g.result, g.event_count, g.events_matched, g.event_hits
FROM rule_groups((SELECT query FROM rules WHERE rule_id = 'agents'), 'public.pages', '2026-11-20 09:00Z', '2026-11-20 10:00Z',
	event_exceptions => ARRAY['url.original == "/etc/PASSWD"'], count_hits => true) AS g ORDER BY g.place;
DELETE FROM rules WHERE rule_id = 'agents';

-- a name as ours
SELECT pg_temp.q('FROM x | EVAL `(document)` = TO_LOWER(url.original), `a (single)` = 1, a = TO_UPPER(user_agent.original) | WHERE a LIKE "S*" OR a LIKE "*P*" OR a LIKE "C*" OR a == "X"'
	|| ' | STATS n = COUNT(*), v = VALUES(`(document)`), w = VALUES(a) BY `a (single)`');

-- conditions in the order of their costs, those of one cost as they are written
SELECT l FROM pg_temp.shape('FROM x | WHERE url.original RLIKE ".*a.*" AND TO_LOWER(url.original) LIKE "*b*" AND source.ip IS NOT NULL AND url.original == "c" AND http.response.status_code == 200') AS l
WHERE l ~ '(WHERE|AND)';

-- letters: of ASCII and of any language, none and many
SELECT esql_lower(s), esql_upper(s), esql_lower(s) = lower(s COLLATE "und-x-icu") AND esql_upper(s) = upper(s COLLATE "und-x-icu") AS same
FROM (VALUES (''), ('AbC xyz @[`{ 019'), ('ÄÖ straße ǅ'), ('İI ıi'), (E'A\x7f\tZ')) AS v(s);
SELECT count(*) FILTER (WHERE esql_lower(chr(c) || 'Q') <> lower((chr(c) || 'Q') COLLATE "und-x-icu") OR esql_upper('q' || chr(c)) <> upper(('q' || chr(c)) COLLATE "und-x-icu")) AS different
FROM generate_series(1, 3000) AS c;
-- and in each text of a list
SELECT count(*) FILTER (WHERE esql_lower_each(ARRAY[chr(c) || 'Q', 'X', chr(c)]) IS DISTINCT FROM ARRAY[esql_lower(chr(c) || 'Q'), 'x', esql_lower(chr(c))]
	OR esql_upper_each(ARRAY[chr(c) || 'q', 'x', chr(c)]) IS DISTINCT FROM ARRAY[esql_upper(chr(c) || 'q'), 'X', esql_upper(chr(c))]) AS different
FROM generate_series(1, 3000) AS c;
SELECT esql_lower_each('{}') IS NULL, esql_lower_each(NULL) IS NULL, esql_lower_each('[0:2]={Ab,NULL,C}'), esql_upper_each('{{a,b},{c,d}}');
DROP TABLE public.pages;

-- IN over a document's field is a function that costs as much as ==; it answers as = ANY does
SELECT count(*) AS different FROM (VALUES ('a'), ('A'), (''), ('bb'), (repeat('x', 64)), (NULL)) AS v(value),
	(VALUES ('{a,bb}'::text[]), ('{}'), ('{NULL}'), ('{NULL,a}'), ('{{a,b},{bb,""}}'), (ARRAY[repeat('x', 64)]), (ARRAY['', repeat('y', 64)]), (NULL)) AS w(wanted)
WHERE esql_is_any(value, wanted) IS DISTINCT FROM (value COLLATE "C" = ANY (wanted)) AND (value IS NOT NULL OR wanted <> '{}');	-- of no list is asked
SELECT esql_is_any(value, '{a,bb}'), esql_is_any(value, '{NULL,bb}'), esql_is_any(value, '{}') FROM (VALUES ('a'), ('A'), ('bb'), (NULL)) AS v(value);
CREATE TABLE public.places (timestamp timestamptz, document jsonb);
INSERT INTO public.places
SELECT '2026-11-20 09:00Z'::timestamptz + place * interval '1 second', document || jsonb_build_object('n', place)
FROM unnest('{"{}","{\"a\": {\"b\": \"x\"}}","{\"a.b\": \"X\"}","{\"a\": {\"b\": [\"x\", \"x\"]}}","{\"a\": {\"b\": [\"x\", \"y\"]}}","{\"a\": {\"b\": null}}","{\"a\": {\"b\": []}}","{\"a\": {\"b\": 5}}",
	"{\"a\": {\"b\": true}}","{\"a\": {\"b\": \"\"}}","{\"a\": [{\"b\": \"y\"}, {\"c\": 1}]}","{\"a\": {\"b\": \"x\"}, \"a.b\": \"y\"}"}'::jsonb[]) WITH ORDINALITY AS d(document, place);
CREATE FUNCTION pg_temp.found(condition text) RETURNS TABLE (answer text, by_function boolean) LANGUAGE sql
AS $$ SELECT (SELECT string_agg(r ->> 'n', ' ' ORDER BY (r ->> 'n')::int) FROM transfer_detect.esql('FROM x | WHERE ' || condition || ' | KEEP n', '2026-11-20 12:00Z', 'public.places') AS r),
	transfer_detect.esql_sql('FROM x | WHERE ' || condition || ' | KEEP n', '2026-11-20 12:00Z', 'public.places') LIKE '%esql_is_any(%' $$;
CREATE TABLE public.conditions AS SELECT * FROM unnest(ARRAY['a.b IN ("x", "y")', 'NOT a.b IN ("x", "y")', 'a.b IN ("X", "5", "true")', 'a.b IN ("", "none")', 'a.b IN ("x", null)', 'NOT a.b IN ("x", null)',
	'a.b IN ("x", a.c)', 'n IN (2, 5)', 'TO_LOWER(a.b) IN ("x", "z")', 'a.b IN ("x", "y") OR n == 1', '(a.b IN ("x", "y")) IS NULL',
	(SELECT 'a.b IN ("x", ' || string_agg('"' || i || '"', ', ') || ')' FROM generate_series(1, 63) AS i),
	(SELECT 'a.b IN ("x", ' || string_agg('"' || i || '"', ', ') || ')' FROM generate_series(1, 64) AS i)]) WITH ORDINALITY AS c(condition, place);
CREATE TABLE public.answers AS SELECT place, condition, f.* FROM public.conditions, pg_temp.found(condition) AS f;
SELECT left(condition, 40), answer, by_function FROM public.answers ORDER BY place;
-- an index of the field, or one with a condition on it, is asked for the list
CREATE INDEX places_b ON public.places (esql_document_keyword_single(document, 'a.b'));
SELECT a.place, f.* FROM public.answers AS a, pg_temp.found(condition) AS f WHERE f.by_function OR f.answer IS DISTINCT FROM a.answer;
DROP INDEX public.places_b;
CREATE INDEX places_b ON public.places (timestamp) WHERE esql_document_keyword_single(document, 'a.b') = ANY ('{x,y}');
SELECT a.place, f.* FROM public.answers AS a, pg_temp.found(condition) AS f WHERE f.by_function OR f.answer IS DISTINCT FROM a.answer;
DROP INDEX public.places_b;
SELECT a.place, f.* FROM public.answers AS a, pg_temp.found(condition) AS f WHERE f IS DISTINCT FROM (a.answer, a.by_function);
DROP TABLE public.places, public.conditions, public.answers;
