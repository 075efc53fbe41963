# kill -9 of the whole server, 20 times, while it works through two days of windows: afterwards each window has been
# done exactly once, and runs, alerts, hits and notifications are those of a database where nothing was interrupted.
#
# Most of its time goes by waiting for init to bury the dead: as long as it has not, no server can start there.
# TD_CRASH_SEED repeats a run of this test, as far as timing can be repeated.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $kills = 20;
my $hours = 48;
my $seed = $ENV{TD_CRASH_SEED} // int(time) % 1000000;
srand($seed);
note("TD_CRASH_SEED=$seed");

my $node = new_node('crash');
$node->append_conf('postgresql.conf', "autovacuum = off\nshared_buffers = '32MB'\nmax_wal_size = '1GB'");
$node->start;

# Two days of events: some commands come every hour on a host of their own and extend their alert, most come once,
# some are too many or on too many hosts.
create_extension($node, 'postgres');
$node->safe_psql('postgres', qq{
	SELECT launch('2026-11-18 00:00Z'::timestamptz + h * interval '1 hour' + m * interval '47 seconds',
		CASE WHEN m % 10 = 0 THEN 'scp hourly ' || m
			WHEN m % 10 < 7 THEN 'scp once ' || h || '-' || m
			ELSE 'rsync often ' || m % 2 END,
		'host-' || CASE WHEN m % 10 = 0 THEN m ELSE h % 5 END)
	FROM generate_series(0, $hours - 1) AS h, generate_series(1, 75) AS m;
	ANALYZE transfer_detect.events});
$node->safe_psql('template1', "CREATE DATABASE $_ TEMPLATE postgres") foreach 'twin', 'killed';

sub as_of { return sprintf "'2026-11-18 00:00Z'::timestamptz + interval '%d hours'", $_[0] }

# A statement that runs the rule up to the hour.
sub step { return sprintf "SELECT count(*) FROM transfer_detect.run('%s', %s);\n", $rule, as_of($_[0]) }

# --- The twin: hour by hour, one after the other.

my $start = time;
$node->safe_psql('twin', join '', map { step($_) } 1 .. $hours);
my $duration = time - $start;
note(sprintf 'uninterrupted: %.1f s', $duration);

# --- The other: one to four hours a step, and again and again the server is killed.

# All of it goes at once, as when a machine loses its power: the postmaster first, so that it sees nothing of the end
# of the others.
sub kill_server
{
	my @processes = @_;

	$node->kill9;
	kill 9, @processes;
	# As long as one of them is not quite gone, no server can start here.
	for (1 .. 500)
	{
		last unless kill 0, @processes;
		sleep 0.01;
	}
	for (1 .. 50)
	{
		return if $node->start(fail_ok => 1);
		$node->{_pid} = undef;
		sleep 0.2;
	}
	diag(substr(slurp_file($node->logfile), -2000));
	BAIL_OUT('the server does not start again');
}

# The hours that are left to do, in steps of one to four.
sub steps_left
{
	my $done = $node->safe_psql('killed', sprintf
			q{SELECT coalesce(max(extract(epoch FROM checkpoint - %s) / 3600), 0)::integer FROM transfer_detect.checkpoints}, as_of(0));
	my $steps = '';

	# the first window ends at the first hour, as the twin's
	for (my $hour = $done + 1; $hour < $hours; $hour += 1 + int rand 4)
	{
		$steps .= step($hour);
	}
	return $steps . step($hours);
}

my $script = $node->basedir . '/steps.sql';
my $interrupted = 0;
foreach my $kill (1 .. $kills)
{
	my ($out, $err) = ('', '');

	# From a file: now and then IPC::Run does not close a pipe behind what it has written, and psql would wait for more.
	append_to_file($script, "SELECT 'processes ' || string_agg(pid::text, ' ') || ';' FROM pg_stat_activity;\n" . steps_left());
	my $session = IPC::Run::start([ 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('killed') ],
		'<', $script, '>', \$out, '2>', \$err, IPC::Run::timeout(180));
	$session->pump until $out =~ /processes ([\d ]+);/;
	my @processes = split / /, $1;
	sleep rand 3 * $duration / $kills;
	kill_server(@processes);
	$session->finish;
	unlink $script;
	$interrupted++ if $err =~ /server closed the connection unexpectedly/;
}
note("$interrupted of $kills kills interrupted a run");
cmp_ok($interrupted, '>=', $kills / 2, 'most kills interrupt a run');
$node->safe_psql('killed', steps_left());

# --- The same, then.

my %same = (
	'runs' => q{SELECT window_from, window_to, kind, status, version, events_scanned, events_matched, groups, alerts_created, alerts_extended, known,
			excepted, over_cap, settled, evaluations FROM transfer_detect.runs ORDER BY window_to},
	'alerts' => q{SELECT group_key, status, event_count, agent_count, host_names, agent_ids, first_event, last_event, last_window, result, over_cap, title
			FROM transfer_detect.alerts ORDER BY group_key::text COLLATE "C"},
	'hits' => q{SELECT a.group_key, h.window_from, h.as_of, h.span_from, h.span_to, h.event_count
			FROM transfer_detect.alert_hits AS h JOIN transfer_detect.alerts AS a ON a.id = h.alert_id ORDER BY a.group_key::text COLLATE "C", h.as_of},
	'history' => q{SELECT a.group_key, h.action, count(*)
			FROM transfer_detect.alert_history AS h JOIN transfer_detect.alerts AS a ON a.id = h.alert_id GROUP BY 1, 2 ORDER BY a.group_key::text COLLATE "C", 2},
	'notifications' => q{SELECT a.group_key, o.kind, o.payload - 'position' - 'alert_id'
			FROM transfer_detect.outbox AS o JOIN transfer_detect.alerts AS a ON a.id = o.alert_id ORDER BY a.group_key::text COLLATE "C"},
	'checkpoints' => q{SELECT rule_id, checkpoint FROM transfer_detect.checkpoints ORDER BY 1});
is($node->safe_psql('killed', 'SELECT count(*), count(DISTINCT window_to), min(window_to), max(window_to) FROM transfer_detect.runs'),
	$node->safe_psql('killed', sprintf 'SELECT %d, %d, %s, %s', $hours, $hours, as_of(1), as_of($hours)), 'every window was done once');
foreach my $table (sort keys %same)
{
	my ($killed, $twin) = map { $node->safe_psql($_, $same{$table}) } 'killed', 'twin';

	cmp_ok(scalar(split /\n/, $twin), '>=', $table eq 'checkpoints' ? 1 : $hours, "there are $table");
	same_lines($killed, $twin, "$table are the twin's");
}
$node->safe_psql('killed', step($hours));
same_lines($node->safe_psql('killed', $same{alerts}), $node->safe_psql('twin', $same{alerts}), 'and nothing more comes');

$node->stop;
done_testing();
