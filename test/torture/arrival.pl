# Documents in whatever order they come, while everything is interrupted: backends are killed, the server stops at once,
# statements run out of time, others hold locks and die of deadlocks. What a shipper was told is stored is stored once, and
# the alerts are those of one calm run over what is there.
#
# A shipper sends a batch again until it has an answer, as shippers do. So a document may come twice, or thrice.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);
use Torture;

my $shippers = 3;
my $hours = 6;
my $play = 4;	# seconds a game

my $node = new_node('arrival');
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\nrestart_after_crash = on\ndeadlock_timeout = '30ms'\nlog_min_messages = fatal");
$node->start;
create_extension($node, 'postgres');
# Two rules, one that counts and one for what is rare, and for each a twin that runs at the end.
$node->safe_psql('postgres', qq{
	UPDATE transfer_detect.rules SET enabled = false;
	INSERT INTO transfer_detect.rules (rule_id, name, query, max_catch_up)
	SELECT r.rule_id || t.suffix, r.rule_id, r.query, 1000
	FROM (VALUES ('count', 'FROM x | STATS n = COUNT(), host.name = VALUES(host.name) BY process.command_line'),
		('rare', 'FROM x | WHERE \@timestamp > NOW() - 1 hour | STATS n = COUNT() BY process.command_line | WHERE n < 4')) AS r(rule_id, query),
		unnest('{"",-twin}'::text[]) AS t(suffix);
	UPDATE transfer_detect.rules SET enabled = true WHERE rule_id IN ('count', 'rare')});
my $folder = $node->basedir;

# Documents: each has an id; one in ten is broken, and is known by the number in its text.
sub document
{
	my ($id) = @_;
	my $at = sprintf '2026-11-20T%02d:%02d:%02d', rand $hours, rand 60, rand 60;

	return { id => $id, broken => 1, text => any("{\"broken\": \"$id\"", "{\"\@timestamp\": \"when\", \"event\": {\"id\": \"$id\"}}", "[1, \"$id\"") } if chance(10);
	return { id => $id, text => sprintf '{"@timestamp": "%sZ", "event": {"id": "%s", "ingested": "2026-11-19T00:00:00Z"}, "host": {"name": "h%d"}, "process": {"command_line": "c%d"}}',
		$at, $id, rand 3, rand 8 };
}

sub rewrite { my ($file, $text) = @_; unlink $file; append_to_file($file, $text); return $file }

# Runs SQL in a session of the worker's own, and says whether all of it was done.
sub done
{
	my ($number, $sql) = @_;
	my ($out, $err) = ('', '');
	my $timeout = chance(3) ? "SET statement_timeout = " . (1 + int rand 40) . ";\n" : '';

	# from a file, since who ends early leaves a pipe broken
	return IPC::Run::run([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ],
		'<', rewrite("$folder/script$number", "$timeout$sql"), '>', \$out, '2>', \$err);
}

# One of the processes of a game. It ends without the end of a test.
sub worker
{
	my ($number, $seed, $work) = @_;
	my $pid = fork;

	return $pid if $pid;
	srand($seed * 100 + $number);
	my $well = eval { $work->(); 1 };
	print STDERR $@ unless $well;
	POSIX::_exit($well ? 0 : 1);
}

sub ship
{
	my ($number, $until, @documents) = @_;
	my $sent = 0;

	while (@documents && time < $until)
	{
		my @batch = splice @documents, 0, 1 + int rand 40;
		my $lines = join "\n", map { $_->{text} } @batch;
		my $way = int rand 3;

		rewrite("$folder/batch$number", $lines);
		sleep 0.05 until done($number, $way == 0 ? 'SELECT FROM transfer_detect.ingest(' . literal($lines) . ');' :
			$way == 1 ? "CALL transfer_detect.ingest_file('$folder/batch$number');" :
			'INSERT INTO transfer_detect.inbox (document) VALUES ' . join(', ', map { '(' . literal($_->{text}) . ')' } @batch) . ';');
		append_to_file("$folder/stored$number", join '', map { "$_->{id}\n" } @batch);
	}
}

my ($kills, $stops, $locks) = (0, 0, 0);

sub crash
{
	$node->stop('immediate');
	$node->start;
	$stops++;
}

# Something goes wrong. The server is there again afterwards, or will be soon.
sub disturb
{
	my $what = rand;

	if ($what < 0.45)
	{
		my ($status, $pid) = $node->psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1});
		$kills += kill 9, $pid if ($status // 1) == 0 && $pid;
	}
	elsif ($what < 0.55)
	{
		crash();
	}
	else
	{
		# in an order that is not ours
		my @tables = sort { rand() <=> 0.5 } map { "transfer_detect.$_" } qw(events rejected_documents alerts runs outbox checkpoints rules);
		$node->psql('postgres', "SET lock_timeout = '300ms'; BEGIN; LOCK TABLE $tables[0] IN " . any('SHARE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE') . ' MODE; SELECT pg_sleep(random() / 10);'
			. " LOCK TABLE $tables[1] IN SHARE ROW EXCLUSIVE MODE; COMMIT");
		$locks++;
	}
}

# The alerts of a rule.
sub alerts_of
{
	my ($rule) = @_;
	my $alerts = $node->safe_psql('postgres', qq{
		SELECT a.process_command_line, a.event_count, a.first_event, a.last_event, a.host_names, (SELECT count(*) FROM transfer_detect.alert_events(a.id))
		FROM transfer_detect.alerts AS a WHERE a.rule_id = '$rule' ORDER BY 1, 2, 3});

	return $alerts;
}

my ($documents, $events, $again, $failed) = (0, 0, 0, 0);

sub play
{
	my ($seed) = @_;

	srand($seed);
	$node->safe_psql('postgres', 'TRUNCATE transfer_detect.events, transfer_detect.runs, transfer_detect.alerts, transfer_detect.alert_hits,
		transfer_detect.alert_history, transfer_detect.checkpoints, transfer_detect.rejected_documents, transfer_detect.outbox, transfer_detect_internal.snapshots');
	my %document = map { $_ => document($_) } map { "e$seed-$_" } 1 .. 5000;
	my @ids = sort keys %document;
	my $until = time + $play;
	unlink "$folder/stored$_" foreach 1 .. $shippers;

	my @workers = map { my $number = $_; worker($number, $seed, sub { ship($number, $until, map { $document{ $ids[rand @ids] } } 1 .. 4000) }) } 1 .. $shippers;
	push @workers, worker(8, $seed, sub {
		my $hour = 1;
		while (time < $until)
		{
			$hour += 1 if $hour < $hours && time > $until - $play + $hour * $play / $hours;
			done(8, sprintf "SELECT FROM transfer_detect.run(as_of => '2026-11-20 %02d:%02d:00Z');", $hour, any(0, 20, 59)) || sleep 0.05;
		}
	}), worker(9, $seed, sub {
		while (time < $until)
		{
			my $from = int rand $hours;
			done(9, sprintf "SELECT FROM transfer_detect.backfill('%s', '2026-11-20 %02d:00Z', '2026-11-20 %02d:%02dZ');", any('count', 'rare'), $from, $from + 1, any(0, 10)) || sleep 0.05;
			sleep rand 0.5;
		}
	});
	# On a slow machine chance may bring nothing but locks. So every game has one crash in its middle.
	my $crashed = 0;
	while (time < $until)
	{
		my $now = !$crashed && time > $until - $play / 2;
		$now ? crash() : disturb();
		$crashed ||= $now;
		sleep rand 0.4;
	}
	crash() unless $crashed;
	my @wrong = map { waitpid $_, 0; $? == 0 ? () : 'a worker failed' } @workers;
	$node->poll_query_until('postgres', 'SELECT true');

	# Who asked for a backfill is told that it stopped at a window that failed, and nobody else makes up for that. So he asks again.
	$node->safe_psql('postgres', q{SELECT count(f) FROM (SELECT DISTINCT r.rule_id, r.window_to FROM transfer_detect.runs AS r
		WHERE r.kind = 'backfill' AND r.status = 'failed') AS r, transfer_detect.backfill(r.rule_id, r.window_to - interval '1 hour', r.window_to) AS f});

	# What came of it. The windows are done when nothing disturbs.
	$node->safe_psql('postgres', sprintf q{SELECT FROM transfer_detect.run(as_of => '2026-11-20 %02d:00Z')}, $hours + 1) foreach 1 .. 3;
	my %stored = map { $_ => 1 } map { -e "$folder/stored$_" ? split /\n/, slurp_file("$folder/stored$_") : () } 1 .. $shippers;
	my %event;
	$event{$_}++ foreach split /\n/, $node->safe_psql('postgres', 'SELECT event_id FROM transfer_detect.events');
	my $rejected = $node->safe_psql('postgres', 'SELECT document FROM transfer_detect.rejected_documents');
	my %rejected = map { $_ => 1 } $rejected =~ /\b(e\d+-\d+)\b/g;

	push @wrong, map { "not there: $document{$_}{text}" } grep { $document{$_}{broken} ? !$rejected{$_} : !$event{$_} } sort keys %stored;
	push @wrong, map { "$event{$_} times an event: $document{$_}{text}" } grep { $event{$_} > 1 } sort keys %event;
	push @wrong, map { "nobody sent it: $_" } grep { !$stored{$_} } sort keys %event, sort keys %rejected;
	push @wrong, map { "good and rejected: $document{$_}{text}" } grep { !$document{$_}{broken} } sort keys %rejected;
	push @wrong, 'left in the inbox: ' . $_ foreach split /\n/, $node->safe_psql('postgres', 'SELECT document FROM transfer_detect.inbox');

	# A run that died of a deadlock stays on record. A later one must have made up for it.
	my $left = $node->safe_psql('postgres', q{
		SELECT r.rule_id, r.window_to, r.status, r.settled, r.message FROM transfer_detect.runs AS r
		WHERE NOT r.settled OR r.status <> 'succeeded' AND NOT (r.status = 'failed' AND EXISTS (
			SELECT FROM transfer_detect.runs AS later
			WHERE later.rule_id = r.rule_id AND later.id > r.id AND later.status = 'succeeded'
				AND later.window_to >= r.window_to AND later.window_from < r.window_to))});
	push @wrong, "windows left or failed:\n$left" if $left ne '';
	foreach my $rule ('count', 'rare')
	{
		$node->safe_psql('postgres', "SELECT count(*) FROM (SELECT DISTINCT window_to FROM transfer_detect.runs WHERE rule_id = '$rule' ORDER BY 1) AS w,
			transfer_detect.backfill('$rule-twin', w.window_to - interval '1 hour', w.window_to)");
	}
	my ($got, $twin) = (alerts_of('count'), alerts_of('count-twin'));
	push @wrong, "alerts:\n$got\nof one calm run:\n$twin" if $got ne $twin || $got eq '';
	# an alert that was filed before late events made its group common stays
	my $missing = $node->safe_psql('postgres', q{
		SELECT process_command_line FROM transfer_detect.alerts WHERE rule_id = 'rare-twin' EXCEPT
		SELECT process_command_line FROM transfer_detect.alerts WHERE rule_id = 'rare'});
	push @wrong, "rare and not found: $missing" if $missing ne '';
	$documents += keys %stored;
	$events += keys %event;
	return map { "game $seed: $_" } @wrong;
}

my ($games, @wrong) = (0);
while (left_to_do() && @wrong < 10)
{
	push @wrong, play(int rand 1000000);
	$games++;
}
note("$games games: $documents documents stored, $events of them events; $kills backends killed, $stops immediate stops, $locks locks");
cmp_ok($events, '>', 0, 'there are events');
cmp_ok($kills + $stops, '>', 0, 'there are crashes');
found('nothing is lost, nothing is there twice, and alerts are those of one calm run', @wrong);

$node->stop;
done_testing();
