# README.md and doc/*.md: every block runs as a reader would type it, page by page, each in a database and with
# roles of its own, and prints what the block of text below it shows.
#
# What a block is decides what is done with it:
#
#     sql     psql runs it; the block of text below it is what psql prints, errors among the rest
#     sh      a shell runs it, with the server's programs in the path. A line with apt-get, make or another
#             command that changes the machine is checked instead: known packages, targets that exist
#     diff    it applies to the files of this tree
#     others  are told apart by the comment above them:
#
#         <!-- file: NAME -->         is the file of the tree, to the byte; SQL runs as well
#         <!-- postgresql.conf -->    goes into the server's settings, and the server restarts
#         <!-- not run: WHY -->       is not run, and the test says why
#
# <!-- needs: NAME --> above any of them skips it where the server has no such extension. A block of another
# kind is a failure, so nothing is left out unseen.
#
# Each page as it would be with what was really printed is put into tmp_check/documentation: to be looked at, and
# copied when a change of the output is meant.

use strict;
use warnings;

use Cwd;
use File::Path qw(make_path);
use File::Temp;
use FindBin;
use lib "$FindBin::RealBin/../perl";

use Documentation;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $database = 'security';		# as the pages call it
my $top = getcwd();
my $node = PostgreSQL::Test::Cluster->new('documentation');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->start;
my $settings = slurp_file($node->data_dir . '/postgresql.conf');
my %available = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', 'SELECT name FROM pg_available_extensions');
my %count;

# Without blanks at the ends of lines, which neither editors nor readers see.
sub trimmed
{
	my ($text) = @_;

	$text =~ s/[ \t]+$//mg;
	$text =~ s/\s+\z//;
	return $text;
}

# Runs a program, and returns what it prints and whether it succeeded; in a reader's time zone.
sub printed
{
	my ($directory, $command, $input) = @_;
	my $out = '';

	local $ENV{PGTZ} = 'UTC';
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $database;
	local $ENV{PSQLRC} = '/dev/null';
	chdir $directory;
	my $succeeded = IPC::Run::run($command, '<', \$input, '>&', \$out);
	chdir $top;
	return (trimmed($out), $succeeded);
}

# A line of shell that would change the machine: what is wrong with it; undef for a line that can be run.
sub checked_line
{
	my ($line) = @_;

	if ($line =~ /^(?:sudo )?apt-get install (.*?)\s*(?:#.*)?$/)
	{
		return join ' ', map { "unknown package $_" } unknown_packages($1);
	}
	if ($line =~ /^(?:sudo )?make\b(.*?)\s*(?:#.*)?$/)
	{
		my ($target) = map { /^[a-z]+$/ ? $_ : () } split ' ', $1;

		$target //= 'all';
		return '' if $target =~ /^(all|install|uninstall|installcheck|clean)$/;
		return slurp_file('Makefile') =~ /^\Q$target\E:/m ? '' : "no target $target";
	}
	if ($line =~ m{^(?:sudo )?(script|test)/(\S+)})
	{
		return -x "$1/$2" ? '' : "no program $1/$2";
	}
	if ($line =~ /^sudo (systemctl|augenrules|pg_createcluster|pg_ctlcluster|pg_lsclusters)\b/)
	{
		return '';
	}
	return;
}

# Runs a block of shell, each line that can be run, and checks the others.
sub run_shell
{
	my ($directory, $text) = @_;
	my $script = '';

	# a line that goes on is one line
	foreach my $line (split /\n/, $text =~ s/\\\n\s*//gr)
	{
		my $problem = checked_line($line);

		return ("$problem: $line", 0) if $problem;
		$script .= "$line\n" unless defined $problem;
	}
	$script =~ s/^sudo -u postgres //mg;		# which is who runs the test
	return ('', 1) if $script !~ /\S/;
	return printed($directory, [ 'bash', '-e' ], $script);
}

# What is wrong with a diff; empty if its every hunk applies, at one place.
sub misfit
{
	my ($diff) = @_;
	my @wrong;

	foreach my $file (of_diff($diff))
	{
		next if $file->{name} eq '/dev/null';
		my $is = -f $file->{name} ? slurp_file($file->{name}) : '';

		foreach my $hunk (@{ $file->{hunks} })
		{
			my $places = () = $is =~ /(?:\A|(?<=\n))\Q$hunk\E/g;

			push @wrong, "$file->{name} has this $places times:\n$hunk" if $places != 1;
		}
	}
	return join "\n", @wrong;
}

# Runs one block. Returns what it printed, if it is one that prints.
sub try_block
{
	my ($page, $directory, $block) = @_;
	my ($word, $value, $text) = @$block{qw(word value text)};
	my ($first) = grep { /\S/ } split /\n/, $text;
	my $title = sprintf '%s:%d %s', $page, $block->{line}, substr($first // '', 0, 60);
	my ($out, $succeeded);

	if ($word eq 'needs' && !$available{$value} || $word eq 'not run')
	{
		my $why = $word eq 'needs' ? "needs the extension $value" : $value;
		my $where = "$page:$block->{line}";

		$count{skipped}++;
	  SKIP: { skip "$where: $why", 1; }
		return;
	}
	$count{ $block->{language} || $word }++;
	if ($word eq 'file')
	{
		is($text, slurp_file($value), "is the file $value: $title");
		return unless $block->{language} eq 'sql';
	}
	if ($word eq 'postgresql.conf' || $word eq 'needs' && $block->{language} eq 'conf')
	{
		$node->append_conf('postgresql.conf', $text);
		$node->restart;
		foreach my $line (split /\n/, $text)
		{
			my ($name, $value) = $line =~ /^(\S+) = '?(.*?)'?$/;

			is($node->safe_psql('postgres', "SHOW $name"), $value, "is understood by the server: $page:$block->{line} $line");
		}
		return;
	}
	if ($block->{language} eq 'diff')
	{
		is(misfit($text), '', "applies: $title");
		return;
	}
	if ($block->{language} eq 'sql')
	{
		($out, $succeeded) = printed($directory, [ 'psql', '-X', '-q' ], $text);
	}
	elsif ($block->{language} eq 'sh')
	{
		($out, $succeeded) = run_shell($directory, $text);
	}
	else
	{
		fail("is of a kind that is known: $title");
		return;
	}
	if (defined $block->{prints})
	{
		is($out, trimmed($block->{prints}), "prints what is shown: $title");
	}
	else
	{
		ok($succeeded && $out !~ /ERROR|FATAL/, "runs: $title") or diag($out);
	}
	# pasted by a reader who has looked at one line of it
	unlike($text, qr/^\s*(?:UPDATE|DELETE)\b(?:(?!\bWHERE\b)[^;])*(?:;|\z)/mi, "no UPDATE or DELETE of all rows: $title")
		if $text =~ /\b(?:UPDATE|DELETE)\b/;
	return $out;
}

# The page with what was printed in place of what it shows.
sub put_down
{
	my ($page, $text, @blocks) = @_;
	my @lines = split /^/, $text;
	my $directory = "$PostgreSQL::Test::Utils::tmp_check/documentation/" . ($page =~ s{/?[^/]*$}{}r);

	foreach my $block (reverse grep { defined $_->{prints} && defined $_->{out} } @blocks)
	{
		splice @lines, $block->{prints_at}, scalar(split /^/, $block->{prints}), "$block->{out}\n";
	}
	make_path($directory);
	open my $file, '>', "$directory/" . ($page =~ s{.*/}{}r) or die;
	print $file @lines;
	close $file;
}

foreach my $page (pages())
{
	my $text = slurp_file($page);
	my @blocks = blocks($text);
	my $directory = File::Temp->newdir;

	$node->safe_psql('postgres', "CREATE DATABASE $database") unless $text =~ /createdb $database/;
	$_->{out} = try_block($page, "$directory", $_) foreach @blocks;
	put_down($page, $text, @blocks);

	# a fresh server for the next page: settings, database and roles
	open my $conf, '>', $node->data_dir . '/postgresql.conf' or die;
	print $conf $settings;
	close $conf;
	unlink $node->data_dir . '/postgresql.auto.conf';
	$node->restart;
	$node->safe_psql('postgres', "DROP DATABASE IF EXISTS $database");
	foreach my $role (split /\n/, $node->safe_psql('postgres', q{SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384}))
	{
		$node->safe_psql('postgres', "DROP ROLE $role");
	}
	is($node->safe_psql('postgres', q{SELECT string_agg(datname, ' ') FROM pg_database WHERE datname !~ '^template'}),
		'postgres', "$page leaves nothing behind");
}
note("$count{$_} blocks: $_") foreach sort keys %count;

# --- What the pages say of each other, and of the extension.

SKIP:
{
	skip 'only some pages were asked for', 4 if $ENV{TD_PAGES};
	cmp_ok(-s 'README.md', '<=', 20480, 'the README has at most 20 kB');
	cmp_ok($count{sql}, '>', 80, 'there are many examples');

	foreach my $page (pages())
	{
		my ($folder) = $page =~ m{^(.*/)?};
		my @broken;

		foreach my $link (slurp_file($page) =~ /\]\(([^)\s]+)\)/g)
		{
			next if $link =~ m{^https?://};
			my ($file, $anchor) = split /#/, $link;
			my $target = $file ? ($folder // '') . $file : $page;

			$target =~ s{[^/]+/\.\./}{};
			push @broken, $link and next unless -e $target;
			next unless defined $anchor;
			my %anchors = map {
				my $heading = lc;
				$heading =~ s/[^\w\s-]//g;
				$heading =~ s/\s/-/g;
				$heading => 1
			} slurp_file($target) =~ /^#+ (.*)$/mg;
			push @broken, $link unless $anchors{$anchor};
		}
		is_deeply(\@broken, [], "the links of $page lead somewhere");
	}

	my $esql = slurp_file('doc/esql.md');
	$node->safe_psql('postgres', 'CREATE EXTENSION transfer_detect; CREATE TABLE raw (timestamp timestamptz, document jsonb)');

	# What it says is supported is what the hints of errors say is supported.
	my ($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('FROM raw | EVAL y = no_such_function_of_ours(1)')});
	my ($hinted) = $err =~ /Supported functions are (.*)\./;
	my %known = map { uc $_ => 1 } split /, /, $hinted;
	my %shown;
	while ($esql =~ /^\| (?:aggregates|conditions|strings|dates|numbers|addresses|several values|conversions) \| (.*?)(?:,.*)? \|$/mg)
	{
		$shown{$_} = 1 foreach split / /, $1;
	}
	is_deeply([ sort keys %shown ], [ sort keys %known ], 'doc/esql.md names all functions, and no others');
	($status, $out, $err) = $node->psql('postgres', q{SELECT transfer_detect.esql('FROM raw | NOSUCH')});
	my ($commands) = $err =~ /Supported commands are (.*)\./;
	my ($shown_commands) = $esql =~ /^\| commands \| (.*) \|$/m;
	$shown_commands =~ s/ \([^)]*\)//g;
	$shown_commands =~ s/ \.\.\. BY \.\.\.//;
	is(join(' ', sort split /, /, $shown_commands), join(' ', sort split /, /, $commands), 'and all commands');

	# What users call is in the reference.
	my $reference = slurp_file('doc/reference.md');
	my @missing = grep { $reference !~ /`(?:CALL )?\Q$_\E[`(]/ } split /\n/, $node->safe_psql('postgres', q{
		SELECT DISTINCT p.proname FROM pg_proc AS p WHERE p.pronamespace = 'transfer_detect'::regnamespace
		UNION
		SELECT c.relname FROM pg_class AS c
		WHERE c.relnamespace = 'transfer_detect'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition});
	is_deeply(\@missing, [], 'the reference has all functions and tables of the schema transfer_detect');
}

$node->stop;
done_testing();
