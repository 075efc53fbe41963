#!/usr/bin/perl
# generate.pl: a fleet of Linux hosts and what it copies, labelled.
#
# Writes files in the format of COPY: DIR/events, in the order of arrival; DIR/planted, which says which events are
# planted copies, in which style, and whether a rule for file transfers is meant to find them; and DIR/days, the number of
# days. The same parameters make the same files, on any machine.
#
# A day is made of jobs (what hosts do by themselves: backups, logs, configuration, deployments, partners) and of people.
# jobs.pl has what is usual, planted.pl what is not; this file has the hosts, time, delivery, and the rows.

use strict;
use warnings;
use integer;

use FindBin;

our %set = (hosts => 500, days => 30, seed => 1, hand => 1, planted => 60, args => 70, names => 'mixed', ip => 1, noise => 43, out => undef);
foreach (@ARGV)
{
	my ($name, $value) = /^(\w+)=(.+)$/ or die "usage: generate.pl out=DIR [NAME=VALUE ...]; names: @{[sort keys %set]}\n";
	exists $set{$name} or die "there is no parameter $name\n";
	$set{$name} = $value;
}
defined $set{out} or die "out=DIR is missing\n";
$set{days} >= 2 && $set{hosts} >= 10 or die "a fleet has 10 hosts and 2 days at least\n";

# --- Chance: a generator of our own, since rand() is not the same everywhere.

my $state = ($set{seed} * 2654435761 + 362436069) & 0xffffffff || 1;

# The next of 2^32 numbers (xorshift).
sub chance
{
	$state ^= ($state << 13) & 0xffffffff;
	$state ^= $state >> 17;
	return $state ^= ($state << 5) & 0xffffffff;
}

sub below { return chance() % $_[0] }						# 0 to n - 1
sub among { return $_[chance() % @_] }
sub percent { return chance() % 100000 < $_[0] * 1000 }		# whole percents
sub per_mille { return chance() % 100000 < $_[0] * 100 }

# A number of times with a mean of $_[0] hundredths.
sub how_often { my ($mean) = @_; return $mean / 100 + (below(100) < $mean % 100 ? 1 : 0) }

# Letters and digits, as mktemp makes them up; hexadecimal digits.
my @letters = ('a' .. 'z', 'A' .. 'Z', 0 .. 9);
sub letters { return join '', map { $letters[chance() % 62] } 1 .. $_[0] }
sub hex_digits { return join '', map { sprintf '%x', chance() % 16 } 1 .. $_[0] }

# --- Time. Seconds count from the first midnight; @days are its dates.

my $first_day = 1756684800;		# 2025-09-01
our @dates = map { my @t = gmtime($first_day + 86400 * $_); sprintf '%04d-%02d-%02d', $t[5] + 1900, $t[4] + 1, $t[3] } -40 .. $set{days} + 3;
sub date { return $dates[$_[0] + 40] }
sub compact { return date($_[0]) =~ s/-//gr }
sub weekday { return ($_[0] + 1) % 7 }					# 1 is Monday

sub stamp
{
	my ($milliseconds) = @_;
	my $seconds = $milliseconds / 1000;

	return sprintf '%s %02d:%02d:%02d.%03d%03d+00', date($seconds / 86400), $seconds / 3600 % 24, $seconds / 60 % 60, $seconds % 60,
		$milliseconds % 1000, chance() % 1000;
}

# --- Hosts.

our (%hosts, @hosts);			# by role, and all

# Shares of the fleet in per mille; there is at least one of each.
my @roles = ([ web => 350 ], [ app => 190 ], [ db => 110 ], [ desk => 150 ], [ worker => 120 ], [ build => 30 ], [ file => 16 ],
	[ nas => 8 ], [ bastion => 8 ], [ fin => 8 ], [ mon => 4 ], [ log => 4 ], [ cfg => 2 ]);

sub host_name
{
	my ($role, $number, $address) = @_;

	return sprintf '%s-%d', $role, $number if $set{names} eq 'plain';
	return $address if $set{names} eq 'addresses';
	# names that say nothing of what the host is for
	return join('', map { (qw(ka lo mi ra su te vo xe ny pa))[$_] } map { ($number * 7 + ord($role) * 13 + length($role) * 3) / 10 ** $_ % 10 } 0 .. 3) . substr($role, 0, 1) . substr($role, -1) if $set{names} eq 'words';
	return 'ip-' . $address =~ tr/./-/r if $role eq 'worker';
	return sprintf '%s%02d.corp.example', $role, $number if $role =~ /^(?:db|nas|file)$/;
	return sprintf '%s-%d.eu.corp.example', $role, $number if $role eq 'app';
	return sprintf 'LT-%s', uc hex_digits(6) if $role eq 'desk';
	return sprintf '%s-%s-%s-%s-%s', hex_digits(8), hex_digits(4), hex_digits(4), hex_digits(4), hex_digits(12) if $role eq 'build' && $number % 3 == 0;
	return sprintf '%s-%d', $role, $number;
}

sub make_hosts
{
	my $block = 0;

	foreach (@roles)
	{
		my ($role, $share) = @$_;
		my $count = ($set{hosts} * $share + 500) / 1000 || 1;

		$block++;
		foreach my $number (1 .. $count)
		{
			my $address = sprintf '10.%d.%d.%d', $block, $number / 200, $number % 200 + 10;
			my $name = host_name($role, $number, $address);
			my $host = { role => $role, number => $number, name => $name, short => $name =~ s/\..*//r, address => $address,
				agent => join('-', map { hex_digits($_) } 8, 4, 4, 4, 12), born => 0, skew => 0,
				user => $role eq 'desk' ? among(qw(alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent victor walter)) . below(9) : 'root' };

			# a tenth of the hosts come in the course of the month; workers come and go
			$host->{born} = 2 + below($set{days} - 1) if $number > 2 && percent($role eq 'worker' ? 40 : 8);
			$host->{skew} = (below(30) - 8) * 60000 if percent(1);
			push @hosts, $host;
			push @{$hosts{$role}}, $host;
		}
	}
	return;
}

# Hosts of a role that are there on a day.
our $day = 0;
sub there { return grep { $_->{born} <= $day } @{$hosts{$_[0]}} }
sub one { my @there = there($_[0]); return $there[chance() % @there] }

# --- Rows.

our ($events, $transfers) = (0, 0);
my @arriving;					# by hour of arrival, lists of rows
my ($to_events, $to_planted);
our $plant;						# { copy, style, intent, delay, merged, bare } while a copy is planted

my %escape = ("\\" => '\\\\', "\t" => '\\t', "\n" => '\\n');
sub copy_text { my ($text) = @_; $text =~ s/([\\\t\n])/$escape{$1}/g; return $text }

sub array
{
	return copy_text('{' . join(',', map { /^[\w\/.:@=+%~-]+$/ && !/^null$/i ? $_ : '"' . s/(["\\])/\\$1/gr . '"' } @_) . '}');
}

sub json
{
	my ($value) = @_;

	return '[' . join(',', map { json($_) } @$value) . ']' if ref $value eq 'ARRAY';
	return '{' . join(',', map { json($_) . ':' . json($value->{$_}) } sort keys %$value) . '}' if ref $value;
	return '"' . $value =~ s/(["\\])/\\$1/gr . '"';
}

# When a host was without network, its events come when it is back; milliseconds of a moment.
sub arrival
{
	my ($host, $at) = @_;

	return $at + 60000 * $plant->{delay} if $plant && $plant->{delay};
	return $host->{back} if $host->{away} && $at >= $host->{away} && $at < $host->{back};
	return $at;
}

# A host in two hundred is away for some hours of a day.
sub network_of_day
{
	foreach my $host (@hosts)
	{
		$host->{away} = $host->{back} = 0;
		next unless per_mille(5);
		$host->{away} = moment(0, 22);
		$host->{back} = $host->{away} + (20 + below(700)) * 60000;
	}
	return;
}

my %transfer_names = map { $_ => 1 } qw(scp ftp sftp vsftpd sftp-server rsync tnftp inetutils-ftp netkit-ftp);

# An event. process: [executable, arguments ...]; parent: executable or [executable, arguments ...].
sub event
{
	my ($host, $at, $process, $parent, $user) = @_;
	my ($executable, @args) = @$process;
	my ($parent_path, @parent_args) = ref $parent ? @$parent : ($parent, $parent =~ s/.*\///r);
	my $name = $executable =~ s/.*\///r;
	my $line = join ' ', @args;
	my $transfer = $transfer_names{$name} || $plant;
	my ($type, $action, $document, $lists) = ('{start}', '{exec}', '\\N', '\\N');
	my $id = sprintf 'e%07d', ++$events;
	my $with_args = $host->{agent} =~ /^[0-9a-f]{2}/ && hex($&) * 100 / 256 < $set{args};
	my $line_column = copy_text($line);
	my $parent_column = $parent_path;
	my %document;

	$transfers++ if $transfer_names{$name};
	# short-lived processes: fork, exec and end in one event, and now and then several command lines
	my $merged = $plant ? $plant->{merged} : $transfer && percent(35) ? 1 + percent(12) : 0;
	if ($merged)
	{
		($type, $action) = ('{start,start,end}', '{fork,exec,end}') if $merged == 1 || percent(80);
		if ($merged == 2)
		{
			# of a shell its parent's parent, which is the same each time
			my @parents = ($parent_path, $parent_path =~ /bash/ ? '/usr/sbin/sshd' : $parent_path =~ /dash/ ? '/usr/sbin/cron' : '/usr/lib/systemd/systemd');

			%document = (process => { command_line => [ join(' ', @parent_args), $line ], parent => { executable => \@parents } });
			($line_column, $parent_column, $lists) = ('\\N', '\\N', '{process.command_line,process.parent.executable}');
			# in the order of a set
			$document{process}{command_line} = [ sort @{$document{process}{command_line}} ];
			delete $document{process}{command_line} and ($line_column, $lists) = (copy_text($line), '{process.parent.executable}')
				if join(' ', @parent_args) eq $line;
		}
	}
	if ($plant || %document)
	{
		$document = copy_text(json({ %document, event => { id => $id } }));
	}
	$with_args = 0 if $merged == 2 || $plant && $plant->{bare};
	# incomplete
	$line_column = '\\N' if !$plant && !$merged && per_mille(2);
	$parent_column = '\\N' if !$plant && per_mille(2) || $plant && $plant->{bare};
	my $arrives = arrival($host, $at) + 2000 + below(40000);
	my $hour = $arrives / 3600000;
	my $row = join("\t", $hour, stamp($at + $host->{skew}), stamp($arrives), $id, $type, $action, $host->{agent}, $host->{name}, $set{ip} ? "{$host->{address}}" : '\\N', $user // $host->{user},
		$name, $executable, $with_args ? array(@args) : '\\N', $line_column,
		$parent_column eq '\\N' ? '\\N' : $parent_column =~ s/.*\///r, $parent_column, copy_text(join ' ', @parent_args), $document, $lists) . "\n";

	push @{$arriving[$hour]}, $row;
	# delivered twice
	push @{$arriving[$hour + below(3)]}, $row if per_mille(3);
	print $to_planted join("\t", $id, $plant->{copy}, $plant->{style}, $plant->{intent} ? 't' : 'f', $transfer_names{$name} ? 't' : 'f') . "\n" if $plant;
	return;
}

# Writes the rows that have arrived before an hour.
sub deliver
{
	my ($before) = @_;
	my $last = $before > @arriving ? @arriving : $before;

	for (our $next //= 0; $next < $last; $next++)
	{
		print $to_events @{$arriving[$next]} if $arriving[$next];
		$arriving[$next] = undef;
	}
	return;
}

# --- The month.

foreach my $part (qw(jobs planted)) { do "$FindBin::RealBin/$part.pl" // die $@ || $! }

open $to_events, '>', "$set{out}/events" or die "$set{out}/events: $!\n";
open $to_planted, '>', "$set{out}/planted" or die "$set{out}/planted: $!\n";
make_hosts();
begin_jobs();
my @plan = planted_plan();
for ($day = 0; $day < $set{days}; $day++)
{
	network_of_day();
	jobs_of_day();
	foreach my $copy (grep { $_->{day} == $day } @plan) { plant_copy($copy) }
	deliver($day * 24 + 24);
}
deliver($set{days} * 24 + 24);
close $to_events or die "$set{out}/events: $!\n";
close $to_planted or die "$set{out}/planted: $!\n";
open my $to_days, '>', "$set{out}/days" or die "$set{out}/days: $!\n";
print $to_days "$set{days}\n";
close $to_days or die "$set{out}/days: $!\n";
printf "%d hosts, %d days, %d events, %d transfers, %d planted copies\n", scalar @hosts, $set{days}, $events, $transfers, scalar @plan;
