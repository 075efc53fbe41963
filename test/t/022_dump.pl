# pg_dump and restore: rules and their versions, exceptions, runs, alerts, history, hits, checkpoints, notifications and
# consumers come back as they were, sequences go on, and so does detection. Restoring notifies nobody.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('dump');
$node->start;
create_extension($node, 'postgres');

# Something in every table: an edited rule, rules over relations of their own, of which one does not compile any more,
# alerts in every state, a failed run, a gap, an exception with hits, a consumer that has read half, a silent rule.
$node->safe_psql('postgres', qq{
	CREATE TABLE own_events (LIKE transfer_detect.events);
	CREATE TABLE failing_events (timestamp timestamptz, host_name text);
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
	VALUES ('own', 'Own rule', 'FROM own_events | STATS runs = COUNT() BY process.executable', 'own_events', true),
		('failing', 'Fails', 'FROM failing_events | STATS runs = COUNT() BY host.name', 'failing_events', true);
	UPDATE transfer_detect.rules SET query = replace(query, 'cc < 5', 'cc < 4') WHERE rule_id = '$rule';
	INSERT INTO transfer_detect.evidence_settings (rule_id, documents) VALUES (NULL, 5);
	INSERT INTO transfer_detect.trusted_roles VALUES ('app', 'owns the events');
	INSERT INTO transfer_detect.sources VALUES ('own-*', 'own_events');
	INSERT INTO transfer_detect.fleet_roles VALUES ('^build', 'build');
	INSERT INTO transfer_detect.fleet_networks VALUES ('198.51.100.0/24', 'the partner');
	INSERT INTO transfer_detect.fleet_hosts (name, role) VALUES ('store-1', 'storage'), ('build-7', NULL);
	INSERT INTO transfer_detect.habit_spaces (rule_id, space, expressions, scope, reason)
	VALUES ('first-seen-file-transfer', 'account', '{transfer.remote_user}', 'host', 'new: {key}');
	INSERT INTO transfer_detect.exceptions (rule_id, condition, comment, expires_at)
	VALUES ('$rule', 'process.command_line == "scp trusted"', 'known', '2030-01-01 00:00Z');
	INSERT INTO transfer_detect.exceptions (rule_id, stage, condition) VALUES (NULL, 'event', 'host.name == "test"');
	INSERT INTO transfer_detect.notify_settings VALUES ('own', 'digest', true, false), ('$rule', 'each', false, true), (NULL, 'off', false, false);
	SELECT launch('2026-11-20 09:10Z', 'scp ' || c) FROM unnest('{open,acknowledged,closed,again,trusted}'::text[]) AS c;
	INSERT INTO own_events SELECT * FROM transfer_detect.events;
	SELECT count(*) FROM transfer_detect.run(NULL, '2026-11-20 10:00Z')});
$node->safe_psql('postgres', qq{
	UPDATE transfer_detect.alerts SET status = 'acknowledged', assignee = 'ann', tags = '{t}', notes = 'n' WHERE process_command_line = 'scp acknowledged';
	UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE process_command_line IN ('scp closed', 'scp again');
	SELECT launch('2026-11-20 10:10Z', 'scp ' || c) FROM unnest('{open,again,more}'::text[]) AS c;
	SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-20 11:00Z');
	ALTER TABLE failing_events RENAME COLUMN host_name TO gone;
	SELECT count(*) FROM transfer_detect.run('failing', '2026-11-20 11:00Z');
	SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-22 11:00Z');
	INSERT INTO transfer_detect.consumers (name) VALUES ('siem');
	SELECT count(*) FROM transfer_detect.fetch_notifications('siem', 2);
	SELECT transfer_detect.confirm_notifications('siem', handed_out) FROM transfer_detect.consumers;
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled, enabled_at)
	VALUES ('silent', 'Never ran', 'FROM own_events | STATS runs = COUNT() BY process.executable', 'own_events', true, now() - interval '1 day');
	SELECT count(*) FROM transfer_detect.check_heartbeat();
	SELECT * FROM transfer_detect.ingest('no document');
	SELECT * FROM transfer_detect.ingest('{"\@timestamp": "2026-11-20T09:00:00Z", "event": {"id": "faulty"}, "process": {"pid": "-"}}')});

# Every table of the extension, and what is in it. Snapshots are of transactions of one cluster, so they stay where they are.
my $tables = q{
	SELECT c.oid::regclass FROM pg_depend AS d JOIN pg_extension AS x ON d.refobjid = x.oid JOIN pg_class AS c ON c.oid = d.objid
	WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'
		AND x.extname = 'transfer_detect' AND c.relkind = 'r' AND c.relname <> 'snapshots'
	ORDER BY c.oid::regclass::text COLLATE "C"};
my @tables = split /\n/, $node->safe_psql('postgres', $tables);
cmp_ok(scalar @tables, '>=', 15, 'the extension has tables');

# What is in a table, a line a row. Rows that come with the extension and are unchanged are not dumped: these have the
# time of CREATE EXTENSION.
sub content
{
	my ($database, $table) = @_;

	return $node->safe_psql($database, qq{
		SELECT r - CASE r -> 'shipped' WHEN 'true' THEN '{created_at,edited_at,enabled_at}'::text[] ELSE '{}' END
		FROM (SELECT to_jsonb(t) FROM $table AS t) AS j(r) ORDER BY r::text COLLATE "C"});
}

my %content = map { $_ => content('postgres', $_) } @tables;
foreach my $table (@tables)
{
	next if $table =~ /\.(inbox|events_template|commit_order|overflows)$/;    # these are there to be empty
	isnt($content{$table}, '', "$table holds something");
}
foreach my $status ('succeeded', 'failed', 'gap')
{
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM transfer_detect.runs WHERE status = '$status'"), '>', 0, "among it a run that $status");
}

my %restore = (
	plain => sub {
		my ($to) = @_;
		my $file = $node->basedir . '/dump.sql';

		command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-f', $file ], 'pg_dump');
		command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($to), '-f', $file ], 'psql');
	},
	custom => sub {
		my ($to) = @_;
		my $file = $node->basedir . '/archive';

		command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('postgres'), '-f', $file ], 'pg_dump -Fc');
		command_ok([ 'pg_restore', '-1', '-d', $node->connstr($to), $file ], 'pg_restore in one transaction');
	},
	# every table's rows before those that they refer to, as jobs may bring them
	backwards => sub {
		my ($to) = @_;
		my ($file, $list) = map { $node->basedir . "/backwards.$_" } qw(archive list);

		command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('postgres'), '-f', $file ], 'pg_dump -Fc');
		my @list = split /\n/, (run_command([ 'pg_restore', '-l', $file ]))[0];
		append_to_file($list, join("\n", (grep { !/ TABLE DATA / } @list), reverse(grep { / TABLE DATA / } @list)) . "\n");
		command_ok([ 'pg_restore', '-1', '-L', $list, '-d', $node->connstr($to), $file ], 'pg_restore in reverse');
	},
	# the schema, and then the rows by themselves
	apart => sub {
		my ($to) = @_;
		my @files = map { $node->basedir . "/apart.$_" } qw(schema data);

		command_ok([ 'pg_dump', '-Fc', '--schema-only', '-d', $node->connstr('postgres'), '-f', $files[0] ], 'pg_dump --schema-only');
		command_ok([ 'pg_dump', '-Fc', '--data-only', '-d', $node->connstr('postgres'), '-f', $files[1] ], 'pg_dump --data-only');
		command_ok([ 'pg_restore', '-j', '4', '-d', $node->connstr($to), $_ ], 'pg_restore -j 4') foreach @files;
	});
foreach my $jobs (1, 2, 4, 8)
{
	foreach my $format ('c', 'd')
	{
		$restore{"jobs_$format$jobs"} = sub {
			my ($to) = @_;
			my $file = $node->basedir . "/jobs_$format$jobs";

			command_ok([ 'pg_dump', "-F$format", ($format eq 'd' ? ('-j', $jobs) : ()), '-d', $node->connstr('postgres'), '-f', $file ],
				"pg_dump -F$format");
			command_ok([ 'pg_restore', '-j', $jobs, '-d', $node->connstr($to), $file ], "pg_restore -j $jobs");
		};
	}
}
foreach my $way (sort keys %restore)
{
	my $database = "restored_$way";

	$node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE template0");
	$restore{$way}->($database);
	foreach my $table (@tables)
	{
		same_lines(content($database, $table), $content{$table}, "$way: $table");
	}

	# Sequences go on: the next rows have the numbers that they would have where the dump was made.
	my $sequences = q{SELECT string_agg(s, ' ' ORDER BY s) FROM (
			SELECT sequencename || '=' || last_value AS s FROM pg_sequences WHERE schemaname = 'transfer_detect') AS q};
	is($node->safe_psql($database, $sequences), $node->safe_psql('postgres', $sequences), "$way: sequences");

	# An event that had come in before the dump, and a run had not seen, is found: all windows of the last day are due once.
	is($node->safe_psql('postgres', 'SELECT count(*) > 0 FROM transfer_detect_internal.snapshots'), 't', 'there are snapshots');
	is($node->safe_psql($database, 'SELECT count(*) FROM transfer_detect_internal.snapshots'), '0', "$way: no snapshot is restored");

	# Identity holds: an open alert is extended, one that was closed gets a successor, and nothing is done twice.
	$node->safe_psql($database, qq{
		SELECT launch('2026-11-22 11:10Z', 'scp ' || c) FROM unnest('{open,closed,new}'::text[]) AS c;
		SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-22 11:00Z');
		SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-22 12:00Z')});
	is($node->safe_psql($database, q{
			SELECT string_agg(process_command_line || ' ' || status || ' ' || event_count || ' ' || (predecessor_id IS NOT NULL), ', ' ORDER BY process_command_line)
			FROM transfer_detect.alerts WHERE last_event >= '2026-11-22 00:00Z'}),
		'scp closed open 1 true, scp new open 1 false, scp open open 3 false', "$way: runs go on where they were");
	is($node->safe_psql($database, q{
			SELECT string_agg(payload ->> 'title', ', ' ORDER BY position) FROM transfer_detect.fetch_notifications('siem') WHERE kind = 'alert'}),
		$node->safe_psql($database, q{
			SELECT string_agg(payload ->> 'title', ', ' ORDER BY position) FROM transfer_detect.outbox
			WHERE kind = 'alert' AND position > (SELECT position FROM transfer_detect.consumers)}), "$way: the consumer goes on where it was");
	my ($status, $out, $err) = $node->psql($database, 'UPDATE transfer_detect.rule_versions SET name = name');
	isnt($status, 0, "$way: versions are immutable there as well");
	is($node->safe_psql($database, q{SELECT count(*) FROM transfer_detect.alerts AS a, transfer_detect.alert_events(a.id)
			WHERE a.process_command_line = 'scp open' AND a.rule_id = 'unusual-file-transfer-utility-launched'}), 3, "$way: evidence is found");
}

# Only some tables, into a database that has an extension of its own: what they refer to need not be there.
my $archive = $node->basedir . '/selected';

command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('postgres'), '-f', $archive ], 'pg_dump for selected tables');
$node->safe_psql('postgres', 'CREATE DATABASE selected TEMPLATE template0');
$node->safe_psql('selected', 'CREATE EXTENSION transfer_detect; CREATE TABLE own_events (LIKE transfer_detect.events); CREATE TABLE failing_events ()');
my @selected = map { "transfer_detect.$_" } qw(alert_history alerts exceptions rules);
foreach my $table (@selected)
{
	my ($schema, $name) = split /\./, $table;

	command_ok([ 'pg_restore', '--data-only', '-n', $schema, '-t', $name, '-d', $node->connstr('selected'), $archive ], "pg_restore -t $name");
	same_lines(content('selected', $table), $content{$table}, "selected: $table");
}
# A rule without its versions says so; an edit makes one.
my ($status, $out, $err) = $node->psql('selected', q{SELECT count(*) FROM transfer_detect.backfill('own', '2026-11-20 09:00Z', '2026-11-20 10:00Z')});
like($err, qr/rule "own" has lost its version/, 'a rule that came without its versions');
like($err, qr/HINT:  UPDATE transfer_detect\.rules SET name = name WHERE rule_id = 'own'/, 'and what to do');
$node->safe_psql('selected', q{UPDATE transfer_detect.rules SET name = name WHERE rule_id = 'own'});
is($node->safe_psql('selected', q{SELECT count(*) FROM transfer_detect.backfill('own', '2026-11-20 09:00Z', '2026-11-20 10:00Z')}), 1, 'done');

my $dependents = q{SELECT string_agg(t || ' ' || n, ', ') FROM (
		SELECT 'alert_hits', count(*) FROM transfer_detect.alert_hits UNION ALL
		SELECT 'alert_history', count(*) FROM transfer_detect.alert_history UNION ALL
		SELECT 'exception_hits', count(*) FROM transfer_detect.exception_hits UNION ALL
		SELECT 'heartbeats', count(*) FROM transfer_detect.heartbeats UNION ALL
		SELECT 'notify_settings', count(*) FROM transfer_detect.notify_settings WHERE rule_id IS NOT NULL) AS c(t, n) WHERE n > 0};

# What belongs to a row goes with it, and what others refer to stays.
$node->safe_psql('restored_plain', q{CREATE ROLE cleaner; GRANT SELECT, DELETE ON transfer_detect.alerts, transfer_detect.exceptions, transfer_detect.rules, transfer_detect.runs TO cleaner});
($status, $out, $err) = $node->psql('restored_plain', 'SET ROLE cleaner; DELETE FROM transfer_detect.runs');
like($err, qr/run \d+ has filed alert \d+/, 'a run stays as long as its alerts');
($status, $out, $err) = $node->psql('restored_plain', 'TRUNCATE transfer_detect.runs');
like($err, qr/run \d+ has filed alert \d+/, 'also when runs are truncated');
($status, $out, $err) = $node->psql('restored_plain', 'TRUNCATE transfer_detect.rule_versions');
like($err, qr/versions of rules cannot be deleted/, 'versions stay in any case');
$node->safe_psql('restored_plain', q{SET ROLE cleaner;
	DELETE FROM transfer_detect.alerts; DELETE FROM transfer_detect.exceptions; DELETE FROM transfer_detect.rules; DELETE FROM transfer_detect.runs});
is($node->safe_psql('restored_plain', $dependents),
	'', 'what belonged to them is gone too');
$node->safe_psql('restored_custom', 'TRUNCATE transfer_detect.alerts, transfer_detect.runs; TRUNCATE transfer_detect.exceptions; TRUNCATE transfer_detect.rules');
is($node->safe_psql('restored_custom', $dependents), '', 'and when they are truncated');
($status, $out, $err) = $node->psql('restored_plain', q{INSERT INTO transfer_detect.notify_settings VALUES ('nobody', 'off')});
like($err, qr/rule "nobody" does not exist/, 'settings for no rule are refused');

$node->stop;
done_testing();
