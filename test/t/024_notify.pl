# Notifications: who listens hears of each new alert after the commit, who was away reads the outbox and misses
# nothing, not even when transactions commit in another order than they began; heartbeats.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('notify');
$node->start;
create_extension($node, 'postgres');
published_rule_alone($node, 'postgres');

sub ask { return $node->safe_psql('postgres', $_[0]) }

# All that was heard, as it was sent.
my @payloads;

# What a session that listens is sent by the statements of others: they run while it waits.
sub heard
{
	my ($sql) = @_;
	my ($in, $out, $err) = ("LISTEN transfer_detect;\n\\echo listening\n", '', '');
	my $listener = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout(180));

	$listener->pump until $out =~ /listening/;
	ask($sql);
	# psql shows what has come in when a command is done
	$in .= "SELECT 1;\n\\q\n";
	$listener->finish;
	my @heard = $out =~ /notification "transfer_detect" with payload "(.*)" received/g;
	push @payloads, @heard;
	return map { s/"position": \d+/"position": P/r } @heard;
}

# --- NOTIFY.

is_deeply([ heard(q{
		SELECT launch('2026-11-20 09:10Z', 'scp secret-word a:');
		SELECT launch('2026-11-20 09:20Z', 'scp secret-word b:');
		SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 10:00Z')}) ],
	[ map { qq({"kind": "alert", "status": "open", "rule_id": "$rule", "alert_id": $_, "position": P, "severity": "low", )
			. q("rule_name": "Unusual File Transfer Utility Launched", "risk_score": 21}) } 1, 2 ],
	'each new alert is notified, with nothing of the events in it');
is_deeply([ heard(q{
		SELECT launch('2026-11-20 10:10Z', 'scp secret-word a:');
		SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 11:00Z')}) ],
	[], 'one that is extended is not');
is_deeply([ heard(q{
		SELECT launch('2026-11-20 11:10Z', 'scp secret-word c:');
		BEGIN;
		SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 12:00Z');
		ROLLBACK}) ],
	[], 'a run that is rolled back notifies nothing');
is(ask('SELECT count(*), max(alert_id) FROM transfer_detect.outbox'), '2|2', 'and leaves nothing in the outbox');

# Settings: of the rule, and of the rest.
is_deeply([ heard(q{
		INSERT INTO transfer_detect.notify_settings (mode) VALUES ('off');
		SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 12:00Z')}) ],
	[], 'notifications can be switched off');
my @titled = heard(qq{
	INSERT INTO transfer_detect.notify_settings (rule_id, titles) VALUES ('$rule', true);
	SELECT launch('2026-11-20 12:10Z', 'scp secret-word d:' || repeat('"é', 5000));
	SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 13:00Z')});
is(scalar @titled, 1, 'the setting of a rule goes before that of all');
like($titled[0], qr/"title": "[^"]*secret-word d/, 'the title is sent only when asked for');
cmp_ok(length $titled[0], '<', 8000, 'and cut when long');
my @digest = heard(qq{
	UPDATE transfer_detect.notify_settings SET mode = 'digest' WHERE rule_id = '$rule';
	SELECT launch('2026-11-20 13:10Z', 'scp digest ' || i) FROM generate_series(1, 5) AS i;
	SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 14:00Z')});
is(scalar @digest, 1, 'a digest is one notification for a run');
like($digest[0], qr/"kind": "digest", .*"alerts": 5/, 'with the number of its alerts');
is(ask(q{SELECT jsonb_array_length(payload -> 'alert_ids'), (SELECT count(*) FROM transfer_detect.alerts AS a WHERE payload -> 'alert_ids' @> to_jsonb(a.id))
		FROM transfer_detect.outbox WHERE kind = 'digest'}), '5|5', 'and with the alerts themselves in the outbox');
ask(qq{DELETE FROM transfer_detect.notify_settings});

is_deeply([ heard(qq{
		SELECT launch('2026-11-19 09:10Z', 'scp backfill a:');
		SELECT count(*) FROM transfer_detect.backfill('$rule', '2026-11-19 09:00Z', '2026-11-19 10:00Z')}) ],
	[], 'a backfill is silent');
is(ask(q{SELECT count(*) FROM transfer_detect.alerts WHERE process_command_line = 'scp backfill a:'}), 1, 'though it files its alert');
is(scalar(heard(qq{
		INSERT INTO transfer_detect.notify_settings (backfill) VALUES (true);
		SELECT launch('2026-11-19 10:10Z', 'scp backfill b:');
		SELECT count(*) FROM transfer_detect.backfill('$rule', '2026-11-19 10:00Z', '2026-11-19 11:00Z');
		DELETE FROM transfer_detect.notify_settings})), 1, 'unless asked not to be');
my ($status, $out, $err) = $node->psql('postgres', q{
	INSERT INTO transfer_detect.notify_settings (mode) VALUES ('each');
	INSERT INTO transfer_detect.notify_settings (mode) VALUES ('off')});
like($err, qr/duplicate key/, 'there is one setting for all the others');
ask('DELETE FROM transfer_detect.notify_settings');

# --- Anybody can NOTIFY: what was heard is checked against the outbox.

heard(q{SELECT transfer_detect_internal.post_notification('alert', repeat('r', 9000), 7, '{}', '{}')});
like($payloads[-1], qr/"cut": true/, 'a notification that is too long for NOTIFY is cut');
sub checked { return ask("SELECT position, kind FROM transfer_detect.check_notification(\$payload\$$_[0]\$payload\$)") }
is(join(' ', map { checked($_) } @payloads), join(' ', map { /"kind": "(\w+)"/; my $kind = $1; /"position": (\d+)/; "$1|$kind" } @payloads), 'each one that was heard is in the outbox');
foreach my $forged ((map { s/"alert_id": \d+/"alert_id": 99/r } grep { /"alert_id"/ } @payloads), (map { s/"position": \K\d+/4711/r } @payloads),
	(map { s/"severity": "low"/"severity": "critical"/r } grep { /"severity"/ } @payloads), (map { s/"title": "/"title": "not /r } grep { /"title"/ } @payloads),
	(map { s/\}$/, "url": "http:\/\/evil"}/r } @payloads), '', 'null', '17', '[]', '{}', '{"position": 1}', '{"kind": "alert"}', '{"kind": "alert", "position": null}', '{"kind": "alert", "position": "1"}',
	'{"kind": "alert", "position": 1.5}', '{"kind": "alert", "position": 1e400}', '{"kind": "alert", "position": -1}', '{"kind": null, "position": 1}',
	'{"kind": "alert", "position": 99999999999999999999999}', '{"a": "\\u0000"}', '{', '[' x 100000, 'not JSON')
{
	is(checked($forged), '', 'made up: ' . substr($forged, 0, 100));
}
is(ask('SELECT count(*) FROM transfer_detect.check_notification(NULL)'), 0, 'nothing is no notification');
ask('DELETE FROM transfer_detect.outbox WHERE length(rule_id) = 9000');

# --- The outbox.

my $fetch = q{SELECT position, kind, alert_id FROM transfer_detect.fetch_notifications('siem'%s)};
($status, $out, $err) = $node->psql('postgres', sprintf($fetch, ''));
like($err, qr/consumer "siem" does not exist\nHINT:  (INSERT INTO transfer_detect\.consumers \(name\) VALUES \('siem'\))/, 'a consumer that nobody knows');
ask($err =~ /HINT:  (INSERT .*\))/);
my @all = split /\n/, ask('SELECT position FROM transfer_detect.outbox ORDER BY position');
is(scalar @all, 5, 'the outbox holds what was notified');
is(ask(q{SELECT count(*) FROM transfer_detect.fetch_notifications('siem')}), 5, 'a new consumer gets all of it');
is(ask(q{SELECT count(*) FROM transfer_detect.fetch_notifications('siem')}), 5, 'and again, as long as it confirms nothing');
is(ask("SELECT transfer_detect.confirm_notifications('siem', $all[1])"), 't', 'it confirms two');
is(ask(q{SELECT string_agg(position::text, ' ') FROM transfer_detect.fetch_notifications('siem', 2)}), "@all[2, 3]", 'and gets the next');
is(ask("SELECT transfer_detect.confirm_notifications('siem', $all[0])"), 'f', 'what was confirmed stays confirmed');
($status, $out, $err) = $node->psql('postgres', "SELECT transfer_detect.confirm_notifications('siem', $all[4] + 1)");
like($err, qr/notification \d+ has not been given to consumer "siem"/, 'what it was not given it cannot confirm');
is(ask("SELECT transfer_detect.confirm_notifications('siem', $all[4])"), 't', 'it confirms the rest');
is(ask(q{SELECT count(*) FROM transfer_detect.fetch_notifications('siem')}), 0, 'then there is nothing');
($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.fetch_notifications('siem', 0)});
like($err, qr/must be positive/, 'none at a time');

# Work and confirmation in one transaction: what fails is handed out again.
ask(q{SELECT launch('2026-11-20 14:10Z', 'scp again'); SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 15:00Z')});
ask(q{CREATE TABLE work (alert_id bigint);
	BEGIN;
	INSERT INTO work SELECT alert_id FROM transfer_detect.fetch_notifications('siem');
	SELECT transfer_detect.confirm_notifications('siem', max(position)) FROM transfer_detect.outbox;
	ROLLBACK});
is(ask(q{BEGIN;
	INSERT INTO work SELECT alert_id FROM transfer_detect.fetch_notifications('siem');
	SELECT transfer_detect.confirm_notifications('siem', handed_out) FROM transfer_detect.consumers WHERE name = 'siem';
	COMMIT;
	SELECT count(*) FROM work}), "t\n1", 'work that failed is handed out again, once');

# Retention.
ask(q{UPDATE transfer_detect.outbox SET created_at = now() - interval '31 days';
	INSERT INTO transfer_detect.consumers (name) VALUES ('laggard')});
is(ask('SELECT transfer_detect.purge_notifications()'), 0, 'notifications stay until everyone has confirmed them');
ask(q{DELETE FROM transfer_detect.consumers WHERE name = 'laggard'});
is(ask(q{SELECT transfer_detect.purge_notifications('32 days')}), 0, 'and as long as asked for');
is(ask('SELECT transfer_detect.purge_notifications()'), 6, 'then they go');

# --- Transactions that commit in another order than they ran.

ask(q{
	UPDATE transfer_detect.rules SET enabled = true;
	SELECT launch('2026-11-20 15:10Z', 'scp order')});
my ($in, $slow) = ("BEGIN;\nSELECT count(*) FROM transfer_detect.run('$rule', '2026-11-20 16:00Z');\n\\echo ran\n", '');
my $session = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
	'<', \$in, '>', \$slow, IPC::Run::timeout(180));
$session->pump until $slow =~ /ran/;
ask("SELECT count(*) FROM transfer_detect.run('$rule-merged', '2026-11-20 16:00Z')");
my $first = ask(q{SELECT string_agg(rule_id, ' ') FROM transfer_detect.fetch_notifications('siem')});
is($first, "$rule-merged", 'the run that began later commits first, and is handed out');
ask(q{SELECT transfer_detect.confirm_notifications('siem', handed_out) FROM transfer_detect.consumers WHERE name = 'siem'});
$in .= "COMMIT;\n\\echo committed\n\\q\n";
$session->finish;
is(ask(q{SELECT string_agg(rule_id, ' ') FROM transfer_detect.fetch_notifications('siem')}), $rule,
	'the one that commits after the consumer confirmed is not skipped');

# --- Nobody without rights can keep a run from committing: advisory locks are anybody's.

my $held = "SET ROLE nobody_at_all;\nSELECT pg_advisory_lock('pg_class'::regclass::oid::int, 'transfer_detect.outbox'::regclass::oid::int);\n\\echo held\n";
my $holds = '';
ask('CREATE ROLE nobody_at_all');
my $holder = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
	'<', \$held, '>', \$holds, IPC::Run::timeout(180));
$holder->pump until $holds =~ /held/;
($status, $out, $err) = $node->psql('postgres', qq{
	SELECT launch('2026-11-20 16:10Z', 'scp while locked');
	SELECT sum(alerts_created) FROM transfer_detect.run('$rule', '2026-11-20 17:00Z')}, timeout => 100, timed_out => \my $hung);
ok(!$hung, 'a run commits whatever advisory locks others hold') and like($out, qr/^1$/m, 'and has filed');
$held .= "\\q\n";
$holder->finish;
is(ask(q{SELECT coalesce(string_agg(p.proname, ' '), '') FROM pg_proc AS p
	WHERE p.pronamespace IN ('transfer_detect'::regnamespace, 'transfer_detect_internal'::regnamespace) AND p.prosrc ~ 'pg_(try_)?advisory'}),
	'', 'no function of ours takes an advisory lock');
my ($locked, $lock_out, $lock_err) = $node->psql('postgres', 'SET ROLE nobody_at_all; BEGIN; LOCK TABLE transfer_detect_internal.commit_order IN ACCESS SHARE MODE');
like($lock_err, qr/permission denied/, 'nor can others lock what orders commits, in any mode');

# Who may triage may lock an alert. A run that needs it gives up, says so, and comes again.
ask(q{CREATE ROLE triager; GRANT SELECT, UPDATE (status) ON transfer_detect.alerts TO triager;
	ALTER FUNCTION transfer_detect_internal.evaluate_window SET lock_timeout = '100ms'});
my ($grip, $gripped) = ("BEGIN; SET ROLE triager;\nSELECT count(*) FROM (SELECT FROM transfer_detect.alerts FOR UPDATE) AS a;\n\\echo held\n", '');
$holder = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
	'<', \$grip, '>', \$gripped, IPC::Run::timeout(180));
$holder->pump until $gripped =~ /held/;
my $blocked = qq{SELECT string_agg(concat_ws(' ', status, sqlstate), ', ' ORDER BY window_to) FROM transfer_detect.run('$rule', '2026-11-20 18:00Z')};
ask("SELECT launch('2026-11-20 17:10Z', 'scp while locked')");
is(ask($blocked), 'failed 55P03', 'a run that waits for a locked alert ends, and its row says why');
$grip .= "ROLLBACK;\n\\q\n";
$holder->finish;
is(ask($blocked), 'succeeded', 'and is made up for when the alert is free');
is(ask(q{SELECT event_count FROM transfer_detect.alerts WHERE process_command_line = 'scp while locked'}), 2, 'with nothing lost');
ask(q{ALTER FUNCTION transfer_detect_internal.evaluate_window SET lock_timeout = '1min'});

# Who may update rules may lock all of them. A run ends with an error, and not never.
ask(q{ALTER FUNCTION transfer_detect.run SET lock_timeout = '100ms'});
($grip, $gripped) = ("BEGIN; LOCK TABLE transfer_detect.rules;\n\\echo gripped\n", '');
$holder = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
	'<', \$grip, '>', \$gripped, '2>', \$gripped, IPC::Run::timeout(180));
$holder->pump until $gripped =~ /gripped/;
($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT * FROM transfer_detect.run('$rule', '2026-11-20 19:00Z')");
like($err, qr/55P03/, 'a run does not wait for ever for a table that somebody locks');
$grip .= "ROLLBACK;\n\\q\n";
$holder->finish;
ask(q{ALTER FUNCTION transfer_detect.run SET lock_timeout = '1min'});

# A session that listens and does nothing lets the queue fill, and a NOTIFY into a full one fails the commit. From half of
# it on NOTIFY is left out. To fill it takes gigabytes: here the limit is none of it.
ask(q{
	DO $$ BEGIN EXECUTE replace(pg_get_functiondef('transfer_detect_internal.post_notification'::regproc), '() < 0.5', '() < 0.0'); END $$;
	CREATE TABLE outbox_before AS SELECT max(position) AS position FROM transfer_detect.outbox});
is_deeply([ heard(qq{
		SELECT launch('2026-11-20 19:10Z', 'scp while the queue is full');
		SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-20 20:00Z')}) ],
	[], 'with the queue half full nothing is put into it');
is(ask(q{SELECT count(*), (SELECT count(*) FROM transfer_detect.alerts WHERE process_command_line = 'scp while the queue is full')
		FROM transfer_detect.outbox WHERE kind = 'alert' AND position > (SELECT position FROM outbox_before)}), '1|1', 'but the alert is filed, and in the outbox');
ask(q{DO $$ BEGIN EXECUTE replace(pg_get_functiondef('transfer_detect_internal.post_notification'::regproc), '() < 0.0', '() < 0.5'); END $$});

# --- Heartbeats: a rule that ran three hours ago last, and one that never ran in that time. That is notified, once.

ask(qq{
	DELETE FROM transfer_detect.consumers;
	UPDATE transfer_detect.runs SET started_at = started_at - interval '3 hours';
	INSERT INTO transfer_detect.rules (rule_id, name, query, enabled, enabled_at)
	VALUES ('never', 'Never ran', 'FROM logs-endpoint.events.process-* | STATS runs = COUNT() BY host.name', true, now() - interval '3 hours'),
		('new', 'Has had no time', 'FROM logs-endpoint.events.process-* | STATS runs = COUNT() BY host.name', true, now() - interval '1 hour');
	UPDATE transfer_detect.rules SET note = 'edited since' WHERE rule_id = 'never';
	UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = '$rule-merged';
	SET session_replication_role = replica;
	UPDATE transfer_detect.rules SET enabled_at = now() - interval '1 day' WHERE rule_id = '$rule'});
my $check = 'SELECT count(*) FROM transfer_detect.check_heartbeat()';
my @silent = heard($check);
is(join(' ', map { /"kind": "silent".*"rule_id": "([^"]+)"/ } @silent), "never $rule", 'enabled rules that have not run for two intervals are notified');
is_deeply([ heard($check) ], [], 'once');
is(ask('SELECT rule_id, last_success IS NULL FROM transfer_detect.check_heartbeat()'), "never|t\n$rule|f", 'and are listed as long as they are silent');
my @recovered = heard(qq{SELECT count(*) FROM transfer_detect.run('$rule', now()); $check});
is_deeply([ map { /"kind": "(recovered|silent)", "rule_id": "([^"]+)"/ } @recovered ], [ 'recovered', $rule ], 'a rule that runs again has recovered');
ask(q{UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = 'never'});
is_deeply([ heard($check) ], [], 'a rule that is disabled is not missed');
is(ask('SELECT count(*) FROM transfer_detect.heartbeats'), 0, 'nor remembered');
ask(qq{
	UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = '$rule';
	UPDATE transfer_detect.runs SET started_at = started_at - interval '3 hours';
	UPDATE transfer_detect.rules SET enabled = true WHERE rule_id IN ('never', '$rule')});
is_deeply([ heard($check) ], [], 'and one that has just been enabled again has had no time');
is(ask(q{SELECT string_agg(kind || ' ' || rule_id, ', ' ORDER BY position) FROM transfer_detect.outbox WHERE kind IN ('silent', 'recovered')}),
	"silent never, silent $rule, recovered $rule", 'the outbox has them as well');

$node->stop;
done_testing();
