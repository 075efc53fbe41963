# ALTER EXTENSION transfer_detect UPDATE from each released version, with data: nothing is lost, and what comes out is
# what CREATE EXTENSION makes.
#
# test/upgrade has, for each released version, its install script and a dump of a database that used it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use File::Copy qw(copy);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('upgrade');
$node->start;

# Where this server finds the extension's scripts: the old install script has to lie beside them.
my $stage = $node->safe_psql('postgres', q{SELECT coalesce(current_setting('extension_destdir', true), '')});
my ($first) = split /:/, $node->safe_psql('postgres', q{SELECT coalesce(current_setting('extension_control_path', true), '')});
my $sharedir = $node->safe_psql('postgres', q{SELECT setting FROM pg_config WHERE name = 'SHAREDIR'});
my $directory = $stage ne '' ? "$stage$sharedir/extension" : defined $first && $first ne '' && $first ne '$system' ? "$first/extension" : "$sharedir/extension";
plan skip_all => "cannot put the script of an old version into $directory" unless -w $directory;

# Everything that an extension is, a line for each property of an object.
my $catalog = q{
	SELECT to_jsonb(q) FROM (
		SELECT 'member' AS kind, pg_describe_object(d.classid, d.objid, 0) AS name, obj_description(d.objid, d.classid::regclass::name) AS comment
		  FROM pg_depend AS d JOIN pg_extension AS x ON d.refobjid = x.oid
		 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND x.extname = 'transfer_detect') AS q
	UNION ALL
	SELECT to_jsonb(q) FROM (
		SELECT 'function' AS kind, p.oid::regprocedure AS name, p.proacl::text AS rights,
			   CASE p.prokind WHEN 'a' THEN (SELECT (to_jsonb(a) - 'aggfnoid' || jsonb_build_object('aggtranstype', a.aggtranstype::regtype))::text FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid)
							  ELSE pg_get_functiondef(p.oid) END AS definition
		  FROM pg_proc AS p WHERE p.pronamespace::regnamespace::text ~ '^transfer_detect(_internal)?$') AS q
	UNION ALL
	SELECT to_jsonb(q) FROM (
		SELECT 'relation' AS kind, c.oid::regclass AS name, c.relkind, c.relacl::text AS rights, c.reloptions, c.relreplident,
			   CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) WHEN c.relkind = 'i' THEN pg_get_indexdef(c.oid) END AS definition
		  FROM pg_class AS c WHERE c.relnamespace::regnamespace::text ~ '^transfer_detect(_internal)?$' AND c.relkind <> 't') AS q
	UNION ALL
	SELECT to_jsonb(q) FROM (
		SELECT 'column' AS kind, a.attrelid::regclass AS relation, a.attname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS place,
			   format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl::text,
			   col_description(a.attrelid, a.attnum), pg_get_expr(e.adbin, e.adrelid), l.collname
		  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
		  LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
		  LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
		 WHERE c.relnamespace::regnamespace::text ~ '^transfer_detect(_internal)?$' AND c.relkind NOT IN ('t', 'i')
		   AND a.attnum > 0 AND NOT a.attisdropped) AS q
	UNION ALL
	SELECT to_jsonb(q) FROM (
		SELECT 'constraint' AS kind, c.conrelid::regclass AS relation, c.conname, pg_get_constraintdef(c.oid) AS definition
		  FROM pg_constraint AS c WHERE c.connamespace::regnamespace::text ~ '^transfer_detect(_internal)?$') AS q
	UNION ALL
	SELECT to_jsonb(q) FROM (
		SELECT 'trigger' AS kind, pg_get_triggerdef(t.oid) AS definition FROM pg_trigger AS t WHERE NOT t.tgisinternal) AS q
	UNION ALL
	SELECT to_jsonb(q) FROM (
		SELECT 'dumped' AS kind, c.oid::regclass AS relation, c.condition
		  FROM pg_extension AS x, unnest(x.extconfig, x.extcondition) AS c(oid, condition) WHERE x.extname = 'transfer_detect') AS q
	UNION ALL
	-- without the guide: the merged rule's is that of the published one, which the user has edited and keeps
	SELECT to_jsonb(r) - '{edited_at,enabled_at,created_at,edited_by,version,note}'::text[] FROM transfer_detect.rules AS r WHERE r.shipped
	UNION ALL
	SELECT to_jsonb(f) FROM transfer_detect.fields AS f WHERE f.shipped
	UNION ALL
	SELECT to_jsonb(s) FROM transfer_detect.sources AS s WHERE s.shipped
	UNION ALL
	SELECT to_jsonb(s) FROM transfer_detect.habit_spaces AS s WHERE s.shipped};

my ($version) = slurp_file('transfer_detect.control') =~ /^default_version = '([^']+)'$/m;
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION transfer_detect');
my @fresh = sort split /\n/, $node->safe_psql('fresh', $catalog);
cmp_ok(scalar @fresh, '>', 1000, 'a fresh extension, ' . scalar @fresh . ' properties');

my @released = sort map { /--([\d.]+)\.sql$/ } glob 'test/upgrade/transfer_detect--*.sql';
cmp_ok(scalar @released, '>=', 1, "released versions: @released");
foreach my $old (@released)
{
	my $database = "from_$old";
	my $script = "$directory/transfer_detect--$old.sql";

	copy("test/upgrade/transfer_detect--$old.sql", $script) or BAIL_OUT("copying to $script: $!") unless -e $script;
	$node->safe_psql('postgres', qq{CREATE DATABASE "$database"});
	command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database), '-f', "test/upgrade/data-$old.sql" ], "a database of $old");
	is($node->safe_psql($database, q{SELECT extversion FROM pg_extension WHERE extname = 'transfer_detect'}), $old, 'has that version');

	my @tables = split /\n/, $node->safe_psql($database, q{
		SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'transfer_detect'::regnamespace AND c.relkind = 'r' ORDER BY 1});
	my %before = map {
		my $columns = $node->safe_psql($database, qq{SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
			WHERE attrelid = '$_'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('several', 'column_name')});
		my $mine = $_ =~ /\.(?:fields|sources|rules|rule_versions)$/ ? 'WHERE NOT shipped' : '';
		my $query = qq{SELECT row(q.*) FROM (SELECT $columns FROM $_ $mine) AS q ORDER BY row(q.*)::text COLLATE "C"};
		$_ => { query => $query, rows => $node->safe_psql($database, $query) } } @tables;

	# What users build of the extension goes on.
	$node->safe_psql($database, q{
		CREATE VIEW agents AS SELECT host_name, transfer_detect.distinct_count(agent_id) AS agents FROM transfer_detect.events GROUP BY host_name;
		CREATE ROLE analyst; GRANT SELECT, UPDATE ON transfer_detect.alerts TO analyst});
	my ($status, $out, $err) = $node->psql($database, 'ALTER EXTENSION transfer_detect UPDATE');
	is($err, '', "$old is updated to $version");
	is($node->safe_psql($database, q{SELECT extversion FROM pg_extension WHERE extname = 'transfer_detect'}), $version, 'has the new version');

	foreach my $table (@tables)
	{
		same_lines($node->safe_psql($database, $before{$table}{query}), $before{$table}{rows}, "$old: nothing of $table is lost");
	}
	is($node->safe_psql($database, q{SELECT string_agg(host_name || ' ' || agents, ', ' ORDER BY host_name) FROM agents}), 'db-1 0, web-1 1', "$old: a user's view");
	is($node->safe_psql($database, q{SELECT has_table_privilege('analyst', 'transfer_detect.alerts', 'UPDATE')}), 't', "$old: rights that were granted");
	is($node->safe_psql($database, q{SELECT count(*) FROM transfer_detect.alerts AS a, transfer_detect.alert_events(a.id) WHERE a.process_command_line = 'scp open'}),
		2, "$old: evidence of old alerts");

	# It goes on where it was: an open alert is extended, one that was closed gets a successor, and nothing is done twice.
	$node->safe_psql($database, q{
		SELECT launch('2026-11-22 11:10Z', 'scp ' || c) FROM unnest('{open,closed,new}'::text[]) AS c;
		SELECT count(*) FROM transfer_detect.run('unusual-file-transfer-utility-launched', '2026-11-22 12:00Z')});
	is($node->safe_psql($database, q{
			SELECT string_agg(process_command_line || ' ' || status || ' ' || event_count || ' ' || (predecessor_id IS NOT NULL), ', ' ORDER BY process_command_line)
			FROM transfer_detect.alerts WHERE last_event >= '2026-11-22 00:00Z'}),
		'scp closed open 1 true, scp new open 1 false, scp open open 3 false', "$old: runs go on where they were");
	is($node->safe_psql($database, q[SELECT accepted || ' ' || duplicates FROM transfer_detect.ingest('{"@timestamp": "2026-11-23T09:00:00Z", "event": {"id": "later"}}')]),
		'1 0', "$old: ingest");

	# Each index that says which blocks may have what came in lately is kept up to date, also those of partitions that were there.
	foreach my $where ($database, 'fresh')
	{
		is($node->safe_psql($where, q{SELECT count(*) > 1, bool_and('autosummarize=on' = ANY (c.reloptions) OR 'autosummarize=true' = ANY (c.reloptions))
				FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam AND m.amname = 'brin'
				WHERE c.relkind = 'i' AND pg_get_indexdef(i.indexrelid) ~ '\(event_ingested\)'}), 't|t', "$where: BRIN indexes summarize by themselves");
	}

	# The user's additions are no part of the extension; their partition and its indexes are left out.
	my @updated = grep { !/events_2026_11_20/ } sort split /\n/, $node->safe_psql("$database", $catalog);
	my %own = map { $_ => 1 } qw(unusual-file-transfer-utility-launched);
	my $edited = sub { my ($line) = @_; return grep { $line =~ /"rule_id": "\Q$_\E"/ } keys %own };
	s/, analyst=[rw]+\/\w+|,analyst=[rw]+\/\w+//g foreach @updated;
	s/"rights": "\{postgres=arwdDxt?m?\/postgres\}"/"rights": null/ foreach @updated;
	same_lines(join("\n", grep { !$edited->($_) } @updated), join("\n", grep { !$edited->($_) } @fresh), "$old: the updated extension is a fresh one");

	# Dumps of both are equal, once both have the same data.
	command_ok([ 'pg_dump', '-d', $node->connstr($database), '-f', $node->basedir . "/$old.sql" ], "$old: pg_dump");
	$node->safe_psql('postgres', qq{CREATE DATABASE "restored_$old"});
	command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr("restored_$old"), '-f', $node->basedir . "/$old.sql" ], "$old: restored into a fresh one");
	command_ok([ 'pg_dump', '-d', $node->connstr("restored_$old"), '-f', $node->basedir . "/$old.again.sql" ], "$old: pg_dump of that");
	my @dumps = map { my $text = slurp_file($node->basedir . "/$_"); $text =~ s/^\\(un)?restrict .*$//mg; $text } "$old.sql", "$old.again.sql";
	same_lines($dumps[1], $dumps[0], "$old: the dumps are equal");
}

$node->stop;
done_testing();
