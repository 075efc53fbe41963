-- Plans that are kept for the session: what is changed between two runs counts in the second, as it does where nothing is kept.
CREATE SCHEMA kept;
SET timezone = 'UTC';
CREATE TABLE kept.events (timestamp timestamptz, host_name text, agent_id text, process_name text, size integer) PARTITION BY RANGE (timestamp);
CREATE TABLE kept.first PARTITION OF kept.events FOR VALUES FROM ('2026-11-20 00:00Z') TO ('2026-11-21 00:00Z');
CREATE INDEX ON kept.first (timestamp);
INSERT INTO kept.events SELECT '2026-11-20 09:00Z'::timestamptz + i * interval '1 second', 'web-' || i % 7, 'a' || i % 7, 'p' || i % 3, i FROM generate_series(1, 5000) AS i;
ANALYZE kept.events;

-- How many events a rule that knows habits finds, by a kept plan and by one made anew, and what a row has.
CREATE FUNCTION kept.found(relation regclass, window_from timestamptz, window_to timestamptz, condition text DEFAULT 'true') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	query CONSTANT text := 'FROM kept | WHERE ' || condition;
	kept record;
	anew bigint;
BEGIN
	SELECT sum(r.event_count) INTO anew
	  FROM transfer_detect_internal.rule_groups(query || ' | STATS n = COUNT(*) BY host.name', relation, window_from, window_to, '@timestamp', NULL) AS r;
	BEGIN
		SELECT min(g.events_matched) AS events, (array_agg(g.result ORDER BY g.place))[1] - '@timestamp' AS row INTO kept
		  FROM transfer_detect_internal.habit_groups(query || ' | EVAL `habit.host` = MV_FIRST(host.name), `habit.1.1` = TO_STRING(process.name)',
				relation, window_from, window_to, '@timestamp', NULL, '{}', '{}', false, false, false,
				'kept', '{program}', '{host}', '{1}', '{30}', '{50}', true, NULL) AS g;
		RAISE EXCEPTION 'learn nothing' USING ERRCODE = 'TD000';
	EXCEPTION WHEN SQLSTATE 'TD000' THEN
		NULL;
	END;
	RETURN format('%s%s %s', kept.events, CASE WHEN kept.events IS DISTINCT FROM coalesce(anew, 0) THEN ' instead of ' || coalesce(anew, 0) END, kept.row);
END
$$;
CREATE FUNCTION kept.hour(hour integer, condition text DEFAULT 'true', relation regclass DEFAULT 'kept.events') RETURNS text LANGUAGE sql AS $$
	SELECT kept.found(relation, '2026-11-20 00:00Z'::timestamptz + hour * interval '1 hour', '2026-11-20 00:00Z'::timestamptz + (hour + 1) * interval '1 hour', condition)
$$;
CREATE FUNCTION kept.plans() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'CachedPlanSource' AND ident LIKE 'WITH s0 AS (  -- line 1: FROM%'
$$;

CREATE FUNCTION kept.rules() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'transfer_detect kept rule'
$$;

-- A text that comes for the first time is planned for its window, then twice: for each window, and once for all.
SELECT kept.plans();
SELECT kept.hour(9);
SELECT kept.plans();
SELECT kept.hour(10), kept.hour(9), kept.hour(10);
SELECT kept.plans();
SELECT kept.hour(11) AS none, kept.found('kept.events', '2026-11-20 00:00Z', '2026-11-21 00:00Z') AS wide, kept.hour(9) AS narrow;
-- partitions that the window leaves out, and one that is there no more
CREATE TABLE kept.second PARTITION OF kept.events FOR VALUES FROM ('2026-11-21 00:00Z') TO ('2026-11-22 00:00Z');
INSERT INTO kept.events SELECT timestamp + interval '1 day', host_name, agent_id, process_name, size FROM kept.first WHERE size <= 10;
SELECT kept.hour(9), kept.hour(33), kept.found('kept.events', '2026-11-20 00:00Z', '2026-11-22 00:00Z') AS both;
ALTER TABLE kept.events DETACH PARTITION kept.second;
SELECT kept.hour(9), kept.hour(33), kept.found('kept.events', '2026-11-20 00:00Z', '2026-11-22 00:00Z') AS one;
ALTER TABLE kept.events ATTACH PARTITION kept.second FOR VALUES FROM ('2026-11-21 00:00Z') TO ('2026-11-22 00:00Z');
SELECT kept.hour(33);
-- columns: one more, another type, another name, one less
ALTER TABLE kept.events ADD COLUMN user_name text;
UPDATE kept.events SET user_name = 'u' WHERE size % 2 = 0;
SELECT kept.hour(9), kept.hour(9, 'user.name == "u"');
ALTER TABLE kept.events ALTER COLUMN user_name TYPE text[] USING ARRAY[user_name, 'v'];
SELECT kept.hour(9), kept.hour(9, 'MV_CONTAINS(user.name, "u")');
ALTER TABLE kept.events RENAME COLUMN user_name TO user_id;
SELECT kept.hour(9);
ALTER TABLE kept.events DROP COLUMN user_id;
SELECT kept.hour(9);
ALTER TABLE kept.events ALTER COLUMN size TYPE bigint;
SELECT kept.hour(9, 'size < 5000'), kept.hour(9, 'size < 5000');
-- an index less, and more
DROP INDEX kept.first_timestamp_idx;
SELECT kept.hour(9), kept.hour(10);
CREATE INDEX one ON kept.first (timestamp) WHERE timestamp < '2026-11-20 10:00Z';
CREATE INDEX two ON kept.first (timestamp) WHERE process_name = 'p1';
SELECT kept.hour(9), kept.hour(10), kept.hour(9, 'process.name == "p1"'), kept.hour(9, 'process.name == "p1"'), kept.hour(10, 'process.name == "p1"');
-- what a document's several values say
ALTER TABLE kept.events ADD COLUMN document jsonb, ADD COLUMN multivalued_fields text[];
SELECT kept.hour(9);
INSERT INTO kept.events (timestamp, host_name, document, multivalued_fields) VALUES ('2026-11-20 09:30Z', 'web-1', '{"process": {"name": ["p1", "p8"]}}', '{process.name}');
SELECT kept.hour(9, 'MV_CONTAINS(process.name, "p8")');
SELECT kept.hour(9), kept.hour(9);
DELETE FROM kept.events WHERE multivalued_fields IS NOT NULL;
SELECT kept.hour(9), kept.hour(9);
BEGIN;
INSERT INTO kept.events (timestamp, host_name, document, multivalued_fields) VALUES ('2026-11-20 09:30Z', 'web-1', '{"process": {"name": ["p1", "p8"]}}', '{process.name}');
SELECT kept.hour(9);
ROLLBACK;
SELECT kept.hour(9);
-- what the tables of fields and sources say; the last is by a subtransaction that comes to nothing
SELECT kept.rules() > 0 AS some;
ALTER TABLE kept.events ADD COLUMN its_own text DEFAULT 'o';
SELECT kept.hour(9), kept.hour(9);
INSERT INTO transfer_detect.fields (field, type) VALUES ('its.own', 'keyword');
SELECT kept.hour(9), kept.hour(9);
UPDATE transfer_detect.fields SET field = '@its.own' WHERE field = 'its.own';
SELECT kept.hour(9), kept.hour(9);
SELECT kept.hour(9, 'of.document == "1"'), kept.hour(9, 'of.document == "1"');
INSERT INTO transfer_detect.fields (field, type) VALUES ('of.document', 'long');
\set VERBOSITY terse
SELECT kept.hour(9, 'of.document == "1"');
\set VERBOSITY default
SELECT kept.hour(9, 'of.document == 1'), kept.hour(9, 'of.document == 1');
DELETE FROM transfer_detect.fields WHERE field = 'of.document';
SELECT kept.hour(9, 'of.document == "1"');
DO $$ BEGIN
	BEGIN
		DELETE FROM transfer_detect.fields WHERE field = '@its.own';
		RAISE NOTICE '%', kept.hour(9);
		RAISE division_by_zero;
	EXCEPTION WHEN division_by_zero THEN
		RAISE NOTICE '%', kept.hour(9);
	END;
END $$;
DELETE FROM transfer_detect.fields WHERE field = '@its.own';
SELECT kept.hour(9);
ALTER TABLE kept.events DROP COLUMN its_own;
-- which of a relation's indices FROM means
ALTER TABLE kept.events ADD COLUMN source_index text;
UPDATE kept.events SET source_index = 'logs-' || process_name WHERE size <= 9;
CREATE FUNCTION kept.of(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	SELECT min(g.events_matched) INTO n
	  FROM transfer_detect_internal.habit_groups('FROM ' || source || ' | WHERE size <= 9 | EVAL `habit.host` = MV_FIRST(host.name), `habit.1.1` = TO_STRING(process.name)',
			'kept.events', '2026-11-20 09:00Z', '2026-11-20 10:00Z', '@timestamp', NULL, '{}', '{}', false, false, false,
			'kept', '{program}', '{host}', '{1}', '{30}', '{50}', false, NULL) AS g;
	RETURN n;
END
$$;
SELECT kept.of('logs-p1'), kept.of('logs-p1');
INSERT INTO transfer_detect.sources (pattern, relation) VALUES ('logs-p1', 'kept.events');
SELECT kept.of('logs-p1'), kept.of('logs-p1');
DELETE FROM transfer_detect.sources WHERE pattern = 'logs-p1';
SELECT kept.of('logs-p1');
CREATE TABLE public."logs-p1" ();
SELECT kept.of('logs-p1');
DROP TABLE public."logs-p1";
SELECT kept.of('logs-p1');
UPDATE kept.events SET source_index = 'logs-p1' WHERE size <= 9;
SELECT kept.of('logs-p1');
-- a table that another of its name hides
CREATE TABLE public.about (program text, what text);
INSERT INTO public.about VALUES ('p1', 'public');
SELECT kept.of('logs-p1 | EVAL program = process.name | LOOKUP JOIN about ON program | WHERE what == "public"') FROM generate_series(1, 2);
CREATE TABLE kept.about (program text, what text);
SELECT kept.of('logs-p1 | EVAL program = process.name | LOOKUP JOIN about ON program | WHERE what == "public"');
SET search_path = kept, public;
SELECT kept.of('logs-p1 | EVAL program = process.name | LOOKUP JOIN about ON program | WHERE what == "public"') FROM generate_series(1, 2);
RESET search_path;
SELECT kept.of('logs-p1 | EVAL program = process.name | LOOKUP JOIN about ON program | WHERE what == "public"');
DROP TABLE public.about;
\set VERBOSITY terse
SELECT kept.of('logs-p1 | EVAL program = process.name | LOOKUP JOIN about ON program | WHERE what == "public"');
\set VERBOSITY default
ALTER TABLE kept.events DROP COLUMN source_index;
-- the time of the window in the query
SELECT kept.found('kept.events', '2026-11-20 09:00Z', '2026-11-20 10:00Z', '@timestamp > NOW() - 10 minutes') AS to_ten,
	kept.found('kept.events', '2026-11-20 09:00Z', '2026-11-20 09:30Z', '@timestamp > NOW() - 10 minutes') AS to_half_past_nine;
-- a view that is replaced, and its table's
CREATE VIEW kept.seen AS SELECT timestamp, host_name, agent_id, process_name FROM kept.events WHERE size <= 10;
SELECT kept.hour(9, relation => 'kept.seen') FROM generate_series(1, 3);
CREATE OR REPLACE VIEW kept.seen AS SELECT timestamp, host_name, agent_id, process_name FROM kept.events WHERE size <= 20;
SELECT kept.hour(9, relation => 'kept.seen');
-- inheritance
CREATE TABLE kept.parent (timestamp timestamptz, host_name text, agent_id text, process_name text);
INSERT INTO kept.parent SELECT timestamp, host_name, agent_id, process_name FROM kept.first WHERE size <= 3;
SELECT kept.hour(9, relation => 'kept.parent') FROM generate_series(1, 3);
CREATE TABLE kept.child () INHERITS (kept.parent);
INSERT INTO kept.child SELECT * FROM kept.parent;
SELECT kept.hour(9, relation => 'kept.parent');
ALTER TABLE kept.child NO INHERIT kept.parent;
SELECT kept.hour(9, relation => 'kept.parent');
-- who looks
CREATE ROLE kept_reader;
GRANT USAGE ON SCHEMA kept TO kept_reader;
GRANT SELECT ON kept.parent TO kept_reader;
GRANT SELECT, INSERT, UPDATE ON transfer_detect.habits TO kept_reader;
ALTER TABLE kept.parent ENABLE ROW LEVEL SECURITY;
CREATE POLICY certain ON kept.parent FOR SELECT TO kept_reader USING (process_name = 'p1');
SELECT kept.hour(9, relation => 'kept.parent');
SET ROLE kept_reader;
SELECT kept.hour(9, relation => 'kept.parent') FROM generate_series(1, 2);
RESET ROLE;
ALTER POLICY certain ON kept.parent USING (process_name <> 'p1');
SET ROLE kept_reader;
SELECT kept.hour(9, relation => 'kept.parent');
RESET ROLE;
SELECT kept.hour(9, relation => 'kept.parent');
-- whom the reader trusts
CREATE ROLE kept_owner;
ALTER TABLE kept.parent OWNER TO kept_owner;
INSERT INTO transfer_detect.trusted_roles (role) VALUES ('kept_owner');
GRANT SELECT ON kept.parent TO kept_reader;
SET ROLE kept_reader;
SELECT kept.hour(9, relation => 'kept.parent') FROM generate_series(1, 2);
RESET ROLE;
DELETE FROM transfer_detect.trusted_roles WHERE role = 'kept_owner';
SET ROLE kept_reader;
\set VERBOSITY terse
SELECT kept.hour(9, relation => 'kept.parent');
RESET ROLE;
GRANT kept_owner TO kept_reader;
SET ROLE kept_reader;
SELECT kept.hour(9, relation => 'kept.parent') FROM generate_series(1, 2);
RESET ROLE;
REVOKE kept_owner FROM kept_reader;
SET ROLE kept_reader;
SELECT kept.hour(9, relation => 'kept.parent');
RESET ROLE;
ALTER TABLE kept.parent OWNER TO CURRENT_USER;
DROP ROLE kept_owner;
REVOKE SELECT ON kept.parent FROM kept_reader;
SET ROLE kept_reader;
\set VERBOSITY terse
SELECT kept.hour(9, relation => 'kept.parent');
RESET ROLE;
-- settings
SET search_path = kept, public;
SET timezone = 'Asia/Tokyo';
SET datestyle = 'German';
SELECT kept.hour(9, 'size <= 10');
RESET search_path;
RESET datestyle;
SET timezone = 'UTC';
-- an error leaves all as it was
SELECT kept.hour(9, '1 / (size - size) == 1 OR TO_INTEGER(process.name) == 1') IS NOT NULL AS ran;
SELECT kept.hour(9, relation => 'kept.parent');
-- the room is limited
DO $$ BEGIN FOR i IN 1 .. 100 LOOP PERFORM kept.hour(9, 'size == ' || i); PERFORM kept.hour(9, 'size == ' || i); END LOOP; END $$;
SELECT kept.plans() AS at_most, kept.rules() AS rules_at_most;
SELECT kept.hour(9, 'size == 100'), kept.hour(9, 'size == 1');
\set VERBOSITY default
SET client_min_messages = warning;
DROP SCHEMA kept CASCADE;
REVOKE ALL ON transfer_detect.habits FROM kept_reader;
DROP ROLE kept_reader;
