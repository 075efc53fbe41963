# A day's work in minutes: four shippers send events of now, all shipped rules run every minute, two analysts list, close and
# reopen alerts and look at their events, and sessions and the server are killed. Then an audit: nothing that a shipper was
# told is stored is missing or there twice, no event counts twice, and no window is left. Ten minutes of it
# (make torture TORTURE='MINUTES=10 ONLY=load') also look at memory and bloat: in the second half nothing but sessions dies.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use Torture;

my $seconds = $ENV{TORTURE_SECONDS} || 4;
my $shippers = 4;
my $long = $seconds >= 300;
my $minute = $long ? 60 : $seconds / 4;	# between two runs

my $node = new_node('load');
$node->append_conf('postgresql.conf', "restart_after_crash = on\nautovacuum_naptime = '5s'\nlog_min_messages = fatal\nshared_buffers = '128MB'\nmax_wal_size = '2GB'");
$node->start;
create_extension($node, 'postgres');
$node->safe_psql('postgres', q{UPDATE transfer_detect.rules SET enabled = true, run_interval = '1 minute', look_back = '10 minutes' WHERE shipped});
my $folder = $node->basedir;
my $begin = time;
my $until = $begin + $seconds;
$SIG{PIPE} = 'IGNORE';

# --- Sessions that stay, as those of shippers do, until somebody kills them.

sub connect_session
{
	my ($session) = @_;

	@$session{qw(in out err)} = ('', '', '');
	$session->{handle} = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$session->{in}, '>', \$session->{out}, '2>', \$session->{err});
	ask($session, 'SELECT pg_backend_pid();') or return;
	($session->{pid}) = $session->{out} =~ /^(\d+)$/m;
}

# Whether a statement was done. Rows stay in the session's out.
sub ask
{
	my ($session, $sql) = @_;
	my $number = ++$session->{asked};
	my $start = time;
	my $done = eval {
		$session->{out} = '';
		$session->{in} .= "$sql\n\\echo answer $number :ERROR\n";
		while ($session->{out} !~ /^answer $number (?:true|false)$/m)
		{
			die "lost\n" unless $session->{handle}->pumpable;
			$session->{handle}->pump;
		}
		1;
	};

	if (!$done)
	{
		eval { $session->{handle}->kill_kill };
		$session->{handle} = undef;
		return 0;
	}
	$session->{took} = time - $start;
	if ($session->{pid} && $number % 5 == 0 && -e "/proc/$session->{pid}/status")
	{
		my ($memory) = slurp_file("/proc/$session->{pid}/status") =~ /^RssAnon:\s*(\d+)/m;
		append_to_file("$folder/memory", sprintf "%s %d %.0f %d\n", $session->{kind}, $session->{pid}, time - $begin, $memory) if $memory;
	}
	return $session->{out} =~ /^answer $number false$/m ? 1 : 0;
}

# Asks, in a new session if need be.
sub insist
{
	my ($session, $sql) = @_;

	connect_session($session) unless $session->{handle};
	my $done = $session->{handle} && ask($session, $sql);
	append_to_file("$folder/times", sprintf "%s %d %.4f\n", $session->{what} // $session->{kind}, $done, $session->{took} // 0) if $session->{handle};
	return $done;
}

sub worker
{
	my ($kind, $number, $work) = @_;
	my $pid = fork;

	return $pid if $pid;
	srand($number + ($ENV{TORTURE_SEED} || 0));
	my $well = eval { $work->({ kind => $kind, number => $number, asked => 0 }); 1 };
	print STDERR $@ unless $well;
	POSIX::_exit($well ? 0 : 1);
}

# --- What they do.

sub document
{
	my ($id) = @_;
	my @now = gmtime(time - rand 60);
	my $at = sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', $now[5] + 1900, $now[4] + 1, @now[3, 2, 1, 0], rand 1000;
	my $host = int rand 50;
	my $name = chance(50) ? any(qw(scp rsync sftp)) : any(qw(bash ls grep sed awk cat ssh python3));
	my $command = "$name " . (chance(3) ? $id : any('-a', '-l', 'x'));

	return "{\"broken\": \"$id\"" if chance(100);
	return qq({"\@timestamp": "$at", "event": {"id": "$id", "type": ["start"], "category": ["process"], "action": "exec"}, "agent": {"id": "agent-$host"}, )
		. qq("host": {"name": "web-$host", "os": {"type": "linux"}}, "user": {"name": "ops"}, "process": {"name": "$name", "executable": "/usr/bin/$name", "pid": 4711, )
		. qq("command_line": "$command", "args": ["$name", "x"], "parent": {"name": "bash", "executable": "/usr/bin/bash"}}});
}

sub ship
{
	my ($session) = @_;
	my ($number, $sent, @old) = ($session->{number}, 0);

	while (time < $until)
	{
		my %batch = map { $_ => document($_) } map { "s$number-" . ++$sent } 1 .. 50;
		my $lines = join "\n", values %batch, @old;
		my $file = "$folder/batch$number";

		if ($number == 3)
		{
			unlink $file;
			append_to_file($file, $lines);
		}
		sleep 0.1 until insist($session, $number == 3 ? "CALL transfer_detect.ingest_file('$file');" :
			$number == 2 ? 'INSERT INTO transfer_detect.inbox (document) VALUES ' . join(', ', map { '(' . literal($_) . ')' } split /\n/, $lines) . ';' :
			'SELECT FROM transfer_detect.ingest(' . literal($lines) . ');');
		append_to_file("$folder/stored$number", join '', map { $batch{$_} =~ /^\{"broken/ ? "broken $_\n" : "good $_\n" } sort keys %batch);
		@old = (values %batch)[ 0, 1 ];	# some come again
		sleep rand 1;
	}
}

sub run_rules
{
	my ($session) = @_;

	while (time < $until)
	{
		my $next = time + $minute;
		insist($session, 'SELECT FROM transfer_detect.run();');
		sleep 0.1 while time < $next && time < $until;
	}
}

sub analyse
{
	my ($session) = @_;

	while (time < $until)
	{
		$session->{what} = 'list';
		insist($session, 'SELECT * FROM transfer_detect.alert_list LIMIT 50;');
		$session->{what} = 'pick';
		my ($id) = insist($session, 'SELECT id FROM transfer_detect.alerts ORDER BY random() LIMIT 1;') ? $session->{out} =~ /^(\d+)$/m : ();
		if (defined $id)
		{
			$session->{what} = 'events';
			insist($session, "SELECT count(*) FROM transfer_detect.alert_events($id);");
			$session->{what} = 'change';
			insist($session, "UPDATE transfer_detect.alerts SET " . any("status = 'closed', close_reason = 'benign'", "status = 'open', close_reason = NULL", "status = 'acknowledged', close_reason = NULL", "assignee = 'ann'") . " WHERE id = $id;");
		}
		sleep rand 0.5;
	}
}

# --- Meanwhile.

my @workers = ((map { worker('shipper', $_, \&ship) } 1 .. $shippers), worker('runner', 5, \&run_rules), map { worker('analyst', $_, \&analyse) } 6, 7);
my ($kills, $ends, @sizes) = (0, 0);

# Sizes of tables that do not grow with events or alerts, and what is dead.
sub sizes
{
	return $node->safe_psql('postgres', q{
		SELECT string_agg(format('%s %s kB %s dead', relname, pg_total_relation_size(relid) / 1024, n_dead_tup), ', ' ORDER BY relname)
		FROM pg_stat_user_tables WHERE schemaname LIKE 'transfer\_detect%' AND relname NOT LIKE 'events%' AND (n_tup_ins + n_tup_upd > 0 OR relname IN ('checkpoints', 'snapshots'))});
}

my $next = $begin + $seconds / 10;
while (time < $until)
{
	sleep 0.2;
	next if time < $next;
	$next += $seconds / 10;
	# the server goes down in the first half, sessions in both
	if (time < $begin + $seconds / 2)
	{
		my ($status, $pid) = $node->psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1});
		$kills += kill 9, $pid if ($status // 1) == 0 && $pid;
	}
	else
	{
		$node->psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%s1-%' AND pid <> pg_backend_pid()});
		$ends++;
		push @sizes, sizes();
	}
}
my @wrong = map { waitpid $_, 0; $? == 0 ? () : 'a worker failed' } @workers;
$node->poll_query_until('postgres', 'SELECT true');
push @sizes, sizes();
$node->safe_psql('postgres', 'SELECT FROM transfer_detect.run()') foreach 1, 2;

# --- The audit.

my (%sent, %event);
foreach my $number (1 .. $shippers)
{
	foreach my $line (-e "$folder/stored$number" ? split /\n/, slurp_file("$folder/stored$number") : ())
	{
		my ($kind, $id) = split / /, $line;
		$sent{$id} = $kind;
	}
}
$event{$_}++ foreach split /\n/, $node->safe_psql('postgres', 'SELECT event_id FROM transfer_detect.events');
my %rejected = map { $_ => 1 } $node->safe_psql('postgres', 'SELECT document FROM transfer_detect.rejected_documents') =~ /"(s\d+-\d+)"/g;

push @wrong, map { "lost: $_" } grep { $sent{$_} eq 'good' ? !$event{$_} : !$rejected{$_} } sort keys %sent;
push @wrong, map { "$event{$_} times: $_" } grep { $event{$_} > 1 } sort keys %event;
push @wrong, map { "nobody sent it: $_" } grep { !$sent{$_} } sort keys %event, sort keys %rejected;
push @wrong, map { "window: $_" } split /\n/, $node->safe_psql('postgres', q{
	SELECT rule_id, window_to, status, message FROM transfer_detect.runs AS r WHERE status = 'failed'
	AND NOT EXISTS (SELECT FROM transfer_detect.runs AS s WHERE s.rule_id = r.rule_id AND s.window_to = r.window_to AND s.status = 'succeeded')});
# every alert has the events that it counts, and none of another of its rule and group;
# a rule that knows habits does not count what comes late for a closed alert, which is shown all the same
my $alerts = $node->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.alerts');
push @wrong, map { "alert: $_" } split /\n/, $node->safe_psql('postgres', q{
	SELECT a.id, a.rule_id, a.event_count, e.n FROM (SELECT * FROM transfer_detect.alerts ORDER BY event_count DESC, id LIMIT 300) AS a,
		LATERAL (SELECT count(*) AS n FROM transfer_detect.alert_events(a.id)) AS e WHERE a.event_count <> e.n
		AND NOT (a.event_count < e.n AND EXISTS (SELECT FROM transfer_detect.habit_spaces AS s WHERE s.rule_id = a.rule_id)
			AND EXISTS (SELECT FROM transfer_detect.alert_history AS h WHERE h.alert_id = a.id AND h.changes ? 'status'))});
push @wrong, map { "counted twice: $_" } split /\n/, $node->safe_psql('postgres', q{
	SELECT a.rule_id, a.group_key, h.span_from, h.span_to FROM transfer_detect.alert_hits AS h JOIN transfer_detect.alerts AS a ON a.id = h.alert_id
	JOIN transfer_detect.alerts AS b ON b.rule_id = a.rule_id AND b.group_key = a.group_key
	JOIN transfer_detect.alert_hits AS i ON i.alert_id = b.id AND i.ctid <> h.ctid AND i.tableoid = h.tableoid
	WHERE h.span_from < i.span_to AND i.span_from < h.span_to});

# --- Figures.

my %time;
foreach my $line (split /\n/, slurp_file("$folder/times"))
{
	my ($what, $done, $took) = split / /, $line;
	my $at = $time{$what} //= { n => 0, failed => 0, all => 0, most => 0 };
	$done ? $at->{n}++ : $at->{failed}++;
	$at->{all} += $took;
	$at->{most} = $took if $took > $at->{most};
}
note(sprintf '%d documents in %d s (%d events), %d alerts, %d servers killed, %d times sessions ended', scalar keys %sent, $seconds, scalar keys %event, $alerts, $kills, $ends);
note(sprintf '%s: %d done, %d not, %.0f ms on average, %.0f ms at most', $_, @{ $time{$_} }{qw(n failed)}, 1000 * $time{$_}{all} / ($time{$_}{n} + $time{$_}{failed}), 1000 * $time{$_}{most}) foreach sort keys %time;
my (%first, %last);
foreach my $line (-e "$folder/memory" ? split /\n/, slurp_file("$folder/memory") : ())
{
	my ($kind, $pid, $at, $memory) = split / /, $line;
	next if $at < $seconds / 2;
	$first{"$kind $pid"} = [ $at, $memory ] if !$first{"$kind $pid"} && $at > $seconds * 0.55;
	$last{"$kind $pid"} = [ $at, $memory ];
}
foreach my $session (sort keys %first)
{
	next if $last{$session}[0] - $first{$session}[0] < $seconds / 4;
	note(sprintf 'memory of %s: %d kB after %d s, %d kB after %d s', $session, @{ $first{$session} }[1, 0], @{ $last{$session} }[1, 0]);
	push @wrong, "memory of $session grows from $first{$session}[1] to $last{$session}[1] kB" if $long && $last{$session}[1] > $first{$session}[1] + 8192;
}
note("sizes: $_") foreach @sizes ? @sizes[ 0, -1 ] : ();
foreach my $table ($long ? qw(checkpoints snapshots rules) : ())
{
	my ($half, $end) = map { / ?\b$table (\d+) kB/ ? $1 : 0 } @sizes[ 0, -1 ];
	push @wrong, "$table grows from $half to $end kB" if $end > 2 * $half + 64;
}

cmp_ok(scalar keys %event, '>', 0, 'there are events');
found('nothing is lost, nothing is there twice, nothing grows', @wrong);
$node->stop;
done_testing();
