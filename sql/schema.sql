/*
 * schema.sql: what ES|QL's names stand for, and the events.
 *
 * fields, sources and (in rules.sql) rules come with rows of our own (shipped) and take
 * others.  pg_dump saves the others and whatever was changed; since CREATE
 * EXTENSION puts the shipped rows in again before the dump's rows come, a row
 * that comes later takes the place of a shipped one (replace_shipped).
 */

CREATE TABLE fields (
	field text COLLATE "C" PRIMARY KEY CHECK (field <> ''),
	type text NOT NULL CHECK (type IN (
		'boolean', 'integer', 'long', 'double', 'keyword', 'ip', 'date',
		'text', 'byte', 'short', 'float', 'half_float', 'scaled_float',
		'constant_keyword', 'wildcard', 'match_only_text',
		'object', 'nested', 'flattened', 'geo_point')),
	multivalued boolean NOT NULL DEFAULT false,
	shipped boolean NOT NULL DEFAULT false,
	column_name text COLLATE "C" GENERATED ALWAYS AS
		(translate(ltrim(field, '@'), '.', '_')) STORED
);
CREATE INDEX fields_column_name ON fields (column_name);

COMMENT ON TABLE fields IS 'Types of ES|QL fields that are read from a document, and the field that a column stands for; filled from the Elastic Common Schema and with fields of alerts and integrations, open to fields of one''s own';
COMMENT ON COLUMN fields.field IS 'Dotted name, such as process.name';
COMMENT ON COLUMN fields.type IS 'Elasticsearch''s type of the field';
COMMENT ON COLUMN fields.multivalued IS 'Whether the schema says that it may hold several values';
COMMENT ON COLUMN fields.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';
COMMENT ON COLUMN fields.column_name IS 'Name of the column that holds the field in a relation';

@ecs_fields@

-- The Elastic Common Schema has one action an event; Elastic Defend sends lists.
UPDATE fields SET multivalued = true WHERE field = 'event.action';

CREATE TABLE sources (
	pattern text COLLATE "C" PRIMARY KEY CHECK (pattern <> '' AND pattern !~ '[[:space:],|"]'),
	relation regclass NOT NULL,
	shipped boolean NOT NULL DEFAULT false
);

COMMENT ON TABLE sources IS 'Which relation an index pattern of FROM means';
COMMENT ON COLUMN sources.pattern IS 'Index pattern, such as logs-endpoint.events.process-*';
COMMENT ON COLUMN sources.relation IS 'Table, partitioned table, view or foreign table that holds its events';
COMMENT ON COLUMN sources.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';

CREATE FUNCTION transfer_detect_internal.replace_shipped() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The arguments name the key columns.  The function has the owner's right to delete,
 * and uses it only for the shipped row that the caller's row replaces.
 */
BEGIN
	IF TG_OP = 'INSERT' THEN
		EXECUTE format('DELETE FROM %I.%I WHERE shipped AND %s', TG_TABLE_SCHEMA, TG_TABLE_NAME,
					   (SELECT string_agg(format('%1$I = $1.%1$I', k.name), ' AND ') FROM unnest(TG_ARGV) AS k(name)))
			USING NEW;
	END IF;
	NEW.shipped := false;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.replace_shipped() IS 'Trigger: a row of the user''s takes the place of a shipped one, so that a restored dump keeps edits';
REVOKE ALL ON FUNCTION transfer_detect_internal.replace_shipped() FROM PUBLIC;

CREATE TABLE events (
	timestamp timestamptz NOT NULL,
	event_ingested timestamptz DEFAULT now(),
	event_id text COLLATE "C",
	event_kind text COLLATE "C",
	event_category text[] COLLATE "C",
	event_type text[] COLLATE "C",
	event_action text[] COLLATE "C",
	event_outcome text COLLATE "C",
	event_dataset text COLLATE "C",
	agent_id text COLLATE "C",
	agent_type text COLLATE "C",
	agent_version text COLLATE "C",
	host_id text COLLATE "C",
	host_name text COLLATE "C",
	host_hostname text COLLATE "C",
	host_os_type text COLLATE "C",
	host_ip inet[],
	user_id text COLLATE "C",
	user_name text COLLATE "C",
	process_pid bigint,
	process_entity_id text COLLATE "C",
	process_name text COLLATE "C",
	process_executable text COLLATE "C",
	process_args text[] COLLATE "C",
	process_command_line text COLLATE "C",
	process_working_directory text COLLATE "C",
	process_parent_pid bigint,
	process_parent_entity_id text COLLATE "C",
	process_parent_name text COLLATE "C",
	process_parent_executable text COLLATE "C",
	process_parent_command_line text COLLATE "C",
	document jsonb,
	document_key text COLLATE "C",
	source_index text COLLATE "C",
	multivalued_fields text[] COLLATE "C",
	arrived bigint DEFAULT pg_current_xact_id()::text::bigint
) PARTITION BY RANGE (timestamp);
CREATE TABLE events_default PARTITION OF events DEFAULT;
-- rows are deleted from here, and a publication of all tables wants to know which
ALTER TABLE events_default REPLICA IDENTITY FULL;
/*
 * A partition has six indexes.  The unique one finds events by their time, as
 * rules do, and keeps a document that is delivered twice from being two events.
 * Two find what came in lately.  That on event_ingested costs next to nothing: a range
 * of pages that has no summary yet is read whole, hence autosummarize.  Each run asks for what
 * arrived since the last one, and then only for what is older than its window, which is next to
 * nothing of it: that on arrived has the time as well, so that it finds just these.  One says which fields have
 * several values where their column holds one, of which there are few: each query
 * asks for that before it runs.  The last two lead an analyst from an alert to
 * what its host did, and to other runs of its program.  They hold hashes, since a
 * name can be longer than an index takes.
 *
 * They are not on events itself: pg_dump would bring a partition's index twice.
 * Partitions that are made later take them from events_template.
 */
CREATE TABLE events_template (LIKE events INCLUDING DEFAULTS);
CREATE UNIQUE INDEX events_template_timestamp ON events_template (timestamp, document_key);
CREATE INDEX events_template_ingested ON events_template USING brin (event_ingested) WITH (autosummarize);
CREATE INDEX events_template_arrived ON events_template (arrived, timestamp);
CREATE UNIQUE INDEX events_default_timestamp ON events_default (timestamp, document_key);
CREATE INDEX events_default_ingested ON events_default USING brin (event_ingested) WITH (autosummarize);
CREATE INDEX events_default_arrived ON events_default (arrived, timestamp);
CREATE INDEX events_template_multivalued ON events_template (multivalued_fields) WHERE multivalued_fields IS NOT NULL;
CREATE INDEX events_default_multivalued ON events_default (multivalued_fields) WHERE multivalued_fields IS NOT NULL;
CREATE INDEX events_template_host ON events_template (hashtextextended(host_name, 0), timestamp);
CREATE INDEX events_default_host ON events_default (hashtextextended(host_name, 0), timestamp);
CREATE INDEX events_template_program ON events_template (hashtextextended(process_name, 0), timestamp);
CREATE INDEX events_default_program ON events_default (hashtextextended(process_name, 0), timestamp);
-- A program, its parent and its command line depend on each other.  Without these
-- statistics the planner expects a group for each event, and workers do not pay.
CREATE STATISTICS events_rule_key (ndistinct)
	ON process_executable, process_parent_executable, process_command_line FROM events;

COMMENT ON TABLE events IS 'Process events in the Elastic Common Schema: the columns that rules ask for, and the whole document';
COMMENT ON COLUMN events.timestamp IS '@timestamp: when it happened';
COMMENT ON COLUMN events.event_ingested IS 'event.ingested: when it came in';
COMMENT ON COLUMN events.event_id IS 'event.id';
COMMENT ON COLUMN events.event_kind IS 'event.kind';
COMMENT ON COLUMN events.event_category IS 'event.category, a list';
COMMENT ON COLUMN events.event_type IS 'event.type, a list: start, end, ...';
COMMENT ON COLUMN events.event_action IS 'event.action, a list: fork, exec, end, ...';
COMMENT ON COLUMN events.event_outcome IS 'event.outcome';
COMMENT ON COLUMN events.event_dataset IS 'event.dataset';
COMMENT ON COLUMN events.agent_id IS 'agent.id: what distinct machines are counted by';
COMMENT ON COLUMN events.agent_type IS 'agent.type';
COMMENT ON COLUMN events.agent_version IS 'agent.version';
COMMENT ON COLUMN events.host_id IS 'host.id';
COMMENT ON COLUMN events.host_name IS 'host.name';
COMMENT ON COLUMN events.host_hostname IS 'host.hostname';
COMMENT ON COLUMN events.host_os_type IS 'host.os.type: linux, windows, macos, ...';
COMMENT ON COLUMN events.host_ip IS 'host.ip, a list';
COMMENT ON COLUMN events.user_id IS 'user.id';
COMMENT ON COLUMN events.user_name IS 'user.name';
COMMENT ON COLUMN events.process_pid IS 'process.pid';
COMMENT ON COLUMN events.process_entity_id IS 'process.entity_id';
COMMENT ON COLUMN events.process_name IS 'process.name';
COMMENT ON COLUMN events.process_executable IS 'process.executable: the path';
COMMENT ON COLUMN events.process_args IS 'process.args, a list';
COMMENT ON COLUMN events.process_command_line IS 'process.command_line';
COMMENT ON COLUMN events.process_working_directory IS 'process.working_directory';
COMMENT ON COLUMN events.process_parent_pid IS 'process.parent.pid';
COMMENT ON COLUMN events.process_parent_entity_id IS 'process.parent.entity_id';
COMMENT ON COLUMN events.process_parent_name IS 'process.parent.name';
COMMENT ON COLUMN events.process_parent_executable IS 'process.parent.executable';
COMMENT ON COLUMN events.process_parent_command_line IS 'process.parent.command_line';
COMMENT ON COLUMN events.document IS 'The original document; a field that is no column is read from it';
COMMENT ON COLUMN events.document_key IS 'By what a document is known again when it is delivered twice: its event.id or _id, and its content; set by ingest';
COMMENT ON COLUMN events.source_index IS 'Data stream or index that the document says it is from, which FROM asks for; null if it does not say';
COMMENT ON COLUMN events.multivalued_fields IS 'Fields that have several values in the document and null in their column, which holds one; null if there are none';
COMMENT ON COLUMN events.arrived IS 'Number of the transaction that brought it, by which runs find late events; no field of ES|QL';
COMMENT ON STATISTICS events_rule_key IS 'How many groups the rule''s key makes';
COMMENT ON TABLE events_default IS 'Takes the events for which there is no partition, so that none is refused';
COMMENT ON TABLE events_template IS 'Empty: the indexes that a partition of events should have (CREATE TABLE ... (LIKE transfer_detect.events_template INCLUDING ALL)), for pg_partman and for hand-made partitions';

INSERT INTO sources (pattern, relation, shipped)
VALUES ('logs-endpoint.events.process-*', '@extschema@.events', true);

CREATE TRIGGER fields_replace_shipped BEFORE INSERT OR UPDATE ON fields
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.replace_shipped('field');
CREATE TRIGGER sources_replace_shipped BEFORE INSERT OR UPDATE ON sources
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.replace_shipped('pattern');

SELECT pg_catalog.pg_extension_config_dump('fields', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('sources', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('events_default', '');

-- Whoever may read events may look for them; events themselves are granted by their owner.
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
GRANT SELECT ON fields, sources TO PUBLIC;
