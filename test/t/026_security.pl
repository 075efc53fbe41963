# SECURITY.md: the tests that it names exist, each promise has one, and it knows all functions with the owner's rights.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use Documentation;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file('SECURITY.md');
my ($promises) = $page =~ /^## What is promised\n(.*?)^## /ms;
my @promises = $promises =~ /^(- .*?)(?=^\S|^$|\z)/msg;

cmp_ok(scalar @promises, '>', 10, 'there are promises');
foreach my $promise (@promises)
{
	my ($title) = $promise =~ /^- (.{1,60})/;

	like($promise, qr{`test/\S+`$}, "$title: names its test");
}
foreach my $file ($page =~ m{`(test/[^`]+)`}g)
{
	ok(-e $file, "$file exists");
}
foreach my $link (grep { !/^#/ } links($page))
{
	my ($file, $anchor) = split /#/, $link;

	ok(-e $file && (!defined $anchor || anchors(slurp_file($file))->{$anchor}), "the link to $link leads somewhere");
}

my $node = new_node('security');
$node->start;
create_extension($node, 'postgres');

# Each with who may execute it; a trigger's right matters to who makes a trigger of his own with it.
is(join("\n", sort map { "$_->[0]|$_->[1]" } map { [ /^\| `(\w+)` \| (\w+) \|/ ] } grep { /^\| `\w+` \| (?:everybody|nobody) \| \S/ } split /\n/, $page),
	$node->safe_psql('postgres', q{
		SELECT p.proname, CASE WHEN EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee = 0)
			THEN 'everybody' ELSE 'nobody' END
		FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
			JOIN pg_extension AS x ON x.oid = d.refobjid AND x.extname = 'transfer_detect'
		WHERE p.prosecdef ORDER BY p.proname COLLATE "C"}),
	'the functions with the owner\'s rights are those of the page');

# What PUBLIC may read is what the page says.
my ($readable) = $page =~ /^\| whoever may connect \| [^|]*?read ([^;|]*);/m;
is(join(' ', sort $readable =~ /`(\w+)`/g), $node->safe_psql('postgres', q{
		SELECT string_agg(c.relname, ' ' ORDER BY c.relname COLLATE "C")
		FROM pg_class AS c, aclexplode(c.relacl) AS a
		WHERE c.relnamespace::regnamespace::text IN ('transfer_detect', 'transfer_detect_internal') AND a.grantee = 0}),
	'so are the tables that everybody may read');
is($node->safe_psql('postgres', q{
		SELECT string_agg(DISTINCT a.privilege_type, ' ')
		FROM pg_class AS c, aclexplode(c.relacl) AS a
		WHERE c.relnamespace::regnamespace::text IN ('transfer_detect', 'transfer_detect_internal') AND a.grantee = 0}),
	'SELECT', 'and nobody has another right on them by itself');

$node->stop;
done_testing();
