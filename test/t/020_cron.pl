# pg_cron: what schedule() says when it is missing, that its advice works, and a job that files an alert.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('cron');
$node->start;
create_extension($node, 'postgres');
$node->safe_psql('postgres', 'CREATE ROLE runner LOGIN');

# The SQLSTATE and message of an error, and its hint, as a role sees them.
sub refused
{
	my ($database, $role, $sql) = @_;
	my ($status, $out, $err) = $node->psql($database, "\\set VERBOSITY verbose\nSET ROLE $role; $sql");
	my ($message) = $err =~ /ERROR:  (.*)/;
	my ($hint) = $err =~ /^HINT:  (.*?)(?:^(?:CONTEXT|LOCATION|STATEMENT):|\z)/ms;

	return ($message // "no error: $out", $hint // '');
}

# --- Not installed, or not preloaded.

my ($major) = $node->safe_psql('postgres', 'SHOW server_version_num') =~ /^(\d+)\d{4}$/;
my $available = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'});
foreach my $call ('schedule()', 'unschedule()')
{
	my ($message, $hint) = refused('postgres', 'runner', "SELECT transfer_detect.$call");

	like($message, $available ? qr/^55000: pg_cron is not preloaded$/ : qr/^55000: pg_cron is not installed on this server$/,
		"$call without pg_cron");
	my @steps = (
		"In postgresql.conf, add pg_cron to shared_preload_libraries and set cron.database_name = 'postgres' and cron.use_background_workers = on.",
		'Restart the server.',
		'As a superuser in database "postgres": CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron TO runner;');
	unshift @steps, "Install pg_cron (Debian, Ubuntu: apt-get install postgresql-$major-cron)." unless $available;
	my $number = 0;
	is($hint, join('', map { $number++; "$number. $_\n" } @steps), 'and the steps');
}

SKIP:
{
	skip "pg_cron is not installed (Debian: postgresql-$major-cron)", 30 unless $available;

	# --- Step by step, as the errors say.

	$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 16
});
	$node->restart;
	my ($message, $hint) = refused('postgres', 'postgres', 'SELECT transfer_detect.schedule()');
	is($message, '55000: extension "pg_cron" does not exist in database "postgres"', 'preloaded, and not created');
	like($hint, qr/^As a superuser in database "postgres": (CREATE EXTENSION pg_cron;)$/m, 'says what to do');
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron');

	($message, $hint) = refused('postgres', 'runner', 'SELECT transfer_detect.schedule()');
	is($message, '42501: permission denied for schema cron', 'without rights on pg_cron');
	like($hint, qr/^As a superuser: (GRANT USAGE ON SCHEMA cron TO runner;)$/m, 'says what to do');
	$node->safe_psql('postgres', 'GRANT USAGE ON SCHEMA cron TO runner');

	# --- Jobs.

	my $jobs = q{SELECT jobname, schedule, database, username FROM cron.job ORDER BY jobid};
	my $scheduled = sub { return $node->safe_psql('postgres', "SET ROLE runner; $_[0]") };
	my $job = $scheduled->('SELECT transfer_detect.schedule()');
	like($job, qr/^\d+$/, 'schedule() returns the number of the job');
	is($scheduled->($jobs),
		"transfer_detect:$rule|0 * * * *|postgres|runner\ntransfer_detect heartbeat|5-55/10 * * * *|postgres|runner",
		'it runs the rule as the role that scheduled it, and the heartbeat');
	my $command = $scheduled->("SELECT command FROM cron.job WHERE jobid = $job");
	like($command, qr/CALL transfer_detect\.run_rules\(''$rule'', pg_catalog\.date_trunc\(''minute'', pg_catalog\.now\(\)\)\);/, 'with a window that ends on the minute');
	is($scheduled->("SELECT transfer_detect.schedule('$rule', '30 6 * * 1')"), $job, 'scheduled again, it is the same job');
	is($scheduled->("SELECT schedule FROM cron.job WHERE jobid = $job"), '30 6 * * 1', 'with the new schedule');
	like($scheduled->('SELECT transfer_detect.schedule(NULL)'), qr/^\d+$/, 'all enabled rules can be scheduled in one job');
	like($scheduled->(q{SELECT command FROM cron.job WHERE jobname = 'transfer_detect:*'}), qr/CALL transfer_detect\.run_rules\(NULL, /, 'and so they run');
	is($scheduled->('SELECT transfer_detect.unschedule(NULL)'), 't', 'and be unscheduled');
	is($node->safe_psql('postgres', 'SELECT transfer_detect.unschedule()'), 'f', 'another role has no such job');
	is($scheduled->('SELECT count(*) FROM cron.job'), 2, 'and took none away');
	is($scheduled->('SELECT transfer_detect.unschedule()'), 't', 'unschedule()');
	is($scheduled->('SELECT count(*) FROM cron.job'), 0, 'takes the job and, with the last one, the heartbeat');
	is($scheduled->('SELECT transfer_detect.unschedule()'), 'f', 'and then there is none');

	($message, $hint) = refused('postgres', 'runner', q{SELECT transfer_detect.schedule(cron => 'every hour')});
	like($message, qr/^22023: invalid schedule: every hour/, 'a schedule that is none');
	($message, $hint) = refused('postgres', 'runner', q{SELECT transfer_detect.schedule(cron => NULL)});
	is($message, '22004: schedule must not be null', 'a null schedule');
	($message, $hint) = refused('postgres', 'runner', q{SELECT transfer_detect.schedule('no-such-rule')});
	is($message, '42704: rule "no-such-rule" does not exist', 'a rule that does not exist');
	my ($status, $out, $err) = $node->psql('postgres', qq{SELECT transfer_detect.schedule('$rule-merged')});
	like($err, qr/NOTICE:  rule "$rule-merged" is not enabled/, 'a rule that is not enabled');
	$node->safe_psql('postgres', qq{SELECT transfer_detect.unschedule('$rule-merged')});

	# Names of 63 bytes are all that pg_cron 1.4 can hold.
	is($node->safe_psql('postgres', q{
			SELECT count(DISTINCT n), max(octet_length(n)) FROM (
				SELECT transfer_detect_internal.cron_job_name(repeat('a', 60) || i) AS n FROM generate_series(1, 3) AS i) AS j}),
		'3|63', 'rules with long names have jobs of their own');

	# --- pg_cron in another database.

	$node->safe_psql('postgres', 'CREATE DATABASE other');
	create_extension($node, 'other');
	($message, $hint) = refused('other', 'postgres', 'SELECT transfer_detect.schedule()');
	is($message, '55000: pg_cron takes jobs in database "postgres" only, and this is "other"', 'pg_cron lives elsewhere');
	my ($statement) = $hint =~ /in database "postgres" with its extension pg_cron: (SELECT .*;)$/m;
	like($node->safe_psql('postgres', $statement // 'SELECT NULL'), qr/^\d+$/, 'the statement that the hint gives works there');
	is($node->safe_psql('postgres', q{SELECT jobname, database FROM cron.job}), "transfer_detect:$rule\@other|other",
		'and makes a job for this database');
	($message, $hint) = refused('other', 'postgres', 'SELECT transfer_detect.unschedule()');
	($statement) = $hint =~ /in database "postgres" with its extension pg_cron: (SELECT .*;)$/m;
	is($node->safe_psql('postgres', $statement // 'SELECT NULL'), 't', 'as does the one that removes it');

	# --- The real thing: an event comes in, and within two minutes there is an alert.

	$node->safe_psql('postgres', qq{
		GRANT SELECT ON transfer_detect.events, transfer_detect.exceptions, transfer_detect.rule_health TO runner;
		GRANT SELECT, INSERT, UPDATE ON transfer_detect.runs, transfer_detect.checkpoints, transfer_detect.alerts,
			transfer_detect.exception_hits TO runner;
		GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_detect.alert_hits TO runner;
		GRANT SELECT, INSERT, DELETE ON transfer_detect.heartbeats TO runner;
		});
	# the rights that the README says a runner needs
	is($scheduled->('SELECT count(*) FROM transfer_detect.check_heartbeat()'), 0, 'the heartbeat runs as that role');
	$job = $scheduled->("SELECT transfer_detect.schedule('$rule', '* * * * *')");
	$node->safe_psql('postgres', q{SELECT launch(now(), 'scp secrets.tar elsewhere:')});
	my $start = time;
	$PostgreSQL::Test::Utils::timeout_default = 150;
	ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM transfer_detect.alerts}), 'the job files an alert')
		or diag($node->safe_psql('postgres', 'SELECT status, return_message FROM cron.job_run_details; SELECT sqlstate, message FROM transfer_detect.runs'));
	cmp_ok(time - $start, '<=', 120, 'within two minutes') and note('after ' . (time - $start) . ' s');
	is($node->safe_psql('postgres', q{SELECT status, event_count, host_names, process_command_line FROM transfer_detect.alerts}),
		'open|1|{web-1}|scp secrets.tar elsewhere:', 'the right one');
	ok($node->poll_query_until('postgres', qq{
			SELECT count(*) > 0 FROM cron.job_run_details WHERE jobid = $job AND status = 'succeeded' AND username = 'runner'}),
		'pg_cron recorded a success');
	is($node->safe_psql('postgres', qq{SELECT count(*) FROM cron.job_run_details WHERE jobid = $job AND status = 'failed'}),
		0, 'and no failure');
	is($node->safe_psql('postgres', q{
			SELECT count(*) FROM transfer_detect.runs WHERE window_to <> date_trunc('minute', window_to)}),
		0, 'windows end on full minutes');

	# --- The extension is dropped: its jobs do not fail for ever, they remove themselves when they next run.

	my $run_jobs = sub {
		my @commands = split /\n/, $scheduled->('SELECT command FROM cron.job ORDER BY jobid');
		my ($done, $nothing, $errors) = $node->psql('postgres', join(";\n", 'SET ROLE runner', @commands));

		return $errors;
	};
	$scheduled->("SELECT transfer_detect.schedule('$rule', '0 0 1 1 *')");
	$node->safe_psql('postgres', q{SELECT cron.schedule('of somebody else', '0 0 1 1 *', 'SELECT 1')});
	is($run_jobs->(), '', 'while the extension is there the commands of both jobs run');
	is($scheduled->('SELECT count(*) FROM cron.job'), 2, 'and the jobs stay');
	$node->safe_psql('postgres', 'DROP EXTENSION transfer_detect');
	is($run_jobs->(), '', 'without the extension they run without an error');
	is($scheduled->('SELECT count(*) FROM cron.job'), 0, 'and are gone');
	is($node->safe_psql('postgres', 'SELECT jobname FROM cron.job'), 'of somebody else', 'other jobs are not');

	# --- Without background workers pg_cron connects as a client, which may need a password.

	$node->safe_psql('postgres', 'DROP FUNCTION launch');
	create_extension($node, 'postgres');
	my $warned = sub {
		my ($lines, $settings) = @_;

		unlink $node->data_dir . '/pg_hba.conf';
		$node->append_conf('pg_hba.conf', "local all all trust\n$lines");
		$node->append_conf('postgresql.conf', $settings);
		$node->restart;
		(undef, undef, my $errors) = $node->psql('postgres', 'SET ROLE runner; SELECT transfer_detect.schedule()');
		return $errors;
	};
	my $password = "host all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n";
	is($warned->($password, ''), '', 'with background workers no password is needed');
	like($warned->($password, "cron.use_background_workers = off\n"),
		qr/WARNING:  the jobs of role "runner" will fail unless pg_cron has a password for it\n.*\nHINT:  Set cron\.use_background_workers = on in postgresql\.conf/,
		'without, schedule() warns that one is, and says what to do');
	is($warned->("host all runner 127.0.0.0/8 trust\nhost all +runner localhost trust\n$password", ''), '', 'the first line that fits decides');
	like($warned->("host other all all trust\nhost all postgres all trust\nhost all all 10.0.0.0/8 trust\n$password", ''), qr/WARNING/,
		'lines for others, and other addresses, do not');
	is($warned->($password, "cron.host = ''\n"), '', 'over a socket its own line does');
}

$node->stop;
done_testing();
