# The README's examples: every block of SQL runs, in order, as a reader would type it, and prints what the
# block of text behind it shows.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('readme');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->start;

# What psql prints of a block, errors among the rest, in a reader's time zone.
sub typed
{
	my ($sql) = @_;
	my $out = '';

	local $ENV{PGTZ} = 'UTC';
	IPC::Run::run([ 'psql', '-X', '-q', '-d', $node->connstr('postgres') ], '<', \$sql, '>&', \$out);
	$out =~ s/[ \t]+$//mg;
	$out =~ s/\s+\z//;
	return $out;
}

my $readme = slurp_file('README.md');
my $count = 0;
while ($readme =~ /^```sql\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/msg)
{
	my ($sql, $expected) = ($1, $2);
	my ($title) = $sql =~ /^\s*(.{1,60})/;
	my $out = typed($sql);

	$count++;
	if (defined $expected)
	{
		$expected =~ s/[ \t]+$//mg;
		$expected =~ s/\s+\z//;
		is($out, $expected, "prints what the README shows: $title");
	}
	else
	{
		unlike($out, qr/ERROR|FATAL/, "runs: $title");
	}
}
cmp_ok($count, '>', 8, 'the README has examples');

# What it says is supported is what the hints of errors say is supported.
my ($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('FROM raw | EVAL y = no_such_function_of_ours(1)')});
my ($hinted) = $err =~ /Supported functions are (.*)\./;
my %known = map { uc $_ => 1 } split /, /, $hinted;
my %shown;
while ($readme =~ /^\| (?:aggregates|conditions|strings|dates|numbers|addresses|several values|conversions) \| (.*?)(?:,.*)? \|$/mg)
{
	$shown{$_} = 1 foreach split / /, $1;
}
is_deeply([ sort keys %shown ], [ sort keys %known ], 'the README names all functions, and no others');
($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('FROM raw | NOSUCH')});
my ($commands) = $err =~ /Supported commands are (.*)\./;
my ($shown_commands) = $readme =~ /^\| commands \| (.*) \|$/m;
$shown_commands =~ s/ \([^)]*\)//g;
$shown_commands =~ s/ \.\.\. BY \.\.\.//;
is(join(' ', sort split /, /, $shown_commands), join(' ', sort split /, /, $commands), 'and all commands');

$node->stop;
done_testing();
