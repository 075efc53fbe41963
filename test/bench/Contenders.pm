# Contenders.pm: what the benches ask, psql and the columnar engines, each kept running and asked one thing at a
# time; and how their figures are summed up and shown.

package Contenders;

use strict;
use warnings;

use File::Basename;
use IPC::Open2;
use JSON::PP;

# A session of psql, on the server that PGHOST and its like point to, or that a connection string names.
sub psql
{
	my ($class, $connection) = @_;
	my ($out, $in);
	my $pid = open2($out, $in, 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', defined $connection ? ('-d', $connection) : ());
	$in->autoflush(1);
	return bless { out => $out, in => $in, pid => $pid }, $class;
}

# DuckDB and ClickHouse, as npm has put them into a directory; they keep their files in $work.
sub columnar
{
	my ($class, $modules, $work) = @_;
	my ($out, $in);

	local $ENV{NODE_PATH} = "$modules/node_modules";
	my $pid = open2($out, $in, 'node', dirname(__FILE__) . '/columnar.js', "$work");
	$in->autoflush(1);
	return bless { out => $out, in => $in, pid => $pid }, $class;
}

# The rows of a statement, as lines.
sub ask
{
	my ($self, $sql) = @_;
	my @rows;

	print { $self->{in} } "$sql;\n\\echo END-OF-ANSWER\n";
	while (defined(my $line = readline $self->{out}))
	{
		chomp $line;
		return \@rows if $line eq 'END-OF-ANSWER';
		push @rows, $line if $line ne '';
	}
	die "psql failed at: $sql\n";
}

# The reply of the columnar engines to a request; see columnar.js.
sub request
{
	my ($self, $request) = @_;

	print { $self->{in} } encode_json($request), "\n";
	my $line = readline $self->{out};
	die "node ended\n" if !defined $line;
	my $reply = decode_json($line);
	die "$request->{engine}: $reply->{error}\n" if defined $reply->{error};
	return $reply;
}

sub end
{
	my ($self) = @_;

	close $self->{in};
	waitpid $self->{pid}, 0;
	return;
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	my $middle = int(@sorted / 2);

	return @sorted % 2 ? $sorted[$middle] : ($sorted[ $middle - 1 ] + $sorted[$middle]) / 2;
}

# A figure with as many digits as it deserves, and commas.
sub format_ms
{
	my ($ms) = @_;
	my $text = sprintf $ms < 1 ? '%.2f' : $ms < 10 ? '%.1f' : '%.0f', $ms;

	1 while $text =~ s/^(\d+)(\d{3})/$1,$2/;
	return $text;
}

sub processor
{
	open my $info, '<', '/proc/cpuinfo' or return 'unknown CPU';
	my ($name) = map { /^model name\s*:\s*(.+)/ ? $1 : () } <$info>;
	return $name // 'unknown CPU';
}

1;
