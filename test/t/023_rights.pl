# Privileges and row security: who has rights on alerts only can triage and nothing else; who has none on the events
# gets nothing of them out of any function; row security holds in runs and in evidence.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('rights');
$node->start;
create_extension($node, 'postgres');

# What a role is shown: standard output, and the error's SQLSTATE and all that is said with it.
sub as_role
{
	my ($role, $sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSET ROLE $role;\n$sql");
	my ($state) = $err =~ /ERROR:  ([0-9A-Z]{5}):/;

	return ($out, $state // '', $err);
}

sub allowed
{
	my ($role, $sql, $title) = @_;
	my ($out, $state, $err) = as_role($role, $sql);

	is($state, '', $title) or diag($err);
	return $out;
}

sub denied
{
	my ($role, $sql, $title) = @_;
	my ($out, $state, $err) = as_role($role, $sql);

	is($state, '42501', $title) or diag("$out\n$err");
}

my $window = "'2026-11-20 09:00Z', '2026-11-20 10:00Z'";
$node->safe_psql('postgres', qq{
	SELECT launch('2026-11-20 09:10Z', 'scp secret-word a:', 'host-a');
	SELECT launch('2026-11-20 09:20Z', 'scp secret-word b:', 'host-b');
	SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-20 10:00Z');
	CREATE ROLE triager;
	CREATE ROLE blind;
	CREATE ROLE stranger;
	CREATE ROLE team_a;
	GRANT SELECT, UPDATE (status, close_reason, assignee, tags, notes) ON transfer_detect.alerts TO triager;
	GRANT SELECT ON transfer_detect.alert_history TO triager});

# --- Triage, and nothing else.

allowed('triager', q{UPDATE transfer_detect.alerts SET status = 'acknowledged', assignee = 'ann', tags = '{seen}', notes = 'asked bob' WHERE id = 1},
	'a role with rights on alerts acknowledges one');
allowed('triager', q{UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE id = 1}, 'and closes it');
is($node->safe_psql('postgres', q{SELECT status, close_reason, assignee, tags, notes, updated_by FROM transfer_detect.alerts WHERE id = 1}),
	'closed|benign|ann|{seen}|asked bob|triager', 'as it said');
is(allowed('triager', q{SELECT changed_by, login, changes -> 'status' FROM transfer_detect.alert_history WHERE alert_id = 1 AND action = 'changed' ORDER BY id},
		'it reads the history'),
	qq{triager|postgres|["open", "acknowledged"]\ntriager|postgres|["acknowledged", "closed"]}, 'which says who did it');
allowed('triager', q{UPDATE transfer_detect.alerts SET status = 'open' WHERE id = 1}, 'it opens it again');

foreach my $column ('title', 'event_count', 'group_key', 'severity', 'result', 'run_id', 'host_names', 'updated_by', 'created_at')
{
	denied('triager', "UPDATE transfer_detect.alerts SET $column = $column", "it cannot change $column");
}
denied('triager', 'DELETE FROM transfer_detect.alerts', 'nor delete alerts');
denied('triager', q{INSERT INTO transfer_detect.alerts (rule_id, version, group_key, severity, risk_score, title, event_count, last_window, result, run_id)
	SELECT rule_id, version, '{}', severity, risk_score, title, event_count, last_window, result, run_id FROM transfer_detect.alerts}, 'nor file one');
denied('triager', "INSERT INTO transfer_detect.alert_history (alert_id, changed_by, action, changes) VALUES (1, 'bob', 'changed', '{}')",
	'nor write history');
denied('triager', "UPDATE transfer_detect.alert_history SET changed_by = 'bob'", 'nor rewrite it');
denied('triager', 'DELETE FROM transfer_detect.alert_history', 'nor delete it');
denied('triager', 'SELECT transfer_detect_internal.post_notification(\'alert\', \'r\', 1, \'{}\', \'{}\')', 'nor notify');
denied('triager', "UPDATE transfer_detect.rules SET enabled = false", 'nor change a rule');
denied('triager', "INSERT INTO transfer_detect.exceptions (condition) VALUES ('true')", 'nor write an exception');
denied('triager', "SELECT * FROM transfer_detect.$_", "nor read $_")
	foreach 'events', 'runs', 'alert_hits', 'checkpoints', 'exceptions', 'outbox', 'consumers';
denied('triager', "SELECT * FROM transfer_detect.$_", "nor call $_") foreach "run('$rule', '2026-11-20 11:00Z')", "backfill('$rule', $window)",
	'alert_events(1)', "detect(as_of => '2026-11-20 10:00Z')", 'purge_alerts(\'1 day\')', 'purge_notifications()', 'check_heartbeat()';

# The same role with the right to read what alerts are made of; and one that reads the outbox only. (README, "Roles")
$node->safe_psql('postgres', q{
	CREATE ROLE forwarder;
	GRANT SELECT ON transfer_detect.outbox TO forwarder;
	GRANT SELECT, UPDATE ON transfer_detect.consumers TO forwarder;
	INSERT INTO transfer_detect.consumers (name) VALUES ('forwarder');
	CREATE ROLE analyst;
	GRANT SELECT, UPDATE (status, close_reason, assignee, tags, notes) ON transfer_detect.alerts TO analyst;
	GRANT SELECT ON transfer_detect.alert_list, transfer_detect.alert_history, transfer_detect.alert_hits, transfer_detect.exceptions,
		transfer_detect.exception_hits, transfer_detect.runs, transfer_detect.events TO analyst;
	GRANT INSERT (rule_id, stage, condition, comment, expires_at, enabled), UPDATE (comment, expires_at, enabled)
		ON transfer_detect.exceptions TO analyst});
# What an analyst is told to do, with these grants and no others.
like(allowed('analyst', 'TABLE transfer_detect.alert_list', 'an analyst lists the alerts'), qr/^2\|.*\|scp > b secret-word\|/m, 'all of them');
allowed('analyst', 'SELECT * FROM transfer_detect.alerts; SELECT * FROM transfer_detect.runs', 'reads alerts and runs');
is(allowed('analyst', q{SELECT e ->> 'command' FROM transfer_detect.alert_events(2) AS e}, 'reads the events of one'), 'scp secret-word b:', 'which are documents');
allowed('analyst', q{UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign', assignee = current_user WHERE id = 2}, 'closes it');
is(allowed('analyst', q{SELECT count(*) FROM transfer_detect.alert_history WHERE alert_id = 2 AND changed_by = 'analyst'}, 'reads its history'), 1, 'which says so');
allowed('analyst', q{UPDATE transfer_detect.alerts SET status = 'open' WHERE id = 2}, 'opens it again');
like(allowed('analyst', qq{SELECT change, group_key FROM transfer_detect.preview_exception('$rule', 'host.name == "host-b"',
		from_time => '2026-11-20 09:00Z', to_time => '2026-11-20 10:00Z')}, 'previews an exception'), qr/^removed\|.*scp secret-word b:/, 'which would remove an alert');
like(allowed('analyst', qq{SELECT change FROM transfer_detect.preview_exception('$rule', 'host.name == "host-b"', 'event',
		'2026-11-20 09:00Z', '2026-11-20 10:00Z')}, 'also one on events'), qr/^removed/, 'with the same effect here');
allowed('analyst', qq{INSERT INTO transfer_detect.exceptions (rule_id, condition, comment, expires_at) VALUES ('$rule', 'host.name == "host-z"', 'ours', '2027-01-01')},
	'makes an exception');
is(allowed('analyst', 'SELECT author, comment FROM transfer_detect.exceptions', 'reads it'), 'analyst|ours', 'with its author');
allowed('analyst', 'UPDATE transfer_detect.exceptions SET enabled = false; SELECT * FROM transfer_detect.exception_hits', 'ends it, and reads what it did');
denied('analyst', "INSERT INTO transfer_detect.exceptions (condition, author) VALUES ('true', 'bob')", 'but makes none in the name of another');
denied('analyst', 'DELETE FROM transfer_detect.exceptions', 'nor deletes one');
denied('analyst', "SELECT * FROM transfer_detect.run('$rule', '2026-11-20 11:00Z')", 'nor runs rules');
denied('analyst', 'UPDATE transfer_detect.rules SET enabled = false', 'nor changes them');
$node->safe_psql('postgres', 'DELETE FROM transfer_detect.exceptions');
like(allowed('analyst', 'SELECT * FROM transfer_detect.alert_events(1)', 'evidence for who may read events'), qr/"scp secret-word a:"/, 'is there');
is(allowed('forwarder', q{SELECT count(*) FROM transfer_detect.fetch_notifications('forwarder');
		SELECT transfer_detect.confirm_notifications('forwarder', handed_out) FROM transfer_detect.consumers}, 'a role with rights on the outbox'),
	"2\nt", 'reads and confirms');
denied('forwarder', 'SELECT * FROM transfer_detect.alerts', 'and sees no alerts');
denied('forwarder', q{INSERT INTO transfer_detect.outbox (kind, rule_id, payload) VALUES ('alert', 'r', '{}')}, 'nor makes up notifications');

# --- The analyst of the documentation: all of triage, and no more.

my ($grants) = slurp_file('doc/operations.md') =~ /^(CREATE ROLE analyst;\n.*?)\n\nSET ROLE/ms;
$grants =~ s/\banalyst\b/documented/g;
$node->safe_psql('postgres', $grants);
foreach my $call ('alert_context(2)', 'alert_report(2)', "alert_report('2026-11-20 09:00Z', '2026-11-20 10:00Z')", 'alert_response(2)',
	'alert_document(2)', "export_alerts('-infinity', 'infinity')", 'alert_events(2)')
{
	like(allowed('documented', "SELECT * FROM transfer_detect.$call", "the analyst calls $call"), qr/secret-word|host-b/, 'and sees what it is about');
}
allowed('documented', 'SELECT count(*) FROM transfer_detect.alert_evidence', 'the analyst reads copies');
denied('documented', "INSERT INTO transfer_detect.alert_evidence (alert_id, digest, document) VALUES (2, '', '{}')", 'but makes none');
denied('documented', 'DELETE FROM transfer_detect.alert_evidence', 'and deletes none');
denied('documented', 'INSERT INTO transfer_detect.evidence_settings DEFAULT VALUES', 'nor changes what is copied');
# Who may read alerts and their hits and nothing else gets what these say.
$node->safe_psql('postgres', q{
	CREATE ROLE narrow;
	GRANT USAGE ON SCHEMA transfer_detect TO narrow;
	GRANT SELECT ON transfer_detect.alerts, transfer_detect.alert_hits TO narrow});
like(allowed('narrow', "SELECT * FROM transfer_detect.$_", "with SELECT on alerts and hits alone, $_"), qr/host-b/, 'there is what the alert says')
	foreach 'alert_context(2)', 'alert_report(2)', "alert_report('2026-11-20 09:00Z', '2026-11-20 10:00Z')", 'alert_response(2)', 'alert_document(2)',
		"export_alerts('-infinity', 'infinity')";
denied('stranger', "SELECT * FROM transfer_detect.$_", "a stranger does not call $_")
	foreach 'alert_context(2)', 'alert_report(2)', 'alert_response(2)', 'alert_document(2)', "export_alerts('-infinity', 'infinity')";

# --- Every function, called by one who may do all but read events. The same calls by one who may do that show that the
# arguments are good: there the word is found.

my %argument = (
	query => q{'FROM logs-endpoint.events.process-* | STATS c = COUNT() BY process.command_line'},
	condition => q{'process.command_line LIKE "*secret*"'},
	stage => q{'event'},
	events => q{'transfer_detect.events'},
	as_of => q{'2026-11-20 10:00Z'},
	(map { $_ => q{'2026-11-20 09:00Z'} } 'window_from', 'span_from', 'from_time', 'horizon'),
	(map { $_ => q{'2026-11-20 10:00Z'} } 'window_to', 'span_to', 'to_time'),
	timestamp_field => q{'@timestamp'},
	timestamp_fallback => 'NULL',
	event_exceptions => q{'{}'},
	group_exceptions => q{'{}'},
	key => q{'{"process.command_line": "scp secret-word a:"}'},
	group_key => q{'{"process.executable": "/usr/bin/scp", "process.parent.executable": "/usr/bin/dash", "process.command_line": "scp"}'},
	rule_id => "'$rule'",
	alert_id => '2',
	older_than => q{'10 years'},
	patience => q{'0'},
	consumer => q{'siem'},
	last_position => '1',
	at_most => '10',
	cron => q{'0 * * * *'},
	job => q{'a job'},
	signature => q{'f()'},
	database => q{'postgres'},
	role => q{'postgres'},
	elsewhere => q{'SELECT 1'},
	name => q{'as_of'},
	target => '2',
	hit => '(SELECT h FROM transfer_detect.alert_hits AS h WHERE h.alert_id = 2 LIMIT 1)',
	run => '(SELECT r FROM transfer_detect.runs AS r ORDER BY r.id LIMIT 1)',
	rule => "(SELECT v FROM transfer_detect.rule_versions AS v WHERE v.rule_id = '$rule' ORDER BY v.version LIMIT 1)",
	(map { $_ => q{'2026-11-20 09:10Z'} } 'first_event', 'gap_from'),
	(map { $_ => q{'2026-11-20 09:50Z'} } 'last_event', 'gap_to'),
	exception_id => '(SELECT min(x.id) FROM transfer_detect.exceptions AS x)',
	kind => q{'alert'},
	relation => q{'transfer_detect.events'},
	relations => q{ARRAY['transfer_detect.events_default'::regclass::oid]},
	partition => q{'transfer_detect.events_default'},
	partman => q{'nowhere'},
	source => q{'SELECT e.timestamp AS time, e.arrived, NULL::bigint AS command FROM transfer_detect.events AS e'},
	seen => q{ROW('r', 1, '{}', 1)::transfer_detect_internal.snapshots},
	next_transaction => '1000000000',
	like_version => "(SELECT v FROM transfer_detect.rule_versions AS v WHERE v.rule_id = '$rule' ORDER BY v.version LIMIT 1)",
	(map { $_ => q{'2026-11-20 09:00Z'} } 'since', 'late_from', 'older_from'),
	(map { $_ => q{'2026-11-20 10:00Z'} } 'until', 'late_to', 'older_to'),
	groups => q{ARRAY[ROW('{}', '{}', 1, '2026-11-20 09:00Z', '2026-11-20 09:10Z', NULL, false)::transfer_detect_internal.found_group]},
	(map { $_ => q{ARRAY['\x00'::bytea]} } 'keys', 'filed'),
	minutes => q{ARRAY['2026-11-20 09:10Z'::timestamptz]},
	(map { $_ => q{ARRAY['{}'::jsonb]} } 'templates', 'counts'),
	marks => q{ARRAY[ROW('00000000-0000-0000-0000-000000000000', NULL, '[]', false)::transfer_detect_internal.habit_mark]},
	lost => q{'{00000000-0000-0000-0000-000000000000}'},
	addresses => q{'{127.0.0.1,192.0.2.1}'},
	habits => "(SELECT v.habits FROM transfer_detect.rule_versions AS v WHERE v.habits IS NOT NULL LIMIT 1)",
	(map { $_ => q{'{program}'} } 'spaces'),
	scopes => q{'{fleet}'},
	(map { $_ => q{'{1}'} } 'parts', 'weights'),
	remember => q{'{30}'},
	file => 'true',
	file_from => 'NULL');
# Whatever other argument there is gets one of its type.
my $table = qr/^transfer_detect\.(alert_hits|alerts|runs|rule_versions|rules|exceptions)(\[\])?$/;
my %of_type = ('boolean' => 'false', 'numeric' => '1', 'regclass' => q{'transfer_detect.events'}, 'boolean[]' => q{'{}'}, 'integer[]' => q{'{}'}, 'timestamp with time zone[]' => q{'{}'},
	map({ ("transfer_detect_internal.$_" => "NULL::transfer_detect_internal.$_", "transfer_detect_internal.${_}[]" => q{'{}'}) } 'process', 'tree_node', 'run_before', 'wanted_runs', 'found_group', 'habit_mark'),
	'oid' => '0::oid', 'tid[]' => q{'{}'}, 'inet[]' => q{'{}'}, 'jsonb[]' => q{'{}'}, 'transfer_detect.transfer' => 'NULL::transfer_detect.transfer', 'uuid' => q{'00000000-0000-0000-0000-000000000000'}, 'uuid[]' => q{'{}'},
	 'integer' => '1', 'bigint' => '1', 'text' => q{'x'}, 'text[]' => q{'{}'}, 'bigint[]' => q{'{}'}, 'jsonb' => q{'{}'},
	'interval' => q{'1 minute'}, 'timestamp with time zone' => q{'2026-11-20 09:30Z'});

sub argument
{
	my ($name, $type) = @_;
	my $value = $argument{$name} // $of_type{$type};

	$value = $2 ? "ARRAY(SELECT t FROM transfer_detect.$1 AS t)" : "(SELECT t FROM transfer_detect.$1 AS t LIMIT 1)"
		if !defined $value && $type =~ $table;
	return defined $value ? "$name => $value" : undef;
}

# Functions that find the word for those who may read events.
my %readers = map { $_ => 1 } 'detect', 'esql', 'rule_groups', 'rule_evidence', 'rule_events', 'alert_events', 'preview_exception', 'preview_rule';

# Functions that show what alerts hold, which who may read alerts may see. Of the events they show nothing else: the
# documents that launch() makes have a field that no alert has.
my %of_alerts = map { $_ => 1 } 'alert_context', 'alert_report', 'alert_response', 'alert_document', 'export_alerts', 'alert_subject', 'find_alert',
	'document_of_alert', 'period_alerts', 'period_facts', 'triage', 'related_alerts';

$node->safe_psql('postgres', q{
	DO $$
	DECLARE
		r regclass;
	BEGIN
		GRANT ALL ON ALL TABLES IN SCHEMA transfer_detect TO blind;
		GRANT ALL ON ALL SEQUENCES IN SCHEMA transfer_detect TO blind;
		GRANT ALL ON ALL FUNCTIONS IN SCHEMA transfer_detect, transfer_detect_internal TO blind;
		FOR r IN SELECT 'transfer_detect.events'::regclass UNION ALL
				SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'transfer_detect.events'::regclass LOOP
			EXECUTE format('REVOKE ALL ON %s FROM blind', r);
		END LOOP;
	END $$;
	TRUNCATE transfer_detect.outbox;
	INSERT INTO transfer_detect.outbox (position, kind, rule_id, payload) VALUES (1, 'silent', 'r', '{}');
	DELETE FROM transfer_detect.consumers;
	INSERT INTO transfer_detect.consumers (name, handed_out) VALUES ('siem', 1);
	INSERT INTO transfer_detect.exceptions (condition) VALUES ('process.command_line == "something else"')});

# Left out: what takes values and no relation (the parts of generated SQL, aggregates), and triggers.
my $functions = q{
	SELECT p.pronamespace::regnamespace, p.proname, (
		SELECT string_agg(a.name || ':' || format_type(a.type, NULL), ',' ORDER BY a.place)
		FROM unnest(p.proargnames[1 : p.pronargs], p.proargtypes::oid[]) WITH ORDINALITY AS a(name, type, place))
	FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension AS x ON x.oid = d.refobjid AND x.extname = 'transfer_detect'
	WHERE p.prokind IN ('f', 'p') AND p.prorettype <> 'trigger'::regtype
		AND p.proname !~ '^(esql_(?!sql)|distinct_|key_digest|alert_title|fit_text$|habit_digest$|survey_template$|short_|result_texts?$|seconds$)' AND NOT 'internal'::regtype = ANY (p.proargtypes)
	ORDER BY p.proname COLLATE "C", p.oid};
my $called = 0;
foreach (split /\n/, $node->safe_psql('postgres', $functions))
{
	my ($schema, $function, $takes) = split /\|/;
	my @arguments = map { argument(split /:/) } split /,/, $takes // '';

	if (grep { !defined } @arguments)
	{
		fail("$function($takes): this test has no argument for it");
		next;
	}
	my $call = "BEGIN; SELECT * FROM $schema.$function(" . join(', ', @arguments) . '); ROLLBACK';
	my ($out, $state, $err) = as_role('blind', $call);

	$called++;
	# the arguments have the word themselves: what matters is what comes back, and what an error tells
	unlike($out, $of_alerts{$function} ? qr/(?:"|&quot;)command(?:"|&quot;): / : qr/secret-word/, "$function() shows nothing of events to who may not read them");
	unlike($err =~ s/^(?:QUERY|LINE|CONTEXT|STATEMENT).*//mgr, qr/secret-word/, 'nor does its error');
	my $reads = delete $readers{$function};
	is($state, '42501', 'but an error') or diag($err) if $reads;
	next unless $reads;
	($out, $state, $err) = as_role('postgres', $call);
	like($out, qr/secret-word/, 'while it does to who may') or diag($err);
}
cmp_ok($called, '>=', 15, 'functions were called');
is(join(' ', sort keys %readers), '', 'all functions that read events are among them');

# A run records what it was not allowed to, and files nothing.
is(allowed('blind', "SELECT status, sqlstate FROM transfer_detect.run('$rule', '2026-11-20 11:00Z')", 'a run without rights on events'),
	'failed|42501', 'fails, and says why');
is($node->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.alerts'), 2, 'and files nothing');

# --- What runs with the owner's rights is known, and cannot be led astray by a search_path.

my $definers = q{
	SELECT p.proname, has_function_privilege('stranger', p.oid, 'EXECUTE') AND p.prorettype <> 'trigger'::regtype, p.proconfig[1]
	FROM pg_proc AS p WHERE p.pronamespace IN ('transfer_detect'::regnamespace, 'transfer_detect_internal'::regnamespace) AND p.prosecdef ORDER BY 1};
my @definers = map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres', $definers);
is(join(' ', map { $_->[0] } grep { $_->[1] eq 't' } @definers), 'cron_database cron_needs_password oldest_session seen_snapshot',
	'of functions with the owner\'s rights, everybody may call those that tell where pg_cron is, what it needs and when the oldest transaction began');
is_deeply([ map { $_->[2] } @definers ], [ ('search_path=pg_catalog, pg_temp') x @definers ], 'all of them pin search_path');
is(allowed('stranger', 'SELECT transfer_detect_internal.oldest_transaction() IS NULL', 'when the oldest transaction began is told to everybody'), 't',
	'and is null when there is none');

# --- Row security: a run finds what the role that runs it may see, evidence what the role that asks may see.

$node->safe_psql('postgres', q{
	ALTER TABLE transfer_detect.events ENABLE ROW LEVEL SECURITY;
	CREATE POLICY team_a ON transfer_detect.events TO team_a USING (host_name = 'host-a');
	GRANT SELECT ON transfer_detect.events TO team_a;
	GRANT ALL ON transfer_detect.runs, transfer_detect.checkpoints, transfer_detect.alerts, transfer_detect.alert_hits,
		transfer_detect.exceptions TO team_a;
	SELECT launch('2026-11-20 11:10Z', 'scp secret-word a:', 'host-a');
	SELECT launch('2026-11-20 11:20Z', 'scp secret-word b:', 'host-b');
	SELECT launch('2026-11-20 11:30Z', 'scp both', 'host-a');
	SELECT launch('2026-11-20 11:40Z', 'scp both', 'host-b')});
is(allowed('team_a', q{SELECT process_command_line FROM transfer_detect.detect(as_of => '2026-11-20 12:00Z') ORDER BY 1}, 'detect() under row security'),
	"scp both\nscp secret-word a:", 'sees the rows that the policy lets through');
is(allowed('team_a', "SELECT status, events_matched, alerts_created, alerts_extended FROM transfer_detect.run('$rule', '2026-11-20 12:00Z') WHERE window_to = '2026-11-20 12:00Z'",
		'as does run()'),
	'succeeded|2|1|1', 'and counts these');
is($node->safe_psql('postgres', q{SELECT process_command_line, host_names, event_count FROM transfer_detect.alerts ORDER BY id}),
	"scp secret-word a:|{host-a}|2\nscp secret-word b:|{host-b}|1\nscp both|{host-a}|1", 'nothing of other hosts is filed');
my $evidence = q{SELECT a.process_command_line, count(e) FROM transfer_detect.alerts AS a LEFT JOIN transfer_detect.alert_events(a.id) AS e ON true
	GROUP BY a.id ORDER BY a.id};
is(allowed('team_a', $evidence, 'evidence under row security'), "scp secret-word a:|2\nscp secret-word b:|0\nscp both|1", 'has the rows that the policy lets through');
is($node->safe_psql('postgres', $evidence), "scp secret-word a:|2\nscp secret-word b:|1\nscp both|1", 'and no others than were counted, also for who may see all');

$node->stop;
done_testing();
