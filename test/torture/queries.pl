# Random queries over random small tables, against an evaluator of their meaning (test/perl/Evaluator.pm). The same rows
# are read from three tables: of columns, where those of several values are arrays; of documents; and of columns with a
# document that is read where a field has several values, as in events.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use Encode qw(encode);
use Evaluator;
use PostgreSQL::Test::Cluster;
use Queries;
use Test::More;
use Torture;

my $node = new_node('queries');
$node->append_conf('postgresql.conf', 'autovacuum = off');
$node->start;
create_extension($node, 'postgres');

my %sql = (k => 'text', i => 'integer', l => 'bigint', d => 'double precision', b => 'boolean', t => 'timestamptz', p => 'inet');
my %field = (k => 'keyword', i => 'integer', l => 'long', d => 'double', b => 'boolean', t => 'date', p => 'ip');
my @columns = table_columns();

$node->safe_psql('postgres', join '', 'CREATE TABLE documents (document jsonb);',
	'CREATE TABLE columns (', join(', ', map { "\"$_->[0]\" $sql{$_->[1]}" . ($_->[0] =~ /many/ ? '[]' : '') } @columns), ');',
	'CREATE TABLE several (document jsonb, multivalued_fields text[], ', join(', ', map { "\"$_->[0]\" $sql{$_->[1]}" } @columns), ');',
	map { "INSERT INTO transfer_detect.fields (field, type, multivalued) VALUES ('$_->[0]', '$field{$_->[1]}', true);" } @columns);

# A value, and a list of values, as literals of SQL.
sub sql_value
{
	my ($type, $value) = @_;
	my $text = Evaluator::value_text($type, $value);

	return literal(encode('UTF-8', $text)) . "::$sql{$type}";
}

sub sql_row
{
	my ($table, $row) = @_;
	my @values;

	if ($table ne 'columns')
	{
		my $document = json(\@columns, $row);
		# nested, or dotted as it is; a list that holds nulls is the list of its values
		$document = '{"q":' . $document =~ s/"q\.(\w+)":/"$1":/gr . '}' if chance(2);
		$document =~ s/:\[(?=[^"\]])/:[null,/ if chance(3);
		push @values, literal($document);
	}
	push @values, 'ARRAY[' . join(', ', map { "'$_->[0]'" } grep { @{ $row->{ $_->[0] } } > 1 } @columns) . ']::text[]' if $table eq 'several';
	foreach my $column ($table eq 'documents' ? () : @columns)
	{
		my ($name, $type) = @$column;
		my @cell = map { sql_value($type, $_) } @{ $row->{$name} };

		push @values, $table eq 'columns' && $name =~ /many/ ? 'ARRAY[' . join(', ', @cell, chance(5) ? 'NULL' : ()) . "]::$sql{$type}" . '[]' : @cell == 1 ? $cell[0] : 'NULL';
	}
	return '(' . join(', ', @values) . ')';
}

sub lines
{
	my ($text, $ordered) = @_;
	# the sign of zero is not what this is about
	my @lines = map { s/(?<![\d.])-0\.0(?![\dE])/0.0/gr } split /\n/, $text;

	return join "\n", $ordered ? @lines : sort @lines;
}

# The lines in which two answers differ, or all where only the order does.
sub differences
{
	my ($got, $wanted) = @_;
	my %wanted = map { $_ => 1 } split /\n/, $wanted;
	my %got = map { $_ => 1 } split /\n/, $got;
	my @different = ((map { "got:      $_" } grep { !$wanted{$_} } sort keys %got), map { "expected: $_" } grep { !$got{$_} } sort keys %wanted);

	return @different ? @different : ("got:\n$got", "expected:\n$wanted");
}

my ($queries, $compared, $rows, @different) = (0, 0, 0);
# a table may have hardly a row, so one round may not do
while (left_to_do() || $rows <= $compared && $queries < 1000)
{
	my @rows = table_rows(int rand 20);
	my $load = 'TRUNCATE documents, columns, several;';

	foreach my $table (@rows ? qw(documents columns several) : ())
	{
		$load .= "INSERT INTO $table VALUES " . join(', ', map { sql_row($table, $_) } @rows) . ';' ;
	}
	my @queries = map { [ query(@rows) ] } 1 .. 30;
	my @statements = map { my $query = $_->[0]; map { 'SELECT transfer_detect.esql(' . literal(encode('UTF-8', "FROM $_\n| $query")) . ')' } qw(columns documents several) } @queries;
	my (undef, @answers) = answers($node, $load . "UPDATE several SET multivalued_fields = NULL WHERE multivalued_fields = '{}'", @statements);

	foreach my $i (0 .. $#statements)
	{
		my ($text, $expected, $ordered) = @{ $queries[ $i / 3 ] };
		my $got = lines($answers[$i] // 'no answer', $ordered);
		my $wanted = lines(join("\n", @$expected), $ordered);

		$compared++;
		$rows += @$expected;
		push @different, join "\n", "FROM " . (qw(columns documents several))[ $i % 3 ], '| ' . encode('UTF-8', $text), differences($got, $wanted) if $got ne $wanted;
	}
	$queries += @queries;
	last if @different > 20;
}
note("$queries queries, $compared answers with $rows rows compared, " . scalar(@different) . ' different');
cmp_ok($rows, '>', $compared, 'most queries have rows');
found('answers are those of the evaluator', @different);
no_crash($node);

$node->stop;
done_testing();
