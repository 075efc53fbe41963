# Runs that are cancelled, or whose session is killed: each leaves a row, rule_health says so at once, the other rules
# run all the same, and the next run makes up for the window, once.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('interrupted');
$node->append_conf('postgresql.conf', "restart_after_crash = on\n");
$node->start;

sub ask { return $node->safe_psql('postgres', $_[0]) }

# Two rules of which the first cannot get on while somebody locks its table.
ask(q{
	CREATE EXTENSION transfer_detect;
	UPDATE transfer_detect.rules SET enabled = false;
	CREATE TABLE stuck (timestamp timestamptz, host_name text);
	CREATE TABLE fine (timestamp timestamptz, host_name text);
	INSERT INTO stuck SELECT t, 'a' FROM generate_series('2026-11-20 09:30Z'::timestamptz, '2026-11-20 12:30Z', '1 hour') AS t;
	INSERT INTO fine SELECT * FROM stuck;
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, run_interval, look_back, enabled)
	SELECT x, x, 'FROM x | STATS n = COUNT() BY host.name', x::regclass, '1 hour', '1 hour', true FROM unnest('{stuck,fine}'::text[]) AS x;
	-- the one that gets stuck is the first in the order of names
	UPDATE transfer_detect.checkpoints SET tried_at = NULL;
	CREATE ROLE watcher;
	GRANT SELECT ON transfer_detect.rule_health TO watcher});

my $health = q{SELECT rule_id, overdue, interrupted, running_since IS NOT NULL AS running, regexp_replace(last_error, 'at \S+ \S+ was', 'at T was')
	FROM transfer_detect.rule_health WHERE enabled ORDER BY rule_id};
my $rows = q{SELECT rule_id, status, window_to AT TIME ZONE 'UTC', alerts_created FROM transfer_detect.runs ORDER BY id};
my $interruption = '57014 the run that began at T was cancelled, or its session ended, before it was done';

# A session that holds the lock until it is finished.
sub lock_table
{
	my ($in, $out, $err) = ("BEGIN; LOCK TABLE stuck;\n\\echo locked\n", '', '');
	my $session = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout(180));

	$session->pump until $out =~ /locked/;
	return { session => $session, in => \$in };
}

sub unlock
{
	my ($lock) = @_;

	${ $lock->{in} } .= "\\q\n";
	$lock->{session}->finish;
}

my $call = q{CALL transfer_detect.run_rules(as_of => '2026-11-20 %02d:00Z')};

# Starts a run in a session of its own, and waits until it is stuck.  Returns the session and its process.
sub start_run
{
	my ($hour) = @_;
	my ($in, $out, $err) = (sprintf("SELECT 'process ' || pg_backend_pid() || ';';\n$call;\n", $hour), '', '');
	my $session = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout(180));

	$session->pump until $out =~ /process (\d+);/;
	my $pid = $1;
	$session->pump while length $in;
	ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $pid AND wait_event_type = 'Lock'"), 'a run is at work');
	return ($session, $pid);
}

# --- A first run, undisturbed.

ask(sprintf $call, 10);
is(ask($rows), "fine|succeeded|2026-11-20 10:00:00|1\nstuck|succeeded|2026-11-20 10:00:00|1", 'the procedure does as run()');
is(ask($health), "fine|f|0|f|\nstuck|f|0|f|", 'all is well');
# the one that is to get stuck goes first
ask(q{UPDATE transfer_detect.checkpoints SET tried_at = tried_at - interval '1 day' WHERE rule_id = 'stuck'});

# --- statement_timeout.

my $lock = lock_table();
my ($status, $out, $err) = $node->psql('postgres', sprintf "SET statement_timeout = '3s'; $call", 11);
like($err, qr/canceling statement due to statement timeout/, 'the run is cancelled');
is(ask("$rows OFFSET 2"), 'stuck|running|2026-11-20 11:00:00|', 'the window that it was at has a row');
is(ask($health), "fine|f|0|f|\nstuck|t|1|f|$interruption", 'which is seen to be interrupted, at once');
is(ask('SET ROLE watcher; ' . $health), "fine|f|0|f|\nstuck|t|1|f|$interruption", 'and by a role with few rights');
is(ask('SELECT rule_id FROM transfer_detect.check_heartbeat()'), 'stuck', 'the heartbeat tells of it');

# --- A cancel.

my ($session, $pid) = start_run(11);
is(ask("SELECT pg_cancel_backend($pid)"), 't', 'the next run is cancelled as well');
$session->finish;
is(ask("$rows OFFSET 2"), "stuck|interrupted|2026-11-20 11:00:00|\nfine|succeeded|2026-11-20 11:00:00|0\nstuck|running|2026-11-20 11:00:00|",
	'the other rule went first this time');
is(ask($health), "fine|f|0|f|\nstuck|t|2|f|$interruption", 'and is well');

# --- kill -9.

($session, $pid) = start_run(12);
is(ask($health), "fine|f|0|f|\nstuck|t|2|t|$interruption", 'and rule_health says so');
is(ask('SET ROLE watcher; ' . $health), "fine|f|0|f|\nstuck|t|2|t|$interruption", 'to a role with few rights, too');
# another run does not take it for dead
($status, $out, $err) = $node->psql('postgres', q{CALL transfer_detect.run_rules('stuck', '2026-11-20 12:00Z')});
like($err, qr/NOTICE:  rule "stuck" is being run by another session/, 'another run leaves the rule out');
kill 9, $pid;
$session->finish;
eval { unlock($lock) };
ok($node->poll_query_until('postgres', 'SELECT true'), 'the server is back');
is(ask($health), "fine|f|0|f|\nstuck|t|3|f|$interruption", 'the run that was killed is seen to be interrupted');

# --- What was missed is made up for.

ask(sprintf $call, 13);
is(ask("SELECT status, window_to AT TIME ZONE 'UTC', alerts_extended FROM transfer_detect.runs WHERE rule_id = 'stuck' ORDER BY id"),
	join("\n", 'succeeded|2026-11-20 10:00:00|0', ('interrupted|2026-11-20 11:00:00|') x 3,
		map { "succeeded|2026-11-20 $_:00:00|1" } 11 .. 13),
	'each window was evaluated once in the end');
is(ask(q{SELECT rule_id, event_count FROM transfer_detect.alerts ORDER BY 1}), "fine|4\nstuck|4", 'and all events are counted');
is(ask($health), "fine|f|0|f|\nstuck|f|0|f|", 'all is well again');
is(ask('SELECT count(*) FROM transfer_detect.check_heartbeat()'), 0, 'the heartbeat too');
is(ask(q{SELECT count(DISTINCT xmin::text) FROM transfer_detect.runs WHERE rule_id = 'stuck' AND status = 'succeeded'}), 4, 'each window was committed by itself');

# --- An error that is not a window's is the rule's own.

ask(q{
	INSERT INTO stuck VALUES ('2026-11-20 13:30Z', 'a');
	CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
	CREATE TRIGGER refuse BEFORE UPDATE OF checkpoint ON transfer_detect.checkpoints FOR EACH ROW WHEN (NEW.rule_id = 'fine') EXECUTE FUNCTION refuse()});
($status, $out, $err) = $node->psql('postgres', sprintf $call, 14);
is($status, 0, 'the call goes on');
like($err, qr/WARNING:  rule "fine" failed: not this one/, 'and says what is wrong');
is(ask(q{SELECT rule_id, status, sqlstate, message FROM transfer_detect.runs WHERE window_to = '2026-11-20 14:00Z' ORDER BY 1}),
	"fine|failed|P0001|not this one\nstuck|succeeded||", 'in its row as well, and the other rule has run');

# --- In a transaction it cannot commit.

($status, $out, $err) = $node->psql('postgres', 'BEGIN; ' . sprintf $call, 15);
like($err, qr/invalid transaction termination/, 'in a transaction block it is refused');

$node->stop;
done_testing();
