# Rules that know habits, events in whatever order: in the end the alerts and the memory are those of the same events at once.
#
# Each game has three stages, of two days each, the last one forty days later, when what was usual is forgotten. In a stage
# events of that time and of those before it come in batches, each committed by itself, some by a session whose transaction
# is in flight while runs go on, some in a transaction with a run, and some of these are rolled back. Between them
# come runs, runs of which a window fails half way, backfills and windows that are evaluated again. When all events are
# there and no window is left, the state is compared with that of a database where each stage's events came at once and were
# evaluated by a backfill in the order of time. Then alerts are closed in both: as benign, false positive and true positive.
#
# Late events are to be looked at by themselves (look_at_late() in sql/late.sql), so the games count how often that was so.
# TD_HABITS_SEEDS is the number of games, TD_HABITS_SEED the first.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection qw(:DEFAULT new_session ask);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seeds = $ENV{TD_HABITS_SEEDS} // 4;
my $first_seed = $ENV{TD_HABITS_SEED} // 1;
my $habits = 'first-seen-file-transfer';
my @begins = ('2026-09-01', '2026-09-03', '2026-10-13');
my @ends = ('2026-09-03', '2026-09-05', '2026-10-15');

my $node = new_node('habits');
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\ntimezone = 'UTC'");
$node->start;
create_extension($node, 'postgres');
$node->safe_psql('postgres', qq{
	UPDATE transfer_detect.rules SET enabled = rule_id = '$habits';
	UPDATE transfer_detect.rules SET late_within = '3000 days', run_interval = '6 hours', look_back = '6 hours', max_catch_up = 1000 WHERE rule_id = '$habits';
	CREATE FUNCTION state() RETURNS SETOF text LANGUAGE sql AS \$\$
		SELECT 'habit ' || jsonb_build_array(space, scope, key, first_seen, last_seen, days, spans, opened, loud, taught)::text FROM transfer_detect.habits
		UNION ALL
		SELECT 'alert ' || jsonb_build_array(a.group_key, a.status, a.close_reason, a.title, a.severity, array_remove(a.reasons, 'the rule is still learning what is usual'),
			a.risk_score, a.event_count, a.first_event, a.last_event, a.host_names)::text
		  FROM transfer_detect.alerts AS a WHERE NOT a.tags \@> '{superseded}'
		UNION ALL
		SELECT 'alert whose events are not those that it counts ' || jsonb_build_array(a.group_key, a.status, a.event_count, e.number)::text
		  FROM transfer_detect.alerts AS a, LATERAL (SELECT count(*) AS number FROM transfer_detect.alert_events(a.id)) AS e
		 -- a key that a closed alert has made usual is not looked at again
		 WHERE a.status <> 'closed' AND e.number <> a.event_count
		UNION ALL
		SELECT 'window that is left ' || jsonb_build_array(r.window_to, r.status, r.message)::text FROM transfer_detect.runs AS r
		 WHERE NOT r.settled
	\$\$;
	-- closed one after the other, since a true positive has something to say of the keys of others; superseded alerts are closed already
	CREATE FUNCTION close_some(seed integer) RETURNS void LANGUAGE plpgsql AS \$\$
	DECLARE
		alert record;
		reason text;
	BEGIN
		FOR alert IN SELECT a.id, a.group_key::text || seed AS text FROM transfer_detect.alerts AS a WHERE a.status <> 'closed' ORDER BY a.group_key::text COLLATE "C" LOOP
			reason := (ARRAY['benign', 'false_positive', 'true_positive', 'benign', NULL])[1 + ('x' || left(md5(alert.text), 4))::bit(16)::integer % 5];
			UPDATE transfer_detect.alerts SET status = 'closed', close_reason = reason WHERE id = alert.id AND reason IS NOT NULL;
		END LOOP;
	END
	\$\$;
	-- a run, and how many events it counted in windows that it did not evaluate, and how many windows it evaluated again
	CREATE FUNCTION run_and_count(as_of timestamptz, OUT quiet bigint, OUT again bigint) LANGUAGE plpgsql AS \$\$
	DECLARE
		before transfer_detect.runs[] := ARRAY(SELECT r FROM transfer_detect.runs AS r);
	BEGIN
		PERFORM transfer_detect.run('$habits', as_of);
		SELECT coalesce(sum(r.events_matched - b.events_matched) FILTER (WHERE r.evaluations = b.evaluations), 0), count(*) FILTER (WHERE r.evaluations > b.evaluations)
		  INTO quiet, again FROM transfer_detect.runs AS r JOIN unnest(before) AS b ON b.id = r.id;
	END
	\$\$;
	-- lets a window fail that files an alert or has one extended
	CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS \$\$
	BEGIN
		IF current_setting('test.break', true) = 'on' AND random() < 0.3 THEN
			RAISE EXCEPTION 'broken';
		END IF;
		RETURN NULL;
	END
	\$\$;
	CREATE TRIGGER break AFTER INSERT OR UPDATE ON transfer_detect.alerts FOR EACH STATEMENT EXECUTE FUNCTION break();
	CREATE TRIGGER break AFTER INSERT OR UPDATE ON transfer_detect.habits FOR EACH STATEMENT EXECUTE FUNCTION break()});

my $settings = "SET client_min_messages = error; SET lock_timeout = '60s';";
my $main = new_session($node, 'postgres', $settings);
my $writer = new_session($node, 'postgres', $settings);	# whose transaction may be in flight

# --- What a game does.

my ($quiet, $again, $failed, $in_flight) = (0, 0, 0, 0);

sub among { return $_[int rand @_] }

# Few hosts, programs and parents, so that keys meet. No two events are at the same time.
sub make_events
{
	my ($stage, $count, $seconds) = @_;

	return map {
		my $of = rand() < 0.75 ? $stage : int rand($stage + 1);
		my $second;
		do { $second = int rand(47 * 3600) } while $seconds->{"$of $second"}++;
		my $command = among('rsync -a /srv/', 'scp /home/u/.ssh/id', 'scp /srv/a') . ' u@203.0.113.' . int(rand 5) . ':/in';
		my ($program) = $command =~ /^(\w+)/;
		sprintf "('%s'::timestamptz + interval '%d s', 'a', '%s.corp.example', 'linux', '{start}', '{exec}', '%s', '/usr/bin/%s', '%s', '%s')",
			$begins[$of], $second, among('web-1', 'web-2', 'db-1'), $program, $program, $command, among('/usr/bin/bash', '/opt/x', '/usr/sbin/cron')
	} 1 .. $count;
}

sub insert
{
	return 'INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable) VALUES '
		. join(', ', @_) . ';';
}

sub run
{
	my ($as_of) = @_;
	my $answer = ask($main, "SELECT * FROM run_and_count('$as_of');");

	$answer =~ /^(\d+)\|(\d+)$/ or die "run: $answer $main->{err}";
	($quiet, $again) = ($quiet + $1, $again + $2);
	return;
}

# The instant so many hours after the begin of a stage.
sub hour
{
	my ($stage, $hours) = @_;

	return ask($main, "SELECT '$begins[$stage]'::timestamptz + interval '$hours hours';") =~ s/\n//r;
}

sub clean
{
	ask($main, "TRUNCATE transfer_detect.events, transfer_detect.runs, transfer_detect.alerts, transfer_detect.alert_hits, transfer_detect.alert_history, transfer_detect.habits,
		transfer_detect.checkpoints, transfer_detect.outbox, transfer_detect.fleet_hosts, transfer_detect_internal.snapshots;");
	return;
}

# Runs until no window is left.
sub settle
{
	my ($stage) = @_;

	foreach (1 .. 20)
	{
		run("$ends[$stage] 00:00Z");
		last if $_ > 1 && ask($main, 'SELECT count(*) FROM transfer_detect.runs WHERE NOT settled;') eq "0\n";
	}
	return ask($main, 'SELECT * FROM state() AS s ORDER BY s COLLATE "C";');
}

sub begin_stage
{
	my ($stage) = @_;

	# forty days without events need no windows
	ask($main, "INSERT INTO transfer_detect.checkpoints (rule_id, checkpoint) VALUES ('$habits', '$begins[$stage] 00:00Z') ON CONFLICT (rule_id) DO UPDATE SET checkpoint = excluded.checkpoint;");
	return;
}

# The reference: all events of a stage at once, then windows in the order of time.
sub play_in_order
{
	my ($seed, @stages) = @_;
	my @states;

	clean();
	foreach my $stage (0 .. $#stages)
	{
		begin_stage($stage);
		ask($main, insert(@{$stages[$stage]}));
		ask($main, "SELECT count(*) FROM transfer_detect.backfill('$habits', '$begins[$_] 00:00Z', '$ends[$_] 00:00Z');") foreach 0 .. $stage;
		push @states, settle($stage);
		ask($main, "SELECT close_some($seed);");
	}
	return @states;
}

sub backfill
{
	my ($stage) = @_;
	my $of = int rand($stage + 1);
	my $first = 6 * int rand 8;
	my $until = $first + 6 * (1 + int rand 3);
	$until = 48 if $until > 48;

	ask($main, sprintf "SELECT count(*) FROM transfer_detect.backfill('$habits', '%s', '%s');", hour($of, $first), hour($of, $until));
	return;
}

sub play_in_any_order
{
	my ($seed, @stages) = @_;
	my @states;

	clean();
	foreach my $stage (0 .. $#stages)
	{
		my @left = @{$stages[$stage]};
		my $hours = 0;
		my $open = 0;
		my $reached = sub { $hours += 6 * int rand 4; $hours = 48 if $hours > 48; return hour($stage, $hours) };

		begin_stage($stage);
		while (@left)
		{
			my @batch = splice @left, 0, 1 + int rand 8;
			my $what = rand;

			if ($what < 0.2 && !$open) { ask($writer, 'BEGIN; ' . insert(@batch)); $open = 1; $in_flight++ }
			elsif ($what < 0.3)
			{
				# rolled back with a run that has seen it
				ask($main, 'BEGIN; ' . insert(@batch) . sprintf " SELECT count(*) FROM transfer_detect.run('$habits', '%s'); ROLLBACK;", $reached->());
				ask($main, insert(@batch));
			}
			elsif ($what < 0.4)
			{
				ask($main, 'BEGIN; ' . insert(@batch));
				run($reached->());
				ask($main, (rand() < 0.5 ? 'SELECT 1; ' : '') . 'COMMIT;');
			}
			else { ask($main, insert(@batch)) }
			$what = rand;
			if ($what < 0.5) { run($reached->()) }
			elsif ($what < 0.6)
			{
				ask($main, sprintf "SET test.break = on; SELECT setseed(%f);", rand);
				run($reached->());
				ask($main, 'RESET test.break;');
				$failed += ask($main, "SELECT count(*) FROM transfer_detect.runs WHERE message LIKE 'broken%';");
			}
			elsif ($what < 0.7) { backfill($stage) }
			elsif ($what < 0.8)
			{
				# it has committed some of the windows when it ends
				ask($main, sprintf "SET statement_timeout = %d; CALL transfer_detect.run_rules('$habits', '%s'); RESET statement_timeout;", 5 + rand 40, $reached->());
			}
			if ($open && rand() < 0.5) { ask($writer, 'COMMIT;'); $open = 0 }
		}
		ask($writer, 'COMMIT;') if $open;
		push @states, settle($stage);
		ask($main, "SELECT close_some($seed);");
	}
	return @states;
}

my $differ = 0;
my ($alerts, $keys) = (0, 0);
foreach my $seed ($first_seed .. $first_seed + $seeds - 1)
{
	my %seconds;

	srand($seed);
	my @stages = map { [make_events($_, 40, \%seconds)] } 0 .. $#begins;
	my @expected = play_in_order($seed, @stages);
	my @got = play_in_any_order($seed, @stages);
	$alerts += () = $expected[-1] =~ /^alert /mg;
	$keys += () = $expected[-1] =~ /^habit /mg;
	foreach my $stage (0 .. $#stages)
	{
		next if $got[$stage] eq $expected[$stage] && $got[$stage] !~ /^(alert whose|window)/m;
		$differ++;
		diag("TD_HABITS_SEED=$seed, stage $stage");
		same_lines($got[$stage], $expected[$stage], 'stage');
		diag($_) foreach grep { /^(alert whose|window)/ } split /\n/, $got[$stage];
		last;
	}
}
is($differ, 0, "$seeds games: alerts and memory are those of the same events in time order");
note("$alerts alerts, $keys habits; $quiet late events counted by themselves, $again windows evaluated again, $failed broken, $in_flight transactions in flight");
cmp_ok($alerts, '>=', 20 * $seeds, 'alerts');
cmp_ok($quiet, '>', 0, 'late events were looked at by themselves');
cmp_ok($again, '>=', $seeds, 'windows were evaluated again');
foreach my $session ($main, $writer)
{
	is($session->{err} =~ s/^ERROR:  57014.*\n(?:(?!ERROR).*\n)*//mgr, '', 'without an error, but for statements that had no time left');
	$session->{in} .= "\\q\n";
	$session->{handle}->finish;
}

$node->stop;
done_testing();
