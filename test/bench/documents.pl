#!/usr/bin/env perl
#
# documents.pl COUNT [BROKEN]: documents for benchmarks of ingest, to standard output.
#
# The recorded process events, over and over, each time at other times and on other hosts: COUNT documents
# that are all different, a tenth of a second apart, the last on 2026-11-20. BROKEN of them, evenly spread,
# are broken, in each of the ways below by turns. The same arguments give the same documents.

use strict;
use warnings;

use File::Basename;
use POSIX qw(strftime);

my ($count, $broken) = @ARGV;
die "usage: documents.pl COUNT [BROKEN]\n" unless defined $count && $count =~ /^\d+$/;
$broken //= 0;

open my $in, '<', dirname($0) . '/../data/process-events.ndjson' or die "no recorded events: $!\n";
my @recorded = <$in>;
close $in;
chomp @recorded;
s/"\@timestamp":"[^"]*"/"\@timestamp":"%time%"/ || die 'no time' foreach @recorded;
s/("ingested":")[^"]*"/$1%came%"/ || die 'no time' foreach @recorded;
s/("event":\{[^{}]*"id":")[^"]*"/$1%id%"/ || die 'no id' foreach @recorded;
s/("(?:hostname|name)":")((?:\w+-)\d+)"/$1$2%host%"/g foreach @recorded;

# What may be wrong with a document; each takes one and breaks it.
my @break = (
	sub { substr($_[0], 0, length($_[0]) / 2) },						# cut off
	sub { '["no object"]' },
	sub { '"text"' },
	sub { $_[0] =~ s/"\@timestamp":"[^"]*",//r },						# no time
	sub { $_[0] =~ s/"\@timestamp":"[^"]*"/"\@timestamp":"yesterday"/r },
	sub { $_[0] =~ s/("pid":)\d+/${1}99999999999999999999999/r },		# out of range
	sub { $_[0] =~ s/"command_line":"/"command_line":"\\u0000/r },		# a NUL character, escaped
	sub { $_[0] =~ s/"command_line":"/"command_line":"\0/r },			# and as it is
	sub { $_[0] =~ s/"command_line":"/"command_line":"\xff\xfe/r },		# no UTF-8
	sub { $_[0] =~ s/"command_line":"/"command_line":"\\ud800/r },		# half of a surrogate pair
	sub { $_[0] =~ s/\}$/',"deep":' . '[' x 1000 . ']' x 1000 . '}'/er });

binmode STDOUT;
my $start = 1795176000 - $count / 10;		# so that the last is at 2026-11-20 12:00 UTC
my $every = $broken > 0 ? $count / $broken : 0;
my $done = 0;
for my $i (0 .. $count - 1)
{
	my $document = $recorded[ $i % @recorded ];
	my $time = $start + $i / 10;
	my $stamp = strftime('%Y-%m-%dT%H:%M:%S', gmtime $time);
	my $host = int($i / @recorded) % 50;

	$document =~ s/%time%/sprintf '%s.%03dZ', $stamp, ($i % 10) * 100/e;
	$document =~ s/%came%/${stamp}Z/;
	$document =~ s/%id%/sprintf 'N%018x', $i * 2654435761/e;
	$document =~ s/%host%/-$host/g;
	if ($every && $i >= $done * $every)
	{
		$document = $break[ $done % @break ]->($document);
		$done++;
	}
	print $document, "\n";
}
