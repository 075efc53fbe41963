# Events in whatever order they come: in the end the alerts are those of the same events in the order of their time.
#
# Each game has three sessions insert events of the last hours, by INSERT, COPY, ingest() and the inbox, in transactions
# that last, with savepoints, that are prepared, rolled back or read under one snapshot, while runs and backfills
# go on, some of them in transactions that also insert. Then everything ends, runs look at what is left, and a twin of
# each rule evaluates the same windows, which now have all their events. TD_LATE_SEEDS is the number of games, TD_LATE_SEED the first.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection qw(:DEFAULT new_session ask);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seeds = $ENV{TD_LATE_SEEDS} // 5;
my $first_seed = $ENV{TD_LATE_SEED} // 1;
my $steps = 40;

my $node = new_node('late');
$node->append_conf('postgresql.conf', "max_prepared_transactions = 20\nautovacuum = off\nfsync = off");
$node->start;
create_extension($node, 'postgres');
# Two rules and their twins: one that counts, and one for what is rare.
$node->safe_psql('postgres', qq{
	UPDATE transfer_detect.rules SET enabled = false;
	INSERT INTO transfer_detect.rules (rule_id, name, query, max_catch_up)
	SELECT r.rule_id || t.suffix, r.rule_id, r.query, 1000
	FROM (VALUES ('count', 'FROM x | STATS n = COUNT(), host.name = VALUES(host.name) BY process.command_line'),
		('rare', 'FROM x | WHERE \@timestamp > NOW() - 1 hour | STATS n = COUNT() BY process.command_line | WHERE n < 4')) AS r(rule_id, query),
		unnest('{"",-twin}'::text[]) AS t(suffix);
	UPDATE transfer_detect.rules SET enabled = true WHERE rule_id IN ('count', 'rare')});

my @sessions;

# --- What a game does.

my ($number, $hour, $prepared, %prepared);

sub among { return $_[int rand @_] }

# An event of any time so far, by any way in.
sub insert
{
	my ($session) = @_;
	my $minutes = int(rand(60 * ($hour + 1)));
	my $at = sprintf '2026-11-20 %02d:%02d:%02dZ', int($minutes / 60), $minutes % 60, int rand 60;
	my $command = 'c' . int rand 5;
	my $host = 'h' . int rand 3;
	my $document = sprintf '{"@timestamp":"%s","event":{"id":"e%d","ingested":"2026-11-19T00:00:00Z"},"host":{"name":"%s"},"process":{"command_line":"%s"}}',
		$at =~ s/ /T/r, ++$number, $host, $command;
	my $way = int rand 5;

	return ask($session, "INSERT INTO transfer_detect.events (timestamp, host_name, process_command_line) VALUES ('$at', '$host', '$command');") if $way == 0;
	return ask($session, "COPY transfer_detect.events (timestamp, host_name, process_command_line) FROM STDIN;\n$at\t$host\t$command\n\\.") if $way == 1;
	return ask($session, "INSERT INTO transfer_detect.inbox (document) VALUES ('$document');") if $way == 2;
	# rejected, and tried again when it can be read
	return ask($session, "SELECT FROM transfer_detect.ingest(replace('$document', '2026-11-20T', 'when '));
		UPDATE transfer_detect.rejected_documents SET document = replace(document, 'when ', '2026-11-20T');
		SELECT FROM transfer_detect.retry_rejected();") if $way == 3 && !grep { $_->{open} } @sessions;
	return ask($session, "SELECT FROM transfer_detect.ingest('$document');");
}

sub run_rules
{
	my ($session) = @_;

	$hour += int rand 2 if $hour < 9;
	ask($session, sprintf "SELECT FROM transfer_detect.run(as_of => '2026-11-20 %02d:%s:00Z');", $hour, among('00', '00', '20', '59'));
	$session->{ran} = $session->{open};
	# a transaction with an older snapshot could not run a rule any more
	foreach my $other (@sessions) { $other->{stale} = 1 if $other != $session }
	return;
}

sub begin
{
	my ($session) = @_;

	@$session{qw(open ran stale)} = (1, 0, 0);
	ask($session, 'BEGIN ISOLATION LEVEL ' . ($session->{repeatable} = rand() < 0.3 ? 'REPEATABLE READ' : 'READ COMMITTED') . "; SELECT FROM pg_class LIMIT 1;");
	return;
}

sub finish
{
	my ($session) = @_;
	my $end = $session->{ran} ? 0 : rand;

	$session->{open} = 0;
	if ($end > 0.7)
	{
		$prepared++;
		# what a run has sent cannot be prepared
		return ask($session, "PREPARE TRANSACTION 'p$prepared';") && 0 || ($prepared{$prepared} = 1);
	}
	return ask($session, $end > 0.5 || rand() < 0.15 ? 'ROLLBACK;' : 'COMMIT;');
}

sub finish_prepared
{
	my ($name) = @_;

	delete $prepared{$name};
	my ($idle) = grep { !$_->{open} } @sessions;
	return ask($idle, (rand() < 0.7 ? 'COMMIT' : 'ROLLBACK') . " PREPARED 'p$name';");
}

sub turn
{
	my $session = among(@sessions);
	my $what = rand;

	if (keys %prepared && $what < 0.08 && grep { !$_->{open} } @sessions) { finish_prepared(among(sort keys %prepared)) }
	elsif (!$session->{open} && $what < 0.3) { begin($session) }
	elsif ($session->{open} && $what < 0.3) { finish($session) }
	elsif ($what < 0.45) { run_rules($session) unless $session->{open} && $session->{repeatable} eq 'REPEATABLE READ' && $session->{stale} }
	elsif ($what < 0.5)
	{
		# waits for runs, so there must be none in flight
		return if grep { $_->{open} } @sessions;
		my $from = int rand($hour + 1);
		ask($session, sprintf "SELECT FROM transfer_detect.backfill('%s', '2026-11-20 %02d:00Z', '2026-11-20 %02d:%02dZ');",
			among('count', 'rare'), $from, $from + 1 + int rand 2, among(0, 10));
	}
	elsif ($session->{open} && $what < 0.6)
	{
		ask($session, 'SAVEPOINT s;');
		insert($session);
		ask($session, among('ROLLBACK TO s;', 'RELEASE s;'));
	}
	else { insert($session) }
	return;
}

# The alerts of a rule; of a twin with the rule's name.
my $alerts = q{
	SELECT a.rule_id, a.process_command_line, a.event_count, a.first_event, a.last_event, a.host_names,
		(SELECT count(*) FROM transfer_detect.alert_events(a.id))
	FROM transfer_detect.alerts AS a WHERE a.rule_id = '%s' ORDER BY 1, 2, 3};

my ($evaluated, $again, $events, $in_games) = (0, 0, 0, 0);

sub play
{
	my ($seed) = @_;

	srand($seed);
	($number, $hour, $prepared, %prepared) = (0, 1, 0);
	$node->safe_psql('postgres', 'TRUNCATE transfer_detect.events, transfer_detect.runs, transfer_detect.alerts, transfer_detect.alert_hits,
		transfer_detect.alert_history, transfer_detect.checkpoints, transfer_detect.rejected_documents, transfer_detect.outbox, transfer_detect_internal.snapshots');
	# of two first runs the second would wait for the other
	ask($sessions[0], "SELECT FROM transfer_detect.run(as_of => '2026-11-20 01:00Z');");
	turn() foreach 1 .. $steps;
	foreach my $session (@sessions) { finish($session) if $session->{open} }
	finish_prepared($_) foreach sort keys %prepared;
	# what came last, by a transaction that was in flight, is seen by the next run
	ask($sessions[0], "SELECT FROM transfer_detect.run(as_of => '2026-11-20 10:00Z');") foreach 1, 2;

	my $left = $node->safe_psql('postgres', q{SELECT count(*) FILTER (WHERE NOT settled) + count(*) FILTER (WHERE status <> 'succeeded') FROM transfer_detect.runs});
	my $figures = $node->safe_psql('postgres', q{SELECT count(*), sum(evaluations) - count(*), (SELECT count(*) FROM transfer_detect.events) FROM transfer_detect.runs});
	foreach my $rule (qw(count rare))
	{
		$node->safe_psql('postgres', "SELECT count(*) FROM (SELECT DISTINCT window_to FROM transfer_detect.runs WHERE rule_id = '$rule' ORDER BY 1) AS w,
			transfer_detect.backfill('$rule-twin', w.window_to - interval '1 hour', w.window_to)");
	}
	my $got = $node->safe_psql('postgres', sprintf $alerts, 'count');
	my $twin = $node->safe_psql('postgres', sprintf $alerts, 'count-twin') =~ s/^count-twin/count/mgr;
	# an alert that was filed before late events made its group common stays
	my $missing = $node->safe_psql('postgres', q{
		SELECT process_command_line FROM transfer_detect.alerts WHERE rule_id = 'rare-twin' EXCEPT
		SELECT process_command_line FROM transfer_detect.alerts WHERE rule_id = 'rare'});
	my ($windows, $repeated, $count) = split /\|/, $figures;
	($evaluated, $again, $events) = ($evaluated + $windows, $again + ($repeated || 0), $events + $count);
	return join "\n", grep { $_ ne '' } ($got eq $twin ? '' : "alerts:\n$got\nof the same events in time order:\n$twin"),
		($missing eq '' ? '' : "rare and not found: $missing"), ($left eq '0' ? '' : "windows left or failed: $left");
}

# none of them is to wait for another
@sessions = map { new_session($node, 'postgres', "SET lock_timeout = '60s';") } 1 .. 3;
@$_{qw(open ran prepared)} = (0, 0, 0) foreach @sessions;
my $differ = 0;
foreach my $seed ($first_seed .. $first_seed + $seeds - 1)
{
	my $difference = play($seed);
	next if $difference eq '';
	$differ++;
	diag("TD_LATE_SEED=$seed: $difference");
}
is($differ, 0, "$seeds games: the alerts are those of the same events in time order");
note("$events events, $evaluated windows, $again evaluated again");
cmp_ok($again, '>=', $seeds, 'windows were evaluated again');
# A run of a repeatable-read transaction may find that another run has gone ahead of its snapshot. It is told so, and
# nothing of it stays: the games above hold all the same.
my @errors = map { split /^(?=ERROR:)/m, $_->{err} =~ s/^NOTICE:.*\n(?:LOCATION:.*\n)?//mgr =~ s/^WARNING:.*\n(?:DETAIL|HINT|CONTEXT|LOCATION|\s).*\n//mgr } @sessions;
my $overtaken = grep { /^ERROR:  40001/ } @errors;
note("$overtaken runs of repeatable-read transactions were overtaken");
is(join('', grep { !/^ERROR:  (?:40001|25P02)/ } @errors), '', 'without another error');
ok($overtaken || !grep({ /^ERROR:  25P02/ } @errors), 'a transaction is given up for that only');
foreach my $session (@sessions)
{
	$session->{in} .= "\\q\n";
	$session->{handle}->finish;
}

$node->stop;
done_testing();
