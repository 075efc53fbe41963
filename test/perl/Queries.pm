# Queries.pm: random queries of ES|QL, typed, each with what it means.
#
# An expression is a hash: type (a letter, see Evaluator.pm), text, bind (how strongly its outermost operator binds) and
# value, a function from a row to a cell. So a text is never parsed here: it and its meaning grow together.
# A query is a list of stages; each changes the text, the columns and the rows.

package Queries;

use strict;
use warnings;

use Evaluator;
use Exporter 'import';
use List::Util qw(first);
use Torture;

our @EXPORT = qw(query table_columns table_rows);

# --- The table: a column of each type, and one of several values for each; "id" tells rows apart.

my @types = qw(k i l d b t p);
my @columns = ([ 'q.id', 'i' ], map { my $type = $_; map { [ "q.$_$type", $type ] } 'one', 'many' } @types);

sub table_columns { return map { [@$_] } @columns }

my @texts = ('', 'a', 'A', 'b', 'ab', 'aB*', 'a?b', "\x{e4}", "\x{df}", "e\x{301}", ' a ', "tab\tab", "line\nb", '"', '\\', '\\*', '%', '_', '-7', '1.5', 'true', 'NULL', '{a}', 'b,a,b',
	"\x{ff5e}", "\x{1f600}", "\x{1f600}\x{fe0f}b", 'scp', '/usr/bin/scp', 'a' x 70);
my %pool = (
	k => \@texts,
	i => [ 0, 1, 2, 3, -1, -7, 10, 46341, 2147483647, -2147483648 ],
	l => [ 0, 1, 2, 3, -1, -7, 10, 3037000500, 9007199254740993, 9223372036854775807, 0 + '-9223372036854775808' ],
	# sums of these are exact in every order
	d => [ map { dbl($_) } 0, 1, 2, -1, 0.5, -2.5, 1.25, 3, 1e6, -1048576.75, 12345678.5 ],
	b => [ 0, 1 ],
	t => [ map { 1795000000000 + $_ } 0, 1, 999, 60000, 3599999, 3600000, 86400000, -1, -1795000000000, -1795000000001 ],
	p => [ map { ip($_) } '10.0.0.1', '10.0.0.2', '10.1.2.3', '255.255.255.255', '0.0.0.0', '::1', 'fe80::1', '::', '2001:db8::5' ]);

# Rows in which lists are as they are read: of texts and addresses sets in their order, of others in order.
sub table_rows
{
	my ($count) = @_;

	return map {
		my $id = $_;
		my %row;

		foreach my $column (@columns)
		{
			my ($name, $type) = @$column;
			my $number = chance(5) ? 0 : $name =~ /many/ ? 1 + int rand 4 : 1;
			my $cell = function('mv_sort', [$type], [ map { any(@{ $pool{$type} }) } 1 .. $number ]);

			$row{$name} = $type =~ /[kp]/ ? function('mv_dedupe', [$type], $cell) : $cell;
		}
		$row{'q.id'} = [$id];
		\%row;
	} 1 .. $count;
}

# --- Expressions. Operators bind, from the loosest: OR 0, AND 1, NOT 2, predicates 3, + - 4, * / % 5, unary 6, the rest 7.

my @visible;	# columns, as [name, type]

sub node { my ($type, $bind, $text, $value) = @_; return { type => $type, bind => $bind, text => $text, value => $value } }

# The text of an operand of an operator.
sub operand { my ($node, $bind) = @_; return $node->{bind} < $bind || chance(8) ? "($node->{text})" : $node->{text} }

sub name_text { my ($name) = @_; return $name =~ /^[a-z]\w*(?:\.[a-z]\w*)*$/ ? $name : '`' . $name =~ s/`/``/gr . '`' }

sub column_node { my ($name, $type) = @{ $_[0] }; return node($type, 7, name_text($name), sub { $_[0]{$name} }) }

sub quoted
{
	my ($text) = @_;

	return "\"\"\"$text\"\"\"" if $text !~ /["\n]|\\$/ && chance(3);
	return '"' . $text =~ s/(["\\])/\\$1/gr =~ s/\n/\\n/gr =~ s/\t/\\t/gr . '"';
}

sub constant
{
	my ($type) = @_;
	my $x = any(@{ $pool{$type} });

	# 9223372036854775808 is no long, and so -9223372036854775808 none
	$x = 5 if $type =~ /[il]/ && ($x < -2147483648 || $x == -2147483648);
	$x = 4294967296 + int rand 5 if $type eq 'l' && $x >= -2147483648 && $x <= 2147483647;
	my $text = $type eq 'k' ? quoted($x) : $type eq 'b' ? ($x ? any('true', 'TRUE') : 'false') : $type =~ /[il]/ ? $x : Evaluator::value_text($type, $x);

	$text = "TO_DATETIME(\"$text\")" if $type eq 't';
	$text = "TO_IP(\"$text\")" if $type eq 'p';
	return node($type, $text =~ /^-/ ? 6 : 7, $text, sub { [$x] });
}

# A call; arguments are nodes, or [text, constant].
sub call
{
	my ($type, $name, @arguments) = @_;
	my @types = map { ref $_ eq 'HASH' ? $_->{type} : '' } @arguments;
	my $text = any(uc $name, uc $name, $name) . '(' . join(', ', map { ref $_ eq 'HASH' ? $_->{text} : $_->[0] } @arguments) . ')';

	return node($type, 7, $text, sub { my ($row) = @_; function($name, \@types, map { ref $_ eq 'HASH' ? $_->{value}->($row) : $_->[1] } @arguments) });
}

sub small { my ($low, $high) = @_; my $n = $low + int rand($high - $low + 1); return [ $n, $n ] }

sub leaf
{
	my ($type) = @_;
	my @fitting = grep { $_->[1] eq $type } @visible;

	return @fitting && !chance(4) ? column_node(any(@fitting)) : constant($type);
}

sub numeric { my ($depth) = @_; return expression(any(qw(i l d)), $depth) }

sub compare_nodes
{
	my ($depth) = @_;
	my $type = any(qw(k k n n n b t p));
	my ($left, $right) = $type eq 'n' ? (numeric($depth), numeric($depth)) : (expression($type, $depth), expression($type, $depth));
	my $operator = any($type eq 'b' ? qw(== !=) : qw(== != < <= > >=));
	my $common = $type eq 'n' ? promoted($left->{type}, $right->{type}) : $type;

	# a literal string is what the other side is
	if ($type =~ /[tp]/ && chance(2))
	{
		my $x = any(@{ $pool{$type} });
		$right = node($type, 7, '"' . Evaluator::value_text($type, $x) . '"', sub { [$x] });
	}
	return node('b', 3, operand($left, 4) . " $operator " . operand($right, 4),
		sub { my ($row) = @_; function($operator, [$common], $left->{value}->($row), $right->{value}->($row)) });
}

sub in_node
{
	my ($depth) = @_;
	my $type = any(qw(k k i l d p));
	my $subject = expression($type, $depth);
	my @items = map { chance(6) ? node($type, 7, 'null', sub { [] }) : chance(3) ? leaf($type) : constant($type) } 1 .. 1 + int rand 4;
	my $not = chance(3);

	return node('b', 3, operand($subject, 4) . ($not ? ' NOT' : '') . ' IN (' . join(', ', map { operand($_, 4) } @items) . ')', sub {
		my ($row) = @_;
		my $in = in_list($type, map { $_->{value}->($row) } $subject, @items);
		return $not ? logic('NOT', $in) : $in;
	});
}

sub like_node
{
	my ($depth) = @_;
	my $subject = expression('k', $depth);
	my @patterns = map { join '', map { any('*', '*', '?', 'a', 'b', 'A', "\x{e4}", '\\*', '\\?', '\\\\', ' ', '_', '%', 'scp', '.') } 1 .. 1 + int rand 4 } 1 .. (chance(5) ? 2 : 1);
	my $list = join ', ', map { quoted($_) } @patterns;
	my $not = chance(3);

	return node('b', 3, operand($subject, 4) . ($not ? ' NOT' : '') . ' LIKE ' . (@patterns > 1 ? "($list)" : $list), sub {
		my ($row) = @_;
		my $cell = $subject->{value}->($row);
		my $any = @patterns == 1 ? matches_like($cell, $patterns[0]) : logic('OR', map { matches_like($cell, $_) } @patterns);
		return $not ? logic('NOT', $any) : $any;
	});
}

# A regular expression of what Lucene and Perl understand alike.
sub regex
{
	my ($depth) = @_;
	my $kind = $depth == 0 ? 0 : int rand 5;

	return any('a', 'b', 'A', '.', '[ab]', '[^a]', '[A-Z]', '\\*', '\\.', "\x{e4}", ' ', 'scp', '/') if $kind == 0;
	return join '', map { regex($depth - 1) } 1 .. 2 if $kind == 1;
	return '(' . join('|', map { regex($depth - 1) } 1 .. 2) . ')' if $kind == 2;
	return '(' . regex($depth - 1) . ')' . any('*', '+', '?', '{1,2}') if $kind == 3;
	return any('.', 'a', '[ab]') . any('*', '+', '?');
}

sub condition
{
	my ($depth) = @_;

	return leaf('b') if $depth <= 0;
	my $kind = int rand 13;
	return compare_nodes($depth - 1) if $kind < 3;
	return in_node($depth - 1) if $kind == 3;
	return like_node($depth - 1) if $kind == 4;
	if ($kind < 8)
	{
		my ($word, $bind) = $kind == 5 ? ('AND', 1) : ('OR', 0);
		my ($left, $right) = map { condition($depth - 1) } 1, 2;
		my $text = operand($left, $bind) . " $word " . operand($right, $bind + 1);
		return node('b', $bind, $text, sub { my ($row) = @_; logic($word, $left->{value}->($row), $right->{value}->($row)) });
	}
	if ($kind == 8)
	{
		my $of = condition($depth - 1);
		return node('b', 2, 'NOT ' . operand($of, 2), sub { logic('NOT', $of->{value}->($_[0])) });
	}
	if ($kind == 9)
	{
		my $of = expression(any(@types), $depth - 1);
		my $null = function_node('is_null', $of);
		return node('b', 3, operand($of, 4) . ' IS NULL', $null) if chance(2);
		return node('b', 3, operand($of, 4) . ' IS NOT NULL', sub { logic('NOT', $null->($_[0])) });
	}
	if ($kind == 10)
	{
		my $regex = regex(2);
		# which of those that fit every text are seen to do so is open
		$regex = '.*' if Evaluator::fits_everything($regex);
		my $of = expression('k', $depth - 1);
		return node('b', 3, operand($of, 4) . ' RLIKE ' . quoted($regex), sub { matches_regex($of->{value}->($_[0]), $regex) });
	}
	if ($kind == 11)
	{
		my $type = any(@types);
		return call('b', any(qw(mv_contains mv_intersects)), leaf($type), leaf($type)) if chance(2);
		return call('b', 'cidr_match', expression('p', $depth - 1), map { [ "\"$_\"", $_ ] } map { any('10.0.0.0/8', '10.0.0.0/31', '0.0.0.0/0', '::/0', 'fe80::/10', '10.1.2.3/32') } 1 .. 1 + int rand 2);
	}
	return call('b', any(qw(starts_with ends_with contains)), expression('k', $depth - 1), expression('k', $depth - 1));
}

# A group key of BUCKET.
sub bucket_node
{
	my $size = any(2, 10, 0.5);
	my ($unit, $ms) = @{ any([ '1 hour', 3600000 ], [ '1 week', 7 * 86400000 ], [ '30 seconds', 30000 ]) };

	return call('d', any(qw(bucket bin)), numeric(1), [ $size, $size ]) if chance(2);
	my $of = expression('t', 1);
	return node('t', 7, "BUCKET($of->{text}, $unit)", sub { function('date_trunc', ['t'], $of->{value}->($_[0]), $ms) });
}

sub function_node
{
	my ($name, @arguments) = @_;

	return sub { my ($row) = @_; function($name, [ map { $_->{type} } @arguments ], map { $_->{value}->($row) } @arguments) };
}

sub arithmetic_node
{
	my ($type, $depth) = @_;
	my $other = $type eq 'd' ? any(qw(i l d)) : $type eq 'l' ? any(qw(i l)) : 'i';
	my ($left, $right) = (expression($type, $depth), expression($other, $depth));
	my $operator = any('+', '-', '*', '/', '%');
	my $bind = $operator =~ /[+-]/ ? 4 : 5;

	($left, $right) = ($right, $left) if chance(2);
	return node($type, $bind, operand($left, $bind) . " $operator " . operand($right, $bind + 1),
		sub { my ($row) = @_; arithmetic($operator, $type, $left->{value}->($row), $right->{value}->($row)) });
}

sub expression
{
	my ($type, $depth) = @_;

	return leaf($type) if $depth <= 0 || chance(4);
	return condition($depth) if $type eq 'b' && !chance(3);
	my $kind = int rand 12;
	return call($type, 'case', (map { (condition($depth - 1), expression($type, $depth - 1)) } 1 .. 1 + int rand 2), chance(3) ? () : expression($type, $depth - 1)) if $kind == 0;
	return call($type, 'coalesce', map { expression($type, $depth - 1) } 1 .. 1 + int rand 3) if $kind == 1;
	return call($type, any(qw(mv_min mv_max mv_first mv_last)), expression($type, $depth - 1)) if $kind == 2;
	return call($type, any(qw(mv_dedupe mv_sort)), expression($type, $depth - 1)) if $kind == 3;
	return call($type, any(qw(mv_append mv_intersection mv_union mv_difference)), expression($type, $depth - 1), expression($type, $depth - 1)) if $kind == 4;
	if ($kind == 5)
	{
		my $from = int rand 3;
		my ($low, $high) = chance(2) ? ($from, $from + int rand 2) : (-1 - $from - int rand 2, -1 - $from);
		return call($type, 'mv_slice', expression($type, $depth - 1), [ $low, $low ], [ $high, $high ]);
	}
	return call($type, any(qw(clamp_min clamp_max)), map { expression($type, $depth - 1) } 1, 2) if $kind == 6 && chance(2);
	return call($type, 'clamp', map { expression($type, $depth - 1) } 1 .. 3) if $kind == 7 && chance(3);
	return text_node($depth - 1) if $type eq 'k';
	return date_node($depth - 1) if $type eq 't';
	return leaf($type) if $type =~ /[pb]/;
	if ($kind == 6)
	{
		my $of = expression($type, $depth - 1);
		return node($type, 6, '-' . operand($of, 7), sub { arithmetic('-', $type, [0], $of->{value}->($_[0])) });
	}
	return arithmetic_node($type, $depth - 1) if $kind < 9;
	return call($type, any($type eq 'd' ? qw(abs round ceil floor mv_sum) : qw(abs mv_sum)), expression($type, $depth - 1)) if $kind == 9;
	# the evaluator's zeros have no sign, so what a double's would decide is left out
	return call($type, 'copy_sign', expression($type, $depth - 1), chance(3) ? constant('d') : expression(any(qw(i l)), $depth - 1)) if $kind == 10 && chance(2);
	return call($type, 'mv_percentile', expression($type, $depth - 1), small(0, 100)) if $kind == 10 && chance(2);
	return call($type, 'round_to', expression($type, $depth - 1), map { small(-9, 9) } 1 .. 1 + int rand 3) if $kind == 10 && chance(2);
	return call('d', 'to_double', numeric($depth - 1)) if $type eq 'd';
	return call('l', 'to_long', expression(any(qw(i l b)), $depth - 1)) if $type eq 'l';
	return call('i', 'mv_count', expression(any(@types), $depth - 1)) if chance(3);
	return date_diff_node($depth - 1) if chance(4);
	return call('i', 'to_integer', expression(any(qw(i l b)), $depth - 1)) if chance(3);
	return call('i', 'locate', expression('k', $depth - 1), expression('k', $depth - 1)) if chance(3);
	return call('i', any(qw(length byte_length)), expression('k', $depth - 1));
}

sub date_diff_node
{
	my ($depth) = @_;
	my ($from, $to) = map { expression('t', $depth) } 1, 2;
	my ($unit, $ms) = @{ any([ 'hours', 3600000 ], [ 'minute', 60000 ], [ 'ss', 1000 ]) };

	return node('i', 7, "DATE_DIFF(\"$unit\", $from->{text}, $to->{text})",
		sub { my ($row) = @_; function('date_diff', [ 't', 't' ], $from->{value}->($row), $to->{value}->($row), $ms) });
}

sub text_node
{
	my ($depth) = @_;
	my $of = expression('k', $depth);
	my $kind = int rand 11;

	if ($kind == 10)
	{
		my $when = expression('t', $depth);
		my ($pattern, $format) = @{ any([ 'yyyy-MM-dd', '%Y-%m-%d' ], [ 'EEE MMM dd HH:mm:ss.SSS uuuu', '%a %b %d %H:%M:%S.%L %Y' ], [ 'hh a DDD', '%I %p %j' ]) };
		return call('k', any(qw(day_name month_name)), $when) if chance(3);
		return node('k', 7, 'DATE_FORMAT(' . quoted($pattern) . ", $when->{text})", sub { function('date_format', ['t'], $when->{value}->($_[0]), $format) });
	}
	return call('k', 'concat', map { expression('k', $depth) } 1 .. 2 + int rand 2) if $kind < 2;
	return call('k', any(qw(to_lower to_upper)), $of) if $kind == 2;
	return call('k', any(qw(trim ltrim rtrim)), $of) if $kind == 3;
	return call('k', any(qw(left right)), $of, small(0, 3)) if $kind == 4;
	return call('k', 'substring', $of, small(-3, 3), chance(2) ? small(0, 3) : ()) if $kind == 5;
	return call('k', 'replace', $of, map { [ "\"$_\"", $_ ] } any('a', 'b', "\x{e4}", 'ab', '/'), any('', 'x', 'aa')) if $kind == 6;
	return call('k', 'mv_concat', $of, expression('k', 0)) if $kind == 7;
	return call('k', 'split', $of, map { [ "\"$_\"", $_ ] } any('a', ',', ' ', '/')) if $kind == 8;
	return call('k', 'to_string', expression(any(@types), $depth));
}

sub constant_text { my ($text) = @_; return node('k', 7, quoted($text), sub { [$text] }) }

sub date_node
{
	my ($depth) = @_;
	my $of = expression('t', $depth);
	my ($unit, $ms) = @{ any([ 'hour', 3600000 ], [ 'minutes', 60000 ], [ 'ms', 1 ], [ 'day', 86400000 ], [ 'seconds', 1000 ]) };
	my $n = 1 + int rand 50;

	if (chance(5))
	{
		my $text = chance(2) ? expression('k', $depth) : constant_text(sprintf '%04d-%02d-%02d', 1900 + int rand 200, 1 + int rand 12, 1 + int rand 31);
		return node('t', 7, "DATE_PARSE(\"yyyy-MM-dd\", $text->{text})", sub { function('date_parse', ['k'], $text->{value}->($_[0]), '') });
	}
	return node('t', 7, "DATE_TRUNC($n $unit, $of->{text})", sub { function('date_trunc', ['t'], $of->{value}->($_[0]), $n * $ms) }) if chance(2);
	my $sign = any('+', '-');
	return node('t', 4, operand($of, 4) . " $sign $n $unit", sub { function('later', ['t'], $of->{value}->($_[0]), $sign eq '-' ? -$n * $ms : $n * $ms) });
}

# --- Stages. A query has a text, columns, rows, what tells its rows apart (names, or undef), and whether they are in order.

sub fresh { my ($query) = @_; return 'e' . ++$query->{number} }

# Columns of new values, which take the place of old ones of their names and stand at the end.
sub assign
{
	my ($query, $name, $node) = @_;

	# one after the other, each sees what came before
	$_->{$name} = $node->{value}->($_) foreach @{ $query->{rows} };
	$query->{columns} = [ (grep { $_->[0] ne $name } @{ $query->{columns} }), [ $name, $node->{type} ] ];
	forget($query, $name);
	@visible = @{ $query->{columns} };
}

# A column is no more what it was.
sub forget
{
	my ($query, $name) = @_;

	$query->{unique} = undef if $query->{unique} && grep { $_ eq $name } @{ $query->{unique} };
}

# An expression of the keys that are columns, of which each group has one value or none; or nothing.
sub key_expression
{
	my @named = grep { $_->{text} eq name_text($_->{as}) } @_;
	return undef unless @named && chance(2);

	my @all = @visible;
	@visible = map { [ $_->{as}, $_->{of}{type} ] } @named;
	my $node = expression(any(@types), 2);
	@visible = @all;
	# a key alone is refused
	return undef if grep { $node->{text} eq name_text($_->{as}) } @named;
	return (grep { $node->{text} =~ /(?<![\w.])\Q@{[ name_text($_->{as}) ]}\E(?!\w)/ } @named) ? $node : undef;
}

# Aggregates and keys of STATS, and their text. Where rows stay, an aggregate may take the name of a column.
sub aggregates_by_keys
{
	my ($query, $stay) = @_;
	my (@aggregates, @keys, @texts);

	foreach (1 .. 1 + int rand 3)
	{
		my $name = any(qw(count count count_distinct sum min max values avg first last), 'median', 'percentile 30', 'median_absolute_deviation', 'present', 'absent');
		my @numbers = grep { $_->[1] =~ /[ild]/ } @visible;
		$name = 'count' if $name =~ /median|percentile/ && !@numbers;
		my $of = $name eq 'count' && chance(2) ? undef : expression(any($name =~ /sum|avg/ ? qw(i l d) : @types), 2);
		# sums whose digits depend on the order are nobody's mistake
		$of = leaf('d') if $of && $of->{type} eq 'd' && $name =~ /sum|avg/;
		$of = column_node(any(@numbers)) if $name =~ /median|percentile/;
		my $place = $name =~ /first|last/ ? expression(any(qw(i l t)), 1) : undef;
		my $filter = chance(4) ? condition(2) : undef;
		my ($word, $percentage) = split / /, $name;
		my $text = uc($word) . '(' . ($of ? $of->{text} : any('', '*')) . ($place ? ", $place->{text}" : '') . ($percentage ? ", $percentage" : '') . ')';
		my $as = chance(6) && !$filter ? $text : $stay && chance(4) ? any(@visible)->[0] : fresh($query);
		my $type = $name =~ /count/ ? 'l' : $name =~ /avg|median|percentile/ ? 'd' : $name =~ /sent$/ ? 'b' : $name eq 'sum' && $of->{type} ne 'd' ? 'l' : $of->{type};

		next if grep { $_->{as} eq $as } @aggregates;
		push @aggregates, { name => $name, of => $of, place => $place, filter => $filter, as => $as, type => $type };
		push @texts, ($as eq $text ? '' : name_text($as) . ' = ') . $text . ($filter ? " WHERE $filter->{text}" : '');
	}
	foreach (1 .. int rand 3)
	{
		my $node = chance(3) ? expression(any(qw(k i b)), 2) : chance(6) ? bucket_node() : column_node(any(@visible));
		my $column = first { name_text($_->[0]) eq $node->{text} } @visible;
		my $name = $column && !chance(4) ? $column->[0] : fresh($query);

		next if grep { $_->{as} eq $name } @keys, @aggregates;
		push @keys, { as => $name, of => $node, text => $column && $name eq $column->[0] ? $node->{text} : "$name = $node->{text}" };
	}
	my $of = key_expression(@keys);
	if ($of)
	{
		push @aggregates, { keys => \@keys, of => $of, as => fresh($query), type => $of->{type} };
		push @texts, "$aggregates[-1]{as} = $of->{text}";
	}
	return (\@aggregates, \@keys, join(', ', @texts) . (@keys ? ' BY ' . join(', ', map { $_->{text} } @keys) : ''));
}

# The groups that a row is in: a text for each, and one value or none of each key.
sub tuples
{
	my ($row, @keys) = @_;
	my @tuples = ([]);

	foreach my $key (@keys)
	{
		my $cell = function('mv_dedupe', [ $key->{of}{type} ], $key->{of}{value}->($row));
		@tuples = map { my $tuple = $_; map { [ @$tuple, $_ ] } @$cell ? map { [$_] } @$cell : [] } @tuples;
	}
	return map {
		my $tuple = $_;
		[ join("\1", map { @{ $tuple->[$_] } ? '=' . key_text($keys[$_]{of}{type}, $tuple->[$_][0]) : '' } 0 .. $#keys), $tuple ]
	} @tuples;
}

sub groups
{
	my ($query, @keys) = @_;
	my %group;

	foreach my $row (@{ $query->{rows} })
	{
		foreach (tuples($row, @keys))
		{
			my ($id, $tuple) = @$_;
			$group{$id} //= { key => $tuple, rows => [] };
			push @{ $group{$id}{rows} }, $row;
		}
	}
	return %group;
}

# What an aggregate is for the rows of a group.
sub aggregated
{
	my ($aggregate, $group) = @_;
	my @keys = @{ $aggregate->{keys} // [] };
	return $aggregate->{of}{value}->({ map { $keys[$_]{as} => $group->{key}[$_] } 0 .. $#keys }) if @keys;

	my @in = grep { my $row = $_; !$aggregate->{filter} || do { my $is = $aggregate->{filter}{value}->($row); @$is == 1 && $is->[0] } } @{ $group->{rows} };
	my ($of, $place) = @$aggregate{qw(of place)};

	return [ scalar @in ] unless $of;
	return first_of($aggregate->{name} eq 'last', $of->{type}, $place->{type}, map { [ $of->{value}->($_), $place->{value}->($_) ] } @in) if $place;
	return aggregate($aggregate->{name}, $of->{type}, map { $of->{value}->($_) } @in);
}

my %stage = (
	where => sub {
		my ($query) = @_;
		my $condition = condition(3);

		$query->{rows} = [ grep { my $is = $condition->{value}->($_); @$is == 1 && $is->[0] } @{ $query->{rows} } ];
		return "WHERE $condition->{text}";
	},
	eval => sub {
		my ($query) = @_;
		my @texts;

		foreach (1 .. 1 + int rand 3)
		{
			my $node = expression(any(@types), 3);
			my $unnamed = chance(8) && $node->{bind} < 7;
			my $name = $unnamed ? $node->{text} : chance(5) ? any(@visible)->[0] : chance(9) ? fresh($query) . ' `x' : fresh($query);

			push @texts, $unnamed ? $node->{text} : name_text($name) . " = $node->{text}";
			assign($query, $name, $node);
		}
		return 'EVAL ' . join ', ', @texts;
	},
	stats => sub {
		my ($query) = @_;
		my ($aggregates, $keys, $text) = aggregates_by_keys($query, 0);
		my %group = groups($query, @$keys);

		$group{''} //= { key => [], rows => [] } unless @$keys;
		$query->{rows} = [ map {
			my $group = $_;
			my %row = map { $keys->[$_]{as} => $group->{key}[$_] } 0 .. $#$keys;
			$row{ $_->{as} } = aggregated($_, $group) foreach @$aggregates;
			\%row;
		} map { $group{$_} } sort keys %group ];
		$query->{columns} = [ map { [ $_->{as}, $_->{type} // $_->{of}{type} ] } @$aggregates, @$keys ];
		$query->{unique} = [ map { $_->{as} } @$keys ];
		$query->{ordered} = 0;
		return "STATS $text";
	},
	# rows stay; one of several groups gets what each of them comes to
	inline_stats => sub {
		my ($query) = @_;
		my ($aggregates, $keys, $text) = aggregates_by_keys($query, 1);
		my %group = groups($query, @$keys);
		my @new = (@$aggregates, @$keys);
		my %new = map { $_->{as} => 1 } @new;

		my %comes_to = map { my $id = $_; $id => [ map { aggregated($_, $group{$id}) } @$aggregates ] } keys %group;
		$query->{rows} = [ map {
			my $row = $_;
			my @ids = map { $_->[0] } tuples($row, @$keys);
			my %row = (%$row, (map { my $i = $_; $aggregates->[$i]{as} => [ map { @{ $comes_to{$_}[$i] } } @ids ] } 0 .. $#$aggregates),
				(map { $_->{as} => $_->{of}{value}->($row) } @$keys));
			\%row;
		} @{ $query->{rows} } ];
		$query->{columns} = [ (grep { !$new{ $_->[0] } } @{ $query->{columns} }), map { [ $_->{as}, $_->{type} // $_->{of}{type} ] } @new ];
		forget($query, $_->{as}) foreach @$aggregates, grep { $_->{text} ne name_text($_->{as}) } @$keys;
		return any('INLINE STATS', 'INLINESTATS') . " $text";
	},
	sort => sub {
		my ($query) = @_;
		my @keys = map { { node => chance(4) ? expression(any(@types), 2) : column_node(any(@visible)), down => chance(2), nulls => chance(4) ? any('first', 'last') : undef } } 1 .. 1 + int rand 2;

		push @keys, map { my $name = $_; { node => column_node(first { $_->[0] eq $name } @visible), down => chance(2) } } @{ $query->{unique} } if $query->{unique};
		my @orders = map {
			my $row = $_;
			[ $row, map { sort_value($_->{node}{type}, $_->{node}{value}->($row), $_->{down}) } @keys ]
		} @{ $query->{rows} };
		$query->{rows} = [ map { $_->[0] } sort { by_keys(\@keys, $a, $b) } @orders ];
		$query->{ordered} = defined $query->{unique};
		return 'SORT ' . join ', ', map { $_->{node}{text} . ($_->{down} ? ' DESC' : any('', ' ASC')) . ($_->{nulls} ? " NULLS \U$_->{nulls}" : '') } @keys;
	},
	limit => sub {
		my ($query) = @_;
		my $n = int rand 12;

		return undef unless $query->{ordered};
		splice @{ $query->{rows} }, $n if $n < @{ $query->{rows} };
		return "LIMIT $n";
	},
	limit_by => sub {
		my ($query) = @_;
		my ($n, %seen) = int rand 4;
		my @keys = map { chance(3) ? expression(any(@types), 2) : column_node(any(@visible)) } 1 .. 1 + int rand 2;

		return undef unless $query->{ordered};
		$query->{rows} = [ grep {
			my $row = $_;
			$seen{ join "\1", map { my $key = $_; my $cell = $key->{value}->($row); scalar(@$cell) . join "\2", map { key_text($key->{type}, $_) } @$cell } @keys }++ < $n
		} @{ $query->{rows} } ];
		return "LIMIT $n BY " . join ', ', map { $_->{text} } @keys;
	},
	keep => sub {
		my ($query) = @_;
		# the last of the same rank wins: a name, a pattern, all
		my @patterns = map { chance(3) ? any('q.*', 'e*', 'q.one*', 'q.*k', '*') : name_text(any(@visible)->[0]) } 1 .. 2 + int rand 5;
		my @taken = map { [] } @patterns;

		foreach my $column (@visible)
		{
			my ($best, $rank);
			foreach my $i (0 .. $#patterns)
			{
				my $pattern = $patterns[$i];
				my $this = $pattern eq name_text($column->[0]) ? 3 : $pattern eq '*' ? 1 : fits($pattern, $column->[0]) ? 2 : 0;
				($best, $rank) = ($i, $this) if $this && $this >= ($rank // 0);
			}
			push @{ $taken[$best] }, $column if defined $best;
		}
		my @kept = map { @$_ } @taken;
		# a pattern without a column, and a table without one, are others' questions
		return undef if !@kept || grep { my $pattern = $_; $pattern =~ /\*/ && !grep { fits($pattern, $_->[0]) } @visible } @patterns;
		return keep_columns($query, @kept) && 'KEEP ' . join ', ', @patterns;
	},
	drop => sub {
		my ($query) = @_;
		my $pattern = chance(3) ? any('q.one*', 'q.*k', 'e*') : name_text(any(@visible)->[0]);
		my @kept = grep { $pattern ne name_text($_->[0]) && !fits($pattern, $_->[0]) } @visible;

		return undef if !@kept || @kept == @visible;
		return keep_columns($query, @kept) && "DROP $pattern";
	},
	rename => sub {
		my ($query) = @_;
		my ($from, $to) = (any(@visible)->[0], chance(5) ? any(@visible)->[0] : fresh($query));

		return undef if $from eq $to;
		$query->{columns} = [ map { [ $_->[0] eq $from ? $to : $_->[0], $_->[1] ] } grep { $_->[0] ne $to } @visible ];
		forget($query, $to);
		$_ = $_ eq $from ? $to : $_ foreach @{ $query->{unique} // [] };
		$query->{rows} = [ map { my %row = %$_; $row{$to} = delete $row{$from}; \%row } @{ $query->{rows} } ];
		return 'RENAME ' . (chance(3) ? name_text($to) . ' = ' . name_text($from) : name_text($from) . ' AS ' . name_text($to));
	},
	mv_expand => sub {
		my ($query) = @_;
		my ($name) = any(@visible)->[0];

		$query->{rows} = [ map { my $row = $_; my $cell = $row->{$name}; map { { %$row, $name => $_ } } @$cell ? map { [$_] } @$cell : [] } @{ $query->{rows} } ];
		$query->{unique} = undef;
		$query->{ordered} = 0;
		return 'MV_EXPAND ' . name_text($name);
	});

sub fits { my ($pattern, $name) = @_; my $regex = join '.*', map { quotemeta } split /\*/, $pattern, -1; return $pattern =~ /\*/ && $pattern !~ /`/ && $name =~ /^$regex$/s }

# What is the same for equal values.
sub key_text { my ($type, $value) = @_; return $type eq 'd' ? unpack('H*', pack 'd', $value + 0) : $value }

sub keep_columns
{
	my ($query, @kept) = @_;
	my %kept = map { $_->[0] => 1 } @kept;

	$query->{columns} = \@kept;
	$query->{unique} = undef if $query->{unique} && grep { !$kept{$_} } @{ $query->{unique} };
	return 1;
}

sub by_keys
{
	my ($keys, $left, $right) = @_;

	foreach my $i (0 .. $#$keys)
	{
		my ($key, $a, $b) = ($keys->[$i], $left->[ $i + 1 ], $right->[ $i + 1 ]);
		my $nulls_first = ($key->{nulls} // ($key->{down} ? 'first' : 'last')) eq 'first';

		if (!defined $a || !defined $b)
		{
			next if !defined $a && !defined $b;
			return defined $a == $nulls_first ? 1 : -1;
		}
		my $order = compare($key->{node}{type}, $a, $b) * ($key->{down} ? -1 : 1);
		return $order if $order;
	}
	return 0;
}

# A query over the table of these rows: its text after FROM, the rows as esql() shows them, and whether their order counts.
sub query
{
	my (@rows) = @_;
	my $query = { columns => [ table_columns() ], rows => [ map { {%$_} } @rows ], unique => ['q.id'], ordered => 0, number => 0 };
	my @texts = 'KEEP ' . join ', ', map { $_->[0] } @columns;

	foreach (1 .. 1 + int rand 5)
	{
		@visible = @{ $query->{columns} };
		my $text = $stage{ any(qw(where where where eval eval eval stats stats inline_stats inline_stats sort sort sort limit limit_by keep drop rename mv_expand)) }->($query);
		push @texts, $text if defined $text;
		# lists in lists in lists
		last if @{ $query->{rows} } > 400;
	}
	return (join("\n| ", @texts), [ map { json($query->{columns}, $_) } @{ $query->{rows} } ], $query->{ordered});
}

1;
