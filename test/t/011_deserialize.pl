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
