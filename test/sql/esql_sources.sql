-- FROM: patterns, lists, exclusions, several relations at once; and types of columns and documents.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE TABLE public.linux_a (timestamp timestamptz, host_name text, process_pid integer, event_action text[], only_a text);
CREATE TABLE public.linux_b (timestamp timestamptz, "host.name" text, process_pid bigint, event_action text, only_b integer);
CREATE TABLE public.other (timestamp timestamptz, document jsonb);
INSERT INTO public.linux_a VALUES ('2026-11-20 09:00Z', 'a1', 1, '{exec,fork}', 'x'), ('2026-11-20 09:01Z', 'a2', 2, '{exec}', NULL);
INSERT INTO public.linux_b VALUES ('2026-11-20 09:02Z', 'b1', 3, 'exec', 7);
INSERT INTO public.other VALUES ('2026-11-20 09:03Z', '{"host": {"name": "o1"}, "event.action": ["exec", "end"], "labels": {"env": "prod"}, "mine": "5", "process": {"args_count": "3"}}');
INSERT INTO sources VALUES ('logs-linux.a-*', 'public.linux_a'), ('logs-linux.b-*', 'public.linux_b'), ('logs-other-*', 'public.other'), ('all-of-linux', 'public.linux_a');
CREATE FUNCTION pg_temp.q(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z') AS r $$;
\t on
\pset format unaligned
-- which relations a FROM means
SELECT pg_temp.q('FROM logs-linux.a-* METADATA _index | KEEP _index, host.name | SORT host.name');
SELECT pg_temp.q('FROM logs-linux.a-default METADATA _index | KEEP _index, host.name | SORT host.name');
SELECT pg_temp.q('FROM logs-linux.* METADATA _index | KEEP _index, host.name | SORT host.name');
SELECT pg_temp.q('FROM logs-* METADATA _index | STATS c = COUNT() BY _index | SORT _index');
SELECT pg_temp.q('FROM logs-*, -logs-linux.*, -logs-endpoint* METADATA _index | STATS c = COUNT() BY _index');
SELECT pg_temp.q('FROM logs-linux.a-*, all-of-linux, public.linux_a, "logs-linux.b-*" METADATA _index | STATS c = COUNT() BY _index | SORT _index');
SELECT pg_temp.q('FROM public.linux_b | KEEP host.name');
SELECT pg_temp.q('FROM linux_b | KEEP host.name');
SELECT pg_temp.q('FROM logs-linux.*, -logs-linux.*');
SELECT pg_temp.q('FROM nowhere-*');
-- fields that one relation has and the other has not, lists on one side, types that differ
SELECT pg_temp.q('FROM logs-linux.* | SORT host.name');
SELECT pg_temp.q('FROM logs-linux.* | WHERE event.action == "exec" | KEEP host.name, event.action, only_a, only_b | SORT host.name');
SELECT pg_temp.q('FROM logs-linux.* | KEEP process.pid');
SELECT pg_temp.q('FROM logs-linux.*, logs-other-* | STATS h = VALUES(host.name), n = COUNT_DISTINCT(event.action), o = MAX(only_b) BY event.action | SORT event.action');
SELECT pg_temp.q('FROM logs-linux.* | WHERE only_c == 1');
-- a name in SQL's spelling is the same column
SELECT pg_temp.q('FROM logs-linux.a-* | WHERE host_name == "a1" | KEEP host_name, host.name');
SELECT pg_temp.q('FROM logs-linux.a-* | WHERE host_name == "a1" | RENAME host_name AS h | DROP timestamp, event_action');
-- documents: typed by the table of fields
SELECT pg_temp.q('FROM logs-other-* | EVAL n = process.args_count + 1 | KEEP n, process.args_count, event.action');
SELECT pg_temp.q('FROM logs-other-* | KEEP mine');
INSERT INTO fields (field, type) VALUES ('mine', 'long');
SELECT pg_temp.q('FROM logs-other-* | EVAL next = mine + 1 | KEEP mine, next');
UPDATE fields SET type = 'double' WHERE field = 'mine';
SELECT pg_temp.q('FROM logs-other-* | KEEP mine');
SELECT pg_temp.q('FROM logs-other-* | WHERE labels == "x"');
SELECT pg_temp.q('FROM logs-other-* | KEEP labels.env');
SELECT pg_temp.q('FROM logs-other-* METADATA _source | KEEP _source');
SELECT pg_temp.q('FROM logs-other-* | KEEP host.*, event.* | WHERE event.action IS NOT NULL');

-- every type that a column may have
CREATE DOMAIN public.name_of_host AS varchar(10) COLLATE "C";
CREATE TYPE public.mood AS ENUM ('sad', 'happy');
CREATE COLLATION public.ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE public.types (
	a_bool boolean, b_int2 smallint, c_int4 integer, d_int8 bigint, e_oid oid, f_float4 real, g_float8 double precision, h_numeric numeric,
	i_text text, j_varchar varchar, k_char char(5), l_name name, m_uuid uuid, n_domain public.name_of_host, o_enum public.mood, p_inet inet, q_cidr cidr,
	r_tstz timestamptz, s_ts timestamp, t_date date, u_mac macaddr, v_ci text COLLATE public.ignore_case,
	w_dates date[], x_ints smallint[], y_enums public.mood[], z_json json, zz_interval interval);
INSERT INTO public.types VALUES (true, 2, 4, 8, 10, 1.5, 2.5, 3.25, 'text', 'varchar', 'ab', 'name', '95c94b7d-221c-4237-aaa0-3522b6db49bf', 'dom', 'happy', '10.0.0.1/8', '10.0.0.0/8',
	'2026-11-20 10:00:00.123456Z', '2026-11-20 10:00:00.123456', '2026-11-20', '08:00:2b:01:02:03', 'Case', '{2026-11-20,2026-11-19}', '{3,1,NULL}', '{happy,sad,happy}', '{}', '1 hour');
SELECT pg_temp.q('FROM public.types');
SELECT pg_temp.q('FROM public.types | WHERE v_ci == "case" OR k_char == "ab   "');
SELECT pg_temp.q('FROM public.types | WHERE v_ci == "Case" AND k_char == "ab" AND s_ts == r_tstz AND s_ts >= "2026-11-20T10:00:00.123Z" AND o_enum > "b" AND m_uuid LIKE "95*" AND v_ci LIKE "C*" | STATS c = COUNT() BY v_ci, n_domain');
SELECT pg_temp.q('FROM public.types | WHERE z_json == "x"');
DELETE FROM sources WHERE NOT shipped;
DELETE FROM fields WHERE NOT shipped;
DROP TABLE public.linux_a, public.linux_b, public.other, public.types;
