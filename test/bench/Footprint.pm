# Footprint.pm: what a PostgreSQL session takes of the machine, its parallel workers included: processor time and
# memory. Linux only: read from /proc. Elsewhere there are no such figures, and undef stands for them.

package Footprint;

use strict;
use warnings;

use POSIX ();
use Time::HiRes 'sleep';

# Of the session that the backend with this number serves.
sub new
{
	my ($class, $backend) = @_;
	my ($parent) = slurp("/proc/$backend/status") =~ /^PPid:\s*(\d+)/m;

	return bless { backend => $backend, postmaster => $parent }, $class;
}

sub slurp
{
	my ($name) = @_;

	open my $in, '<', $name or return '';
	local $/ = undef;
	return readline($in) // '';
}

# Milliseconds of processor time until now: the backend's to the nanosecond, and with workers that of all children
# that the postmaster has seen end, in its clock's ticks. Workers end with their query, and no other process does then.
sub processor_ms
{
	my ($self, $workers) = @_;
	my ($ns) = slurp("/proc/$self->{backend}/schedstat") =~ /^(\d+)/ or return undef;

	return $ns / 1e6 if !$workers;
	my ($fields) = slurp("/proc/$self->{postmaster}/stat") =~ /.*\)\s+(.*)/s or return undef;
	my ($user, $system) = (split ' ', $fields)[ 13, 14 ];

	return $ns / 1e6 + ($user + $system) * 1000 / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

# Begins to look at the memory, in a process of its own.
sub watch
{
	my ($self) = @_;

	pipe my $from, my $to or die "could not make a pipe: $!\n";
	my $pid = fork // die "could not fork: $!\n";
	if ($pid == 0)
	{
		my ($done, $peak, $parent) = (0, 0, getppid);

		local $SIG{TERM} = sub { $done = 1 };
		while (!$done && getppid == $parent)
		{
			my $now = $self->memory_kb;

			$peak = $now if $now > $peak;
			sleep 0.004;
		}
		syswrite $to, $peak;
		POSIX::_exit(0);
	}
	close $to;
	return { pid => $pid, from => $from };
}

# Ends that, and returns the most that it saw, in MB.
sub peak_mb
{
	my ($self, $watch) = @_;

	kill 'TERM', $watch->{pid};
	my $peak = readline $watch->{from};
	waitpid $watch->{pid}, 0;
	return defined $peak && $peak > 0 ? $peak / 1024 : undef;
}

# Memory of the session's processes that is theirs alone: without shared buffers.
sub memory_kb
{
	my ($self) = @_;
	my $sum = 0;

	for my $pid ($self->{backend}, $self->workers)
	{
		$sum += $1 if slurp("/proc/$pid/status") =~ /^RssAnon:\s*(\d+)/m;
	}
	return $sum;
}

sub workers
{
	my ($self) = @_;

	opendir my $processes, '/proc' or return ();
	my @workers = grep { /^\d+$/ && slurp("/proc/$_/cmdline") =~ /parallel worker for PID $self->{backend}\b/ } readdir $processes;
	closedir $processes;
	return @workers;
}

1;
