# The documentation: README.md and the pages of doc.
#
# Each page begins with a fresh database. Every block of SQL in it runs, in order, as a reader would paste it
# into psql, and prints what the block of text behind it shows. Lines of shell run too, or are checked by a rule
# of their own below; a line that no rule knows fails. Configurations of log shippers are those of test/shippers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use Documentation;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %page = map { $_ => slurp_file($_) } pages();
my $database = 'security';

my $node = new_node('documentation');
$node->start;
my ($major) = $node->safe_psql('postgres', 'SHOW server_version_num') =~ /^(\d+)\d{4}$/;
my %available = map { $_ => 1 }
	split /\n/, $node->safe_psql('postgres', 'SELECT name FROM pg_available_extensions');
# A list of what is available does not show extensions in a staging directory, so this one is tried.
$available{pg_partman} =
	$node->psql('postgres', 'CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman') == 0;
# The settings of pg_cron are those that the README has a reader write.
my ($cron_conf) = $page{'README.md'} =~ /<<'CONF'\n(.*?)^CONF$/ms;
if ($available{pg_cron})
{
	$node->append_conf('postgresql.conf', $cron_conf);
	$node->restart;
}

# --- What blocks need.

# Why a block cannot run here, or undef.
sub obstacle
{
	my ($text) = @_;

	return "pg_partman is not installed (Debian: postgresql-$major-partman)"
		if $text =~ /partman/ && !$available{pg_partman};
	return "pg_cron is not installed (Debian: postgresql-$major-cron)"
		if $text =~ /pg_cron|cron\.|\b(?:un)?schedule\(/ && !$available{pg_cron};
	return undef;
}

# What a command prints, errors among the rest, in a reader's time zone. A notification names the process that
# sent it, which differs from run to run.
sub printed
{
	my ($command, $input) = @_;
	my $out = '';

	local $ENV{PGTZ} = 'UTC';
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $database;
	IPC::Run::run($command, '<', \$input, '>&', \$out);
	$out =~ s/(server process with PID) \d+/$1 4711/;
	return same_text($out);
}

# --- Lines of shell: what a line is, and how it is checked.

my %packages = map { $_ => 1 } map { slurp_file($_) =~ /[\w\-]+/g } qw(script/setup script/package debian/control.in);
my @shell = (
	[ qr/^make (demo|test|torture|fuzz|bench|help|installcheck|uninstall|matrix|variants|package|dist|distcheck|rpm)\b/, sub { make_knows($1) } ],
	[ qr/^(?:sudo )?make(?: (install))?$/, sub { make_knows($1 // 'all') } ],
	[ qr/^test\/(shippers|torture)\/(\w+)/, sub { ok(-x "test/$1/$2", "there is test/$1/$2") } ],
	[ qr/^make (?:PG_CONFIG=\S+|with_llvm=no)$/, sub { make_knows('all') } ],
	[ qr/^make install DESTDIR=\S+$/, sub { make_knows('install') } ],
	[ qr/^make -f (\S+\/)Makefile$/, sub { like(slurp_file('script/distcheck'), qr/-f \S+\/Makefile/, 'make distcheck builds in a directory of its own') } ],
	[ qr/^(pg_buildext updatecontrol|dpkg-buildpackage -us -uc -b)$/, sub { like(slurp_file('script/package'), qr/\Q$1\E/, "make package does that: $1") } ],
	[ qr/^rpmbuild -bb .* (\S+)$/, sub { ok(-e $1, "there is $1") } ],
	[ qr/^sudo apt-get install \.\.\/\S+\.deb$/, sub { like(slurp_file('script/package'), qr/apt-get .*install .*\.deb/, 'make package installs what it has built') } ],
	[ qr/^sudo apt-get install (.*)/, sub { packages_are_known(split ' ', $1) } ],
	[ qr/^sudo (pg_createcluster|pg_ctlcluster) \d+ main (?:--start|restart)$/, sub {
		note("not run, since the system's own cluster is left alone: $1") } ],
	[ qr/^sudo tee \/etc\/postgresql\/15\/main\/conf\.d\/pg_cron\.conf <<'CONF'$/, sub {
		SKIP:
		{
			skip("pg_cron is not installed (Debian: postgresql-$major-cron)", 1) unless $available{pg_cron};
			is($node->safe_psql('postgres', 'SHOW cron.database_name'), $database, 'the settings of pg_cron are in force here');
		} } ],
	[ qr/^sudo -u postgres (createdb|psql)\b(.*)/, sub { runs_in_shell("$1$2") } ],
	[ qr/^(?:psql|createdb)\b/, sub { runs_in_shell($_[0]) } ]);

sub make_knows
{
	my ($target) = @_;
	my ($out, $err);

	ok(IPC::Run::run([ 'make', '-n', $target ], '>', \$out, '2>', \$err), "make has the target $target");
}

# The packages that a reader is told to install are those that script/setup installs, or one of these.
sub packages_are_known
{
	my %other = map { $_ => 1 } qw(postgresql-15-cron postgresql-15-partman rsyslog-pgsql syslog-ng-core syslog-ng-mod-sql
		libdbd-pgsql auditd laurel);

	foreach my $package (@_)
	{
		(my $name = $package) =~ s/postgresql-(?:server-dev-)?\K15$//;
		$name =~ s/-$//;
		ok($packages{$package} || $packages{$name} || $packages{"$name-"} || $other{$package}, "package $package");
	}
}

sub runs_in_shell
{
	my ($line) = @_;

	unlike(printed([ 'sh', '-ec', $line ], ''), qr/ERROR|FATAL|error:/, "runs: $line");
}

sub check_shell
{
	my ($block) = @_;

	(my $text = $block->{text}) =~ s/\\\n\s*/ /g;
	$text =~ s/^(.*<<'CONF'\n).*?^CONF\n/$1/msg;
	foreach my $line (split /\n/, $text)
	{
		$line =~ s/\s+#.*//;
		next if $line =~ /^\s*(?:#.*)?$/;
		my ($rule) = grep { $line =~ $_->[0] } @shell;
		if (defined $rule)
		{
			$line =~ $rule->[0];
			$rule->[1]->($line);
		}
		else
		{
			fail("no rule says how to check the line of shell: $line");
		}
	}
}

# --- Blocks of other languages: configurations.

# Begins of configurations of programs that are not in Debian: nothing here can try them.
my %untested = (
	'[INPUT]' => 'Fluent Bit is not in Debian',
	'[sources.laurel]' => 'Vector is not in Debian',
	'output {' => 'Logstash is not in Debian');

sub check_configuration
{
	my ($page, $block) = @_;
	my ($first) = $block->{text} =~ /^(.*)/;

	if ($untested{$first})
	{
		note("$page, a configuration that nothing here can try: $untested{$first}");
		return;
	}
	my ($file) = grep { slurp_file($_) eq $block->{text} } glob 'test/shippers/*';
	ok(defined $file, "$page shows a configuration that test/shippers tries: $block->{title}");
}

# --- The pages.

my %ran;
foreach my $name (pages())
{
	$node->safe_psql('postgres', "DROP DATABASE IF EXISTS $database WITH (FORCE)");
	foreach my $role (split /\n/, $node->safe_psql('postgres', 'SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384'))
	{
		$node->safe_psql('postgres', "DROP ROLE $role");
	}
	$node->safe_psql('postgres', "CREATE DATABASE $database") unless $page{$name} =~ /^sudo -u postgres createdb $database$/m;

	foreach my $block (blocks($page{$name}))
	{
		my $title = "$name:$block->{line}: $block->{title}";

		if ($block->{language} eq 'sh')
		{
			check_shell($block);
			$ran{shell}++;
		}
		elsif ($block->{language} eq 'text')
		{
			fail("$title: no block of SQL is right before this output");
		}
		elsif ($block->{language} =~ /^(?:diff|c)$/)
		{
			# for readers of the source
			next;
		}
		elsif ($block->{text} =~ /public\.fleet/)
		{
			note("run by test/citus/citus.pl: $title");
		}
		elsif ($block->{language} ne 'sql')
		{
			check_configuration($name, $block);
		}
		else
		{
			is(without_where($block->{text}), undef, "$title: each UPDATE and DELETE has a WHERE");
		  SKIP:
			{
				my $reason = obstacle($block->{text});

				skip("$name, line $block->{line}: $reason", 1) if defined $reason;
				my $out = printed([ 'psql', '-X', '-q' ], $block->{text});

				$ran{SQL}++;
				if (defined $block->{output})
				{
					is($out, same_text($block->{output}), "$title: prints what the page shows");
				}
				else
				{
					unlike($out, qr/ERROR|FATAL/, "$title: runs");
				}
			}
		}
	}
}
note("$ran{SQL} blocks of SQL ran, and $ran{shell} blocks of shell were checked");
cmp_ok($ran{SQL}, '>', 40, 'the pages have examples');

# A test of the test: what it would find unsafe.
like(without_where('UPDATE a SET b = 1;'), qr/UPDATE/, 'an UPDATE without WHERE is found');
like(without_where("SELECT 1; WITH x AS (DELETE FROM a RETURNING b) SELECT ' WHERE ';"), qr/DELETE/, 'and a DELETE in a WITH');
is(without_where("GRANT SELECT, UPDATE (b) ON a TO c; UPDATE a SET b = ';' WHERE c; SELECT 1 FOR UPDATE"), undef,
	'and nothing in harmless ones');

# --- Links lead somewhere.

foreach my $name (sort keys %page)
{
	my ($folder) = $name =~ m{^(.*/)?[^/]+$};
	my @lost;

	foreach my $link (links($page{$name}))
	{
		my ($file, $anchor) = split /#/, $link, 2;
		my $target = $file eq '' ? $name : ($folder // '') . $file;

		1 while $target =~ s{[^/]+/\.\./}{};
		push @lost, $link
			unless -e $target && (!defined $anchor || anchors($page{$target} // slurp_file($target))->{$anchor});
	}
	is("@lost", '', "$name: its links lead somewhere");
}
cmp_ok(length $page{'README.md'}, '<=', 20480, 'the README has at most 20 KB');

# --- What is supported is what the hints of errors say is supported.

$node->safe_psql('postgres', 'CREATE EXTENSION transfer_detect');
my $esql = $page{'doc/esql.md'};
my ($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('FROM logs-endpoint.events.process-* | EVAL y = no_such_function_of_ours(1)')});
my ($hinted) = $err =~ /Supported functions are (.*)\./;
my %known = map { uc $_ => 1 } split /, /, $hinted;
my %shown;
while ($esql =~ /^\| (?:aggregates|groups|searches|conditions|strings|dates|points|numbers|addresses|several values|conversions) \| (.*?)(?:,.*)? \|$/mg)
{
	$shown{$_} = 1 foreach split / /, $1;
}
is_deeply([ sort keys %shown ], [ sort keys %known ], 'doc/esql.md names all functions, and no others');
my ($pages) = $esql =~ /^(What they do is written from .*?\.)\n\n/ms;
foreach my $group ($esql =~ /^\| (aggregates|groups|searches|conditions|strings|dates|points|numbers|addresses|several values|conversions) \|/mg)
{
	like($pages // '', qr/\b$group\s+from\s+`[a-z-]+`/, "and says from which page of the reference the $group are written");
}
($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('FROM logs-endpoint.events.process-* | NOSUCH')});
my ($commands) = $err =~ /Supported commands are (.*)\./;
my ($shown_commands) = $esql =~ /^\| commands \| (.*) \|$/m;
$shown_commands =~ s/ \([^)]*\)//g;
$shown_commands =~ s/ \.\.\. BY \.\.\.//;
is(join(' ', sort split /, /, $shown_commands), join(' ', sort split /, /, $commands), 'and all commands');
($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('ROW a = "" | GROK a "%{NOSUCH}"')});
my ($patterns) = $err =~ /There are (.*)\./;
my ($shown_patterns) = $esql =~ /^The library has these patterns.*?: (.*?)\.$/ms;
is(join(' ', split /\s+/, $shown_patterns), join(' ', split /, /, $patterns), 'doc/esql.md names all patterns of GROK, and no others');

# --- The reference has everything that a user can use, and nothing else. Its headings are the names.

my %heading = map { $_ => 1 } map { /`([^`]+)`/g } $page{'doc/reference.md'} =~ /^#+ (.*`.*)$/mg;
my %object = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', q{
	-- a session knows the settings once it has called a function
	DO $$BEGIN PERFORM transfer_detect.esql_sql('FROM logs-endpoint.events.process-*'); END$$;
	SELECT proname || '()' FROM pg_proc WHERE pronamespace = 'transfer_detect'::regnamespace
	UNION
	SELECT relname FROM pg_class WHERE relnamespace = 'transfer_detect'::regnamespace AND relkind IN ('r', 'p', 'v', 'c')
	UNION
	SELECT typname FROM pg_type WHERE typnamespace = 'transfer_detect'::regnamespace AND typtype = 'b' AND typcategory <> 'A'
	UNION
	SELECT name FROM pg_settings WHERE name LIKE 'transfer\_detect.%'});
is_deeply([ sort keys %heading ], [ sort keys %object ], 'doc/reference.md has a heading for each function, type, table, view and setting');
my @columns = split /\n/, $node->safe_psql('postgres', q{
	SELECT c.relname || '.' || a.attname
	  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	 WHERE c.relnamespace = 'transfer_detect'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'c')
	   AND c.relname !~ '^events(_|$)'
	 ORDER BY c.relname, a.attnum});
my %section;
while ($page{'doc/reference.md'} =~ /^### (.*`.*)\n((?:(?!^##).*\n)*)/mg)
{
	my ($names, $text) = ($1, $2);

	$section{$_} = $text foreach $names =~ /`([^`]+)`/g;
}
is(join(' ', grep { my ($table, $column) = split /\./; ($section{$table} // '') !~ /`\Q$column\E`/ } @columns), '',
	'and names each column of the types, tables and views');
my @arguments = split /\n/, $node->safe_psql('postgres', q{
	SELECT DISTINCT p.proname || '().' || n
	  FROM pg_proc AS p, unnest(p.proargnames) AS n
	 WHERE p.pronamespace = 'transfer_detect'::regnamespace
	 ORDER BY 1});
is(join(' ', grep { my ($function, $argument) = /(.*)\.(.*)/; ($section{$function} // '') !~ /`\Q$argument\E`|columns of the view/ } @arguments),
	'', 'and each argument and result of the functions');
is(join(' ', grep { !-e } $page{'doc/reference.md'} =~ /`((?:src|sql)\/[\w\/\-]+\.\w+)`/g), '', 'and source files that there are');

$node->stop;
done_testing();
