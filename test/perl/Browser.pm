# Browser.pm: pages in headless Chromium, over its debugging pipe.
#
# A page is opened from a file. What it did is kept: messages of its console, and every request.

package Browser;

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Handle;
use IO::Select;
use JSON::PP;
use MIME::Base64;
use POSIX ();

# The program, or undef where there is none.
sub program
{
	foreach my $name (grep { defined } $ENV{CHROMIUM}, qw(chromium chromium-browser google-chrome))
	{
		foreach my $path ($name =~ m{/} ? $name : map { "$_/$name" } split /:/, $ENV{PATH})
		{
			return $path if -x $path;
		}
	}
	return undef;
}

sub new
{
	my ($class, $program) = @_;
	my $profile = tempdir(CLEANUP => 1);
	my $self = bless { next => 1, buffer => '', events => [], profile => $profile }, $class;

	pipe(my $from_us, my $to_browser) or die "pipe: $!";
	pipe(my $from_browser, my $to_us) or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		# the browser reads its orders from descriptor 3 and answers on 4
		my ($in, $out) = map { fileno $_ } $from_us, $to_us;
		my ($spare_in, $spare_out) = (POSIX::dup($in), POSIX::dup($out));
		($spare_in, $spare_out) = (POSIX::dup($spare_in), POSIX::dup($spare_out)) while $spare_in < 10 || $spare_out < 10;
		POSIX::dup2($spare_in, 3);
		POSIX::dup2($spare_out, 4);
		open STDERR, '>', "$profile/stderr";
		open STDOUT, '>', '/dev/null';
		open STDIN, '<', '/dev/null';
		$^F = 255;
		local $ENV{HOME} = $profile;
		{ exec $program, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking',
			'--disable-component-update', '--disable-default-apps', '--disable-sync', '--no-first-run', '--no-default-browser-check',
			'--hide-scrollbars', '--force-renderer-accessibility', "--user-data-dir=$profile/data", '--remote-debugging-pipe', 'about:blank' };
		POSIX::_exit(127);
	}
	close $from_us;
	close $to_us;
	@$self{qw(pid in out)} = ($pid, $to_browser, $from_browser);
	$self->{in}->autoflush(1);
	my $target = $self->call('Target.createTarget', { url => 'about:blank' });
	$self->{session} = $self->call('Target.attachToTarget', { targetId => $target->{targetId}, flatten => JSON::PP::true })->{sessionId};
	$self->call("$_.enable") foreach qw(Page Network Log Runtime Accessibility);
	return $self;
}

# The next message, or undef when none comes in this time.
sub receive
{
	my ($self, $seconds) = @_;
	my $until = time + $seconds;

	while ($self->{buffer} !~ /\0/)
	{
		my $left = $until - time;
		return undef if $left < 0 || !IO::Select->new($self->{out})->can_read($left || 0.2);
		my $got = sysread $self->{out}, $self->{buffer}, 1 << 16, length $self->{buffer};
		die "the browser has ended\n" unless $got;
	}
	$self->{buffer} =~ s/^(.*?)\0//s;
	return decode_json($1);
}

# Calls a method and returns its result. Events that come in between are kept.
sub call
{
	my ($self, $method, $parameters) = @_;
	my $id = $self->{next}++;
	my $message = { id => $id, method => $method, params => $parameters // {} };

	$message->{sessionId} = $self->{session} if $self->{session};
	syswrite $self->{in}, encode_json($message) . "\0";
	while (1)
	{
		my $answer = $self->receive(60) // die "the browser does not answer $method\n";
		if (($answer->{id} // 0) == $id)
		{
			die "$method: $answer->{error}{message}\n" if $answer->{error};
			return $answer->{result};
		}
		push @{ $self->{events} }, $answer if $answer->{method};
	}
}

# Opens a page and waits until it is there. Scheme is light or dark.
sub open_page
{
	my ($self, $url, %options) = @_;

	$self->{events} = [];
	$self->call('Emulation.setEmulatedMedia', { media => $options{media} // 'screen',
			features => [ { name => 'prefers-color-scheme', value => $options{scheme} // 'light' } ] });
	$self->call('Emulation.setDeviceMetricsOverride', { width => $options{width} // 1280, height => $options{height} // 1000,
			deviceScaleFactor => $options{scale} // 1, mobile => JSON::PP::false });
	$self->call('Page.navigate', { url => $url });
	while (!grep { $_->{method} eq 'Page.loadEventFired' } @{ $self->{events} })
	{
		push @{ $self->{events} }, $self->receive(60) // die "the page does not load\n";
	}
	$self->call('Runtime.evaluate', { expression => '1' });
}

# What the console of the page says.
sub console
{
	my ($self) = @_;

	return map { $_->{params}{entry}{text} // $_->{params}{exceptionDetails}{text} // $_->{method} }
		grep { $_->{method} =~ /^(?:Log\.entryAdded|Runtime\.consoleAPICalled|Runtime\.exceptionThrown)$/ } @{ $self->{events} };
}

# What the page asked for, itself left out.
sub requests
{
	my ($self) = @_;
	my @urls = map { $_->{params}{request}{url} } grep { $_->{method} eq 'Network.requestWillBeSent' } @{ $self->{events} };

	shift @urls;
	return @urls;
}

sub evaluate
{
	my ($self, $expression) = @_;

	return $self->call('Runtime.evaluate', { expression => $expression, returnByValue => JSON::PP::true })->{result}{value};
}

# The roles of the accessibility tree, and how often each is there.
sub roles
{
	my ($self) = @_;
	my %roles;

	$roles{ $_->{role}{value} }++
		foreach grep { !$_->{ignored} && defined $_->{role}{value} } @{ $self->call('Accessibility.getFullAXTree')->{nodes} };
	return \%roles;
}

# A picture of the page, its first so many pixels or the whole of it.
sub screenshot
{
	my ($self, $file, %options) = @_;
	my $size = $self->call('Page.getLayoutMetrics')->{cssContentSize};
	my $picture = $self->call('Page.captureScreenshot', { format => 'png', captureBeyondViewport => JSON::PP::true,
			clip => { x => 0, y => $options{from} // 0, width => $size->{width}, height => $options{height} // $size->{height}, scale => 1 } });

	open my $out, '>:raw', $file or die "$file: $!\n";
	print $out decode_base64($picture->{data});
	close $out or die "$file: $!\n";
}

sub DESTROY
{
	my ($self) = @_;

	local ($?, $@);
	kill 'TERM', $self->{pid} if $self->{pid};
	waitpid $self->{pid}, 0 if $self->{pid};
}

1;
