# The includes of src go one way (test/arrows), and the check for it finds what is wrong. Needs no server.

use strict;
use warnings;

use File::Basename;
use File::Path qw(make_path);
use File::Temp;
use Test::More;

my $arrows = dirname(__FILE__) . '/../arrows';
my $top = dirname(__FILE__) . '/../..';

# What test/arrows says of a tree, and whether it is content.
sub check
{
	my ($dir) = @_;
	my $said = `'$arrows' '$dir' 2>&1`;
	return ($? == 0, $said);
}

# A small tree in which all is well, with changes: a text for a file, or undef for none.
sub scratch
{
	my (%change) = @_;
	my $dir = File::Temp->newdir;
	my %files = (
		'compat.h' => qq{#include "postgres.h"\n},
		'transfer_detect.h' => '',
		'transfer_detect.c' => qq{#include "compat.h"\n#include "transfer_detect.h"\n#include "ingest/a.h"\n},
		'text/a.h' => qq{#include <stdbool.h>\n},
		'text/a.c' => qq{#include "text/a.h"\n#include "text/b.h"\n},
		'text/b.h' => '',
		'ecs/a.c' => qq{#include <jansson.h>\n#include "text/a.h"\n},
		'distinct/set.c' => qq{#include "set_base.h"\n},
		'distinct/set_base.h' => '',
		'distinct/pool.c' => qq{#include "compat.h"\n#include "utils/memutils.h"\n#include "set_base.h"\n},
		'esql/syntax/a.h' => qq{#include "text/a.h"\n},
		'esql/analysis/a.c' => qq{#include "compat.h"\n#include "esql/syntax/a.h"\n},
		'esql/analysis/a.h' => '',
		'ingest/a.h' => '',
		'detect/a.c' => qq{#include "compat.h"\n#include "esql/analysis/a.h"\n},
		'detect/a.h' => '',
		%change);

	foreach my $file (grep { defined $files{$_} } keys %files)
	{
		make_path(dirname("$dir/src/$file"));
		open my $out, '>', "$dir/src/$file" or die "$file: $!";
		print $out $files{$file};
		close $out;
	}
	return $dir;
}

my ($good, $said) = check($top);
ok($good, 'the includes of src go one way') or diag($said);

my $dir = scratch();
($good, $said) = check($dir);
ok($good, 'a tree in which all is well') or diag($said);
like($said, qr/^esql\/analysis\s+-> compat esql\/syntax$/m, 'is drawn, one line a folder');
like($said, qr/^library\s+-> compat settings ingest$/m, 'the library above all');

my @wrong = (
	[ 'an arrow upwards', { 'esql/analysis/a.c' => qq{#include "detect/a.h"\n} },
		qr/^src\/esql\/analysis\/a\.c: includes detect\/a\.h, but esql\/analysis may include compat, /m ],
	[ 'an arrow sideways', { 'ecs/a.c' => qq{#include "ingest/a.h"\n} },
		qr/^src\/ecs\/a\.c: includes ingest\/a\.h, but ecs may include text only$/m ],
	[ 'an arrow from below all', { 'text/a.c' => qq{  #  include "esql/syntax/a.h"\n} },
		qr/but text may include no other room$/m ],
	[ 'a room that the table does not have', { 'new/a.c' => qq{#include "text/a.h"\n} }, qr/has no room "new"$/m ],
	[ 'a file that the table does not have', { 'new.c' => '' }, qr/has no room "new\.c"$/m ],
	[ 'two files in a circle', { 'text/b.h' => qq{#include "text/a.h"\n} },
		qr/^files in a circle: text\/a -> text\/b -> text\/a$/m ],
	[ 'a circle by way of a source', { 'text/b.h' => '', 'text/b.c' => qq{#include "text/a.h"\n} },
		qr/^files in a circle: text\/a -> text\/b -> text\/a$/m ],
	[ 'a circle of headers without their folder',
		{ 'distinct/set_base.h' => qq{#include "set.h"\n}, 'distinct/set.h' => '' },
		qr/^files in a circle: distinct\/set(?:_base)? -> distinct\/set(?:_base)? -> distinct\/set/m ],
	[ 'PostgreSQL in a pure folder', { 'text/a.c' => qq{#include "postgres.h"\n} },
		qr/^src\/text\/a\.c:1: includes postgres\.h, but must stay free of PostgreSQL$/m ],
	[ 'a header of PostgreSQL there', { 'esql/syntax/a.h' => qq{\n#include "utils/builtins.h"\n} },
		qr/^src\/esql\/syntax\/a\.h:2: includes utils\/builtins\.h, but must stay free/m ],
	[ 'compat.h in the pure set', { 'distinct/set.c' => qq{#include "compat.h"\n} },
		qr/^src\/distinct\/set\.c:1: includes compat\.h, but must stay free/m ]);

foreach my $case (@wrong)
{
	my ($title, $change, $pattern) = @$case;

	$dir = scratch(%$change);
	($good, $said) = check($dir);
	ok(!$good, "$title: refused");
	like($said, $pattern, "$title: named");
}

done_testing();
