# The house: one version everywhere, and an extension that can be installed, dropped, installed again,
# dumped and restored, and that says what each of its objects is.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# --- The version is the same wherever it stands.

my ($version) = slurp_file('transfer_detect.control') =~ /^default_version = '([^']+)'$/m;
like($version, qr/^\d+\.\d+\.\d+$/, 'the control file has a version');

my $meta = slurp_file('META.json');
my @meta_versions = $meta =~ /^\t{1,3}"version": "([^"]+)",?$/mg;
# the last of the three is the version of the META format
is_deeply([ @meta_versions[ 0, 1 ] ], [ $version, $version ], 'META.json has the same version, twice');
like($meta, qr{"file": "sql/transfer_detect--\Q$version\E\.sql"}, 'META.json names the install script');

my ($newest) = slurp_file('CHANGELOG.md') =~ /^## (\S+)/m;
is($newest, $version, 'the newest entry of the changelog is this version');
like(slurp_file('README.md'), qr/\b\Q$version\E\b/, 'the README has this version');

# --- The extension in a database.

my $node = PostgreSQL::Test::Cluster->new('house');
$node->init;
$node->start;

# Every object of the extension that a user can see, and has no comment. Left out: sequences of identity
# columns, whose table has one, and what belongs to a table (row types, indexes, TOAST).
my $without_comment = q{
	SELECT pg_describe_object(d.classid, d.objid, 0)
	  FROM pg_depend d JOIN pg_extension x ON d.refobjid = x.oid
	 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND x.extname = 'transfer_detect'
	   AND obj_description(d.objid, d.classid::regclass::name) IS NULL
	   AND NOT EXISTS (SELECT FROM pg_class c
						WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('S', 'i', 't', 'c'))
	   AND NOT EXISTS (SELECT FROM pg_type t
						WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
						  AND (t.typelem <> 0 AND t.typarray = 0 OR t.typrelid <> 0
							   AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) <> 'c'))
	 ORDER BY 1};
my $object_count = q{
	SELECT count(*) FROM pg_depend d JOIN pg_extension x ON d.refobjid = x.oid
	 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND x.extname = 'transfer_detect'};
# What stands in the schema, whoever it belongs to.
my $left_over = q{
	SELECT pg_describe_object(o.classid, o.oid, 0) FROM (
		SELECT 'pg_class'::regclass AS classid, oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('transfer_detect', 'transfer_detect_internal'))
		UNION ALL
		SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('transfer_detect', 'transfer_detect_internal'))
		UNION ALL
		SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('transfer_detect', 'transfer_detect_internal'))
		UNION ALL
		SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('transfer_detect', 'transfer_detect_internal'))) o
	 ORDER BY 1};

$node->safe_psql('postgres', 'CREATE DATABASE first; CREATE DATABASE second; CREATE DATABASE restored');
$node->safe_psql('first', 'CREATE EXTENSION transfer_detect');
is($node->safe_psql('first', q{SELECT extversion FROM pg_extension WHERE extname = 'transfer_detect'}),
	$version, 'CREATE EXTENSION installs this version');
my $objects = $node->safe_psql('first', $object_count);
cmp_ok($objects, '>', 3, 'it has objects');
is($node->safe_psql('first', $without_comment), '', 'every one has a comment');

# A foreign key would refuse rows of a dump that pg_restore brings with several jobs (see sql/references.sql).
is($node->safe_psql('first', q{
		SELECT c.conname FROM pg_constraint AS c
		 WHERE c.contype = 'f' AND c.connamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('transfer_detect', 'transfer_detect_internal'))}),
	'', 'no table has a foreign key');

# What users call stands apart from what only the extension calls. The aggregates and functions of sets alone are 17, since each
# form with at_most counts.
my $public = $node->safe_psql('first', q{SELECT count(*) FROM pg_proc WHERE pronamespace = 'transfer_detect'::regnamespace});
cmp_ok($public, '<=', 60, "the schema that users see has at most 60 functions ($public)");
is($node->safe_psql('first', q{
		SELECT p.oid::regprocedure FROM pg_proc AS p
		 WHERE p.pronamespace = 'transfer_detect'::regnamespace
		   AND (p.proname ~ '^esql_(?!sql$)' OR obj_description(p.oid, 'pg_proc') ~* '^(part of|trigger)' AND p.proname !~ '^inbox_')}),
	'', 'and none that is only part of something');

# What newer versions of PostgreSQL than 15 do not take as the name of a parameter.
my $reserved = q{'{json,json_array,json_arrayagg,json_exists,json_object,json_objectagg,json_query,json_scalar,json_serialize,json_table,json_value,merge_action,graph_table,system_user}'};
is($node->safe_psql('first', qq{
		SELECT p.oid::regprocedure || ': ' || n.name FROM pg_proc AS p CROSS JOIN LATERAL unnest(p.proargnames) AS n(name)
		 WHERE p.pronamespace::regnamespace::text ~ '^transfer_detect' AND n.name = ANY (${reserved}::text[])}),
	'', 'and no parameter has a name that a newer PostgreSQL reserves');

# The field list came through whole: its rows, types and the mark for several values. The one exception is
# event.action, a list for Elastic Defend and so for us.
my @rows = grep { !/^#/ } map { split /\n/, slurp_file($_) } 'sql/ecs-fields.tsv', 'sql/integration-fields.tsv';
s/^(event\.action\t\w+\t)$/$1list/ for @rows;
s/^(event\.action\t.*\t)$/$1list/ foreach @rows;	# Elastic Defend sends lists, see sql/schema.sql
my $list = join "\n", sort @rows;
is( $node->safe_psql('first', q{
		SELECT field || E'\t' || type || E'\t' || CASE WHEN multivalued THEN 'list' ELSE '' END
		  FROM transfer_detect.fields ORDER BY field COLLATE "C"}),
	$list, 'the table fields holds the field list');

my ($status, $out, $err) = $node->psql('first', 'CREATE EXTENSION transfer_detect');
isnt($status, 0, 'a second CREATE EXTENSION in the same database fails');
like($err, qr/already exists/, 'and says why');
($status, $out, $err) = $node->psql('second', 'CREATE SCHEMA other; CREATE EXTENSION transfer_detect SCHEMA other');
like($err, qr/must be installed in schema "transfer_detect"/, 'it goes into its own schema only');

# --- Dropped and installed again, and a second database beside the first.

$node->safe_psql('second', 'CREATE EXTENSION transfer_detect');
$node->safe_psql('second', 'DROP EXTENSION transfer_detect');
is($node->safe_psql('second', $left_over), '', 'DROP EXTENSION leaves nothing in the schema');
$node->safe_psql('second', 'CREATE EXTENSION transfer_detect');
is($node->safe_psql('second', $object_count), $objects, 'it can be installed again');

# --- What users put into the tables, and change in the rows that come with the extension, survives pg_dump
# and restore, once and unchanged.

$node->safe_psql('first', q{
	INSERT INTO transfer_detect.fields (field, type, multivalued) VALUES ('house.colour', 'keyword', true);
	INSERT INTO transfer_detect.events (timestamp, host_name, event_action, document)
	VALUES ('2026-11-20 10:00+00', 'a', '{exec}', '{"house": {"colour": "red"}}'),
		('2031-01-01 00:00+00', 'b', NULL, NULL);
	UPDATE transfer_detect.fields SET type = 'keyword' WHERE field = 'process.pid';
	UPDATE transfer_detect.rules SET enabled = NOT enabled});
my $rules = q{SELECT * FROM transfer_detect.rules ORDER BY rule_id COLLATE "C"};
my $fields = q{SELECT * FROM transfer_detect.fields ORDER BY field COLLATE "C"};
my $events = q{SELECT timestamp AT TIME ZONE 'UTC', host_name, event_action, document FROM transfer_detect.events ORDER BY 1};
my $dump = $node->basedir . '/dump.sql';
command_ok([ 'pg_dump', '-d', $node->connstr('first'), '-f', $dump ], 'pg_dump');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $dump ], 'restore');
is($node->safe_psql('restored', $fields), $node->safe_psql('first', $fields), 'fields are restored');
is($node->safe_psql('restored', $rules), $node->safe_psql('first', $rules), 'rules are restored');
is($node->safe_psql('restored', $events), $node->safe_psql('first', $events), 'events are restored');
is($node->safe_psql('restored', 'SELECT count(*) FROM transfer_detect.events'), 2, 'both, once');
is($node->safe_psql('restored', $object_count), $objects, 'with the extension, not beside it');

# The same with a partition, in one transaction.
$node->safe_psql('first', q{
	CREATE TABLE transfer_detect.events_2027 PARTITION OF transfer_detect.events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
	CREATE INDEX ON transfer_detect.events_2027 (timestamp);
	INSERT INTO transfer_detect.events (timestamp, host_name) VALUES ('2027-06-01 00:00+00', 'c');
});
$node->safe_psql('postgres', 'CREATE DATABASE partitioned');
my $archive = $node->basedir . '/archive';
command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('first'), '-f', $archive ], 'pg_dump with a partition');
command_ok([ 'pg_restore', '-1', '-d', $node->connstr('partitioned'), $archive ], 'restore in one transaction');
is($node->safe_psql('partitioned', 'SELECT count(*), count(*) FILTER (WHERE tableoid = \'transfer_detect.events_2027\'::regclass) FROM transfer_detect.events'),
	'3|1', 'partitions are restored');
$node->safe_psql('first', 'DROP TABLE transfer_detect.events_2027');

# A dump of the restored database is the same dump; pg_dump may put a random word into \restrict.
my $again = $node->basedir . '/again.sql';
command_ok([ 'pg_dump', '-d', $node->connstr('restored'), '-f', $again ], 'pg_dump of the restored database');
my ($before, $after) = map { my $text = slurp_file($_); $text =~ s/^\\(un)?restrict .*$//mg; $text } $dump, $again;
is($after, $before, 'the same dump again');

$node->stop;
done_testing();
