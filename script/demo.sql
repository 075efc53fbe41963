-- demo.sql: the rule on recorded process events, from the directory $TD_TEST_DATA. Used by script/demo.

\pset pager off
\pset footer off
\pset null ''
\pset linestyle ascii
\pset border 1
SET client_min_messages = warning;
SET timezone = 'UTC';

CREATE EXTENSION transfer_detect;

\set file `echo "$TD_TEST_DATA/process-events.ndjson"`
CALL transfer_detect.ingest_file(:'file') \gset
ANALYZE transfer_detect.events;

SELECT count(DISTINCT host_name) AS hosts,
	to_char(min(timestamp), 'YYYY-MM-DD HH24:MI') AS first, to_char(max(timestamp), 'HH24:MI') AS last
FROM transfer_detect.events \gset
\echo
\echo :accepted recorded process events of :hosts hosts, :first to :last UTC
\echo

\set hour 10:00
\ir demo-hour.sql
\set hour 11:00
\ir demo-hour.sql
\set hour 12:00
\ir demo-hour.sql
