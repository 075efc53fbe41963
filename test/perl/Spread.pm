# Spread.pm: events that are spread over servers, the same ones in one table, and what is asked of both.

package Spread;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(make_events $spread_columns @spread_queries @spread_numbers @spread_by_document);

our $spread_columns = q{timestamp timestamptz NOT NULL, host_os_type text COLLATE "C", event_type text[], event_action text[], process_name text COLLATE "C",
	process_executable text COLLATE "C", process_parent_executable text, process_command_line text COLLATE "C", agent_id text COLLATE "C", host_name text COLLATE "C",
	source_ip inet, bytes bigint, load double precision, exit_code integer, elevated boolean, server integer NOT NULL};

# Queries over the columns, over those with numbers and addresses, and over documents.
our @spread_queries = (map { "FROM logs-endpoint.events.process-* | $_ | LIMIT 100000" }
	'STATS n = COUNT()',
	'STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id), hosts = COUNT_DISTINCT(host.name) BY host.os.type',
	'STATS agents = COUNT_DISTINCT(agent.id), who = VALUES(process.name) BY process.executable',
	'STATS n = COUNT() BY process.name | WHERE n > 3',
	'WHERE process.name == "scp" AND NOT host.name LIKE "host-1*" | STATS agents = COUNT_DISTINCT(agent.id) BY process.command_line | WHERE agents == 1',
	'WHERE process.name IN ("scp", "rsync") | STATS agents = COUNT_DISTINCT(agent.id), first = MIN(@timestamp), last = MAX(@timestamp) BY host.name',
	'WHERE process.name != "scp" | STATS n = COUNT() BY agent.id',
	'WHERE process.name LIKE "s*" OR process.name == "Émile" | STATS n = COUNT(), names = VALUES(process.name), first = MIN(process.command_line), last = MAX(process.command_line)',
	'WHERE process.name RLIKE "s(cp|ftp)" | STATS n = COUNT() BY process.name',
	'WHERE process.name IS NULL | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id)',
	'WHERE process.name IS NOT NULL AND host.os.type == "linux" | KEEP process.name, host.name, agent.id',
	'WHERE NOT (process.name == "scp" OR host.os.type == "linux") | STATS n = COUNT() BY host.os.type',
	'WHERE event.action == "exec" AND event.type == "start" | STATS n = COUNT(), actions = VALUES(event.action), kinds = COUNT_DISTINCT(event.type)',
	'WHERE event.type != "end" | STATS n = COUNT() BY process.name',
	'EVAL hour = DATE_TRUNC(10 minutes, @timestamp) | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id) BY hour | SORT hour',
	'EVAL lower = TO_LOWER(process.name) | WHERE lower == "émile" | STATS n = COUNT() BY lower',
	'WHERE TO_LOWER(process.name) == "émile" OR TO_UPPER(process.name) IN ("SCP", "SFTP") | STATS n = COUNT() BY process.name',
	'WHERE TO_LOWER(process.name) LIKE "é*" AND NOT TO_LOWER(event.action) == "fork" | STATS n = COUNT()',
	'STATS n = COUNT(), some = COUNT(process.name) WHERE host.os.type == "linux", rare = COUNT_DISTINCT(agent.id) WHERE process.name == "sftp" BY process.parent.executable',
	'EVAL k = CASE(process.parent.executable > "/a", process.parent.executable, "none") | STATS m = MIN(k), n = COUNT() BY k',
	'EVAL g = GREATEST(process.parent.executable, process.name), c = CONCAT(process.parent.executable, process.name), u = TO_UPPER(CONCAT(process.name, "é")) | STATS m = MAX(g), n = MIN(c), o = MIN(process.parent.executable), u = MAX(u) BY host.os.type',
	'WHERE process.parent.executable >= "/B" AND REPLACE(process.parent.executable, "b", "B") < "/Bin/3" | STATS n = COUNT() BY process.parent.executable',
	'STATS n = COUNT() BY process.name, host.os.type | STATS groups = COUNT(), most = MAX(n)',
	'WHERE process.name == "none of them" | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id), who = VALUES(agent.id), first = MIN(@timestamp)',
	'SORT @timestamp, agent.id, process.command_line, host.name | LIMIT 50 | STATS agents = COUNT_DISTINCT(agent.id)',
	'STATS agents = COUNT_DISTINCT(agent.id) BY process.command_line, process.name | WHERE agents < 3 | STATS n = COUNT() BY agents',
	'KEEP agent.id, host.name, process.name | WHERE agent.id >= "agent-15" | STATS n = COUNT() BY agent.id | SORT agent.id DESC | LIMIT 7');
our @spread_numbers = map { "FROM logs-endpoint.events.process-* | $_ | LIMIT 100000" }
	'STATS total = SUM(bytes), mean = AVG(bytes), least = MIN(bytes), most = MAX(bytes), kinds = COUNT_DISTINCT(bytes) BY exit_code',
	'STATS total = SUM(exit_code), all = SUM(load), top = TOP(bytes, 3, "desc") BY process.name | EVAL all = ROUND(all, 3)',
	'WHERE bytes > 500000 AND elevated | STATS n = COUNT(), any = MAX(elevated), ip = MIN(source_ip), far = MAX(source_ip), ips = COUNT_DISTINCT(source_ip), list = VALUES(exit_code)',
	'WHERE CIDR_MATCH(source_ip, "10.0.1.0/24") | STATS n = COUNT() BY elevated | SORT elevated',
	'WHERE load < 0 AND exit_code IN (1, 2) | STATS n = COUNT(), most = MAX(load) BY exit_code, process.parent.executable';
our @spread_by_document = map { "FROM logs-endpoint.events.process-* | $_ | LIMIT 100000" }
	'WHERE source.bytes > 500000 | STATS n = COUNT(), total = SUM(source.bytes) BY process.exit_code',
	'WHERE source.ip == "10.0.1.7" OR process.exit_code == 3 | STATS n = COUNT(), most = MAX(source.bytes)',
	'WHERE process.exit_code IS NULL OR process.exit_code != 2 | STATS n = COUNT()',
	'WHERE @timestamp > "2026-11-20T09:30:00Z" AND process.name LIKE "r*c" | STATS n = COUNT() BY host.os.type';

# Makes the table one, of random events in an hour, with few agents and hosts, values that are null and several; and one_docs,
# of documents with the same. Two functions tell what a query and what a run find, a third one the plan of SQL.
sub make_events
{
	my ($node, $events, $seed) = @_;

	$node->safe_psql('postgres', qq{
	CREATE TABLE one ($spread_columns);
	CREATE TABLE one_docs (timestamp timestamptz NOT NULL, document jsonb, server integer NOT NULL);
	SELECT setseed($seed / 1000000.0);
	INSERT INTO one
	SELECT '2026-11-20 09:00Z'::timestamptz + random() * interval '1 hour', (ARRAY['linux','linux','linux','windows',NULL])[1 + trunc(random() * 5)],
		(ARRAY['{start}','{start}','{start,info}','{end}',NULL]::text[])[1 + trunc(random() * 5)]::text[], (ARRAY['{exec}','{exec}','{fork,exec}']::text[])[1 + trunc(random() * 3)]::text[],
		(ARRAY['scp','rsync','sftp','bash','Émile',NULL])[1 + trunc(random() * 6)], '/usr/bin/' || trunc(random() * 20), (ARRAY['/bin/','/Bin/'])[1 + trunc(random() * 2)] || trunc(random() * 5),
		'command ' || trunc(random() * random() * $events / 2), 'agent-' || trunc(random() * 200), 'host-' || trunc(random() * 250),
		('10.0.' || trunc(random() * 3) || '.' || trunc(random() * 250))::inet, CASE WHEN random() < 0.9 THEN trunc(random() * 1e6) END, (random() - 0.5) * 1e3, trunc(random() * 4),
		random() < 0.5, 1 + trunc(random() * 3)
	  FROM generate_series(1, $events);
	INSERT INTO one_docs
	SELECT timestamp, jsonb_strip_nulls(jsonb_build_object('\@timestamp', timestamp, 'host', jsonb_build_object('os', jsonb_build_object('type', host_os_type), 'name', host_name),
		'event', jsonb_build_object('type', event_type, 'action', event_action), 'agent.id', agent_id,
		'process', jsonb_build_object('name', CASE WHEN exit_code = 3 THEN jsonb_build_array(process_name, 'other') ELSE to_jsonb(process_name) END, 'executable', process_executable, 'parent',
			jsonb_build_object('executable', process_parent_executable), 'command_line', process_command_line, 'exit_code', exit_code),
		'source', jsonb_build_object('ip', host(source_ip), 'bytes', bytes))), server
	  FROM one;
	ANALYZE one, one_docs});
	# A run asks for groups with their events counted and dated, all events of the window, hits of exceptions; and for the events
	# behind the groups, of which the first columns are enough.
	$node->safe_psql('postgres', q{
	CREATE FUNCTION explained(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query; END $$;
	CREATE FUNCTION rows_of(query text, relation regclass) RETURNS text LANGUAGE sql AS $$
		SELECT string_agg(r::text, E'\n' ORDER BY r::text COLLATE "C") FROM transfer_detect.esql(query, '2026-11-20 10:00Z', relation) AS r $$;
	CREATE FUNCTION filed(query text, relation regclass, event_exceptions text[], group_exceptions text[]) RETURNS text LANGUAGE sql AS $$
		SELECT (SELECT string_agg(to_jsonb(r)::text, E'\n' ORDER BY to_jsonb(r)::text COLLATE "C")
				  FROM transfer_detect_internal.rule_groups(query, relation, '2026-11-20 09:00Z', '2026-11-20 10:00Z', '@timestamp', NULL, event_exceptions, group_exceptions, true, true) AS r)
			|| (SELECT string_agg(to_jsonb(r)::text, E'\n' ORDER BY to_jsonb(r)::text COLLATE "C")
				  FROM transfer_detect_internal.rule_evidence(query, relation, '2026-11-20 09:00Z', '2026-11-20 10:00Z', '@timestamp', NULL, event_exceptions, '2026-11-20 09:10Z', '2026-11-20 09:50Z') AS r)
			|| (SELECT string_agg(coalesce(r ->> 'timestamp', r ->> '@timestamp'), ',' ORDER BY coalesce(r ->> 'timestamp', r ->> '@timestamp'))
				  FROM transfer_detect_internal.rule_events(query, relation, '2026-11-20 09:00Z', '2026-11-20 10:00Z', '@timestamp', NULL, event_exceptions, '2026-11-20 09:10Z', '2026-11-20 09:15Z') AS r) $$});
}

1;
