# Events spread over servers: a table whose partitions are foreign tables on three others. Queries and the shipped rule
# give the same rows as over one table; conditions and aggregates are computed where the rows are; few bytes travel; and no
# window is settled while another server may bring events of it.
#
# TD_SHARD_EVENTS is how many events there are, TD_SHARD_SEED the first of the random numbers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use Meter;
use Spread;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $hub = new_node('hub');
$hub->append_conf('postgresql.conf', "jit = off\n");
$hub->start;
$hub->psql('postgres', 'CREATE EXTENSION postgres_fdw') == 0 or do { $hub->stop; plan skip_all => 'postgres_fdw is not installed' };

my $events = $ENV{TD_SHARD_EVENTS} // 12000;
my $seed = $ENV{TD_SHARD_SEED} // int(rand(1_000_000));
note("TD_SHARD_SEED=$seed TD_SHARD_EVENTS=$events");

# ---- the servers ----

$hub->safe_psql('postgres', qq{
	CREATE EXTENSION transfer_detect;
	CREATE TABLE ev ($spread_columns) PARTITION BY LIST (server);
	CREATE TABLE hashed ($spread_columns) PARTITION BY HASH (agent_id);
	CREATE TABLE docs (timestamp timestamptz NOT NULL, document jsonb, server integer NOT NULL) PARTITION BY LIST (server);
	CREATE TABLE launches (LIKE ev) PARTITION BY LIST (server)});
my (@servers, @meters);
foreach my $n (1 .. 3)
{
	my $server = new_node("shard_$n");

	$server->append_conf('postgresql.conf', "jit = off\nmax_prepared_transactions = 5\n");
	$server->start;
	$server->safe_psql('postgres', qq{
		CREATE EXTENSION transfer_detect;
		CREATE TABLE ev ($spread_columns); CREATE TABLE hashed ($spread_columns); CREATE TABLE launches ($spread_columns);
		CREATE TABLE docs (timestamp timestamptz NOT NULL, document jsonb, server integer NOT NULL)});
	my $meter = Meter->new($server);
	my ($port, $i) = ($meter->port, $n - 1);
	my $address = "host '127.0.0.1', port '$port', dbname 'postgres'";

	$hub->safe_psql('postgres', qq{
		CREATE SERVER shard_$n FOREIGN DATA WRAPPER postgres_fdw OPTIONS ($address, extensions 'transfer_detect', async_capable 'true',
			fetch_size '10000', batch_size '1000', use_remote_estimate 'true', fdw_tuple_cost '0.01');
		CREATE USER MAPPING FOR PUBLIC SERVER shard_$n OPTIONS (user CURRENT_USER);
		CREATE FOREIGN TABLE ev_$n PARTITION OF ev FOR VALUES IN ($n) SERVER shard_$n OPTIONS (table_name 'ev');
		CREATE FOREIGN TABLE hashed_$n PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER $i) SERVER shard_$n OPTIONS (table_name 'hashed');
		CREATE FOREIGN TABLE docs_$n PARTITION OF docs FOR VALUES IN ($n) SERVER shard_$n OPTIONS (table_name 'docs');
		CREATE FOREIGN TABLE launches_$n PARTITION OF launches FOR VALUES IN ($n) SERVER shard_$n OPTIONS (table_name 'launches')} =~ s/CURRENT_USER/"'" . $hub->safe_psql('postgres', 'SELECT current_user') . "'"/er);
	push @servers, $server;
	push @meters, $meter;
}

make_events($hub, $events, $seed);
$hub->safe_psql('postgres', q{
	INSERT INTO ev TABLE one;
	INSERT INTO hashed TABLE one;
	INSERT INTO docs TABLE one_docs;
	ANALYZE});
$_->safe_psql('postgres', 'ANALYZE') foreach @servers;
is($hub->safe_psql('postgres', 'SELECT count(*) FROM ev'), $events, 'the events are spread');

# ---- the same rows as over one table ----

my $shipped = $hub->safe_psql('postgres', "SELECT query FROM transfer_detect.rules WHERE rule_id = '$rule'");
my @queries = ($shipped, @spread_queries);

# The rows of a query over a relation, in no order.
sub rows_of
{
	my ($query, $relation, $settings) = @_;
	my ($status, $out, $err) = $hub->psql('postgres', "$settings SET client_min_messages = error;\nSELECT string_agg(r::text, E'\\n' ORDER BY r::text COLLATE \"C\") FROM transfer_detect.esql(\$query\$$query\$query\$, '2026-11-20 10:00Z', '$relation') AS r");

	return $status == 0 ? $out : "error: $err";
}
sub plan_of
{
	my ($query, $relation) = @_;
	return $hub->safe_psql('postgres', "SELECT explained(transfer_detect.esql_sql(\$query\$$query\$query\$, '2026-11-20 10:00Z', '$relation'))");
}

# All of them in one session, with the rows of one table kept. A query that differs is shown.
$hub->safe_psql('postgres', q{CREATE TABLE query (query text, relation regclass, single regclass, wanted text)});
foreach my $case ((map { [ 'ev', 'one', $_ ], [ 'hashed', 'one', $_ ] } @queries, @spread_numbers), map { [ 'docs', 'one_docs', $_ ] } @queries, @spread_by_document)
{
	my ($relation, $single, $query) = @$case;

	$hub->safe_psql('postgres', "INSERT INTO query VALUES (\$query\$$query\$query\$, '$relation', '$single')");
}
$hub->safe_psql('postgres', 'SET client_min_messages = error; UPDATE query SET wanted = rows_of(query, single)');
my %split;
foreach my $cost ('0', '1000')
{
	$hub->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (SET fdw_tuple_cost '$cost')") foreach 1 .. 3;
	is($hub->safe_psql('postgres', q{SET client_min_messages = error;
		SELECT format(E'%s: %s\n%s\nand not\n%s', relation, query, got, wanted) FROM query, LATERAL (SELECT rows_of(query, relation) OFFSET 0) AS r(got) WHERE got IS DISTINCT FROM wanted LIMIT 3}),
		'', "the same rows as over one table where a row costs $cost");
	is($hub->safe_psql('postgres', qq{SET client_min_messages = error;
		SELECT format(E'%s, exceptions %s:\\n%s\\nand not\\n%s', c.relation, e.event, filed(r.query, c.relation, e.event, e.grouped), filed(r.query, c.single, e.event, e.grouped))
		  FROM transfer_detect.rules AS r, (VALUES ('ev'::regclass, 'one'::regclass), ('hashed', 'one'), ('docs', 'one_docs')) AS c(relation, single),
			(VALUES ('{}'::text[], '{}'::text[]), (ARRAY['process.name == "rsync"'], ARRAY['process.command_line == "command 1"'])) AS e(event, grouped)
		 WHERE r.rule_id = '$rule' AND (filed(r.query, c.relation, e.event, e.grouped) = filed(r.query, c.single, e.event, e.grouped)) IS NOT TRUE}),
		'', "the same groups, counts, times, hits and events for a run where a row costs $cost");
	$split{$cost} = $hub->safe_psql('postgres', q{
		SELECT count(*) FROM query WHERE relation <> 'docs'::regclass
		   AND EXISTS (SELECT FROM explained(transfer_detect.esql_sql(query, '2026-11-20 10:00Z', relation)) AS l(line) WHERE line LIKE '%Aggregate on%')});
}
note(scalar(@queries) . ' queries, ' . $hub->safe_psql('postgres', 'SELECT count(*) FROM query') . ' with their relations');
note("plans with aggregates of other servers: $split{0} where rows are cheap, $split{1000} where they are dear");
cmp_ok($split{1000}, '>', 30, 'most queries are aggregated where the rows are');
cmp_ok($split{1000}, '>', $split{0}, 'if the planner thinks that cheaper');

# ---- what is sent ----

my $plan = plan_of($shipped, 'ev');
my @remote = $plan =~ /Remote SQL: (.*)/g;
is(scalar @remote, 3, 'the shipped rule asks each server once');
like($_, qr/distinct_set_agg\(agent_id, '?2'?::bigint\).*WHERE (?=.*esql_is\(transfer_detect_internal\.esql_stored_single\(event_type\), 'start'::text\))(?=.*process_name = ANY).*GROUP BY/s, 'for its sets, with all conditions') foreach @remote;
unlike($plan, qr/^\s*Filter: .*(?:event_type|process_name)/m, 'and nothing of them is left to do here');
$plan = plan_of($shipped, 'docs');
@remote = $plan =~ /Remote SQL: (.*)/g;
is(scalar @remote, 3, 'over documents too');
like($_, qr/WHERE (?=.*host\.os\.type)(?=.*event\.type)(?=.*event\.action)(?=.*process\.name.*rsync)/, 'with all conditions') foreach @remote;
unlike($plan, qr/^\s*Filter: .*document_test/m, 'and nothing of them is left to do here');
like(plan_of('FROM logs-endpoint.events.process-* | WHERE TO_LOWER(process.name) == "scp" | STATS n = COUNT()', 'ev'),
	qr/Remote SQL: SELECT count\(\*\) FROM public\.ev WHERE \(\(transfer_detect_internal\.esql_lower\(process_name\) = 'scp'(?:::text)?\)\)/, 'letters are made small there');
like(plan_of('FROM logs-endpoint.events.process-* | WHERE TO_LOWER(process.name) == "scp" | STATS n = COUNT()', 'docs'),
	qr/Remote SQL: SELECT count\(\*\) FROM public\.docs WHERE .*"lower =", "scp"/, 'of documents too');
like(plan_of('FROM logs-endpoint.events.process-* | STATS agents = COUNT_DISTINCT(agent.id) BY process.name', 'hashed'),
	qr/Remote SQL: SELECT transfer_detect\.distinct_count\(agent_id\), process_name/, 'numbers add up where an agent is on one server');
like(plan_of('FROM logs-endpoint.events.process-* | STATS names = VALUES(process.name), load = SUM(load) BY agent.id', 'hashed'),
	qr/Remote SQL: SELECT transfer_detect\.distinct_values\(process_name\), transfer_detect_internal\.esql_sum\(/, 'and whole groups are computed there');
is($hub->safe_psql('postgres', q{SELECT transfer_detect.distinct_set_count(transfer_detect.distinct_set_agg(agent_id)) = (SELECT count(DISTINCT agent_id) FROM one) FROM ev}), 't', 'sets of one\'s own');

# What the servers send for few groups, by sets, by numbers, and as rows.
my %bytes;
foreach my $way ([ rows => 'ev', '0' ], [ sets => 'ev', '1000' ], [ numbers => 'hashed', '1000' ])
{
	my ($name, $relation, $cost) = @$way;

	$hub->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (SET fdw_tuple_cost '$cost', SET use_remote_estimate 'false')") foreach 1 .. 3;
	$_->sent foreach @meters;
	my $query = 'FROM logs-endpoint.events.process-* | WHERE host.os.type IS NOT NULL | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id) BY host.os.type';
	my $split = plan_of($query, $relation) =~ /Aggregate on/;

	$_->sent foreach @meters;
	rows_of($query, $relation, '');
	$bytes{$name} += $_->sent foreach @meters;
	is($split ? 'aggregates' : 'rows', $name eq 'rows' ? 'rows' : 'aggregates', "$name: what travels");
}
note(join ', ', map { "$_: $bytes{$_} bytes" } sort keys %bytes);
cmp_ok($bytes{sets} * 10, '<', $bytes{rows}, 'sets are a tenth of the rows at most');
cmp_ok($bytes{numbers}, '<', $bytes{sets}, 'and numbers are less');
$hub->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (SET fdw_tuple_cost '0.01')") foreach 1 .. 3;

# A reader without rights on the partitions, and one whom row security keeps from rows, get what they may see.
$hub->safe_psql('postgres', q{
	CREATE ROLE reader; GRANT SELECT ON ev TO reader; GRANT SELECT ON one TO reader});
$hub->safe_psql('postgres', "ALTER USER MAPPING FOR PUBLIC SERVER shard_$_ OPTIONS (ADD password_required 'false')") foreach 1 .. 3;
my $count = 'FROM logs-endpoint.events.process-* | STATS n = COUNT(), agents = COUNT_DISTINCT(agent.id) BY host.os.type';
$hub->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (SET fdw_tuple_cost '1000')") foreach 1 .. 3;
same_lines(rows_of($count, 'ev', 'SET ROLE reader;'), rows_of($count, 'one', ''), 'a reader without rights on the partitions');
$hub->safe_psql('postgres', q{ALTER TABLE ev ENABLE ROW LEVEL SECURITY; ALTER TABLE one ENABLE ROW LEVEL SECURITY;
	GRANT SELECT ON ev_1, ev_2, ev_3 TO reader;
	CREATE POLICY linux ON ev USING (host_os_type = 'linux'); CREATE POLICY linux ON one USING (host_os_type = 'linux')});
my $seen = rows_of($count, 'ev', 'SET ROLE reader;');
same_lines($seen, rows_of($count, 'one', 'SET ROLE reader;'), 'row security holds');
is(scalar(split /\n/, $seen), 1, 'and leaves one group');

# Row security of a partition does not hold for who reads the table, and is none of a query's business.
$hub->safe_psql('postgres', q{ALTER TABLE ev DISABLE ROW LEVEL SECURITY; ALTER TABLE one DISABLE ROW LEVEL SECURITY;
	CREATE TABLE ev_4 PARTITION OF ev FOR VALUES IN (4);
	INSERT INTO ev SELECT timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, 'local ' || agent_id,
		host_name, source_ip, bytes, load, exit_code, elevated, 4 FROM ev_1 WHERE agent_id IS NOT NULL LIMIT 50;
	GRANT SELECT ON ev_4 TO reader});
my $parted = sub { $hub->safe_psql('postgres', "SET ROLE reader; SELECT transfer_detect.esql_sql(\$query\$$count\$query\$, events => 'ev') LIKE '%ev\\_4%'") };
my $without = rows_of($count, 'ev', 'SET ROLE reader;');
is($parted->(), 't', 'a table with a partition here is read by its partitions');
$hub->safe_psql('postgres', q{ALTER TABLE ev_4 ENABLE ROW LEVEL SECURITY; CREATE POLICY nothing ON ev_4 TO reader USING (false)});
is($parted->(), 'f', 'but not if one has row security');
same_lines(rows_of($count, 'ev', 'SET ROLE reader;'), $without, 'so its events are counted as a SELECT of the table counts them');
$hub->safe_psql('postgres', q{DROP TABLE ev_4});
$hub->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (SET fdw_tuple_cost '0.01')") foreach 1 .. 3;

# ---- late commits on other servers ----

$hub->safe_psql('postgres', qq{
	CREATE FUNCTION last_run() RETURNS text LANGUAGE sql AS \$\$ SELECT status || ' ' || settled || ' ' || evaluations || ' ' || groups FROM transfer_detect.runs ORDER BY id DESC LIMIT 1 \$\$;
	UPDATE transfer_detect.rules SET enabled = rule_id = '$rule';
	UPDATE transfer_detect.rules SET events = 'launches' WHERE rule_id = '$rule'});
my $launch = sub {
	my ($n, $command, $at) = @_;
	return "INSERT INTO launches (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, agent_id, host_name, server)
		VALUES ('$at', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', '/bin/bash', '$command', 'agent', 'host', $n);";
};
my $run = sub {
	my ($as_of) = @_;
	return $hub->psql('postgres', "SET transfer_detect.remote_grace = '20000d'; SELECT status, settled, message FROM transfer_detect.run('$rule', '$as_of')");
};
my (undef, $out) = $run->('2026-11-20 10:00Z');
like($out, qr/^succeeded\|f\|not settled, so it will be evaluated again: server shard_1 cannot be asked .*server shard_3/, 'servers that cannot be asked leave a window unsettled, and it says so');
is((split /\n/, ($hub->psql('postgres', "SET transfer_detect.remote_grace = 0; SELECT settled FROM transfer_detect.run('$rule', '2026-11-20 10:00Z')"))[1])[0], 't', 'until the time of grace is over');

foreach my $n (1 .. 3)
{
	my $port = $meters[ $n - 1 ]->port;

	$hub->safe_psql('postgres', qq{
		CREATE SERVER watch_$n FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');
		CREATE USER MAPPING FOR PUBLIC SERVER watch_$n OPTIONS (user '} . $hub->safe_psql('postgres', 'SELECT current_user') . qq{');
		CREATE SCHEMA watch_$n;
		IMPORT FOREIGN SCHEMA transfer_detect LIMIT TO (open_transactions) FROM SERVER watch_$n INTO watch_$n});
}
(undef, $out) = $run->('2026-11-20 11:00Z');
like($out, qr/^succeeded\|t\|public\.launches has no events in the window/,
	'servers that have no transaction in flight have told all');

# one in flight
my $session = $servers[0]->background_psql('postgres');
$session->query_safe('BEGIN;' . $launch->(1, 'scp in flight', '2026-11-20 11:30Z'));
(undef, $out) = $run->('2026-11-20 12:00Z');
like($out, qr/^succeeded\|f\|not settled, so it will be evaluated again: server shard_1 has a transaction in flight that may bring events(?!.*server)/, 'a transaction in flight on another server leaves a window unsettled');
$session->query_safe('COMMIT');
$session->quit;
(undef, $out) = $run->('2026-11-20 12:00Z');
is((split /\|/, $out)[1], 't', 'when it has ended, the window is evaluated again, and is settled');
is($hub->safe_psql('postgres', q{SELECT string_agg(process_command_line, ',') FROM transfer_detect.alerts}), 'scp in flight', 'with the alert that it brought');

# an answer that is long under way
$servers[0]->safe_psql('postgres', q{
	ALTER VIEW transfer_detect.open_transactions RENAME TO at_once;
	CREATE FUNCTION transfer_detect.slowly() RETURNS SETOF transfer_detect.at_once LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM transfer_detect.at_once; PERFORM pg_sleep(3); END $$;
	CREATE VIEW transfer_detect.open_transactions AS SELECT * FROM transfer_detect.slowly()});
$session = $servers[0]->background_psql('postgres');
$session->query_safe('BEGIN;' . $launch->(1, 'scp under way', '2026-11-20 12:05Z'));
(undef, $out) = $run->('2026-11-20 12:30Z');
like($out, qr/^succeeded\|f\|not settled.*server shard_1 has a transaction in flight/, 'a transaction that began just before the run, told by an answer that took long');
$session->query_safe('ROLLBACK');
$session->quit;
$servers[0]->safe_psql('postgres', q{
	DROP VIEW transfer_detect.open_transactions;
	DROP FUNCTION transfer_detect.slowly();
	ALTER VIEW transfer_detect.at_once RENAME TO open_transactions});
$run->('2026-11-20 12:30Z');

# one that is prepared
$servers[1]->safe_psql('postgres', 'BEGIN;' . $launch->(2, 'scp prepared', '2026-11-20 12:30Z') . "PREPARE TRANSACTION 'later'");
(undef, $out) = $run->('2026-11-20 13:00Z');
like($out, qr/^succeeded\|f\|.*server shard_2 has a transaction in flight/, 'a prepared transaction does the same');
(undef, $out) = $run->('2026-11-20 13:00Z');
like($out, qr/^succeeded\|f\|.*server shard_2 has a transaction in flight/, 'for as long as it is there');
$servers[1]->safe_psql('postgres', "COMMIT PREPARED 'later'");
(undef, $out) = $run->('2026-11-20 13:00Z');
is((split /\|/, $out)[1], 't', 'then the window is settled');
is($hub->safe_psql('postgres', q{SELECT string_agg(process_command_line, ',' ORDER BY id) FROM transfer_detect.alerts}), 'scp in flight,scp prepared', 'and complete');

# a run that is not the first statement of its transaction may see an old state of the others
$hub->safe_psql('postgres', "BEGIN; SELECT count(*) FROM launches; SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-20 14:00Z'); COMMIT");
is($hub->safe_psql('postgres', 'SELECT settled, message LIKE \'%may have been read before this run%\' FROM transfer_detect.runs ORDER BY id DESC LIMIT 1'), 'f|t', 'nothing is settled after other reads in the transaction');
$run->('2026-11-20 14:00Z');
is($hub->safe_psql('postgres', 'SELECT last_run()'), 'succeeded true 2 0', 'the next run settles it');

# a table that somebody else has made tells nothing
$hub->safe_psql('postgres', q{CREATE ROLE stranger; GRANT USAGE ON FOREIGN SERVER watch_3 TO stranger; ALTER FOREIGN TABLE watch_3.open_transactions OWNER TO stranger; GRANT USAGE ON SCHEMA watch_3 TO stranger});
(undef, $out) = $run->('2026-11-20 15:00Z');
like($out, qr/server shard_3 cannot be asked/, 'a table of a stranger is not asked');
$hub->safe_psql('postgres', q{ALTER FOREIGN TABLE watch_3.open_transactions OWNER TO CURRENT_USER});
$run->('2026-11-20 15:00Z');

# ---- a server that is down ----

$servers[2]->safe_psql('postgres', $launch->(3, 'scp from a server that was down', '2026-11-20 15:30Z'));
$servers[2]->stop;
(undef, $out) = $run->('2026-11-20 16:00Z');
like($out, qr/^failed\|/, 'a window fails if a server is down');
is($hub->safe_psql('postgres', 'SELECT status, sqlstate FROM transfer_detect.runs ORDER BY id DESC LIMIT 1'), 'failed|08001', 'that is recorded');
$servers[2]->start;
(undef, $out) = $run->('2026-11-20 16:00Z');
like($out, qr/^succeeded\|t\|/, 'and made up for');
is($hub->safe_psql('postgres', q{SELECT count(*) FROM transfer_detect.alerts WHERE process_command_line = 'scp from a server that was down'}), 1, 'with its alert');
is($hub->safe_psql('postgres', q{SELECT count(*) FROM transfer_detect.alerts AS a, transfer_detect.alert_events(a.id) AS e}), 3, 'the events behind the alerts are found');

# ---- ingest into a partition on another server ----

$hub->safe_psql('postgres', q{
	CREATE FOREIGN TABLE transfer_detect.events_far PARTITION OF transfer_detect.events FOR VALUES FROM ('2026-11-20 10:01Z') TO ('2026-11-20 10:03Z')
	SERVER shard_1 OPTIONS (schema_name 'transfer_detect', table_name 'events')});
my $documents = join "\n", map { sprintf '{"@timestamp": "2026-11-20T10:%02d:%02dZ", "event": {"id": "%d"}}', $_ / 60, $_ % 60, $_ } 1 .. 300;
is($hub->safe_psql('postgres', "SELECT * FROM transfer_detect.ingest('$documents')"), '300|0|0', 'documents for a partition on another server');
is($servers[0]->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.events'), 120, 'are there');
is($hub->safe_psql('postgres', "SELECT * FROM transfer_detect.ingest('$documents\n{\"\@timestamp\": \"2026-11-20T10:01:00.5Z\"}')"), '1|300|0', 'and are known when they come again');

# Whatever keeps a document out over there, only one that is there is a duplicate. The others are rejected, and say why.
my $ingested = sub {
	my (@what) = @_;
	my $text = join "\n", map { my ($second, $id, $host) = @$_; sprintf '{"@timestamp": "2026-11-20T10:02:%02dZ", "event": {"id": "%s"}, "host": {"id": "%s"}}', $second, $id, $host } @what;

	return $hub->safe_psql('postgres', "TRUNCATE transfer_detect.rejected_documents; SELECT * FROM transfer_detect.ingest('$text');
		SELECT DISTINCT reason FROM transfer_detect.rejected_documents ORDER BY reason");
};
my $not_there = 'the event was not stored, and none with its time and key is there (A trigger or a unique index, which may be on another server, has kept it out.)';
my $far = sub { $servers[0]->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.events') };
my $had = $far->();
$servers[0]->safe_psql('postgres', q{CREATE UNIQUE INDEX another ON transfer_detect.events_default (host_id)});
same_lines($ingested->([ 1, 'a', 'same' ], [ 2, 'b', 'same' ]), "1|0|1\n$not_there", 'another unique index of the other server');
is($far->(), $had + 1, 'the first of them is there');
same_lines($ingested->([ 1, 'a', 'same' ], [ 1, 'a', 'same' ], [ 3, 'c', 'other' ]), '1|2|0', 'and is known when it comes again');
same_lines($ingested->(map { [ $_ % 50, "many $_", $_ % 90 ] } 1 .. 200), "90|0|110\n$not_there", 'and so with many');
is($far->(), $had + 92, 'which are there');
$servers[0]->safe_psql('postgres', q{DROP INDEX transfer_detect.another;
	CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN new.host_id <> 'dropped' THEN new END; END $$;
	CREATE TRIGGER keep_out BEFORE INSERT ON transfer_detect.events FOR EACH ROW EXECUTE FUNCTION keep_out()});
same_lines($ingested->([ 4, 'd', 'dropped' ], [ 5, 'e', 'kept' ], [ 1, 'a', 'same' ]), "1|1|1\n$not_there", 'a trigger of the other server');
same_lines($ingested->(map { [ $_ % 50, "more $_", $_ == 77 ? 'dropped' : 'kept' ] } 1 .. 200), "199|0|1\n$not_there", 'one of many');
same_lines($ingested->(map { [ $_ % 50, "more $_", $_ == 77 ? 'dropped' : 'kept' ] } 1 .. 201), "1|199|1\n$not_there", 'and all of them again');
$servers[0]->safe_psql('postgres', q{DROP TRIGGER keep_out ON transfer_detect.events});
is($hub->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.rejected_documents; SELECT * FROM transfer_detect.retry_rejected()'), "1\n1|0|0", 'what was rejected can be tried again');

# Without ON CONFLICT the other server's error does not say whose index it was.
$hub->safe_psql('postgres', q{
	CREATE FUNCTION as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
	CREATE TRIGGER as_it_is BEFORE INSERT ON transfer_detect.events_far FOR EACH ROW EXECUTE FUNCTION as_it_is()});
$servers[0]->safe_psql('postgres', q{CREATE UNIQUE INDEX another ON transfer_detect.events_default (host_id) WHERE host_id = 'same'});
same_lines($ingested->([ 1, 'a', 'same' ], [ 6, 'f', 'same' ], [ 7, 'g', 'free' ]), "1|1|1\nduplicate key value violates unique constraint \"another\"", 'with a trigger here');

$_->stop foreach @meters, @servers, $hub;
done_testing();
