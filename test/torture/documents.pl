# Random documents through two readers: ingest() into events, whose columns are filled by src/ecs, and a table of the
# documents as jsonb, which queries read with src/esql/runtime. Queries have the same answers on both.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use Test::More;
use Torture;

my $node = new_node('documents');
$node->append_conf('postgresql.conf', 'autovacuum = off');
$node->start;
create_extension($node, 'postgres');
$node->safe_psql('postgres', 'CREATE TABLE raw (document jsonb)');

# --- A document as JSON text. Keys are nested, dotted or a mixture.

my @strings = ('"scp"', '"exec"', '"start"', '""', '" "', '"a,b"', '"\\u00e4\\ud83d\\ude00"', '"\\"\\\\\\/\\t"', '"SCP"', '"1"', '"true"', '"rsync -a \'x\' \\"y\\""',
	'"' . 'l' x 3000 . '"', '"NULL"', '"{a}"', '"2026-11-20"');
my %fields = (
	'event.kind' => 'keyword', 'event.category' => 'list', 'event.type' => 'list', 'event.action' => 'list', 'event.outcome' => 'keyword',
	'agent.id' => 'keyword', 'host.id' => 'keyword', 'host.name' => 'keyword', 'host.os.type' => 'keyword', 'host.ip' => 'ips', 'user.id' => 'keyword',
	'user.name' => 'keyword', 'process.pid' => 'long', 'process.name' => 'keyword', 'process.executable' => 'keyword', 'process.args' => 'list',
	'process.command_line' => 'keyword', 'process.parent.pid' => 'long', 'process.parent.name' => 'keyword', 'process.parent.executable' => 'keyword');

sub value
{
	my ($kind) = @_;

	return 'null' if chance(12);
	return any('0', '1', '-1', '42', '4711', '9007199254740993', '9223372036854775807', '12.0', '"12"') if $kind eq 'long';
	return any(map { "\"$_\"" } '10.0.0.1', '::1', 'fe80::1', '192.168.1.255', '::ffff:1.2.3.4') if $kind eq 'ip';
	return chance(3) ? value('ip') : '[' . join(', ', map { value('ip') } 1 .. int rand 4) . ']' if $kind eq 'ips';
	return chance(2) ? value('keyword') : '[' . join(', ', map { value('keyword') } 1 .. int rand 4) . ']' if $kind eq 'list';
	return chance(10) ? any('7', '1.50', 'true', 'false') : any(@strings);
}

sub as_object
{
	my ($tree) = @_;

	return $tree unless ref $tree;
	return '{' . join(', ', map { "\"$_\": " . as_object($tree->{$_}) } sort { $a cmp $b } keys %$tree) . '}';
}

sub document
{
	my ($id) = @_;
	my %tree;

	my %value = ('@timestamp' => sprintf('"2026-11-20T%02d:%02d:%02d.%03dZ"', rand 24, rand 60, rand 60, rand 1000), 'event.id' => "\"$id\"");
	foreach my $field (sort keys %fields)
	{
		$value{$field} = value($fields{$field}) unless chance(4);
	}
	foreach my $field (sort keys %value)
	{
		my @path = split /\./, $field;
		my $at = \%tree;

		# a dotted key somewhere on the way
		if (@path > 1 && chance(4))
		{
			my $first = int rand $#path;
			splice @path, $first, 2, "$path[$first].$path[$first + 1]";
		}
		my $last = pop @path;
		$at = $at->{$_} //= {} foreach @path;
		$at->{$last} = $value{$field};
	}
	return as_object(\%tree);
}

# --- Queries.

my @keywords = grep { $fields{$_} eq 'keyword' } sort keys %fields;
my @lists = grep { $fields{$_} eq 'list' } sort keys %fields;

sub condition
{
	my ($field, $list) = (any(@keywords), any(@lists));

	return any(
		"$field == \"scp\"", "$field != \"exec\"", "$list == \"start\"", "$field IS NULL", "$list IS NOT NULL", "$field LIKE \"*c*\"", "$field RLIKE \"[a-s]+\"",
		"MV_CONTAINS($list, \"exec\")", "$field IN (\"scp\", \"1\", \"\")", 'process.pid > 1', 'process.parent.pid IS NULL', "MV_COUNT($list) > 1",
		"LENGTH($field) < 4", "$field >= \"a\"", 'CIDR_MATCH(host.ip, "10.0.0.0/8")', "TO_LOWER($field) == \"scp\"", "STARTS_WITH($field, \"s\")", "NOT ($field == \"1\")");
}

sub query
{
	my ($field, $list, $other) = (any(@keywords), any(@lists), any(@keywords));
	my $where = join '', map { ' | WHERE ' . condition() . (chance(2) ? any(' AND ', ' OR ') . condition() : '') } 1 .. int rand 3;

	return "FROM x$where | " . any(
		"STATS c = COUNT(), d = COUNT_DISTINCT($field) BY $other | SORT $other",
		"STATS v = VALUES($field), n = COUNT($list) BY $list | SORT $list",
		"STATS lo = MIN(process.pid), hi = MAX(process.pid), s = SUM(process.parent.pid)",
		"MV_EXPAND $list | STATS c = COUNT() BY $list, host.os.type | SORT $list, host.os.type",
		'KEEP event.id, ' . join(', ', sort keys %{ { map { $_ => 1 } $field, $list, 'host.ip', 'process.pid', '@timestamp' } }) . ' | SORT event.id | LIMIT 50',
		"EVAL x = CONCAT($field, \"-\", $other), y = MV_CONCAT($list, \";\"), z = process.pid + 1 | KEEP event.id, x, y, z | SORT event.id | LIMIT 50");
}

my ($documents, $queries, $answered, $rejected, @different) = (0, 0, 0, 0);
while (left_to_do())
{
	my @documents = map { document(sprintf 'e%06d', $documents + $_) } 1 .. 40;

	$documents += @documents;
	$node->safe_psql('postgres', 'TRUNCATE raw; TRUNCATE transfer_detect.events; TRUNCATE transfer_detect.rejected_documents;'
		. 'SELECT transfer_detect.ingest(' . literal(join "\n", @documents) . ');'
		. 'INSERT INTO raw VALUES ' . join(', ', map { '(' . literal($_) . ')' } @documents) . ';'
		# who is refused by the one reader is not seen by the other
		. q{DELETE FROM raw WHERE document #>> '{event,id}' IN (SELECT r.document::jsonb #>> '{event,id}' FROM transfer_detect.rejected_documents AS r)
			OR document ->> 'event.id' IN (SELECT r.document::jsonb ->> 'event.id' FROM transfer_detect.rejected_documents AS r)});
	$rejected += $node->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.rejected_documents');
	my @queries = ('FROM x | STATS COUNT()', map { query() } 1 .. 40);
	my @statements = map { my $q = literal($_); ("SELECT transfer_detect.esql($q, events => 'transfer_detect.events')", "SELECT transfer_detect.esql($q, events => 'raw')") } @queries;
	my @answers = answers($node, @statements);

	foreach my $i (0 .. $#queries)
	{
		my ($events, $raw) = map { s/ERROR: .*?\K\n.*//sr } $answers[2 * $i] // 'none', $answers[2 * $i + 1] // 'nothing';

		$queries++;
		$answered++ if $events !~ /ERROR/;
		push @different, "$queries[$i]\nevents: $events\nraw:    $raw" if $events ne $raw || $events =~ /ERROR:  XX/;
	}
	last if @different > 20;
}
note("$documents documents, $rejected of them rejected; $queries queries, $answered with rows");
cmp_ok($rejected, '<', $documents / 5, 'most documents are good');
cmp_ok($answered, '>', $queries * 0.9, 'most queries have an answer');
found('both readers have the same answers', @different);
no_crash($node);

$node->stop;
done_testing();
