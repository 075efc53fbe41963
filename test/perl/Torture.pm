# Torture.pm: what the tests in test/torture share. Each is a TAP test that goes on for TORTURE_SECONDS with random
# input from TORTURE_SEED: for some seconds in make test, for minutes in make torture.

package Torture;

use strict;
use warnings;

use Exporter 'import';
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

our @EXPORT = qw(any chance literal answers left_to_do no_crash found);

my $seed = $ENV{TORTURE_SEED} || int(time) % 1000000;
my $end = time + ($ENV{TORTURE_SECONDS} || 3);

srand($seed);
note("to repeat: make torture TORTURE='SEED=$seed'");

# Is there time for another round? There is for the first.
my $rounds = 0;
sub left_to_do { return $rounds++ == 0 || time < $end }

# One of the values.
sub any { return $_[ int rand @_ ] }

# True in one case of so many.
sub chance { return rand($_[0]) < 1 }

# A text as a literal of SQL.
sub literal
{
	my ($text) = @_;

	return 'NULL' unless defined $text;
	$text =~ s/(['\\])/$1$1/g;
	return " E'$text'";
}

# Runs statements in one session, each by itself, and returns for each what came of it: rows, or "ERROR: sqlstate
# message". A session that ends early leaves the rest undefined.
sub answers
{
	my ($node, @statements) = @_;
	my ($all, @answers) = ('');
	my $script = "\\set VERBOSITY verbose\nSET client_min_messages = error;\n";

	$script .= "\\echo =answer=$_=\n$statements[$_];\n\\warn =answer=end=\n" foreach 0 .. $#statements;
	# rows and errors come in their order only through one pipe whose writer keeps nothing back
	IPC::Run::run([ 'stdbuf', '-oL', 'psql', '-X', '-A', '-t', '-q', '-d', $node->connstr('postgres') ], '<', \$script, '>&', \$all);
	while ($all =~ /=answer=(\d+)=\n(.*?)=answer=end=\n/sg)
	{
		$answers[$1] = $2;
	}
	return @answers;
}

# The server has neither crashed nor found an assertion false.
sub no_crash
{
	my ($node) = @_;
	my @bad = grep { /TRAP:|terminated by signal|PANIC|AddressSanitizer|runtime error:/ } split /\n/, slurp_file($node->logfile);

	is("@bad[0 .. ($#bad < 4 ? $#bad : 4)]", '', 'the server has not crashed');
}

# A test that holds what was found, with the first of it.
sub found
{
	my ($title, @found) = @_;

	is(scalar @found, 0, $title) or diag(join "\n", map { length $_ < 3000 ? $_ : substr($_, 0, 1500) . ' ... ' . substr($_, -1000) } @found[0 .. ($#found < 9 ? $#found : 9)]);
}

1;
