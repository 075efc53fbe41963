-- Rules are checked when they are written, and each edit that matters makes a version that is there for good.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
CREATE TABLE public.launches (timestamp timestamptz, event_ingested timestamptz, host_name text);
CREATE VIEW pg_temp.rule AS SELECT r.rule_id, r.version, r.shipped, r.enabled, v.query, v.shipped AS version_shipped
	FROM rules AS r JOIN rule_versions AS v USING (rule_id, version) WHERE rule_id = 'edits' OR rule_id = 'unusual-file-transfer-utility-launched' ORDER BY 1;
SELECT rule_id, version, shipped, version_shipped FROM pg_temp.rule;
SELECT count(*) FROM rules AS r JOIN rule_versions AS v USING (rule_id, version, name, query, events, timestamp_field, run_interval, look_back, max_alerts, severity, risk_score);

-- what is refused, with the place
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', E'FROM x\n| WHERE host.nam == "a"', 'public.launches');
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', E'FROM x\n| STAT c = COUNT()', 'public.launches');
\set VERBOSITY terse
INSERT INTO rules (rule_id, name, query, events, timestamp_field) VALUES ('edits', 'Edits', 'FROM x', 'public.launches', 'event.created');
INSERT INTO rules (rule_id, name, query, events, timestamp_fallback) VALUES ('edits', 'Edits', 'FROM x', 'public.launches', 'host.name');
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', 'FROM x', 'public.no_such_table');
INSERT INTO rules (rule_id, name, query, events) VALUES ('Edits!', 'Edits', 'FROM x', 'public.launches');
INSERT INTO rules (rule_id, name, query, events, severity) VALUES ('edits', 'Edits', 'FROM x', 'public.launches', 'mild');
INSERT INTO rules (rule_id, name, query, events, risk_score) VALUES ('edits', 'Edits', 'FROM x', 'public.launches', 101);
INSERT INTO rules (rule_id, name, query, events, run_interval) VALUES ('edits', 'Edits', 'FROM x', 'public.launches', '2 hours');
INSERT INTO rules (rule_id, name, query, events, max_catch_up) VALUES ('edits', 'Edits', 'FROM x', 'public.launches', 0);
\set VERBOSITY default

-- versions
INSERT INTO rules (rule_id, name, query, events, version) VALUES ('edits', 'Edits', 'FROM x | STATS c = COUNT() BY host.name', 'public.launches', 7);
UPDATE rules SET enabled = true, description = 'd', note = 'n', tags = '{t}' WHERE rule_id = 'edits';
SELECT version FROM rules WHERE rule_id = 'edits';
UPDATE rules SET query = query WHERE rule_id = 'edits';
UPDATE rules SET query = query || ' | WHERE c > 1' WHERE rule_id = 'edits';
UPDATE rules SET look_back = '2 hours', version = 1 WHERE rule_id = 'edits';
UPDATE rules SET timestamp_field = 'event.ingested', timestamp_fallback = '@timestamp' WHERE rule_id = 'edits';
UPDATE rules SET query = 'FROM x | STATS c = COUNT() BY host.name' WHERE rule_id = 'edits';
UPDATE rules SET severity = 'high' WHERE rule_id = 'edits';
SELECT version, query, look_back, timestamp_field, timestamp_fallback, severity FROM rule_versions WHERE rule_id = 'edits' ORDER BY version;
SELECT version FROM rules WHERE rule_id = 'edits';
UPDATE rule_versions SET query = 'FROM x' WHERE rule_id = 'edits' AND version = 1;
DELETE FROM rule_versions WHERE rule_id = 'unusual-file-transfer-utility-launched';
-- a shipped rule, edited: the version that was shipped stays
UPDATE rules SET query = replace(query, 'cc < 5', 'cc < 6') WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT rule_id, version, shipped, version_shipped FROM pg_temp.rule;
SELECT version, shipped FROM rule_versions WHERE rule_id = 'unusual-file-transfer-utility-launched' ORDER BY version;
-- written again where it is: an update, and no version that was never in force
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', 'FROM x | STATS c = COUNT() BY host.name', 'public.launches')
ON CONFLICT (rule_id) DO UPDATE SET query = EXCLUDED.query, version = EXCLUDED.version;
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', 'FROM x | STATS many = COUNT() BY host.name', 'public.launches')
ON CONFLICT (rule_id) DO UPDATE SET query = EXCLUDED.query;
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', 'FROM x', 'public.launches') ON CONFLICT DO NOTHING;
SELECT r.version, count(*) AS versions FROM rules AS r JOIN rule_versions AS v USING (rule_id) WHERE rule_id = 'edits' GROUP BY 1;
-- its identity is for good: exceptions, checkpoint and alerts go by it
UPDATE rules SET rule_id = 'edited' WHERE rule_id = 'edits';
-- deleted and written again: it counts on
DELETE FROM rules WHERE rule_id = 'edits';
INSERT INTO rules (rule_id, name, query, events) VALUES ('edits', 'Edits', 'FROM x', 'public.launches');
SELECT version FROM rules WHERE rule_id = 'edits';

-- a query that asks for less time than there is between two runs, or for recent events where late ones are wanted
SELECT field, reach FROM rule_reach('FROM x | WHERE NOW() - 5 minutes <= @timestamp AND event.ingested >= NOW() - 2 days | WHERE (@timestamp > NOW() - 1 minute OR host.name == "a") AND @timestamp > "2026-01-01" | STATS t = MAX(@timestamp) BY host.name | WHERE t > NOW() - 1 hour', 'public.launches');
UPDATE rules SET enabled = true, query = 'FROM x | WHERE @timestamp > NOW() - 1 hour | STATS c = COUNT() BY host.name' WHERE rule_id = 'edits';
UPDATE rules SET run_interval = '90 minutes', look_back = '2 hours' WHERE rule_id = 'edits';
UPDATE rules SET run_interval = '1 hour', timestamp_field = 'event.ingested', timestamp_fallback = '@timestamp' WHERE rule_id = 'edits';
UPDATE rules SET query = 'FROM x | STATS c = COUNT() BY host.name' WHERE rule_id = 'edits';
UPDATE rules SET timestamp_field = '@timestamp', timestamp_fallback = NULL, enabled = false WHERE rule_id = 'edits';

-- who may edit rules, but not read a relation, has none read it for him
CREATE ROLE regress_td_editor;
GRANT SELECT, INSERT, UPDATE ON rules TO regress_td_editor;
SET LOCAL ROLE regress_td_editor;
UPDATE rules SET description = 'by the editor' WHERE rule_id = 'edits';
UPDATE rules SET query = 'FROM x' WHERE rule_id = 'edits';
INSERT INTO rules (rule_id, name, query) VALUES ('edits-too', 'Edits', 'FROM x');
RESET ROLE;
GRANT SELECT (timestamp) ON public.launches TO regress_td_editor;
SET LOCAL ROLE regress_td_editor;
UPDATE rules SET query = 'FROM x | KEEP @timestamp' WHERE rule_id = 'edits';
SELECT edited_by, created_by FROM rules JOIN rule_versions USING (rule_id, version) WHERE rule_id = 'edits';
RESET ROLE;

-- a rule that has been broken since can be disabled, and not enabled
ALTER TABLE public.launches DROP COLUMN timestamp;
UPDATE rules SET description = 'broken' WHERE rule_id = 'edits';
UPDATE rules SET enabled = true WHERE rule_id = 'edits';

-- when a dump is restored nothing is checked, and what it brings is taken as it is
DELETE FROM rules WHERE rule_id = 'edits';
SET LOCAL check_function_bodies = off;
INSERT INTO rule_versions (rule_id, version, name, query, events, timestamp_field, run_interval, look_back, max_alerts, severity, risk_score, created_at, created_by)
VALUES ('edits-restored', 3, 'Edits', 'FROM x', 'public.launches', '@timestamp', '1 hour', '61 minutes', 100, 'low', 21, '2020-01-01', 'somebody');
INSERT INTO rules (rule_id, version, name, query, events, enabled, edited_by) VALUES ('edits-restored', 3, 'Edits', 'FROM x', 'public.launches', true, 'somebody');
SELECT version, edited_by FROM rules WHERE rule_id = 'edits-restored';
SELECT version, created_by FROM rule_versions WHERE rule_id = 'edits-restored';
-- a version of the user's takes the place of one that is shipped with the same number
INSERT INTO rule_versions (rule_id, version, name, query, events, timestamp_field, run_interval, look_back, max_alerts, severity, risk_score, created_by)
VALUES ('unusual-file-transfer-utility-launched', 1, 'Mine', 'FROM x', 'public.launches', '@timestamp', '1 hour', '61 minutes', 100, 'low', 21, 'somebody');
SELECT version, name, shipped, created_by FROM rule_versions WHERE rule_id = 'unusual-file-transfer-utility-launched' AND version = 1;
-- and not that of one that is not
\set VERBOSITY terse
INSERT INTO rule_versions SELECT * FROM rule_versions WHERE rule_id = 'edits-restored';
ROLLBACK;
