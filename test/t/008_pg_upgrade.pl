# pg_upgrade: everything is there afterwards, and goes on where it was.
#
# The old server is of this version, unless OLD_SERVER names the directory of another one (/usr/lib/postgresql/15), on which the
# extension is installed; OLD_CONFIG may name a file of settings for it. script/matrix does that.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# both alike: PostgreSQL 18 makes checksums by default
my @options = (extra => [ '--encoding', 'UTF8', '--locale', 'C', '--data-checksums' ]);
my $new = PostgreSQL::Test::Cluster->new('new');
$new->init(@options);
my $config = $ENV{TEMP_CONFIG};
plan skip_all => 'pg_upgrade of PostgreSQL 18 finds the library in the server\'s own directory only (script/test-upgrade --install)'
  if defined $config && $config ne '' && slurp_file($config) =~ /^extension_control_path/m;
my $old;
{
	local $ENV{TEMP_CONFIG} = $ENV{OLD_SERVER} ? $ENV{OLD_CONFIG} // '' : $config // '';

	delete $ENV{TEMP_CONFIG} if $ENV{TEMP_CONFIG} eq '';
	$old = PostgreSQL::Test::Cluster->new('old', $ENV{OLD_SERVER} ? (install_path => $ENV{OLD_SERVER}) : ());
	$old->init(@options);
}
$old->start;
create_extension($old, 'postgres');
published_rule_alone($old, 'postgres');

# Something in every table, and what users make of the extension.
$old->safe_psql('postgres', qq{
	CREATE TABLE own_events (LIKE transfer_detect.events);
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
	VALUES ('own', 'Own rule', 'FROM own_events | STATS runs = COUNT() BY process.executable', 'own_events', true);
	UPDATE transfer_detect.rules SET query = replace(query, 'cc < 5', 'cc < 4') WHERE rule_id = '$rule';
	INSERT INTO transfer_detect.trusted_roles VALUES ('app', 'owns the events');
	INSERT INTO transfer_detect.sources VALUES ('own-*', 'own_events');
	INSERT INTO transfer_detect.exceptions (rule_id, condition, comment) VALUES ('$rule', 'process.command_line == "scp trusted"', 'known');
	INSERT INTO transfer_detect.notify_settings VALUES ('own', 'digest', true, false);
	INSERT INTO transfer_detect.consumers (name) VALUES ('siem');
	SELECT launch('2026-11-20 09:10Z', 'scp ' || c) FROM unnest('{open,closed,trusted}'::text[]) AS c;
	INSERT INTO own_events SELECT * FROM transfer_detect.events;
	SELECT count(*) FROM transfer_detect.run(NULL, '2026-11-20 10:00Z');
	UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE process_command_line = 'scp closed';
	SELECT transfer_detect.ingest('{"\@timestamp": "2026-11-20T09:00:00Z", "event": {"id": "known"}, "process": {"pid": "-"}}');
	SELECT transfer_detect.ingest('broken');
	SELECT transfer_detect.partition_daily('100 years', 2);
	SELECT transfer_detect.create_rule_index('$rule');
	CREATE VIEW agents AS SELECT host_name, transfer_detect.distinct_count(agent_id) AS agents FROM transfer_detect.events GROUP BY host_name;
	CREATE ROLE analyst; GRANT SELECT, UPDATE ON transfer_detect.alerts TO analyst});
my $tables = q{
	SELECT c.oid::regclass FROM pg_class AS c
	WHERE c.relnamespace = ANY ('{transfer_detect,transfer_detect_internal}'::regnamespace[]) AND c.relkind = 'r' ORDER BY c.relname};
my $content = sub {
	my ($node) = @_;

	return join "\n", map { my $table = $_; map { "$table $_" } split /\n/, $node->safe_psql('postgres', qq{SELECT t FROM $table AS t ORDER BY t::text COLLATE "C"}) }
		split /\n/, $node->safe_psql('postgres', $tables);
};
# without the types of tables, which newer versions count as well
my $objects = q{
	SELECT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend AS d JOIN pg_extension AS x ON d.refobjid = x.oid
	WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND x.extname = 'transfer_detect' AND d.classid <> 'pg_type'::regclass ORDER BY 1};
my $indexes = q{SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text ~ '^transfer_detect' ORDER BY 1};
my %before = (content => $content->($old), objects => $old->safe_psql('postgres', $objects), indexes => $old->safe_psql('postgres', $indexes));
cmp_ok($before{content} =~ tr/\n//, '>', 100, 'the old server has rows');
$old->stop;

note('from ' . $old->config_data('--version') . ' to ' . $new->config_data('--version'));
my $directory = PostgreSQL::Test::Utils::tempdir();
chdir $directory or BAIL_OUT("chdir: $!");
command_ok(
	[
		$new->config_data('--bindir') . '/pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir,
		'-b', $old->config_data('--bindir'), '-B', $new->config_data('--bindir'),
		'-s', $new->host, '-p', $old->port, '-P', $new->port ],
	'pg_upgrade')
	or diag(map { slurp_file($_) } glob $new->data_dir . '/pg_upgrade_output.d/*/*.txt');
$new->start;

same_lines($content->($new), $before{content}, 'all rows');
same_lines($new->safe_psql('postgres', $objects), $before{objects}, 'all objects of the extension');
same_lines($new->safe_psql('postgres', $indexes), $before{indexes}, 'all indexes');
is($new->safe_psql('postgres', q{SELECT host_name || ' ' || agents FROM agents WHERE host_name IS NOT NULL}), 'web-1 1', 'a user\'s view');
is($new->safe_psql('postgres', q{SELECT has_table_privilege('analyst', 'transfer_detect.alerts', 'UPDATE')}), 't', 'rights that were granted');
is($new->safe_psql('postgres', q{SELECT document ->> 'command' FROM transfer_detect.alerts AS a, transfer_detect.alert_events(a.id) AS document
		WHERE a.process_command_line = 'scp open'}), 'scp open', 'evidence of old alerts');
is($new->safe_psql('postgres', q[SELECT accepted || ' ' || duplicates FROM transfer_detect.ingest('{"@timestamp": "2026-11-20T09:00:00Z", "event": {"id": "known"}, "process": {"pid": "-"}}')]),
	'0 1', 'documents that are there are known');
$new->safe_psql('postgres', qq{
	SELECT launch('2026-11-20 10:10Z', 'scp ' || c) FROM unnest('{open,closed,new}'::text[]) AS c;
	SELECT count(*) FROM transfer_detect.run('$rule', '2026-11-20 11:00Z')});
is($new->safe_psql('postgres', q{
		SELECT string_agg(process_command_line || ' ' || status || ' ' || event_count || ' ' || (predecessor_id IS NOT NULL), ', ' ORDER BY process_command_line)
		FROM transfer_detect.alerts WHERE last_event >= '2026-11-20 10:00Z'}),
	'scp closed open 1 true, scp new open 1 false, scp open open 2 false', 'runs go on where they were');
is($new->safe_psql('postgres', q{SELECT count(*) FROM transfer_detect.runs WHERE status <> 'succeeded' OR message <> ''}), 0, 'and none of them complains');

$new->stop;
done_testing();
