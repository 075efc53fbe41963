-- load-recorded.sql: the recorded process events, from the psql variable "documents" (a document a line)
-- into transfer_detect.events.
\set echo :ECHO
\set ECHO none
TRUNCATE transfer_detect.events;
SELECT accepted FROM transfer_detect.ingest(:'documents') \gset
ANALYZE transfer_detect.events;
\set ECHO :echo
