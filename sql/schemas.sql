/*
 * schemas.sql: where things live.
 *
 * The control file has CREATE EXTENSION make the schema transfer_detect: what
 * users call and read.  Everything else lives in transfer_detect_internal: what
 * generated SQL calls, the parts of the aggregates, triggers, and the steps of
 * run().  Generated SQL runs with the rights of whoever asks, so everybody may
 * use both schemas.
 */

CREATE SCHEMA transfer_detect_internal;
COMMENT ON SCHEMA transfer_detect_internal IS 'Internals of transfer_detect: what generated SQL calls, parts of aggregates, triggers, and the steps of run()';
GRANT USAGE ON SCHEMA transfer_detect_internal TO PUBLIC;
