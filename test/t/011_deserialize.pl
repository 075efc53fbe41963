# States of the distinct aggregates as an attacker would write them.  SQL cannot
# call functions with arguments of type internal, so a library for this test does.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $compiler = $ENV{CC} || 'cc';
plan skip_all => "no compiler ($compiler)" if system("$compiler --version >/dev/null 2>&1") != 0;

my $directory = PostgreSQL::Test::Utils::tempdir;
chmod 0755, $directory;
my $library = "$directory/states.so";
append_to_file("$directory/states.c", <<'C');
#include "postgres.h"
#include "fmgr.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(add_state);
PG_FUNCTION_INFO_V1(write_state);

static Datum
call(FunctionCallInfo from, const char *name, Datum first, bool isnull, Datum second)
{
	FmgrInfo   *function = palloc(sizeof(FmgrInfo));
	LOCAL_FCINFO(fcinfo, 2);
	Oid			procedure = DatumGetObjectId(DirectFunctionCall1(regprocin, CStringGetDatum(name)));

	fmgr_info(procedure, function);
	InitFunctionCallInfoData(*fcinfo, function, 2, InvalidOid, from->context, NULL);
	fcinfo->args[0].value = first;
	fcinfo->args[0].isnull = isnull;
	fcinfo->args[1].value = second;
	fcinfo->args[1].isnull = false;
	return FunctionCallInvoke(fcinfo);
}

/* (internal, bytea) -> internal */
Datum
add_state(PG_FUNCTION_ARGS)
{
	Datum		state = call(fcinfo, "distinct_deserialize", PG_GETARG_DATUM(1), false, 0);

	return call(fcinfo, "distinct_combine", PG_ARGISNULL(0) ? 0 : PG_GETARG_DATUM(0), PG_ARGISNULL(0), state);
}

/* (internal) -> bytea */
Datum
write_state(PG_FUNCTION_ARGS)
{
	return call(fcinfo, "distinct_serialize", PG_GETARG_DATUM(0), PG_ARGISNULL(0), 0);
}
C
my $include = `$ENV{PG_CONFIG} --includedir-server` if $ENV{PG_CONFIG};
$include = `pg_config --includedir-server` unless $include;
chomp $include;
system($compiler, '-shared', '-fPIC', '-O1', "-I$include", '-include', 'postgres.h', '-include', 'utils/builtins.h',
	"$directory/states.c", '-o', $library) == 0 or BAIL_OUT('the library for this test does not compile');
chmod 0755, $library;

my $node = PostgreSQL::Test::Cluster->new('deserialize');
$node->init;
$node->start;
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION transfer_detect;
ALTER DATABASE postgres SET search_path = transfer_detect, transfer_detect_internal, public;
SET search_path = transfer_detect, transfer_detect_internal, public;
CREATE FUNCTION add_state(internal, bytea) RETURNS internal LANGUAGE c AS '$library', 'add_state';
CREATE FUNCTION write_state(internal) RETURNS bytea LANGUAGE c AS '$library', 'write_state';
SQL
my $add = (split ' ', $node->safe_psql('postgres', q{SELECT aggtransfn FROM pg_aggregate WHERE aggfnoid = 'distinct_count(anyelement)'::regprocedure}))[0];
my $result = $node->safe_psql('postgres', q{SELECT aggfinalfn FROM pg_aggregate WHERE aggfnoid = 'distinct_count(anyelement)'::regprocedure});
$node->safe_psql('postgres', <<"SQL");
CREATE AGGREGATE count_states(bytea) (sfunc = add_state, stype = internal, finalfunc = $result);
CREATE AGGREGATE state(anyelement) (sfunc = $add, stype = internal, finalfunc = write_state);
SQL

# Gives the SQLSTATE of an error, or the result.
sub try
{
	my ($sql) = @_;
	my ($code, $out, $err) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$sql");
	return $out if $code == 0 && $err eq '';
	return $err =~ /ERROR:\s+(\w{5})/ ? $1 : "died: $err";
}

is(try(q{SELECT count_states(s) FROM (SELECT state(i) AS s FROM generate_series(1, 9) AS i) AS x}), '9', 'a state of integers is read');
is(try(q{SELECT count_states(s) FROM (SELECT state(ARRAY[ROW(i)]) AS s FROM generate_series(1, 9) AS i) AS x}), '9',
	'a state of records is read by the process that wrote it');

# ---- records of another process ----

my $records = $node->safe_psql('postgres', q{SELECT state(ARRAY[ROW(i)]) FROM generate_series(1, 9) AS i});
is(try("SELECT count_states('$records')"), '22P03', 'a state of records is not read by another process');
my $crafted = '5444530104000b0000000000000000000100000000000000ffffffffffffffff39000000000000000400ef080000000000000038e00000000100000000000000'
	. 'c908000001000000010000000100000001000000c9080000ffffffff00000200000c18000100000002000000';
is(try("SELECT count_states(s::bytea) FROM unnest(ARRAY['\\x$crafted', '\\x$crafted']) AS s"), '22P03', 'nor one that nobody wrote');

# ---- types and collations that do not exist ----

my $text = $node->safe_psql('postgres', q{SELECT state('a'::text COLLATE "C")});
(my $type = $text) =~ s/0019000000/00ffffff00/;
(my $collation = $text) =~ s/00b6030000/00ffffff00/;
isnt($type, $text, 'the type is in the label');
isnt($collation, $text, 'so is the collation');
is(try("SELECT count_states('$type')"), '42704', 'a type that does not exist');
is(try("SELECT count_states('$collation')"), '42704', 'a collation that does not exist');

# ---- good states, changed ----

# Each is written, changed and read by one statement.  The values of anonymous records stay as they are: they are read
# by the process that wrote them only, which trusts them, and nobody else can write them.
# TD_STATE_TRIES is how many statements, TD_STATE_SEED the first number of the random ones.
my $tries = $ENV{TD_STATE_TRIES} // 3000;
my $seed = $ENV{TD_STATE_SEED} // int(rand(1_000_000));
note("TD_STATE_SEED=$seed TD_STATE_TRIES=$tries");
srand($seed);
$node->safe_psql('postgres', <<'SQL');
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN age AS integer CHECK (VALUE >= 0);
CREATE FUNCTION changed(state bytea, places integer[], masks integer[], length integer) RETURNS bytea LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. cardinality(places) LOOP
		state := set_byte(state, places[i] % octet_length(state), get_byte(state, places[i] % octet_length(state)) # masks[i]);
	END LOOP;
	RETURN CASE WHEN length IS NULL THEN state
		WHEN length < 0 THEN state || substr(state, 1, -length)
		ELSE substr(state, 1, length % octet_length(state)) END;
END $$;
SQL
my @values = ('i', 'i::text', 'i::numeric', 'i::float8', 'md5(i::text)::uuid', 'int4range(i, 9)', "interval '1 s' * i", 'ARRAY[i]', 'ARRAY[i::text, NULL]', 'ROW(i)', 'ROW(i, i::text)',
	'ARRAY[ROW(i)]', "ROW(i, 'x')::pair", "ARRAY[ROW(i, 'x')::pair]", "'glad'::mood", "ARRAY['sad'::mood]", 'i::age', '(i || \'.0.0.1\')::inet', "jsonb_build_object('a', i)", 'repeat(i::text, 3000)', 'i::bit(7)');
my %anonymous = map { $_ => 1 } 'ROW(i)', 'ROW(i, i::text)', 'ARRAY[ROW(i)]';
my (@statements, %outcome);
foreach my $number (1 .. $tries)
{
	my $value = $values[ $number % @values ];
	my $size = (1, 5, 5, 200)[ rand 4 ];
	my $count = 1 + int rand 3;
	my @places = map { int rand($anonymous{$value} ? 41 : rand() < 0.5 ? 64 : 5000) } 1 .. $count;
	my @masks = map { (1, 2, 4, 128, 255, 1 + int rand 255)[ rand 6 ] } 1 .. $count;
	my $length = rand() < 0.1 ? int(rand 400) - 100 : 'NULL';
	my $changed = sprintf('changed(s, ARRAY[%s], ARRAY[%s], %s)', join(',', @places), join(',', @masks), $length);

	# with the good one too, so that both are combined, in either order
	$changed = rand() < 0.3 ? "unnest(ARRAY[$changed, s])" : rand() < 0.3 ? "unnest(ARRAY[s, $changed])" : $changed;
	# states of several groups have the numbers of their strings
	my $group = rand() < 0.3 ? 'GROUP BY i % 3' : '';
	push @statements, "SELECT count_states(c) FROM (SELECT $changed AS c FROM (SELECT state($value) AS s FROM generate_series(1, $size) AS i $group) AS x) AS y;";
}
my (undef, $out, $err) = $node->psql('postgres', join("\n", "\\set VERBOSITY sqlstate", "SET statement_timeout = '60s';", @statements), on_error_stop => 0);
foreach (split /\n/, $out) { $outcome{read}++ }
$outcome{$_}++ foreach $err =~ /ERROR:\s+(\w{5})/g;
note(join(', ', map { "$_: $outcome{$_}" } sort keys %outcome));
# class 42: the label names another type or collation, which does not exist, does not fit, or cannot be counted
my @wrong = grep { !/^(?:read|22...|42704|42804|42883|42P22)$/ } keys %outcome;
is("@wrong", '', 'a changed state is read, or is an error of its data');
is(scalar(split /\n/, $out) + scalar(() = $err =~ /ERROR: /g), $tries, 'each statement has one or the other');
cmp_ok($outcome{'22P03'} // 0, '>', $tries / 20, 'many are refused');
unlike($err, qr/WARNING|server closed|terminated/, 'and the server goes on');

# ---- records between a leader and its workers ----

is(try(<<'SQL'), '3', 'records travel between the processes of a query');
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
ALTER FUNCTION distinct_combine(internal, internal) COST 1;
ALTER FUNCTION distinct_serialize(internal) COST 1;
CREATE TABLE observed AS SELECT i FROM generate_series(1, 20000) AS i;
ANALYZE observed;
SELECT distinct_count(ARRAY[ROW(i % 3)]) FROM observed;
SQL

done_testing();
