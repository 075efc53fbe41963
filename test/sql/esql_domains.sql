-- Columns of domains, of arrays of domains and of domains over arrays are read as their base types.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE DOMAIN public.dtext AS text;
CREATE DOMAIN public.dname AS public.dtext CHECK (VALUE <> '');
CREATE DOMAIN public.dint AS bigint;
CREATE DOMAIN public.dsmall AS smallint;
CREATE DOMAIN public.dnum AS numeric(10, 2);
CREATE DOMAIN public.dreal AS real;
CREATE DOMAIN public.dvar AS varchar(20);
CREATE DOMAIN public.dip AS inet;
CREATE DOMAIN public.dnet AS cidr;
CREATE DOMAIN public.dtime AS timestamptz;
CREATE DOMAIN public.dlocal AS timestamp;
CREATE DOMAIN public.dday AS date;
CREATE DOMAIN public.dbool AS boolean;
CREATE DOMAIN public.dtags AS text[];
CREATE DOMAIN public.ddocument AS jsonb;
CREATE TYPE public.mood AS ENUM ('calm', 'cross');
CREATE DOMAIN public.dmood AS public.mood;
CREATE TABLE public.dom (id integer, "@timestamp" dtime, local dlocal, day dday, a dname, b dtext[], v dvar, vs dvar[], n dint, d dint[], s dsmall, ss dsmall[], num dnum, nums dnum[], r dreal,
	ip dip, ips dip[], net dnet, flag dbool, flags dbool[], times dtime[], locals dlocal[], tags dtags, moods dmood[], mood dmood, document ddocument);
INSERT INTO public.dom VALUES
	(1, '2026-11-20 09:00:00.123456Z', '2026-11-20 09:00', '2026-11-20', 'x', '{b,a}', 'v', '{w,v}', 1, '{1,2}', 3, '{3,4}', 1.5, '{2.5,1.5}', 0.5,
	 '10.0.0.1', '{10.0.0.2,::1}', '10.0.0.0/8', true, '{t,f}', '{2026-11-20 09:00Z}', '{2026-11-20 08:00,2026-11-20 07:00}', '{t1,t2}', '{calm,cross}', 'cross', '{"host": {"name": "h1"}}'),
	(2, '2026-11-20 09:30Z', NULL, NULL, 'y', '{a}', NULL, NULL, 5000000000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"host.name": "h2"}');
CREATE FUNCTION pg_temp.q(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.dom') AS r $$;
\t on
\pset format unaligned
SELECT pg_temp.q('FROM x | SORT id | EVAL h = host.name');
SELECT pg_temp.q('FROM x | WHERE id == 1 | EVAL z = MV_APPEND(a, "x"), y = MV_CONTAINS(b, "a"), w = MV_SUM(d), u = MV_SORT(vs), t = MV_MAX(ips), s = MV_AVG(nums), r = MV_DEDUPE(flags), p = MV_MIN(moods) | KEEP z, y, w, u, t, s, r, p');
SELECT pg_temp.q('FROM x | STATS s = SUM(d), n = SUM(n), v = VALUES(b), c = COUNT_DISTINCT(a), m = MAX(a), i = MIN(ip), t = MAX(times), e = AVG(num), f = VALUES(flag), g = MIN(s)');
SELECT pg_temp.q('FROM x | STATS c = COUNT() BY a | SORT a');
SELECT pg_temp.q('FROM x | STATS c = COUNT() BY b, n, ip, day | SORT b');
SELECT pg_temp.q('FROM x | STATS c = COUNT() BY tags, flag, mood | SORT tags');
SELECT pg_temp.q('FROM x | WHERE a IN ("x", "z") AND n == 1 AND v LIKE "v*" AND ip == "10.0.0.1" AND flag AND num > 1 AND @timestamp >= "2026-11-20" AND mood == "cross" AND s IN (3, 2.5) | KEEP id');
SELECT pg_temp.q('FROM x | WHERE CIDR_MATCH(ip, "10.0.0.0/8") AND CONCAT(a, v) == "xv" AND COALESCE(v, a) == "v" AND TO_LOWER(a) == "x" | MV_EXPAND b | KEEP b');
SELECT pg_temp.q('FROM x | SORT a DESC, d, b | KEEP id');
-- a rule over them: its window, its groups, an alert's evidence
BEGIN;
INSERT INTO rules (rule_id, name, query, events) VALUES ('dom', 'dom', 'FROM x | STATS c = COUNT(), v = VALUES(b) BY a, d', 'public.dom');
SELECT count(*) FROM backfill('dom', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT a.group_key, a.event_count, (SELECT count(*) FROM alert_events(a.id)) AS evidence FROM alerts AS a WHERE rule_id = 'dom' ORDER BY a.group_key::text;
ROLLBACK;
INSERT INTO rules (rule_id, name, query, events, timestamp_field) VALUES ('local', 'local', 'FROM x | STATS c = COUNT() BY a', 'public.dom', 'local');
SELECT max(events_matched) FROM rule_groups((SELECT query FROM rules WHERE rule_id = 'local'), 'public.dom', '2026-11-20 08:00Z', '2026-11-20 10:00Z', 'local');
DELETE FROM rules WHERE rule_id = 'local';
DROP TABLE public.dom;
DROP DOMAIN public.dname, public.dtext, public.dint, public.dsmall, public.dnum, public.dreal, public.dvar, public.dip, public.dnet, public.dtime, public.dlocal, public.dday, public.dbool, public.dtags, public.ddocument, public.dmood;
DROP TYPE public.mood;
