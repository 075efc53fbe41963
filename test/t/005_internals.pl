# doc/internals.md, the contributors' page: its files are there, its drawing is what test/arrows draws, and its
# worked examples work. The diffs apply, alone and one after the other; what they make is built with warnings as
# errors, and does what the page says.

use strict;
use warnings;

use Cwd;
use File::Basename;
use File::Path qw(make_path);
use File::Temp;
use FindBin;
use lib "$FindBin::RealBin/../perl";

use Documentation;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file('doc/internals.md');

# --- What it names.

(my $prose = $page) =~ s/^```.*?^```$//msg;
my %named = map { $_ => 1 } $prose =~ m{`((?:src|sql|test|doc|script|expected)(?:/[\w.\-]+)*)`}g;
cmp_ok(scalar keys %named, '>', 40, 'the page names files');
is(join(' ', grep { !-e } sort keys %named), '', 'all of which are there');

# Folders of src without sub-folders that hold code, and those in the table.
my %described = map { $_ => 1 } $page =~ m{^\| `(src/[\w/]+)` \|}mg;
my %folders = map { dirname($_) => 1 } grep { !m{^src/[^/]+$} } glob('src/*/*.c src/*/*/*.c');
is_deeply([ sort keys %described ], [ sort keys %folders ], 'the table has every folder of src');

my $arrows = `test/arrows`;
s/[ \t]+$//mg foreach $arrows;
(my $drawn = $arrows) =~ s/^/    /mg;
ok(index($page, "\n\n$drawn") >= 0, 'the drawing of the includes is what test/arrows draws') or diag($arrows);

# --- The diffs.

# The lines of a text, with their ends.
sub lines_of { return split /^/, $_[0] }

# Applies a diff to files, a hash of name and text; returns what is wrong, or ''. A hunk has to fit at one place only.
sub apply
{
	my ($diff, $files) = @_;
	my ($name, $old, $new);
	my $problem = '';

	my $finish = sub {
		return unless defined $old;
		my $text = $files->{$name} // (-e $name ? slurp_file($name) : '');
		my @places = $old eq '' ? $text =~ /\A\z/g : $text =~ /^\Q$old\E/mg;
		my $fits = @places;

		if ($fits == 1)
		{
			$old eq '' ? ($text = $new) : ($text =~ s/^\Q$old\E/$new/m);
			$files->{$name} = $text;
		}
		else
		{
			$problem ||= "$name: fits at $fits places:\n$old";
		}
		undef $old;
	};
	foreach my $line (lines_of($diff))
	{
		if ($line =~ m{^diff --git a/\S+ b/(\S+)$})
		{
			my $next = $1;

			$finish->();
			$name = $next;
		}
		elsif ($line =~ /^@@/)
		{
			$finish->();
			($old, $new) = ('', '');
		}
		elsif (defined $old && $line =~ /^([ +-])(.*)\z/s)
		{
			$old .= $2 if $1 ne '+';
			$new .= $2 if $1 ne '-';
		}
	}
	$finish->();
	return $problem;
}

my @diffs = grep { $_->{language} eq 'diff' } blocks($page);
is(scalar @diffs, 5, 'the page has five worked examples');
my %changed;
foreach my $diff (@diffs)
{
	my ($title) = substr($page, 0, index($page, $diff->{text})) =~ /.*^## (.*?)$/ms;

	is(apply($diff->{text}, {}), '', "$title: the diff applies");
	is(apply($diff->{text}, \%changed), '', "$title: and after the others");
}
isnt(apply("diff --git a/Makefile b/Makefile\n@@ -1 +1 @@\n-no such line\n+another\n", {}), '', 'a diff that does not fit is found');
isnt(apply("diff --git a/Makefile b/Makefile\n@@ -1 +1 @@\n-\n+another\n", {}), '', 'and one that fits at several places');

# --- What they make.

delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES TAP_TESTS REGRESS ISOLATION PROVE_FLAGS)};
my $pg_config = $ENV{PG_CONFIG} || 'pg_config';
my $work = File::Temp->newdir;
my $tree = "$work/tree";
my $stage = "$work/stage";
make_path($tree);
system("tar --exclude=./.git --exclude=./build --exclude=./tmp_check --exclude='*.o' --exclude='*.so' --exclude='*.bc' -cf - . | tar -C '$tree' -xf -") == 0
	or die 'the tree could not be copied';
foreach my $name (sort keys %changed)
{
	make_path(dirname("$tree/$name"));
	open my $out, '>', "$tree/$name" or die "$name: $!";
	print $out $changed{$name};
	close $out;
}

# Runs a command in the changed tree; what it prints is shown when it fails.
sub succeeds
{
	my ($title, @command) = @_;
	my $out = '';
	my $here = getcwd();

	chdir $tree or die;
	my $good = IPC::Run::run(\@command, '>&', \$out);
	chdir $here;
	ok($good, $title) or diag(substr($out, -3000));
	return $good;
}

my @make = ('make', '-s', 'with_llvm=no', "PG_CONFIG=$pg_config");
my $built = succeeds('what the examples make is built without warnings',
	@make, '-j2', 'COPT=-O1 -Werror', 'STRICT_SWITCH=-Werror=switch-enum');
succeeds('its includes go one way', 'test/arrows');
succeeds("its unit test $_ passes", 'sh', '-c', "make -s build/unit/$_ && build/unit/$_") foreach qw(test_parse test_record);

# The examples under "Try it": SQL, an empty line, and what psql prints.
my @examples;
while ($page =~ /^((?:    .*\n)(?:    .*\n|\n(?=    ))*)/mg)
{
	(my $text = $1) =~ s/^    //mg;
	foreach my $one (split /\n\n(?=SELECT )/, $text)
	{
		push @examples, [ $1, $2 ] if $one =~ /\A(SELECT .*?;\n)\n(.+)\z/s;
	}
}
cmp_ok(scalar @examples, '>=', 8, 'the page has examples to try');

my $settings = `postgres --describe-config 2>/dev/null`;
SKIP:
{
	skip 'the examples could not be built', scalar @examples unless $built;
	skip 'this server can load extensions from its own directories only', scalar @examples
		unless $settings =~ /^extension_(?:destdir|control_path)/m;
	succeeds('it is installed into a directory of its own', @make, "DESTDIR=$stage", 'COPT=-O1', 'install') or last SKIP;

	my ($share, $library) = map { chomp(my $dir = `$pg_config $_`); $dir } '--sharedir', '--pkglibdir';
	my $node = PostgreSQL::Test::Cluster->new('internals');
	$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
	$node->append_conf('postgresql.conf', $settings =~ /^extension_destdir/m ? "extension_destdir = '$stage'\n" :
		"extension_control_path = '$stage$share:\$system'\ndynamic_library_path = '$stage$library:\$libdir'\n");
	$node->start;
	$node->safe_psql('postgres', q{
		CREATE EXTENSION transfer_detect;
		INSERT INTO transfer_detect.events (timestamp, host_name)
		SELECT '2026-11-20 09:00Z', CASE i WHEN 1 THEN 'Web-1' ELSE 'h' || i END FROM generate_series(1, 3000) AS i});
	foreach my $example (@examples)
	{
		my ($sql, $expected) = @$example;
		my ($title) = $sql =~ /(.{1,70})/;
		my $out = '';

		local $ENV{PGTZ} = 'UTC';
		IPC::Run::run([ 'psql', '-X', '-q', '-d', $node->connstr('postgres') ], '<', \$sql, '>&', \$out);
		is(same_text($out), same_text($expected), "prints what the page shows: $title");
	}
	$node->stop;
}

done_testing();
