# Meter.pm: what a server sends. A process stands between a client and a server, hands everything on, and counts.

package Meter;

use strict;
use warnings;

use File::Temp qw(tempfile);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use PostgreSQL::Test::Cluster;

# Begins to listen on a port of 127.0.0.1, for the node that is given.
sub new
{
	my ($class, $node) = @_;
	my $port = PostgreSQL::Test::Cluster::get_free_port();
	my ($file, $name) = tempfile(UNLINK => 0);
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 20, ReuseAddr => 1)
	  or die "could not listen on port $port: $!";
	my $child = fork // die "could not fork: $!";

	if ($child == 0)
	{
		hand_on($listener, $node->host, $node->port, $name);
		POSIX::_exit(0);
	}
	close $listener;
	return bless { port => $port, child => $child, name => $name }, $class;
}

sub port { return $_[0]{port} }

# How many bytes the server has sent since the last time that somebody asked.
sub sent
{
	my ($self) = @_;
	my $sum = 0;

	# the process appends numbers
	open my $in, '<', $self->{name} or die "could not read $self->{name}: $!";
	while (my $count = <$in>)
	{
		$sum += $count;
	}
	close $in;
	my $new = $sum - ($self->{seen} // 0);
	$self->{seen} = $sum;
	return $new;
}

sub stop
{
	my ($self) = @_;

	return unless defined $self->{child};
	kill 'KILL', $self->{child};
	waitpid $self->{child}, 0;
	unlink $self->{name};
	delete $self->{child};
}

# Ends the process of a test that dies.
sub DESTROY
{
	my ($self) = @_;
	local $?;

	$self->stop;
}

sub hand_on
{
	my ($listener, $host, $port, $name) = @_;
	my $select = IO::Select->new($listener);
	my (%other, %from_server);

	open my $out, '>>', $name or die "could not write $name: $!";
	$SIG{PIPE} = 'IGNORE';
	while (1)
	{
		foreach my $socket ($select->can_read)
		{
			if ($socket == $listener)
			{
				my $client = $listener->accept or next;
				my $server = $host =~ m{^/} ? IO::Socket::UNIX->new(Peer => "$host/.s.PGSQL.$port") : IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port);

				unless ($server)
				{
					close $client;
					next;
				}
				@other{ $client, $server } = ($server, $client);
				$from_server{$server} = 1;
				$select->add($client, $server);
				next;
			}
			next unless $other{$socket};
			my $count = sysread $socket, my $data, 65536;
			my $written = 0;

			while ($count && $written < $count)
			{
				my $some = syswrite $other{$socket}, $data, $count - $written, $written;

				last unless defined $some;
				$written += $some;
			}
			if (!$count || $written < $count)
			{
				my $end = delete $other{$socket};

				delete $other{$end};
				delete @from_server{ $socket, $end };
				$select->remove($socket, $end);
				close $socket;
				close $end;
				next;
			}
			syswrite $out, "$count\n" if $from_server{$socket};
		}
	}
}

1;
