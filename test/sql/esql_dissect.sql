-- DISSECT: texts between delimiters.
BEGIN;
SET search_path = transfer_detect, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE FUNCTION pg_temp.fails(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; hint text;
BEGIN
	PERFORM esql(query);
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN state || ' ' || message || coalesce(E'\n  ' || nullif(hint, ''), '');
END $$;

-- The reference manual's cases, in other words.
SELECT esql('ROW a = "2026-11-20T09:30:00.000Z - some text - 192.0.2.7" | DISSECT a "%{date} - %{msg} - %{ip}" | EVAL date = TO_DATETIME(date), ip = TO_IP(ip) | KEEP date, msg, ip');
SELECT esql('ROW a = "foo 1 bar 2 baz" | DISSECT a "%{+b} %{c} %{+b} %{d} %{+b}" APPEND_SEPARATOR = ","');
SELECT esql('ROW a = "foo 1 bar 2 baz" | DISSECT a "%{+b} %{c} %{+b} %{d} %{+b}"');
SELECT esql('ROW a = "foo 1 bar 2 baz" | DISSECT a "%{+b/3} %{c} %{+b/2} %{d} %{+b/1}"');
SELECT esql('ROW a = "foo           bar" | DISSECT a "%{b->} %{c}"');
SELECT esql('ROW a = "foo bar baz" | DISSECT a "%{b} %{?c} %{d}"'), esql('ROW a = "foo bar baz" | DISSECT a "%{b} %{} %{d}"');

-- Repeated delimiters without -> make empty values.
SELECT esql('ROW a = "x,,z" | DISSECT a "%{b},%{c},%{d}"'), esql('ROW a = "x  y" | DISSECT a "%{b} %{c}"');

-- No match, null and an empty string.
SELECT esql('ROW a = "foo bar" | DISSECT a "%{b} %{c} baz"'), esql('ROW a = null | DISSECT a "%{b}"'), esql('ROW a = "" | DISSECT a "%{b}"');

-- Overwriting, expressions, several values.
SELECT esql('ROW a = "1 x", b = true, c = 2 | DISSECT a "%{a} %{b}"'), esql('ROW a = "x", b = "y" | DISSECT CONCAT(a, "=", b) "%{k}=%{v}"');
SELECT esql('ROW a = ["k=1", "none", "l=2"] | DISSECT a "%{k}=%{v}" | EVAL n = MV_SUM(TO_INTEGER(v))');
SELECT esql('ROW a = ["1 2 3", "4 5 6"] | DISSECT a "%{+x} %{+x} %{y}" APPEND_SEPARATOR="+"');

-- Other letters than ASCII, in delimiters and keys.
SELECT esql('ROW a = "größe→10 €" | DISSECT a "%{Esql.name}→%{amount} €"');

-- Errors at the pattern.
SELECT pg_temp.fails('ROW a = "x" | DISSECT a "%{*b} %{&b}"');
SELECT pg_temp.fails('ROW a = "x" | DISSECT a "%{b}%{c}"');
SELECT pg_temp.fails('ROW a = "x" | DISSECT a "no key"');
SELECT pg_temp.fails('ROW a = "x" | DISSECT a "%{b" APPEND_SEPARATOR=","');
SELECT pg_temp.fails('ROW a = "x" | DISSECT a "%{b}" SEPARATOR=","');
SELECT pg_temp.fails('ROW a = 1 | DISSECT a "%{b}"');

SELECT esql_sql('ROW a = "k=v" | DISSECT a "%{k}=%{v}" | KEEP v');

-- Documents, in conditions and groups, and in a rule with its alerts, their events, an exception and a preview.
CREATE TABLE public.raw (timestamp timestamptz, document jsonb);
INSERT INTO raw SELECT t, jsonb_build_object('@timestamp', to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'host', jsonb_build_object('name', 'web-' || i % 3), 'message', 'verdict=' || CASE WHEN i % 2 = 0 THEN 'TP' ELSE 'FP' END || ' confidence=0.' || i)
FROM generate_series(1, 8) AS i, LATERAL (SELECT '2026-11-20 09:30Z'::timestamptz + i * interval '1 minute') AS l(t);
SELECT esql('FROM x | DISSECT message "verdict=%{verdict} confidence=%{confidence}" | WHERE verdict == "TP" | STATS n = COUNT(), best = MAX(TO_DOUBLE(confidence)) BY host.name | SORT host.name', events => 'public.raw');
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES ('dissect', 'Verdicts',
	'FROM raw | DISSECT message "verdict=%{verdict} confidence=%{confidence}" | WHERE verdict == "TP" | STATS n = COUNT(), best = MAX(TO_DOUBLE(confidence)) BY host.name', 'public.raw', true);
SELECT status, alerts_created, events_matched, message FROM run('dissect', '2026-11-20 10:00Z');
SELECT group_key, result, event_count, (SELECT jsonb_agg(e -> 'message' ORDER BY e ->> '@timestamp') FROM alert_events(a.id) AS e) AS messages FROM alerts AS a WHERE rule_id = 'dissect' ORDER BY group_key ->> 'host.name';
SELECT change, group_key FROM preview_exception('dissect', 'host.name == "web-2"', from_time => '2026-11-20 09:00Z', to_time => '2026-11-20 10:00Z');
ROLLBACK;
