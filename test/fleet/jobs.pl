# jobs.pl: what is usual in the fleet. Part of generate.pl.

use strict;
use warnings;
use integer;

our (%set, %hosts, @hosts, $day);

my ($sh, $bash, $cron, $sshd, $systemd) = ('/usr/bin/dash', '/usr/bin/bash', '/usr/sbin/cron', '/usr/sbin/sshd', '/usr/lib/systemd/systemd');
my ($build_number, @releases, %outside_friends);

# A moment of the day, in milliseconds: of these hours, or between two of them.
sub moment { my ($from, $to) = @_; return (($day * 24 + $from) * 3600 + below(($to - $from) * 3600)) * 1000 + below(1000) }
sub at { my ($hour, $minute) = @_; return (($day * 24 + $hour) * 3600 + $minute * 60 + below(50)) * 1000 + below(1000) }

# The host's own way of naming another one in commands: it does not change from day to day.
sub remote { my ($host, $other) = @_; return ($host->{number} + $other->{number}) % 5 == 0 ? $other->{address} : ($host->{number} % 2 ? $other->{name} : $other->{short}) }
sub peer { my ($host, $role) = @_; my @peers = @{$hosts{$role}}; return $peers[$host->{number} % @peers] }

sub sh_job { my ($script) = @_; return [ $sh, '/bin/sh', '-c', $script ] }

# rsync over ssh: the client, its ssh, and the server's side under sshd's shell.
sub rsync_push
{
	my ($host, $at, $options, $paths, $account, $to, $target, $parent, $user) = @_;
	my $where = remote($host, $to);

	event($host, $at, [ '/usr/bin/rsync', 'rsync', @$options, @$paths, "$account\@$where:$target" ], $parent, $user);
	event($host, $at + 30, [ '/usr/bin/ssh', 'ssh', '-l', $account, $where, 'rsync', '--server', '-logDtpre.iLsfxCIvu', '.', $target ], [ '/usr/bin/rsync', 'rsync', @$options ], $user);
	event($to, $at + 400 + below(300), [ '/usr/bin/rsync', 'rsync', '--server', '-logDtpre.iLsfxCIvu', '.', $target ],
		[ $bash, 'bash', '-c', "rsync --server -logDtpre.iLsfxCIvu . $target" ], $account);
	return;
}

sub begin_jobs
{
	$build_number = 40000 + below(9000);
	@releases = map { 100 + below(900) } 1 .. 8;
	# people have partners outside to whom they send now and then
	foreach my $host (@{$hosts{desk}}, @{$hosts{bastion}})
	{
		$outside_friends{$host->{name}} = [ map { sprintf '%s.%s.example', among(qw(files sftp up dropbox1)), among(qw(vendor agency printers auditors freelance)) . below(6) } 1 .. 2 ];
	}
	return;
}

# --- Logs and backups.

sub web_day
{
	my ($host) = @_;
	my $log = peer($host, 'log');
	my $minute = 5 + $host->{number} % 50;

	foreach my $hour (0 .. 23)
	{
		next if $hour % 2 && $host->{number} % 3;
		# most take turns with one text, some name the file and themselves
		my ($what, $where) = $host->{number} % 12 ? ('/var/log/nginx/archive/', "$log->{name}::logs/") :
			(sprintf('/var/log/nginx/access.log-%s%02d.gz', compact($day), $hour), remote($host, $log) . "::logs/$host->{short}/");

		event($host, at($hour, $minute), [ '/usr/bin/rsync', 'rsync', '-a', '--remove-source-files', $what, $where ], sh_job('/usr/local/sbin/ship-logs'));
	}
	return;
}

sub app_day
{
	my ($host) = @_;
	my $file = peer($host, 'file');
	my $nas = peer($host, 'nas');

	foreach my $hour (0 .. 23)
	{
		next if $hour % 3 && $host->{number} % 2;
		rsync_push($host, at($hour, $host->{number} % 60), [ '-az', '--delete' ], [ '/srv/app/shared/' ], 'sync', $file, $host->{number} % 6 ? '/export/shared/' : "/export/shared/$host->{short}/", [ $sh, '/bin/sh', '/etc/cron.hourly/shared' ], 'app');
	}
	event($host, at(2, $host->{number} % 60), [ '/usr/bin/scp', 'scp', '-q', '-i', '/root/.ssh/backup', sprintf('/var/backups/app-%s-%06d.tar.gz', compact($day), below(240000)), 'backup@' . remote($host, $nas) . ':in/' ],
		sh_job('/usr/local/bin/backup-app'));
	# files for a partner, by ftp of Debian, or by sftp with a batch of the day
	if ($host->{number} % 12 == 0)
	{
		event($host, at(6, 30), [ '/usr/bin/tnftp', 'ftp', '-n', 'ftp.partner.example' ], [ $sh, '/bin/sh', '/opt/app/bin/partner.sh' ], 'app');
	}
	if ($host->{number} % 7 == 0)
	{
		event($host, at(5, 10), [ '/usr/bin/sftp', 'sftp', '-b', '/opt/app/batch/' . compact($day) . '.txt', 'acme@sftp.acme-pay.example' ], [ '/usr/bin/java', 'java', '-jar', '/opt/app/app.jar' ], 'app');
	}
	return;
}

sub db_day
{
	my ($host) = @_;
	my $nas = peer($host, 'nas');

	foreach my $half (0 .. 47)
	{
		next if $half % 2 && $host->{number} % 3;
		rsync_push($host, at($half / 2, $half % 2 * 30 + $host->{number} % 28), [ '-a' ], [ $host->{number} % 8 ? 'pg_wal/archive_status/' : sprintf 'pg_wal/%08X%08X%08X', 1, $day, $half * 5 + $host->{number} % 5 ], 'wal', $nas, $host->{number} % 8 ? '/wal/' : "/wal/$host->{short}/",
			[ $sh, 'sh', '-c', '/usr/local/bin/archive_wal' ], 'postgres');
	}
	event($host, at(1, $host->{number} % 60), [ '/usr/bin/scp', 'scp', '-B', sprintf('/srv/dump/%s-%sT01%02d.sql.zst', $host->{short}, date($day), $host->{number} % 60), 'backup@' . remote($host, $nas) . ':/dumps/' ],
		sh_job('/usr/local/bin/nightly-dump'), 'postgres');
	# the store of backups fetches the configuration
	event($host, at(4, $host->{number} % 60), [ '/usr/bin/rsync', 'rsync', '--server', '--sender', '-logDtpre.iLsfxCIvu', '.', '/etc/postgresql/' ], [ $bash, 'bash', '-c', 'rsync --server --sender -logDtpre.iLsfxCIvu . /etc/postgresql/' ], 'backup');
	return;
}

sub nas_day
{
	my ($host) = @_;

	foreach my $db (there('db'))
	{
		next if peer($db, 'nas') != $host;
		event($host, at(4, $db->{number} % 60), [ '/usr/bin/rsync', 'rsync', '-a', 'backup@' . remote($host, $db) . ':/etc/postgresql/', "/config/$db->{short}/" ], sh_job('/usr/local/bin/fetch-config'), 'backup');
	}
	# to the other site
	event($host, at(22, 15), [ '/usr/bin/rsync', 'rsync', '-a', '-e', 'ssh -p 2222', '/volumes/', 'offsite@203.0.113.20:/in/' ], sh_job('/usr/local/bin/offsite'));
	event($host, at(22, 15) + 100, [ '/usr/bin/ssh', 'ssh', '-p', '2222', '-l', 'offsite', '203.0.113.20', 'rsync', '--server', '-logDtpre.iLsfxCIvu', '.', '/in/' ], [ '/usr/bin/rsync', 'rsync', '-a' ]);
	return;
}

# --- File servers: daemons, batches of clients, a mirror from outside.

sub file_day
{
	my ($host) = @_;

	if ($day == $host->{born} || percent(4))
	{
		event($host, at(0, 2), [ '/usr/bin/rsync', '/usr/bin/rsync', '--daemon', '--no-detach' ], [ $systemd, '/sbin/init' ]);
		event($host, at(0, 3), [ '/usr/sbin/vsftpd', '/usr/sbin/vsftpd', '/etc/vsftpd.conf' ], [ $systemd, '/sbin/init' ]) if $host->{number} % 2;
	}
	event($host, at(3, 30), [ '/usr/bin/rsync', 'rsync', '-rtlHv', '--delete', 'rsync://deb.mirror.example/debian/', '/srv/mirror/debian/' ], [ $bash, 'bash', '/usr/local/bin/mirror' ], 'mirror') if $host->{number} == 1;
	foreach (1 .. 40 + below(20))
	{
		my $at = moment(6, 22);

		event($host, $at, [ '/usr/lib/openssh/sftp-server', '/usr/lib/openssh/sftp-server' ], [ $sshd, 'sshd: client' . below(60) ], 'client' . below(60));
	}
	return;
}

sub worker_day
{
	my ($host) = @_;
	my $file = peer($host, 'file');

	if ($day == $host->{born})
	{
		event($host, at(0, 20), [ '/usr/bin/rsync', 'rsync', '-a', "$file->{name}::images/base/", '/opt/base/' ], [ '/usr/bin/python3.11', 'python3', '/usr/bin/cloud-init', 'modules' ]);
	}
	foreach (1 .. 4 + below(8))
	{
		my $id = hex_digits(8);
		my $at = moment(0, 24);

		event($host, $at, [ '/usr/bin/scp', 'scp', '-q', "data\@" . remote($host, $file) . ":/export/jobs/$id/input.parquet", "/var/tmp/job-$id/" ], [ '/usr/bin/python3.11', 'python3', '-m', 'worker' ], 'worker');
		event($host, $at + 60000 * below(20), [ '/usr/bin/scp', 'scp', '-q', "/var/tmp/job-$id/output.parquet", "data\@" . remote($host, $file) . ":/export/jobs/$id/" ], [ '/usr/bin/python3.11', 'python3', '-m', 'worker' ], 'worker');
	}
	return;
}

# --- Configuration management, with temporary directories; deployments with the numbers of builds.

sub managed
{
	my ($host) = @_;
	my $cfg = $hosts{cfg}[0];
	# python is upgraded in the course of the month
	my $python = $day * 10 / $set{days} < 4 ? '/usr/bin/python3.9' : '/usr/bin/python3.11';

	foreach (1 .. how_often(160))
	{
		my $at = moment(7, 19);
		my $temporary = sprintf '/root/.ansible/tmp/ansible-tmp-%d.%d-%d-%d', 1756684800 + $at / 1000, below(9999999), below(99999), below(1 << 30);

		if ($host->{number} % 2)
		{
			event($cfg, $at, [ '/usr/bin/sftp', 'sftp', '-o', 'BatchMode=no', '-b', '-', '-C', '-o', 'ControlMaster=auto', "[$host->{name}]" ], [ $python, 'python3', '/usr/bin/ansible-playbook', 'site.yml' ]);
			event($host, $at + 300, [ '/usr/lib/openssh/sftp-server', '/usr/lib/openssh/sftp-server' ], [ $sshd, 'sshd: root@notty' ]);
		}
		else
		{
			event($cfg, $at, [ '/usr/bin/scp', 'scp', '-C', '-o', 'ControlPersist=60s', '/root/.ansible/tmp/ansible-local-' . below(99999) . letters(8) . '/tmp' . letters(8), "[$host->{name}]:$temporary/AnsiballZ_setup.py" ],
				[ $python, 'python3', '/usr/bin/ansible-playbook', 'site.yml' ]);
			event($host, $at + 300, [ '/usr/bin/scp', 'scp', '-t', "$temporary/AnsiballZ_setup.py" ], [ $bash, 'bash', '-c', "scp -t $temporary/AnsiballZ_setup.py" ]);
		}
	}
	return;
}

sub deployments
{
	my @builders = there('build');

	foreach (1 .. how_often(@builders * 160))
	{
		my $number = $build_number++;
		my $builder = among(@builders);
		my $at = moment(8, 20);
		my @targets = grep { ($_->{number} + $builder->{number}) % 8 == 0 } there(among('web', 'app'));

		foreach my $to (@targets)
		{
			rsync_push($builder, $at += 2000 + below(4000), [ '-az', '--delete' ], [ "/builds/job-$number/dist/" ], 'deploy', $to, sprintf('/srv/www/releases/%d-%s/', $number, hex_digits(7)),
				[ '/opt/runner/bin/runner', 'runner', 'exec' ], 'ci');
		}
		event($builder, $at + 5000, [ '/usr/bin/scp', 'scp', '-q', sprintf('dist/app-%d.%d.%d+%s.tgz', 2, $number % 10, $number, hex_digits(7)), 'artifacts@' . remote($builder, peer($builder, 'file')) . ':/export/artifacts/' ],
			[ $bash, 'bash', '/builds/job-' . $number . '/step.sh' ], 'ci');
	}
	return;
}

# --- Money, watching, and machines that begin.

sub fin_day
{
	my ($host) = @_;

	event($host, at(7, 0), [ '/usr/bin/sftp', 'sftp', '-oPort=22022', '-b', '/srv/pay/out/' . compact($day) . '.cmd', 'corp@transfer.bank.example' ], sh_job('/usr/local/bin/pay'), 'pay');
	event($host, at(9, 0), [ '/usr/bin/scp', 'scp', sprintf('/srv/pay/report-%s-W%02d.xlsx', '2025', $day / 7 + 36), 'audit@sftp.auditor.example:' ], sh_job('/usr/local/bin/weekly'), 'pay') if weekday($day) == 1;
	return;
}

sub mon_day
{
	my ($host) = @_;

	# a probe of the service, through the machine itself
	foreach my $hour (0, 6, 12, 18) { event($host, at($hour, 7), [ '/usr/bin/scp', 'scp', '-q', '/etc/hostname', 'probe@localhost:/tmp/probe' ], [ '/usr/lib/nagios/plugins/check_scp', 'check_scp', '-H', 'localhost' ], 'nagios') }
	return;
}

sub first_day
{
	my ($host) = @_;
	my $file = peer($host, 'file');

	return if $host->{born} == 0;
	event($host, at(0, 30), [ '/usr/bin/rsync', 'rsync', '-a', "$file->{name}::images/$host->{role}/", '/' ], [ '/usr/bin/bash', 'bash', '/root/bootstrap' ]);
	event($host, at(0, 40), [ '/usr/bin/scp', 'scp', '-r', 'deploy@' . remote($host, $file) . ':/export/keys/' . $host->{short}, '/etc/ssl/' ], [ '/usr/bin/bash', 'bash', '/root/bootstrap' ]);
	return;
}

# --- People.

my @words = qw(report notes budget draft photos slides dump trace heap logs config results data export model plan invoice minutes schema patch);
sub file_name { return among(@words) . among('', '-' . below(99), '_final', '-' . compact($day), '-v' . below(12)) . among(qw(.pdf .tgz .csv .zip .txt .sql.gz .xlsx .log)) }
sub shell { return [ $bash, among('-bash', 'bash') ] }

sub by_hand
{
	my ($host, $user) = @_;
	my $at = moment(8, 19);
	my $kind = below(100);
	my $home = "/home/$user";
	# people go mostly to where they have been
	my @usual = map { my @peers = there($_); $peers[($host->{number} * 7) % @peers] } qw(app web file db);
	my $to = percent(80) ? among(@usual) : one(among(qw(app web file db build)));
	my $where = remote($host, $to);

	if ($kind < 45) { event($host, $at, [ '/usr/bin/scp', 'scp', among("$home/" . file_name(), file_name(), '/tmp/' . file_name()), "$user\@$where:" . among('', '/tmp/', 'in/') ], shell(), $user) }
	elsif ($kind < 65) { event($host, $at, [ '/usr/bin/scp', 'scp', "$user\@$where:" . among('/var/log/syslog', '/tmp/' . file_name(), file_name()), among('.', '/tmp/', "$home/") ], shell(), $user) }
	elsif ($kind < 80) { event($host, $at, [ '/usr/bin/sftp', 'sftp', "$user\@$where" ], shell(), $user) }
	elsif ($kind < 97) { event($host, $at, [ '/usr/bin/rsync', 'rsync', '-avP', "$home/work/" . among(@words) . '/', "$where:work/" ], shell(), $user) }
	# an old client fetches: the sending side runs on the server
	elsif ($kind < 98) { event($to, $at, [ '/usr/bin/scp', 'scp', '-f', among('/var/log/syslog', '/tmp/' . file_name()) ], [ $bash, 'bash', '-c', 'scp -f' ], $user) }
	# to a known partner, or to a new one
	else
	{
		my $friend = per_mille(750) ? among(@{$outside_friends{$host->{name}}}) : sprintf('%s.%s.example', among(qw(www ftp host s1)), letters(6) =~ tr/A-Z0-9/a-za-j/r);

		event($host, $at, [ '/usr/bin/scp', 'scp', "$home/" . file_name(), "guest\@$friend:" ], shell(), $user);
	}
	return;
}

# --- Processes that copy nothing.

my @other = map { [ split / / ] } ('/usr/bin/ls ls -la', '/usr/bin/grep grep -r error /var/log', '/usr/bin/cat cat /proc/loadavg', '/usr/bin/sed sed -n 1p', '/usr/bin/awk awk {print}', '/usr/bin/systemctl systemctl status',
	'/usr/bin/find find /var/cache -mtime +3', '/usr/bin/ps ps aux', '/usr/bin/df df -h', '/usr/bin/curl curl -s http://localhost/health', '/usr/bin/ssh ssh -q jump uptime', '/usr/bin/python3.11 python3 /opt/agent/collect.py',
	'/usr/bin/git git fetch', '/usr/bin/tar tar cf /tmp/x.tar /etc', '/usr/sbin/logrotate logrotate /etc/logrotate.conf', '/usr/bin/date date', '/usr/bin/id id -u', '/usr/bin/uname uname -r');
my @starters = ($bash, $sh, $cron, $systemd);

sub others
{
	my ($host) = @_;

	foreach (1 .. $set{noise}) { event($host, moment(0, 24), $other[chance() % @other], $starters[chance() & 3]) }
	return;
}

my %day_of = (web => \&web_day, app => \&app_day, db => \&db_day, nas => \&nas_day, file => \&file_day, worker => \&worker_day, fin => \&fin_day, mon => \&mon_day);

sub jobs_of_day
{
	foreach my $host (@hosts)
	{
		next if $host->{born} > $day;
		$day_of{$host->{role}}->($host) if $day_of{$host->{role}};
		first_day($host) if $host->{born} == $day;
		managed($host) if $host->{role} =~ /^(?:web|app|db|file|nas)$/;
		others($host);
		if (($host->{role} eq 'desk' || $host->{role} eq 'bastion') && (weekday($day) < 6 && weekday($day) > 0 || percent(10)))
		{
			my $mean = ($host->{role} eq 'desk' ? 250 : 900) * $set{hand};
			my $user = $host->{role} eq 'desk' ? $host->{user} : undef;

			by_hand($host, $user // among(qw(alice1 bob2 carol3 dave4 root))) foreach 1 .. how_often($mean);
		}
	}
	deployments();
	return;
}

1;
