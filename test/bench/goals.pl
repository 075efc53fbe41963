#!/usr/bin/perl
#
# goals.pl: one table for the goals that we have set for speed: what each kind of work took in an older version of
# this extension, what it takes now and what others take, in one run on the same data; and what memory it needs.
#
#	goals.pl [NAME=VALUE ...]
#
# Works on the server that PGHOST and its like point to, as run.pl does; test/bench/bench GOALS starts it, and
# another one with the older version. Makes its data in the schema td_bench of each and drops it at the end; truncates
# the tables of alerts and runs. Parameters:
#
#	EVENTS=5000000 AGENTS=20000    events for the aggregates
#	DOCUMENTS=600000               documents of an hour in jsonb
#	FLOOD=100000                   groups of a window
#	ALERTS=25 HITS=723             alerts that come again in each window, and how often until they are measured
#	RUNS=7 PATIENCE=30             timed runs of each; fewer if they have taken so many seconds in all
#	BEFORE=connection VERSION=name    where the older version's server is, as a connection string, and its name
#	WHY=text                       why there is none
#	COLUMNAR=dir                   where npm has put @duckdb/node-api and chdb
#
# A contender that gives another answer than the others makes the run fail.

use strict;
use warnings;

use Cwd 'abs_path';
use File::Basename;
use File::Temp;
use List::Util 'sum';
use Time::HiRes qw(sleep time);

use lib dirname(abs_path(__FILE__));
use Contenders;
use Footprint;

my $here = dirname(abs_path($0));
my %option = (EVENTS => 5_000_000, AGENTS => 20_000, DOCUMENTS => 600_000, FLOOD => 100_000, ALERTS => 25, HITS => 723, RUNS => 7, PATIENCE => 30,
	BEFORE => '', VERSION => 'before', WHY => 'no older version was given', COLUMNAR => '');
for my $argument (@ARGV)
{
	my ($name, $value) = $argument =~ /^([A-Z]+)=(.*)$/s;
	die "goals.pl: unknown parameter \"$argument\"\n" if !defined $name || !exists $option{$name};
	$option{$name} = $value;
}
for my $name (qw(EVENTS AGENTS DOCUMENTS FLOOD ALERTS HITS RUNS PATIENCE))
{
	die "goals.pl: $name has to be a number, and more than 0\n" if $option{$name} !~ /^[1-9]\d*$/;
}
die "goals.pl: HITS has to be more than RUNS and 10\n" if $option{HITS} <= $option{RUNS} + 10;

my $work = File::Temp->newdir('transfer_detect_goals.XXXXXX', TMPDIR => 1);
my $settings = q{SET jit = off; SET work_mem = '256MB'; SET timezone = 'UTC'; SET client_min_messages = error;
	SET search_path = td_bench, transfer_detect, transfer_detect_internal, public};
my @versions = ($option{BEFORE} ne '' ? 'before' : (), 'now');
my (%session, $columnar, %engine, %reasons, %programs);

sub progress
{
	print STDERR "@_\n";
	return;
}

sub open_session
{
	my ($version) = @_;
	my $new = Contenders->psql($version eq 'before' ? $option{BEFORE} : undef);

	$new->ask($settings);
	return $new;
}

# --- The data: made once, and handed to everybody as the same files.

my %columns = (
	events => 'timestamp timestamptz, host_os_type text, event_type text, event_action text, process_name text, process_executable text,
		process_parent_executable text, process_command_line text, agent_id text, host_name text',
	warehouse => 'timestamp timestamptz NOT NULL, source_index text COLLATE "C", document jsonb');

sub make_data
{
	my $started = time;

	$session{now}->ask('CREATE EXTENSION IF NOT EXISTS transfer_detect');
	system('psql', '-X', '-q', '-o', '/dev/null', (map { ('-v', lc($_) . "=$option{$_}") } qw(EVENTS AGENTS)), '-v', 'events_only=1', '-f', "$here/data.sql",
		'-v', "per_hour=$option{DOCUMENTS}", '-v', 'hours=1', '-f', "$here/warehouse.sql", '-f', "$here/pack.sql") == 0
		or die "goals.pl: the data could not be made\n";
	progress(sprintf 'data made in %.0f s', time - $started);
	hand_over($_) foreach 'events', 'warehouse', 'pack';
	for my $version (@versions)
	{
		prepare($session{$version});
	}
	$session{now}->ask(q{SELECT FROM create_document_index('warehouse') AS a, create_document_index('documents') AS b});
	$session{now}->ask("VACUUM ANALYZE $_") foreach 'warehouse', 'documents';
	progress(sprintf 'everybody has it after %.0f s', time - $started);
	return;
}

sub hand_over
{
	my ($table) = @_;
	my $time = q{to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')};
	my $row = $table eq 'events' ? "$time, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, agent_id, host_name"
		: $table eq 'warehouse' ? "$time, source_index, document" : '*';

	$session{now}->ask("\\copy (SELECT $row FROM $table) TO '$work/$table.csv' CSV\n");
	if ($session{before})
	{
		$session{before}->ask('CREATE EXTENSION IF NOT EXISTS transfer_detect; CREATE SCHEMA IF NOT EXISTS td_bench');
		$session{before}->ask($table eq 'pack' ? 'CREATE TABLE pack (rule int, query text)'
			: 'CREATE ' . ($table eq 'events' ? 'UNLOGGED' : '') . " TABLE $table ($columns{$table})");
		$session{before}->ask("\\copy $table FROM '$work/$table.csv' CSV\n");
		$session{before}->ask('CREATE INDEX ON warehouse (timestamp); CREATE INDEX ON warehouse (source_index, timestamp)') if $table eq 'warehouse';
		$session{before}->ask("VACUUM ANALYZE $table");
	}
	$columnar->request({ load => $table }) if $columnar && $table ne 'pack';
	unlink "$work/$table.csv";
	return;
}

# What each version needs besides: a table of documents alone, and to be asked whether it understands a query.
sub prepare
{
	my ($asked) = @_;

	$asked->ask('CREATE TABLE documents AS SELECT timestamp, document FROM warehouse');
	$asked->ask('CREATE INDEX ON documents (timestamp)');
	$asked->ask('VACUUM ANALYZE documents');
	$asked->ask(q{CREATE FUNCTION understands(query text) RETURNS boolean LANGUAGE plpgsql AS $$
		BEGIN PERFORM * FROM rule_check(query, 'td_bench.warehouse'); RETURN true;
		EXCEPTION WHEN OTHERS THEN RETURN false; END $$});
	$asked->ask(q{UPDATE rules SET enabled = false});
	return;
}

# --- Questions of one statement: what the work is, its yardstick and goal, processes, and SQL by column.

my $hour = q{'2026-11-20 09:00Z', '2026-11-20 10:00Z'};

sub aggregate_question
{
	my ($work_name, $goal, $cores, $group) = @_;
	my $ask = sub {
		return "SELECT $_[0] FROM events" if !defined $group;
		return "SELECT sum(c) FROM (SELECT $_[0] AS c FROM events GROUP BY $group) AS s";
	};

	return { work => $work_name, yardstick => 'count(agent)', goal => $goal, cores => $cores, sql => {
		yardstick => $ask->('count(agent_id)'), before => $ask->('distinct_count(agent_id)'), now => $ask->('distinct_count(agent_id)'),
		DuckDB => $ask->('count(DISTINCT agent_id)'), ClickHouse => $ask->('uniqExact(agent_id)') } };
}

# The shipped rule over documents by us, by hand, and as the columnar engines read JSON. $set is what our session is told.
sub document_question
{
	my ($work_name, $goal, $set, @left_out) = @_;
	my $ours = qq{SELECT result ->> 'cc', result ->> 'process.executable', result ->> 'process.parent.executable', result ->> 'process.command_line'
		FROM rule_groups((SELECT query FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'), 'td_bench.documents', $hour)
		WHERE place IS NOT NULL ORDER BY (result ->> 'cc')::int,
			(result ->> 'process.executable') COLLATE "C", (result ->> 'process.parent.executable') COLLATE "C", (result ->> 'process.command_line') COLLATE "C"
		LIMIT 100};	# which rule_groups() leaves to its caller
	my $other = sub {
		my ($table, $field, $list, $count, $collate) = @_;
		my ($e, $p, $l) = map { $field->(@$_) } [ 'process', 'executable' ], [ 'process', 'parent', 'executable' ], [ 'process', 'command_line' ];
		my ($os, $type, $action, $name) = map { $field->(@$_) } [ 'host', 'os', 'type' ], [ 'event', 'type', 0 ], [ 'event', 'action' ], [ 'process', 'name' ];
		my ($host, $agent) = map { $field->(@$_) } [ 'host', 'name' ], [ 'agent', 'id' ];

		return sprintf(qq{SELECT cc, e, p, l FROM (SELECT count(*) AS cc, $e AS e, $p AS p, $l AS l, $list AS hosts, $list AS agents FROM $table
			WHERE timestamp > '2026-11-20 09:00:00' AND timestamp <= '2026-11-20 10:00:00' AND $os = 'linux' AND $type = 'start' AND $action = 'exec'
				AND $name IN ('scp', 'ftp', 'sftp', 'vsftpd', 'sftp-server', 'rsync')
			GROUP BY $e, $p, $l HAVING $count = 1 AND count(*) < 5) AS s ORDER BY cc, e$collate, p$collate, l$collate LIMIT 100}, $host, $agent, $agent);
	};
	my $by_hand = sub { sprintf "(document #>> '{%s}')", join ',', @_ };
	my $duckdb = sub { sprintf "(document ->> '\$.%s')", join('.', @_) =~ s/\.(\d+)$/[$1]/r };
	my $clickhouse = sub { 'JSONExtractString(document, ' . join(', ', map { /^\d+$/ ? $_ + 1 : "'$_'" } @_) . ')' };

	my %sql = (
		yardstick => $other->('documents', $by_hand, 'array_agg(DISTINCT %s)', 'count(DISTINCT %s)', ' COLLATE "C"'), before => $ours, now => $ours,
		DuckDB => $other->('warehouse', $duckdb, 'list(DISTINCT %s)', 'count(DISTINCT %s)', ''),
		ClickHouse => $other->('warehouse', $clickhouse, 'groupUniqArray(%s)', 'uniqExact(%s)', ''));

	delete @sql{@left_out};
	return { work => $work_name, yardstick => 'SQL by hand', goal => $goal, cores => 1, set => $set, sql => \%sql };
}

# A goal is [what it says, sub]; the sub gets a row's medians by column, of elapsed and of processor time, and says
# whether it is reached. What one process does is compared by processor time, since others may use the machine.
sub goal
{
	my ($text, $reached) = @_;

	return [ $text, sub { $reached->(%{ $_[1] } ? $_[1] : $_[0]) } ];
}

sub times_yardstick
{
	my ($times) = @_;

	return goal("$times x the yardstick", sub { $_[0]{now} <= $times * $_[0]{yardstick} });
}

sub at_most
{
	my ($text, $ms) = @_;

	return goal($text, sub { $_[0]{now} <= $ms });
}

sub questions
{
	my $no_terms = 'SET enable_bitmapscan = off';	# by which alone a GIN index is read

	return (
		aggregate_question('agents, one group', times_yardstick(1.3), 1),
		aggregate_question('agents by 306 programs', times_yardstick(1.5), 1, 'process_name'),
		aggregate_question('agents by 306 programs, two workers', [ '1.5 x the yardstick, and DuckDB\'s time',
			sub { $_[0]{now} <= 1.5 * $_[0]{yardstick} && (!defined $_[0]{DuckDB} || $_[0]{now} <= $_[0]{DuckDB}) } ], 2, 'process_name'),
		document_question('the rule over documents', times_yardstick(0.5), $no_terms),
		document_question('the rule over documents, index of terms', times_yardstick(0.5), '', 'DuckDB', 'ClickHouse'));	# which are as above
}

# --- Measuring.

# {work}{column} = { ms => [...], cpu => [...], mb => peak }; the order of the works; what there is to say of them.
my (%figures, @works, %goals, %yardsticks);

sub add_work
{
	my ($name, $yardstick, $goal) = @_;

	push @works, $name;
	$yardsticks{$name} = $yardstick;
	$goals{$name} = $goal;
	return;
}

sub note
{
	my ($name, $column, $ms, $cpu, $mb) = @_;
	my $cell = $figures{$name}{$column} //= { ms => [], cpu => [] };

	push @{ $cell->{ms} }, $ms if defined $ms;
	push @{ $cell->{cpu} }, $cpu if defined $cpu;
	$cell->{mb} = $mb if defined $mb;
	return;
}

sub footprint_of
{
	my ($asked) = @_;

	return $asked->{footprint} //= Footprint->new($asked->ask('SELECT pg_backend_pid()')->[0]);
}

# Runs something in a session; returns elapsed and processor milliseconds, and what it returns.
sub timed
{
	my ($asked, $sql, $workers) = @_;
	my $footprint = footprint_of($asked);
	my $cpu = $footprint->processor_ms($workers);
	my $started = time;
	my $rows = $asked->ask($sql);
	my $ms = (time - $started) * 1000;

	sleep 0.05 if $workers;		# until the postmaster has seen them end
	return ($ms, defined $cpu ? $footprint->processor_ms($workers) - $cpu : undef, $rows);
}

# The same in a session of its own while somebody looks at its memory; returns the peak, and what it returns.
sub watched
{
	my ($version, @sql) = @_;
	my $asked = open_session($version);
	my $footprint = footprint_of($asked);
	my $watch = $footprint->watch;
	my @rows = map { $asked->ask($_) } @sql;
	my $mb = $footprint->peak_mb($watch);

	$asked->end;
	sleep 0.1;		# for its end not to be counted with what comes next
	return ($mb, $rows[-1]);
}

# Whether a contender has had its time: at least one run.
sub is_through
{
	my ($name, $column) = @_;
	my $ms = exists $figures{$name}{$column} ? $figures{$name}{$column}{ms} : [];

	return @$ms > 0 && sum(@$ms) > $option{PATIENCE} * 1000;
}

my $disagreements = 0;

sub compare_answers
{
	my ($name, $answers) = @_;
	my %by_answer;

	push @{ $by_answer{ $answers->{$_} } }, $_ foreach sort keys %$answers;
	return if keys %by_answer <= 1;
	$disagreements++;
	print "DISAGREE on \"$name\":\n";
	for my $answer (sort keys %by_answer)
	{
		print '    ', join(', ', @{ $by_answer{$answer} }), ': ', length $answer <= 400 ? $answer : substr($answer, 0, 400) . '...', "\n";
	}
	return;
}

sub run_questions
{
	my @questions = questions();

	add_work($_->{work}, $_->{yardstick}, $_->{goal}) foreach @questions;
	for my $round (0 .. $option{RUNS})
	{
		for my $question (@questions)
		{
			my %answers;

			for my $column (grep { exists $question->{sql}{$_} } 'yardstick', @versions, sort keys %engine)
			{
				next if is_through($question->{work}, $column);
				my $answer = ask_question($question, $column, $round);
				$answers{$column} = $answer if $column ne 'yardstick' || $question->{yardstick} eq 'SQL by hand';
			}
			compare_answers($question->{work}, \%answers) if $round == 0;
		}
		progress("questions: round $round of $option{RUNS}");
	}
	return;
}

# Asks one contender; round 0 warms up and looks at the memory.
sub ask_question
{
	my ($question, $column, $round) = @_;
	my $sql = $question->{sql}{$column};

	if ($engine{$column})
	{
		my $reply = $columnar->request({ engine => $column, threads => $question->{cores}, sql => $sql });
		note($question->{work}, $column, $reply->{ms}, $reply->{cpu}) if $round > 0;
		return join "\n", map { join '|', @$_ } @{ $reply->{rows} };
	}
	my $version = $column eq 'before' ? 'before' : 'now';
	my @set = ('SET max_parallel_workers_per_gather = ' . ($question->{cores} == 1 ? 0 : $question->{cores}), $column eq 'now' ? $question->{set} // '' : '');

	if ($round == 0)
	{
		my ($mb, $rows) = watched($version, @set, $sql);
		note($question->{work}, $column, undef, undef, $mb);
		return join "\n", @$rows;
	}
	$session{$version}->ask($_) foreach @set;
	my ($ms, $cpu) = timed($session{$version}, $sql, $question->{cores} > 1);
	$session{$version}->ask('RESET enable_bitmapscan; RESET max_parallel_workers_per_gather');
	note($question->{work}, $column, $ms, $cpu);
	return '';
}

# The pack of rules that both versions understand, one statement each: their sum, and the slowest of them.
sub run_pack
{
	my %queries = map { $_ => { map { split /\|/, $_, 2 } @{ $session{$_}->ask(q{SELECT rule || '|' || replace(query, E'\n', ' ') FROM pack WHERE understands(query)}) } } } @versions;
	my @rules = sort { $a <=> $b } grep { my $rule = $_; !grep { !exists $queries{$_}{$rule} } @versions } keys %{ $queries{now} };
	my ($all, $slowest) = (scalar(@rules) . ' rules of the pack', 'the slowest of these rules');
	my (%each, %answers);

	die "goals.pl: there are no rules that all versions understand\n" if !@rules;
	add_work($all, 'count(*) as often', at_most('5 s', 5000));
	add_work($slowest, 'count(*)', at_most('300 ms', 300));
	my $groups = sub {
		my ($rule) = @_;
		return "SELECT $rule, count(place), md5(string_agg(result::text, ' ' ORDER BY result::text)) FROM rule_groups("
			. "(SELECT query FROM pack WHERE rule = $rule), 'td_bench.warehouse', $hour)";
	};
	my $count = q{SELECT count(*) FROM warehouse WHERE timestamp > '2026-11-20 09:00Z' AND timestamp <= '2026-11-20 10:00Z'};

	$session{$_}->ask('SET max_parallel_workers_per_gather = 0') foreach @versions;
	for my $round (1 .. $option{RUNS})
	{
		my ($ms, $cpu) = timed($session{now}, $count);

		note($all, 'yardstick', $ms * @rules, defined $cpu ? $cpu * @rules : undef);
		note($slowest, 'yardstick', $ms, $cpu);
		for my $version (grep { !is_through($all, $_) } @versions)
		{
			my ($sum_ms, $sum_cpu) = (0, 0);
			my $footprint = footprint_of($session{$version});
			my $watch = $round == 1 ? $footprint->watch : undef;

			for my $rule (@rules)
			{
				my ($ms, $cpu, $rows) = timed($session{$version}, $groups->($rule));

				push @{ $each{$version}{$rule}{ms} }, $ms;
				push @{ $each{$version}{$rule}{cpu} }, $cpu if defined $cpu;
				$answers{$rule}{$version} = join ' ', @$rows;
				$sum_ms += $ms;
				$sum_cpu += $cpu // 0;
			}
			note($all, $version, $sum_ms, $sum_cpu > 0 ? $sum_cpu : undef, $watch ? $footprint->peak_mb($watch) : undef);
		}
		progress("pack: round $round of $option{RUNS}");
	}
	$session{$_}->ask('RESET max_parallel_workers_per_gather') foreach @versions;
	for my $version (@versions)
	{
		my ($rule) = sort { Contenders::median(@{ $each{$version}{$b}{ms} }) <=> Contenders::median(@{ $each{$version}{$a}{ms} }) } @rules;

		@{ $figures{$slowest}{$version} }{ 'ms', 'cpu' } = ($each{$version}{$rule}{ms}, $each{$version}{$rule}{cpu} // []);
	}
	compare_answers("rule $_ of the pack", $answers{$_}) foreach @rules;
	return;
}

# --- Filing.

my $flood_rule = q{FROM x | STATS cc = COUNT(*), process.executable = VALUES(process.executable), process.parent.executable = VALUES(process.parent.executable),
	host.name = VALUES(host.name), agent.id = VALUES(agent.id) BY process.command_line};

# Begins again: no alerts, no runs, one rule over an empty table.
sub begin_filing
{
	my ($asked, $interval) = @_;

	$asked->ask('TRUNCATE alerts, runs, checkpoints CASCADE');
	$asked->ask(q{DELETE FROM rules WHERE rule_id = 'flood'});
	$asked->ask('DROP TABLE IF EXISTS flood');
	$asked->ask('CREATE TABLE flood (timestamp timestamptz, process_command_line text, process_executable text, process_parent_executable text, host_name text, agent_id text)');
	$asked->ask('CREATE INDEX ON flood (timestamp)');
	$asked->ask(qq{INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled)
		VALUES ('flood', 'Flood', '$flood_rule', 'td_bench.flood', '$interval', '$interval', true)});
	return;
}

# Alerts that get an event a minute: what filing takes per alert when it has few hits, and when it has many.
sub run_hits
{
	my ($few, $many) = ('filing an alert with 10 hits', "filing an alert with $option{HITS} hits");
	my $start = q{'2026-11-20 00:00Z'::timestamptz};

	add_work($_, 'none', [ '0.1 ms', sub { $_[0]{now} <= 0.1 } ]) foreach $few, $many;
	for my $version (@versions)
	{
		begin_filing($session{$version}, '1 minute');
		$session{$version}->ask(qq{INSERT INTO flood SELECT $start + m * interval '1 minute' + interval '30 seconds', 'rsync ' || i, '/usr/bin/rsync', '/usr/bin/bash', 'h1', 'a1'
			FROM generate_series(0, $option{HITS} + $option{RUNS}) AS m, generate_series(1, $option{ALERTS}) AS i});
		$session{$version}->ask('ANALYZE flood');
	}
	my $file = sub {
		my ($version, $from, $to, $work_name) = @_;
		my (undef, $cpu, $rows) = timed($session{$version}, qq{SELECT extract(epoch FROM file_time) * 1000, alerts_created + alerts_extended, message
			FROM backfill('flood', $start + $from * interval '1 minute', $start + $to * interval '1 minute')});

		for my $row (@$rows)
		{
			my ($ms, $filed, $message) = split /\|/, $row;

			die "goals.pl: $version files $filed alerts and not $option{ALERTS}: $message\n" if $filed != $option{ALERTS};
			note($work_name, $version, $ms / $option{ALERTS}, defined $cpu ? $cpu / $option{ALERTS} : undef) if defined $work_name;
		}
	};
	my $done = 0;
	for my $stretch ([ 10, $few ], [ $option{HITS}, $many ])
	{
		my ($hits, $work_name) = @$stretch;

		# the last of these is hit number $hits - RUNS / 2: the median is of the windows around it
		for (my $until = $hits - 1 - int($option{RUNS} / 2); $done < $until;)
		{
			my $next = $done + 40 < $until ? $done + 40 : $until;

			$file->($_, $done, $next) foreach @versions;
			$done = $next;
		}
		for my $run (1 .. $option{RUNS})
		{
			$file->($_, $done, $done + 1, $work_name) foreach @versions;
			$done++;
		}
	}
	progress('alerts with many hits: done');
	return;
}

# A window of so many groups: all are new, then known, and in the next window all come again.
sub run_flood
{
	my @steps = (
		[ "flood of $option{FLOOD} groups: all new", q{SELECT sum(alerts_created) FROM run('flood', '2026-11-20 10:00Z')}, at_most('5 s', 5000) ],
		[ 'the same window again: all known', q{SELECT sum(known) FROM backfill('flood', '2026-11-20 09:00Z', '2026-11-20 10:00Z')}, at_most('5 s', 5000) ],
		[ 'the next window: all come again', q{SELECT sum(alerts_extended) FROM run('flood', '2026-11-20 11:00Z')}, at_most('5 s', 5000) ]);

	add_work($_->[0], 'none', $_->[2]) foreach @steps;
	for my $round (1 .. $option{RUNS})
	{
		for my $version (grep { !is_through($steps[0][0], $_) } @versions)
		{
			begin_filing($session{$version}, '1 hour');
			$session{$version}->ask(qq{INSERT INTO flood
				SELECT '2026-11-20 09:02Z'::timestamptz + h * interval '1 hour' + i * interval '50 minutes' / $option{FLOOD}, 'scp /dev/null ' || i || ':', '/usr/bin/scp', '/usr/bin/bash', 'h1', 'a1'
				FROM generate_series(0, 1) AS h, generate_series(1, $option{FLOOD}) AS i});
			$session{$version}->ask('ANALYZE flood');
			my $fresh = open_session($version);
			my $footprint = footprint_of($fresh);
			for my $step (@steps)
			{
				my $watch = $round == 1 ? $footprint->watch : undef;
				my ($ms, $cpu, $rows) = timed($fresh, $step->[1]);

				note($step->[0], $version, $ms, $cpu, $watch ? $footprint->peak_mb($watch) : undef);
				die "goals.pl: $version: $step->[0]: $rows->[0] and not $option{FLOOD}\n" if $rows->[0] != $option{FLOOD};
			}
			$fresh->end;
		}
		progress("flood: round $round of $option{RUNS}");
	}
	return;
}

# --- The report.

# Elapsed and processor milliseconds of a contender; how many runs, where it was fewer than of others.
sub cell
{
	my ($figures) = @_;

	return '' if !defined $figures || !@{ $figures->{ms} };
	my $text = Contenders::format_ms(Contenders::median(@{ $figures->{ms} }));
	$text .= ' (' . Contenders::format_ms(Contenders::median(@{ $figures->{cpu} })) . ')' if @{ $figures->{cpu} };
	$text .= ', runs: ' . @{ $figures->{ms} } if @{ $figures->{ms} } < $option{RUNS};
	return $text;
}

# How one contender's elapsed time is to another's, and the same of processor time.
sub ratio
{
	my ($one, $other) = @_;
	my @ratios = map { Contenders::median(@{ $one->{$_} }) / Contenders::median(@{ $other->{$_} }) } grep { @{ $one->{$_} } && @{ $other->{$_} } } 'ms', 'cpu';

	return join ' ', map { sprintf $_ == 0 ? '%s' : '(%s)', sprintf $ratios[$_] < 0.1 ? '%.3f' : '%.2f', $ratios[$_] } 0 .. $#ratios;
}

sub print_goals
{
	my @others = sort keys %engine;

	print "\n| work | yardstick | ", join(' | ', @versions == 2 ? $option{VERSION} : (), 'now'), @versions == 2 ? ' | now / before' : '',
		map({ " | $_" } @others), " | goal | now / yardstick | reached |\n|---|---|", '---|' x (@versions + (@versions == 2 ? 1 : 0) + @others + 3), "\n";
	for my $name (@works)
	{
		my $row = $figures{$name};
		my ($ms, $cpu) = map { my $what = $_; +{ map { $_ => Contenders::median(@{ $row->{$_}{$what} }) } grep { @{ $row->{$_}{$what} } } keys %$row } } 'ms', 'cpu';
		my $yardstick = $yardsticks{$name} eq 'none' ? '' : "$yardsticks{$name}: " . cell($row->{yardstick});

		print "| $name | $yardstick | ", join(' | ', map { cell($row->{$_}) } @versions),
			@versions == 2 ? ' | ' . ratio($row->{now}, $row->{before}) : '', map({ ' | ' . cell($row->{$_}) } @others),
			" | $goals{$name}[0] | ", exists $row->{yardstick} ? ratio($row->{now}, $row->{yardstick}) : '', ' | ', $goals{$name}[1]->($ms, $cpu) ? 'yes' : 'no', " |\n";
	}
	return;
}

sub print_memory
{
	print "\nMost memory of a session in MB, its workers included, shared buffers not:\n\n| work | ", join(' | ', @versions == 2 ? $option{VERSION} : (), 'now'),
		" |\n|---|", '---|' x @versions, "\n";
	for my $name (grep { defined $figures{$_}{now}{mb} } @works)
	{
		print "| $name | ", join(' | ', map { sprintf '%.0f', $figures{$name}{$_}{mb} // 0 } @versions), " |\n";
	}
	return;
}

sub print_head
{
	my ($versions) = @_;
	my ($server) = @{ $session{now}->ask('SHOW server_version') };
	my ($sizes) = @{ $session{now}->ask(q{SELECT string_agg(format('%s %s', relname, pg_size_pretty(pg_table_size(oid))), ', ' ORDER BY relname)
		FROM pg_class WHERE relnamespace = 'td_bench'::regnamespace AND relname IN ('events', 'warehouse', 'documents')}) };

	print "Milliseconds elapsed, and of processor time in parentheses: medians of $option{RUNS} runs in turn; fewer of what has taken more than $option{PATIENCE} s.\n",
		"Filing an alert is its share of its window; the processor time includes looking for it. Goals are compared by processor\n",
		"time; with two workers, and for filing an alert, by elapsed time.\n\n";
	print "- PostgreSQL $server", map({ ", $_ $versions->{$_}" } sort keys %$versions), '; ', Contenders::processor(), "\n";
	print "- EVENTS=$option{EVENTS} AGENTS=$option{AGENTS} DOCUMENTS=$option{DOCUMENTS} FLOOD=$option{FLOOD} ALERTS=$option{ALERTS}; $sizes\n";
	print "- without $_: $reasons{$_}\n" foreach sort keys %reasons;
	return;
}

# --- All of it.

my $began = time;
my %known_versions;

$session{$_} = open_session($_) foreach @versions;
$reasons{'an older version'} = $option{WHY} if @versions == 1;
if ($option{COLUMNAR} ne '')
{
	$columnar = Contenders->columnar($option{COLUMNAR}, $work);
	my $reply = $columnar->request({ versions => 1 });
	%known_versions = %{ $reply->{versions} };
	@reasons{ keys %{ $reply->{reasons} } } = values %{ $reply->{reasons} };
	%engine = map { $_ => 1 } keys %known_versions;
}
else
{
	@reasons{ 'DuckDB', 'ClickHouse' } = ('npm was not asked to install it') x 2;
}
make_data();
run_questions();
run_pack();
run_hits();
run_flood();
print_head(\%known_versions);
print_goals();
print_memory();
for my $version (@versions)
{
	$session{$version}->ask(q{TRUNCATE alerts, runs, checkpoints CASCADE});
	$session{$version}->ask(q{DELETE FROM rules WHERE rule_id = 'flood'});
	$session{$version}->ask('DROP SCHEMA td_bench CASCADE');
	$session{$version}->end;
}
$columnar->end if $columnar;
progress(sprintf 'all of it in %.0f s', time - $began);
print "\n", $disagreements == 0 ? 'All agree.' : "$disagreements questions on which they do not agree.", "\n";
exit($disagreements == 0 ? 0 : 1);
