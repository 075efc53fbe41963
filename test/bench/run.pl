#!/usr/bin/perl
#
# run.pl: asks every contender every question, in turn, and prints the medians as Markdown.
#
#	run.pl [NAME=VALUE ...]
#
# Works on the server that PGHOST and its like point to, where the extension can be created; test/bench/bench
# starts one. Makes its data in the schema td_bench and drops it at the end. Parameters:
#
#	EVENTS=5000000 AGENTS=20000 GROUPS=1000000 LONG=192 HOURLY=7000 HUGE=0    sizes; 0 leaves a part out
#	WAREHOUSE=50000 HOURS=24    documents an hour in jsonb, and hours of them; 0 leaves them out
#	BACKFILL=720     hours of backfill, up to 720
#	RUNS=5           timed runs of each; one more before them is not counted
#	SLOW=5           seconds from which on a contender gets every other run only
#	CORES=1,2        processes or threads that a contender may use
#	ONLY=regex       only questions whose name fits
#	COLUMNAR=dir     where npm has put @duckdb/node-api and chdb, for these two to take part
#	EXTRA='question: SQL'    one more contender, "yours", for the questions whose names begin so
#
# A contender that is exact has to give the same answer as the others: if one does not, the run fails.

use strict;
use warnings;

use Cwd 'abs_path';
use Digest::MD5 'md5_hex';
use File::Basename;
use File::Temp;
use Time::HiRes 'time';

use lib dirname(abs_path(__FILE__));
use Contenders;

my $here = dirname(abs_path($0));
my %option = (EVENTS => 5_000_000, AGENTS => 20_000, GROUPS => 1_000_000, LONG => 192, HOURLY => 7_000, HUGE => 0, WAREHOUSE => 50_000, HOURS => 24, BACKFILL => 720,
	RUNS => 5, SLOW => 5, CORES => '1,2', ONLY => '', COLUMNAR => '', EXTRA => '');
for my $argument (@ARGV)
{
	my ($name, $value) = $argument =~ /^([A-Z]+)=(.*)$/s;
	die "run.pl: unknown parameter \"$argument\"\n" if !defined $name || !exists $option{$name};
	$option{$name} = $value;
}
for my $name (qw(EVENTS AGENTS GROUPS LONG HOURLY HUGE WAREHOUSE HOURS BACKFILL RUNS SLOW))
{
	die "run.pl: $name has to be a number\n" if $option{$name} !~ /^\d+$/;
}
die "run.pl: EVENTS, AGENTS, GROUPS and RUNS have to be more than 0\n"
	if grep { $option{$_} == 0 } qw(EVENTS AGENTS GROUPS RUNS);
my @cores = split /,/, $option{CORES};

my $work = File::Temp->newdir('transfer_detect_bench.XXXXXX', TMPDIR => 1);
my $settings = q{SET jit = off; SET work_mem = '256MB'; SET timezone = 'UTC'; SET client_min_messages = warning;
	SET search_path = td_bench, transfer_detect, public};

my $psql = Contenders->psql;
my $columnar;

sub ask_psql
{
	return $psql->ask(@_);
}

sub progress
{
	print STDERR "@_\n";
	return;
}

# --- The data.

sub make_data
{
	my $started = time;

	ask_psql('CREATE EXTENSION IF NOT EXISTS transfer_detect');
	system('psql', '-X', '-q', '-o', '/dev/null', (map { ('-v', lc($_) . "=$option{$_}") } qw(EVENTS AGENTS GROUPS HUGE)),
		'-v', "long_text=$option{LONG}", '-f', "$here/data.sql") == 0
		or die "run.pl: data.sql failed\n";
	ask_psql($settings);
	ask_psql('CREATE UNLOGGED TABLE by_hand AS SELECT * FROM events ORDER BY timestamp');
	ask_psql(q{CREATE INDEX by_hand_rule ON by_hand (timestamp)
		INCLUDE (process_executable, process_parent_executable, process_command_line, agent_id, host_name)
		WHERE process_name IN ('scp', 'ftp', 'sftp', 'vsftpd', 'sftp-server', 'rsync') AND host_os_type = 'linux'
		AND event_type = 'start' AND event_action = 'exec'});
	ask_psql('CREATE STATISTICS by_hand_key (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM by_hand');
	ask_psql("VACUUM ANALYZE by_hand");
	for my $table ('events', 'lists')
	{
		ask_psql("SELECT FROM create_rule_index('unusual-file-transfer-utility-launched', '$table')");
		ask_psql("VACUUM ANALYZE $table");
	}
	make_history() if $option{HOURLY} > 0;
	make_warehouse() if $option{WAREHOUSE} > 0;
	progress(sprintf 'data made in %.0f s', time - $started);
	return;
}

# Tables with 1, 24 and 720 hours, of which the last is the same in all. The events of an hour are spread over it.
sub make_history
{
	for my $hours (1, 24, 720)
	{
		for my $shape ('time', 'rule', 'daily')
		{
			my $table = "${shape}_$hours";
			my $partitioned = $shape eq 'daily';

			ask_psql("CREATE UNLOGGED TABLE $table (LIKE events)") if !$partitioned;
			ask_psql("CREATE TABLE $table (LIKE events) PARTITION BY RANGE (timestamp)") if $partitioned;
			ask_psql(qq{SELECT format('CREATE UNLOGGED TABLE %I PARTITION OF $table FOR VALUES FROM (%L) TO (%L)',
				'${table}_' || n, '2026-11-20Z'::timestamptz - n * interval '1 day', '2026-11-21Z'::timestamptz - n * interval '1 day')
				FROM generate_series(0, ceil($hours / 24.0)::int) AS n \\gexec\n}) if $partitioned;
			ask_psql(qq{INSERT INTO $table
				SELECT '2026-11-20 10:00Z'::timestamptz - h * interval '1 hour' - (e.n - 1) * interval '1 hour' / $option{HOURLY},
					host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable,
					process_command_line, agent_id, host_name
				FROM generate_series($hours - 1, 0, -1) AS h, (SELECT *, row_number() OVER (ORDER BY timestamp) AS n FROM events ORDER BY timestamp LIMIT $option{HOURLY}) AS e});
			ask_psql("CREATE INDEX ON $table (timestamp)");
			ask_psql("SELECT FROM create_rule_index('unusual-file-transfer-utility-launched', '$table')") if $shape eq 'rule';
			ask_psql("VACUUM ANALYZE $table");
		}
	}
	return;
}

# Documents of twelve data streams, the pack of rules for them, and what asks the first so many rules of the last hour.
sub make_warehouse
{
	system('psql', '-X', '-q', '-o', '/dev/null', '-v', "per_hour=$option{WAREHOUSE}", '-v', "hours=$option{HOURS}", '-f', "$here/warehouse.sql", '-f', "$here/pack.sql") == 0
		or die "run.pl: warehouse.sql failed\n";
	ask_psql('CREATE TABLE by_stream (LIKE warehouse) PARTITION BY LIST (source_index)');
	ask_psql(q{SELECT format('CREATE TABLE by_stream_%s PARTITION OF by_stream FOR VALUES IN (%L)', row_number() OVER (), s.name)
		FROM (SELECT DISTINCT source_index AS name FROM warehouse) AS s \gexec
}); # gexec ends with its line
	ask_psql('INSERT INTO by_stream SELECT * FROM warehouse ORDER BY timestamp');
	ask_psql('CREATE INDEX ON by_stream (source_index, timestamp)');
	ask_psql('VACUUM ANALYZE by_stream');
	ask_psql('CREATE TABLE by_terms (LIKE warehouse)');
	ask_psql('INSERT INTO by_terms SELECT * FROM warehouse ORDER BY timestamp');
	ask_psql('CREATE INDEX ON by_terms (source_index, timestamp)');
	ask_psql(q{SELECT transfer_detect.create_document_index('by_terms')});
	ask_psql('VACUUM ANALYZE by_terms');
	ask_psql('CREATE VIEW streamless AS SELECT timestamp, document FROM warehouse');
	ask_psql(q{CREATE FUNCTION ask_pack(events regclass, rules int) RETURNS bigint LANGUAGE sql AS $$
		SELECT count(g.place) FROM generate_series(0, rules - 1) AS i JOIN td_bench.pack AS p ON p.rule = 1 + i % 30
		CROSS JOIN LATERAL transfer_detect_internal.rule_groups(p.query, events, '2026-11-20 09:00Z', '2026-11-20 10:00Z') AS g $$});
	return;
}

# --- The questions. A contender is [name, engine, SQL, exact]; sizes come with the question.

my $columns = 'process_executable, process_parent_executable, process_command_line';
my $names = q{'scp', 'ftp', 'sftp', 'vsftpd', 'sftp-server', 'rsync'};
my $no_index = 'SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;';

# The rule as SQL: %s are the table, the count and the lists in the dialect, and its HAVING.
sub rule_sql
{
	my ($table, $count, $hosts, $agents, $having, $start, $exec, $collate) = @_;

	return qq{SELECT count(*) AS cc, $count AS agents, $hosts AS hosts, $agents AS agent_ids, $columns
		FROM $table
		WHERE timestamp > '2026-11-20 09:00:00' AND timestamp <= '2026-11-20 10:00:00' AND host_os_type = 'linux'
			AND event_type = $start AND event_action = $exec AND process_name IN ($names)
		GROUP BY $columns HAVING $having AND count(*) < 5
		ORDER BY cc, } . join(', ', map { "$_$collate" } split(/, /, $columns)) . ' LIMIT 100';
}

sub plain_rule
{
	my ($table, $how, $start, $exec) = @_;
	my $hosts = q{array_to_string(array_agg(DISTINCT host_name COLLATE "C"), ',')};

	($start, $exec) = (q{'start'}, q{'exec'}) if !defined $start;
	return rule_sql($table, 'count(DISTINCT agent_id)', $hosts, q{array_to_string(array_agg(DISTINCT agent_id COLLATE "C"), ',')},
		'count(DISTINCT agent_id) = 1', $start, $exec, ' COLLATE "C"') if $how eq 'count';
	return rule_sql($table, '1', $hosts, 'min(agent_id)', 'min(agent_id) = max(agent_id)', $start, $exec, ' COLLATE "C"');
}

sub detect
{
	my ($table) = @_;

	return qq{SELECT event_count, agent_count, array_to_string(host_names, ','), array_to_string(agent_ids, ','), $columns
		FROM detect('$table', '2026-11-20 10:00Z')};
}

my $duckdb_rule = rule_sql('events', 'count(DISTINCT agent_id)', q{array_to_string(list_sort(list(DISTINCT host_name)), ',')},
	q{array_to_string(list_sort(list(DISTINCT agent_id)), ',')}, 'count(DISTINCT agent_id) = 1', q{'start'}, q{'exec'}, '');
my $clickhouse_rule = rule_sql('events', 'uniqExact(agent_id)', q{arrayStringConcat(arraySort(groupUniqArray(host_name)), ',')},
	q{arrayStringConcat(arraySort(groupUniqArray(agent_id)), ',')}, 'uniqExact(agent_id) = 1', q{'start'}, q{'exec'}, '');

my @rule_contenders = (
	[ 'count(DISTINCT)', 'PostgreSQL', $no_index . plain_rule('events', 'count'), 1 ],
	[ 'min = max', 'PostgreSQL', $no_index . plain_rule('events', 'min'), 1 ],
	[ 'transfer_detect', 'PostgreSQL', $no_index . detect('events'), 1 ],
	[ 'DuckDB', 'DuckDB', $duckdb_rule, 1 ],
	[ 'ClickHouse', 'ClickHouse', $clickhouse_rule, 1 ]);
my @indexed_contenders = (
	[ 'count(DISTINCT)', 'PostgreSQL', plain_rule('by_hand', 'count'), 1 ],
	[ 'min = max', 'PostgreSQL', plain_rule('by_hand', 'min'), 1 ],
	[ 'transfer_detect', 'PostgreSQL', detect('events'), 1 ],
	@rule_contenders[ 3, 4 ]);
my @list_contenders = (
	[ 'count(DISTINCT)', 'PostgreSQL', $no_index . plain_rule('lists', 'count', q{'{start}'}, q{'{exec}'}), 1 ],
	[ 'min = max', 'PostgreSQL', $no_index . plain_rule('lists', 'min', q{'{start}'}, q{'{exec}'}), 1 ],
	[ 'transfer_detect', 'PostgreSQL', $no_index . detect('lists'), 1 ]);
my @indexed_list_contenders = ([ 'transfer_detect', 'PostgreSQL', detect('lists'), 1 ]);

my $have_hll;

# Distinct values of a column, over the table or in groups.
sub distinct_contenders
{
	my ($table, $column, $group, $hash) = @_;
	my $count = sub {
		my ($what) = @_;

		return "SELECT $what FROM $table" if !defined $group;
		return "SELECT sum(c) FROM (SELECT $what AS c FROM $table GROUP BY $group) AS s";
	};
	my $first = defined $group ? "SELECT sum(c) FROM (SELECT count($column) AS c FROM (SELECT DISTINCT $group, $column FROM $table) AS d GROUP BY $group) AS s"
		: "SELECT count($column) FROM (SELECT DISTINCT $column FROM $table) AS d";
	# it sorts as count(DISTINCT) does: once is enough to see it
	my @array_agg = $table ne 'events' ? () :
		([ 'array_agg(DISTINCT)', 'PostgreSQL', $count->("cardinality(array_agg(DISTINCT $column))"), 1 ]);
	my @contenders = (
		[ 'count(x)', 'PostgreSQL', $count->("count($column)"), 0 ],
		[ 'count(DISTINCT)', 'PostgreSQL', $count->("count(DISTINCT $column)"), 1 ],
		@array_agg,
		[ 'DISTINCT first', 'PostgreSQL', $first, 1 ],
		[ 'transfer_detect', 'PostgreSQL', $count->("distinct_count($column)"), 1 ],
		[ 'DuckDB', 'DuckDB', $count->("count(DISTINCT $column)"), 1 ],
		[ 'ClickHouse', 'ClickHouse', $count->("uniqExact($column)"), 1 ]);

	push @contenders, [ 'hll (approximate)', 'PostgreSQL', $count->("round(hll_cardinality(hll_add_agg($hash($column))))"), 0 ]
		if $have_hll && defined $hash;
	return @contenders;
}

# Groups of one value only.
sub tiny_contenders
{
	my $having = sub { return "SELECT count(*) FROM (SELECT g FROM tiny GROUP BY g HAVING $_[0]) AS s" };

	return (
		[ 'count(x)', 'PostgreSQL', $having->('count(agent_id) = 1'), 0 ],
		[ 'count(DISTINCT)', 'PostgreSQL', $having->('count(DISTINCT agent_id) = 1'), 1 ],
		[ 'min = max', 'PostgreSQL', $having->('min(agent_id) = max(agent_id)'), 1 ],
		[ 'DISTINCT first', 'PostgreSQL', 'SELECT count(*) FROM (SELECT g FROM (SELECT DISTINCT g, agent_id FROM tiny) AS d GROUP BY g HAVING count(agent_id) = 1) AS s', 1 ],
		[ 'transfer_detect', 'PostgreSQL', $having->('distinct_count(agent_id) = 1'), 1 ],
		[ 'distinct_count(x, 2)', 'PostgreSQL', $having->('distinct_count(agent_id, 2) = 1'), 1 ],
		[ 'DuckDB', 'DuckDB', $having->('count(DISTINCT agent_id) = 1'), 1 ],
		[ 'ClickHouse', 'ClickHouse', $having->('uniqExact(agent_id) = 1'), 1 ]);
}

# Twenty evaluations in one query: a single one is over before it can be timed.
sub detect_often
{
	my ($table) = @_;

	return qq{SELECT d.event_count, array_to_string(d.agent_ids, ','), d.process_command_line
		FROM generate_series(1, 20) AS i, detect('$table', '2026-11-20 10:00Z'::timestamptz + i * interval '1 millisecond') AS d};
}

# As many hours as BACKFILL says, with a rule that finds nothing: what evaluation takes, without alerts.
sub backfill_contenders
{
	my $hours = $option{BACKFILL};
	my $rule = q{BEGIN; INSERT INTO rules (rule_id, name, query, events)
		SELECT 'bench-nothing', name, replace(query, 'cc < 5', 'cc < 0'), 'time_720' FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'; };
	my $backfill = qq{$rule SELECT count(*) FROM backfill('bench-nothing', '2026-11-20 10:00Z'::timestamptz - $hours * interval '1 hour', '2026-11-20 10:00Z'); ROLLBACK};

	return (
		[ 'detect(), hour by hour', 'PostgreSQL', qq{$rule SELECT count(d) FROM generate_series(1, $hours) AS h,
			detect('time_720', '2026-11-20 11:00Z'::timestamptz - h * interval '1 hour', 'bench-nothing') AS d; ROLLBACK}, 0 ],
		[ 'backfill(), hour by hour', 'PostgreSQL', qq{$rule SELECT count(b) FROM generate_series(1, $hours) AS h,
			backfill('bench-nothing', '2026-11-20 10:00Z'::timestamptz - h * interval '1 hour', '2026-11-20 11:00Z'::timestamptz - h * interval '1 hour') AS b; ROLLBACK}, 0 ],
		[ 'backfill()', 'PostgreSQL', $backfill, 0 ],
		[ 'without events_scanned', 'PostgreSQL', "SET transfer_detect.count_scanned = off; $backfill", 0 ]);
}

# One rule over the last hour of documents, by us, by hand, and as the columnar engines read JSON.
sub document_contenders
{
	my $hour = q{timestamp > '2026-11-20 09:00:00Z' AND timestamp <= '2026-11-20 10:00:00Z'};
	my $naive = $hour =~ s/Z'/'/gr;
	my $by = sub {
		my ($time, $status, $ip, $count, $order) = @_;

		return qq{SELECT $ip AS ip, count(*) AS n, $count AS pages FROM warehouse WHERE $time AND source_index = 'logs-nginx.access-default' AND $status IN (403, 404, 500)
			GROUP BY $ip HAVING $count > 1 ORDER BY $order};
	};

	return (
		[ 'transfer_detect', 'PostgreSQL', q{SELECT result ->> 'source.ip', result ->> 'n', result ->> 'pages' FROM transfer_detect_internal.rule_groups(
			'FROM logs-nginx.access-* | WHERE http.response.status_code IN (403, 404, 500) | STATS n = COUNT(*), pages = COUNT_DISTINCT(url.path) BY source.ip | WHERE pages > 1',
			'warehouse', '2026-11-20 09:00Z', '2026-11-20 10:00Z') WHERE place IS NOT NULL ORDER BY (result ->> 'source.ip') COLLATE "C"}, 1 ],
		[ 'by hand', 'PostgreSQL', $by->($hour, q{(document #>> '{http,response,status_code}')::int}, q{(document #>> '{source,ip}')},
			q{count(DISTINCT document #>> '{url,path}')}, q{(document #>> '{source,ip}') COLLATE "C"}), 1 ],
		[ 'DuckDB', 'DuckDB', $by->($naive, q{(document ->> '$.http.response.status_code')::int}, q{(document ->> '$.source.ip')}, q{count(DISTINCT document ->> '$.url.path')}, 'ip'), 1 ],
		[ 'ClickHouse', 'ClickHouse', $by->($naive, q{JSONExtractInt(document, 'http', 'response', 'status_code')}, q{JSONExtractString(document, 'source', 'ip')},
			q{uniqExact(JSONExtractString(document, 'url', 'path'))}, 'ip'), 1 ]);
}

# All questions: [table of the report, name, contenders].
sub questions
{
	my @questions = (
		[ 'The rule over the hour', 'rule', \@rule_contenders ],
		[ 'The rule over the hour', 'rule, with an index', \@indexed_contenders ],
		[ 'The rule over the hour', 'rule, event.type and event.action are lists', \@list_contenders ],
		[ 'The rule over the hour', 'rule, lists, with an index', \@indexed_list_contenders ],
		[ 'Exact distinct counts', 'agents (text UUID), one group', [ distinct_contenders('events', 'agent_id', undef, 'hll_hash_text') ] ],
		[ 'Exact distinct counts', 'agents (text UUID) by program', [ distinct_contenders('events', 'agent_id', 'process_name', 'hll_hash_text') ] ]);

	for my $type ([ 'bigint', 'b', 'hll_hash_bigint' ], [ 'uuid', 'u', undef ], [ 'short text', 's', 'hll_hash_text' ],
		[ "text of $option{LONG} bytes", 'l', 'hll_hash_text' ])
	{
		push @questions,
			[ 'Exact distinct counts', "$type->[0], one group", [ distinct_contenders('typed', $type->[1], undef, $type->[2]) ] ],
			[ 'Exact distinct counts', "$type->[0], 306 groups", [ distinct_contenders('typed', $type->[1], 'g', $type->[2]) ] ];
	}
	push @questions, [ 'Many tiny groups', "groups of one agent among $option{GROUPS}", [ tiny_contenders() ] ];
	if ($option{HUGE} > 0)
	{
		push @questions,
			[ 'Exact distinct counts', "bigint, $option{HUGE} distinct", [ distinct_contenders('huge', 'b', undef, 'hll_hash_bigint') ] ],
			[ 'Exact distinct counts', "text UUID, $option{HUGE} distinct", [ distinct_contenders('huge', 't', undef, 'hll_hash_text') ] ];
	}
	for my $shape ($option{HOURLY} > 0 ? ([ 'time', 'index on the time' ], [ 'rule', 'rule index' ], [ 'daily', 'daily partitions' ]) : ())
	{
		push @questions, [ 'Growth: twenty evaluations of the hourly rule on a table of many hours', "growth, $shape->[1]",
			[ map { [ "$_ h", 'PostgreSQL', detect_often("$shape->[0]_$_"), 1 ] } 1, 24, 720 ] ];
	}
	if ($option{WAREHOUSE} > 0)
	{
		push @questions, [ 'Rules over an hour of documents', 'web requests that fail, by address', [ document_contenders() ] ],
			map { [ 'Growth with rules', "rules of the pack: $_", [ [ 'transfer_detect', 'PostgreSQL', "SELECT ask_pack('warehouse', $_)", 1 ],
				[ 'partitions', 'PostgreSQL', "SELECT ask_pack('by_stream', $_)", 1 ],
				[ 'index of terms', 'PostgreSQL', "SELECT ask_pack('by_terms', $_)", 1 ],
				[ 'no data streams', 'PostgreSQL', "SELECT ask_pack('streamless', $_)", 0 ] ] ] } 1, 10, 100;
	}
	push @questions, [ "$option{BACKFILL} hours evaluated", "backfill, $option{BACKFILL} hours", [ backfill_contenders() ] ]
		if $option{HOURLY} > 0 && $option{BACKFILL} > 0;
	if ($option{EXTRA} ne '')
	{
		my ($prefix, $sql) = $option{EXTRA} =~ /^([^:]+):\s*(.+)$/s or die "run.pl: EXTRA has to be 'question: SQL'\n";
		my @fitting = grep { index($_->[1], $prefix) == 0 } @questions;

		die "run.pl: no question begins with \"$prefix\"\n" if !@fitting;
		push @{ $_->[2] }, [ 'yours', 'PostgreSQL', $sql, 1 ] foreach @fitting;
	}
	return grep { $_->[1] =~ /$option{ONLY}/ } @questions;
}

# --- Asking.

# Asks one contender; returns the milliseconds and the answer as text.
sub ask
{
	my ($contender, $cores) = @_;
	my (undef, $engine, $sql) = @$contender;

	if ($engine eq 'PostgreSQL')
	{
		my $set = $sql =~ s/^((?:SET [^;]+;\s*)+)// ? $1 : '';

		ask_psql('SET max_parallel_workers_per_gather = ' . ($cores == 1 ? 0 : $cores));
		ask_psql($set) if $set ne '';
		my $started = time;
		my $rows = ask_psql($sql);
		my $ms = (time - $started) * 1000;
		ask_psql('RESET enable_indexscan; RESET enable_indexonlyscan; RESET enable_bitmapscan; RESET transfer_detect.count_scanned')
			if $set ne '';
		return ($ms, join("\n", @$rows));
	}
	my $reply = $columnar->request({ engine => $engine, threads => $cores + 0, sql => $sql });
	return ($reply->{ms}, join("\n", map { join '|', @$_ } @{ $reply->{rows} }));
}

my $disagreements = 0;

# The exact contenders of a question have to agree; says so if not.
sub check_answers
{
	my ($question, $answers) = @_;
	my %by_answer;

	for my $contender (grep { $_->[3] } @{ $question->[2] })
	{
		push @{ $by_answer{ $answers->{ $contender->[0] } } }, $contender->[0] if exists $answers->{ $contender->[0] };
	}
	die "run.pl: question \"$question->[1]\" finds nothing, with which everybody agrees: more EVENTS are needed\n"
		if exists $by_answer{''};
	return if keys %by_answer <= 1;
	$disagreements++;
	print "DISAGREE on \"$question->[1]\":\n";
	for my $answer (sort keys %by_answer)
	{
		my $short = length($answer) <= 60 ? $answer : substr($answer, 0, 57) . '... (md5 ' . md5_hex($answer) . ')';

		print "    ", join(', ', @{ $by_answer{$answer} }), ": $short\n";
	}
	return;
}

# Asks everything, round by round; returns {question}{cores}{contender} = [ms, ...] and the answers.
sub run_questions
{
	my ($questions, $engines) = @_;
	my (%times, %answers, %slow);

	for my $round (0 .. $option{RUNS})
	{
		for my $question (@$questions)
		{
			for my $cores (@cores)
			{
				for my $contender (grep { $engines->{ $_->[1] } } @{ $question->[2] })
				{
					my $asked = "$question->[1]|$cores|$contender->[0]";

					next if $slow{$asked} && $round % 2 == 0;
					my ($ms, $answer) = ask($contender, $cores);

					$slow{$asked} = 1 if $ms > $option{SLOW} * 1000;
					push @{ $times{ $question->[1] }{$cores}{ $contender->[0] } }, $ms if $round > 0;
					$answers{ $question->[1] }{ $contender->[0] } = $answer;
				}
				check_answers($question, $answers{ $question->[1] }) if $round == 0;
			}
		}
		progress($round == 0 ? 'warm-up done' : "run $round of $option{RUNS} done");
	}
	return (\%times, \%answers);
}

# --- The report.

# One table: a row a question and number of cores, a column a contender; ratios to ours, the fastest in bold.
sub print_table
{
	my ($title, $questions, $times) = @_;
	my (@columns, %seen);

	for my $question (@$questions)
	{
		push @columns, grep { !$seen{$_}++ && exists $times->{ $question->[1] }{ $cores[0] }{$_} } map { $_->[0] } @{ $question->[2] };
	}
	print "\n### $title\n\n| | cores | ", join(' | ', @columns), " |\n|---|---|", '---|' x @columns, "\n";
	for my $question (@$questions)
	{
		my %exact = map { $_->[0] => $_->[3] } @{ $question->[2] };

		for my $cores (@cores)
		{
			my %ms = map { $_ => Contenders::median(@{ $times->{ $question->[1] }{$cores}{$_} }) } keys %{ $times->{ $question->[1] }{$cores} };
			my ($best) = ((sort { $ms{$a} <=> $ms{$b} } grep { $exact{$_} } keys %ms), '');
			my $base = exists $ms{transfer_detect} ? $ms{transfer_detect} : $ms{ $columns[0] };
			my @cells = map {
				!exists $ms{$_} ? '' : sprintf($_ eq $best ? '**%s** (%.2f)' : '%s (%.2f)', Contenders::format_ms($ms{$_}), $ms{$_} / $base)
			} @columns;

			print "| $question->[1] | $cores | ", join(' | ', @cells), " |\n";
		}
	}
	return;
}

sub print_head
{
	my ($versions, $reasons) = @_;
	my $cpu = Contenders::processor();
	my ($server) = @{ ask_psql('SHOW server_version') };
	my ($extension) = @{ ask_psql(q{SELECT extversion FROM pg_extension WHERE extname = 'transfer_detect'}) };
	my ($buffers) = @{ ask_psql('SHOW shared_buffers') };
	my ($sizes) = @{ ask_psql(q{SELECT string_agg(format('%s %s', relname, pg_size_pretty(pg_table_size(oid))), ', ' ORDER BY relname)
		FROM pg_class WHERE relnamespace = 'td_bench'::regnamespace AND relkind = 'r' AND relname IN ('events', 'lists', 'typed', 'tiny', 'huge', 'warehouse')}) };
	my ($index) = @{ ask_psql(q{SELECT pg_size_pretty(sum(pg_relation_size(indexrelid))) FROM pg_index WHERE indrelid = 'td_bench.events'::regclass}) };

	my $fewer = int(($option{RUNS} + 1) / 2);

	print "Milliseconds, medians of $option{RUNS} interleaved runs ($fewer from $option{SLOW} s on) after one that does not count; in parentheses the ratio to transfer_detect",
		" (where it takes no part, to the first column). The fastest exact contender is in bold.\n\n";
	print "- PostgreSQL $server, transfer_detect $extension", map({ ", $_ $versions->{$_}" } sort keys %$versions), "; $cpu\n";
	print "- shared_buffers $buffers, work_mem 256MB, jit off; as many parallel workers (PostgreSQL) or threads as cores, none for one core\n";
	print "- EVENTS=$option{EVENTS} AGENTS=$option{AGENTS} GROUPS=$option{GROUPS} LONG=$option{LONG} HOURLY=$option{HOURLY} HUGE=$option{HUGE} WAREHOUSE=$option{WAREHOUSE} HOURS=$option{HOURS}; $sizes; rule indexes on events $index\n";
	print "- without $_: $reasons->{$_}\n" foreach sort keys %$reasons;
	return;
}

# --- All of it.

my %engines = (PostgreSQL => 1);
my (%versions, %reasons);

$have_hll = ask_psql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'hll'})->[0];
if ($have_hll)
{
	ask_psql('SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS hll SCHEMA public');
	$versions{hll} = ask_psql(q{SELECT extversion FROM pg_extension WHERE extname = 'hll'})->[0];
}
else
{
	$reasons{hll} = 'the extension is not installed (Debian: postgresql-NN-hll)';
}
make_data();
if ($option{COLUMNAR} ne '')
{
	$columnar = Contenders->columnar($option{COLUMNAR}, $work);
	my $reply = $columnar->request({ versions => 1 });
	@versions{ keys %{ $reply->{versions} } } = values %{ $reply->{versions} };
	@reasons{ keys %{ $reply->{reasons} } } = values %{ $reply->{reasons} };
	@engines{ keys %{ $reply->{versions} } } = (1) x keys %{ $reply->{versions} };
	for my $table ('events', 'typed', 'tiny', $option{HUGE} > 0 ? 'huge' : (), $option{WAREHOUSE} > 0 ? 'warehouse' : ())
	{
		my $row = $table eq 'events' ? q{to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), host_os_type, event_type,
			event_action, process_name, process_executable, process_parent_executable, process_command_line, agent_id, host_name}
			: $table eq 'warehouse' ? q{to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), source_index, document} : '*';

		$row =~ s/\s+/ /g;
		ask_psql("\\copy (SELECT $row FROM $table) TO '$work/$table.csv' CSV\n");
		$columnar->request({ load => $table });
		unlink "$work/$table.csv";
	}
	progress('data handed over');
}
else
{
	@reasons{ 'DuckDB', 'ClickHouse' } = ('npm was not asked to install it') x 2;
}

my @questions = questions();
die "run.pl: ONLY fits no question's name\n" if !@questions;
my ($times) = run_questions(\@questions, \%engines);
print_head(\%versions, \%reasons);
my %printed;
for my $title (grep { !$printed{$_}++ } map { $_->[0] } @questions)
{
	print_table($title, [ grep { $_->[0] eq $title } @questions ], $times);
}
ask_psql('DROP SCHEMA td_bench CASCADE');
$psql->end;
$columnar->end if defined $columnar;
print "\n", $disagreements == 0 ? 'The exact contenders agree.' : "$disagreements questions on which they do not agree.", "\n";
exit($disagreements == 0 ? 0 : 1);
