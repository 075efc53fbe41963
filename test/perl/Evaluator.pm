# Evaluator.pm: what ES|QL's expressions, aggregates and orders mean, on values in Perl. It is written from a description
# of ES|QL and shares nothing with the C code, so that each can show where the other is wrong.
#
# A cell is a reference to a list of values: none is null, and several are a multivalued field. A type is a letter:
# k keyword, i integer, l long, d double, b boolean (0, 1), t date (ms since 1970), p ip (16 bytes). Integers and longs are
# Perl's integers of 64 bits, doubles always pass dbl(), because Perl may compute with integers where both sides are whole.

package Evaluator;

use strict;
use warnings;
use feature 'unicode_strings';

use Encode qw(encode);
use Exporter 'import';
use List::Util qw(first uniq);
use Math::BigInt;
use Math::BigRat;
use POSIX qw(fmod floor ceil strftime);
use Socket qw(inet_pton inet_ntop AF_INET AF_INET6);

our @EXPORT = qw(dbl compare single arithmetic logic in_list matches_like matches_regex function aggregate first_of sort_value json ip promoted);

my %least = (i => Math::BigInt->new('-2147483648'), l => Math::BigInt->new('-9223372036854775808'));
my %greatest = (i => Math::BigInt->new('2147483647'), l => Math::BigInt->new('9223372036854775807'));

# --- Values.

sub dbl { return unpack 'd', pack 'd', $_[0] }

sub is_finite { return $_[0] == $_[0] && abs $_[0] <= 1.7976931348623157e308 }

# The cell of a double, which is null when it is not finite.
sub double_cell { my $x = dbl($_[0]); return is_finite($x) ? [$x] : [] }

# The cell of a Math::BigInt as an integer or long, which is null when it does not fit.
sub whole_cell
{
	my ($type, $big) = @_;

	return [] if $big->is_nan || $big < $least{$type} || $big > $greatest{$type};
	return [ 0 + $big->bstr ];
}

# The type of an operation on two numbers.
sub promoted { my ($a, $b) = @_; return $a eq 'd' || $b eq 'd' ? 'd' : $a eq 'l' || $b eq 'l' ? 'l' : 'i' }

sub compare
{
	my ($type, $a, $b) = @_;

	return $type =~ /[kp]/ ? $a cmp $b : $type eq 'd' ? dbl($a) <=> dbl($b) : $a <=> $b;
}

# The value of a cell of one, else undef: what functions take that are not made for several values.
sub single { return @{ $_[0] } == 1 ? $_[0][0] : undef }

# An address as 16 bytes.
sub ip
{
	my ($text) = @_;

	return $text =~ /:/ ? inet_pton(AF_INET6, $text) : "\0" x 10 . "\xff\xff" . inet_pton(AF_INET, $text);
}

sub ip_text
{
	my ($bytes) = @_;

	return substr($bytes, 0, 12) eq "\0" x 10 . "\xff\xff" ? inet_ntop(AF_INET, substr $bytes, 12) : inet_ntop(AF_INET6, $bytes);
}

# A double as Java writes it: the shortest digits that mean it, two at least.
sub double_text
{
	my ($x) = @_;

	return '0.0' if $x == 0;
	my ($text) = grep { dbl($_) == $x } map { sprintf "%.${_}e", $x } 1 .. 16;
	my ($sign, $digits, $exponent) = $text =~ /^(-?)(\d\.\d+)e([+-]\d+)$/ or die $text;
	$digits =~ s/\.//;
	my $scientific = $exponent < -3 || $exponent > 6;
	my $point = $scientific ? 1 : $exponent + 1;
	$digits = '0' x (1 - $point) . $digits if $point < 1;
	$point = 1 if $point < 1;
	$digits .= '0' x ($point + 1 - length $digits) if length $digits < $point + 1;
	my $fraction = substr $digits, $point;
	$fraction =~ s/(?<=\d)0+$//;
	return $sign . substr($digits, 0, $point) . '.' . $fraction . ($scientific ? 'E' . (0 + $exponent) : '');
}

sub date_text
{
	my ($ms) = @_;
	my $seconds = floor($ms / 1000);
	my @time = gmtime $seconds;

	return sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', $time[5] + 1900, $time[4] + 1, @time[3, 2, 1, 0], $ms - 1000 * $seconds;
}

sub value_text
{
	my ($type, $value) = @_;

	return $type eq 'k' || $type eq 'i' || $type eq 'l' ? "$value" : $type eq 'd' ? double_text($value) :
		$type eq 'b' ? ($value ? 'true' : 'false') : $type eq 't' ? date_text($value) : ip_text($value);
}

my %escape = ("\b" => '\b', "\f" => '\f', "\n" => '\n', "\r" => '\r', "\t" => '\t', '"' => '\"', '\\' => '\\\\');

sub json_string
{
	my ($text) = @_;

	$text =~ s{([\x00-\x1f"\\])}{$escape{$1} // sprintf '\u%04x', ord $1}ge;
	return "\"$text\"";
}

# A row as esql() shows it, in bytes: columns is a list of [name, type], row holds the cells by name.
sub json
{
	my ($columns, $row) = @_;

	return encode('UTF-8', '{' . join(',', map {
		my ($name, $type) = @$_;
		my @texts = map { $type =~ /[ktp]/ ? json_string(value_text($type, $_)) : value_text($type, $_) } @{ $row->{$name} };
		json_string($name) . ':' . (@texts == 0 ? 'null' : @texts == 1 ? $texts[0] : '[' . join(',', @texts) . ']')
	} @$columns) . '}');
}

# --- Operators.

sub divide_whole
{
	my ($a, $b) = map { Math::BigInt->new($_) } @_;
	my $quotient = $a->copy->babs->bdiv($b->copy->babs);

	$quotient = $quotient->bneg if $a->is_neg != $b->is_neg;
	return ($quotient, $a - $quotient * $b);
}

# Two numbers, both of the type or of a smaller.
sub arithmetic
{
	my ($operator, $type, $left, $right) = @_;
	my ($a, $b) = (single($left), single($right));

	return [] unless defined $a && defined $b;
	if ($type eq 'd')
	{
		($a, $b) = (dbl($a), dbl($b));
		return [] if $operator =~ m{[/%]} && $b == 0;
		return double_cell($operator eq '+' ? $a + $b : $operator eq '-' ? $a - $b : $operator eq '*' ? $a * $b :
			$operator eq '/' ? $a / $b : fmod($a, $b));
	}
	return [] if $operator =~ m{[/%]} && $b == 0;
	return whole_cell($type, (divide_whole($a, $b))[ $operator eq '%' ]) if $operator =~ m{[/%]};
	($a, $b) = map { Math::BigInt->new($_) } $a, $b;
	return whole_cell($type, $operator eq '+' ? $a + $b : $operator eq '-' ? $a - $b : $a * $b);
}

# AND, OR and NOT with three values; several values are like none.
sub logic
{
	my ($operator, @operands) = @_;

	# several values leave the result open, even where the other side would decide
	return [] if grep { @$_ > 1 } @operands;
	my @values = map { single($_) } @operands;
	return defined $values[0] ? [ $values[0] ? 0 : 1 ] : [] if $operator eq 'NOT';
	my $decides = $operator eq 'OR' ? 1 : 0;
	return [$decides] if grep { defined $_ && $_ == $decides } @values;
	return (grep { !defined } @values) ? [] : [ 1 - $decides ];
}

sub compared
{
	my ($operator, $type, $left, $right) = @_;
	my ($a, $b) = (single($left), single($right));

	return [] unless defined $a && defined $b;
	my $order = compare($type, $a, $b);
	return [ ($operator eq '==' ? $order == 0 : $operator eq '!=' ? $order != 0 : $operator eq '<' ? $order < 0 :
		$operator eq '<=' ? $order <= 0 : $operator eq '>' ? $order > 0 : $order >= 0) ? 1 : 0 ];
}

# x IN (items): one item is an equality.
sub in_list
{
	my ($type, $subject, @items) = @_;
	my $x = single($subject);

	return compared('==', $type, $subject, $items[0]) if @items == 1;
	return [] unless defined $x;
	return [1] if grep { @$_ == 1 && compare($type, $x, $_->[0]) == 0 } @items;
	return (grep { @$_ == 0 } @items) ? [] : [0];
}

# A pattern of LIKE, after the escapes of its string.
sub matches_like
{
	my ($subject, $pattern) = @_;
	my $x = single($subject);
	my $regex = '';

	# what fits everything asks only whether there is something
	return [ @$subject ? 1 : 0 ] if $pattern =~ /^\*+$/;
	return [] unless defined $x;
	while ($pattern =~ /\G(?:\\(.)|(.))/sg)
	{
		$regex .= defined $1 ? quotemeta $1 : $2 eq '*' ? '.*' : $2 eq '?' ? '.' : quotemeta $2;
	}
	return [ $x =~ /\A(?:$regex)\z/s ? 1 : 0 ];
}

# Texts that have nothing in common.
sub fits_everything { my ($regex) = @_; return !grep { !fits_regex($_, $regex) } '', 'a', "\n", 'BC', "\x{e4}.?*b", "\x{1f600}" x 9 }

# A pattern of RLIKE that Perl reads as Lucene does.
sub matches_regex
{
	my ($subject, $regex) = @_;

	return [ @$subject ? 1 : 0 ] if fits_everything($regex);	# as above
	return function('rlike', ['k'], $subject, $regex);
}

# --- Functions. Each takes the types of its arguments and the arguments as cells. Those in %scalar see single values, and are
# null when one of their arguments is not; what they return is a value or undef.

my $half = sub {	# to the nearest whole number, halves away from zero
	my ($x) = @_;
	my $floor = floor(abs $x);
	my $up = abs($x) - $floor >= 0.5 ? $floor + 1 : $floor;

	return $x < 0 ? -$up : $up;
};

my %scalar = (
	length => sub { length $_[1] },
	byte_length => sub { length encode('UTF-8', $_[1]) },
	concat => sub { shift; join '', @_ },
	left => sub { substr $_[1], 0, $_[2] },
	right => sub { $_[2] == 0 ? '' : $_[2] >= length $_[1] ? $_[1] : substr $_[1], -$_[2] },
	substring => sub {
		my ($types, $text, $start, $length) = @_;
		my $from = $start > 0 ? $start - 1 : $start < 0 ? length($text) + $start : 0;
		$from = 0 if $from < 0;
		return '' if $from >= length $text;
		return defined $length ? substr $text, $from, $length : substr $text, $from;
	},
	trim => sub { $_[1] =~ s/^\s+|\s+$//gr },
	ltrim => sub { $_[1] =~ s/^\s+//r },
	rtrim => sub { $_[1] =~ s/\s+\z//r },
	reverse => sub { join '', reverse $_[1] =~ /(\X)/g },
	repeat => sub { $_[1] x $_[2] },
	replace => sub { my ($types, $text, $what, $with) = @_; $text =~ s/\Q$what\E/$with/g; $text },
	locate => sub { index($_[1], $_[2]) + 1 },
	starts_with => sub { index($_[1], $_[2]) == 0 ? 1 : 0 },
	ends_with => sub { length $_[2] <= length $_[1] && substr($_[1], length($_[1]) - length $_[2]) eq $_[2] ? 1 : 0 },
	contains => sub { index($_[1], $_[2]) >= 0 ? 1 : 0 },
	split => sub { [ $_[1] eq '' ? '' : split /\Q$_[2]\E/, $_[1], -1 ] },
	abs => sub { my ($types, $x) = @_; $types->[0] eq 'd' ? dbl(abs $x) : whole_cell($types->[0], Math::BigInt->new($x)->babs) },
	round => sub { $_[0][0] eq 'd' ? dbl(abs $_[1] >= 4503599627370496 ? $_[1] : $half->($_[1])) : $_[1] },
	ceil => sub { $_[0][0] eq 'd' ? dbl(ceil($_[1])) : $_[1] },
	floor => sub { $_[0][0] eq 'd' ? dbl(floor($_[1])) : $_[1] },
	# seven days are a week, which begins on Monday; 1970 began on a Thursday
	date_trunc => sub {
		my ($types, $ms, $unit) = @_;
		my $monday = $unit == 7 * 86400000 ? 3 * 86400000 : 0;
		return floor(($ms + $monday) / $unit) * $unit - $monday;
	},
	date_diff => sub { my ($types, $from, $to, $unit) = @_; whole_cell('i', (divide_whole($to - $from, $unit))[0]) },
	later => sub { my ($types, $ms, $span) = @_; $ms + $span },
	date_format => sub { my ($types, $ms, $format) = @_; formatted($ms, $format) },
	date_parse => sub { my ($types, $text) = @_; parsed($text) // [] },
	day_name => sub { formatted($_[1], '%A') },
	month_name => sub { formatted($_[1], '%B') },
	clamp => sub { my ($types, $x, $low, $high) = @_; lesser($types->[0], greater($types->[0], $x, $low), $high) },
	clamp_min => sub { my ($types, $x, $low) = @_; greater($types->[0], $x, $low) },
	clamp_max => sub { my ($types, $x, $high) = @_; lesser($types->[0], $x, $high) },
	# the least whole number has no positive of its kind
	copy_sign => sub {
		my ($types, $x, $sign) = @_;
		return $types->[0] eq 'd' ? dbl($sign < 0 ? -abs $x : abs $x) : whole_cell($types->[0], Math::BigInt->new($x)->babs * ($sign < 0 ? -1 : 1));
	},
	round_to => sub {
		my ($types, $x, @points) = @_;
		my @sorted = sort { compare($types->[0], $a, $b) } @points;
		return (grep { compare($types->[0], $_, $x) <= 0 } @sorted)[-1] // $sorted[0];
	},
	bin => sub { bucketed(@_) },
	bucket => sub { bucketed(@_) },
	# a block is bytes and a number of bits
	cidr_match => sub {
		my ($types, $address, @blocks) = @_;
		foreach my $block (@blocks)
		{
			my ($net, $bits) = split m{/}, $block;
			$bits += 96 unless $net =~ /:/;
			return 1 if substr(unpack('B*', $address), 0, $bits) eq substr(unpack('B*', ip($net)), 0, $bits);
		}
		return 0;
	},
	rlike => sub { fits_regex($_[1], $_[2]) });

sub bucketed { my ($types, $x, $size) = @_; return double_cell(floor(dbl(dbl($x) / $size)) * $size) }
sub greater { my ($type, $a, $b) = @_; return compare($type, $a, $b) < 0 ? $b : $a }
sub lesser { my ($type, $a, $b) = @_; return compare($type, $a, $b) > 0 ? $b : $a }

# A date by a format of strftime(); %L are milliseconds.
sub formatted
{
	my ($ms, $format) = @_;
	my $seconds = floor($ms / 1000);
	my $millis = sprintf '%03d', $ms - 1000 * $seconds;

	$format =~ s/%L/$millis/g;
	return strftime($format, gmtime $seconds);
}

# The date of a text like 2026-11-20, if there is one, by days counted one by one.
sub parsed
{
	my ($text) = @_;
	my ($year, $month, $day) = $text =~ /\A(\d{4})-(\d\d)-(\d\d)\z/a or return undef;
	my $leap = sub { my ($y) = @_; $y % 4 == 0 && ($y % 100 != 0 || $y % 400 == 0) };
	my @lengths = (31, $leap->($year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

	return undef if $year < 1 || $month < 1 || $month > 12 || $day < 1 || $day > $lengths[ $month - 1 ];
	my $days = $day - 1;
	$days += $lengths[$_] foreach 0 .. $month - 2;
	$days += $leap->($_) ? 366 : 365 foreach 1970 .. $year - 1;
	$days -= $leap->($_) ? 366 : 365 foreach $year .. 1969;
	return $days * 86400000;
}

sub fits_regex { my ($text, $regex) = @_; return $text =~ /\A(?:$regex)\z/s ? 1 : 0 }

# What of a value becomes of another type, or undef.
sub converted
{
	my ($to, $type, $x) = @_;

	return value_text($type, $x) if $to eq 'k';
	return dbl($x) if $to eq 'd' && $type =~ /[ild]/;
	if ($to =~ /[il]/ && $type =~ /[ilb]/)
	{
		return whole_cell($to, Math::BigInt->new($x))->[0];
	}
	die "no conversion of $type to $to";
}

# Functions of lists: cells in, a cell out.
my %several = (
	mv_count => sub { @{ $_[1] } ? [ scalar @{ $_[1] } ] : [] },
	mv_min => sub { my ($types, $cell) = @_; [ (sort { compare($types->[0], $a, $b) } @$cell)[ @$cell ? 0 : () ] ] },
	mv_max => sub { my ($types, $cell) = @_; [ (sort { compare($types->[0], $b, $a) } @$cell)[ @$cell ? 0 : () ] ] },
	mv_first => sub { [ @{ $_[1] } ? $_[1][0] : () ] },
	mv_last => sub { [ @{ $_[1] } ? $_[1][-1] : () ] },
	mv_dedupe => sub { [ uniq_of($_[0][0], @{ $_[1] }) ] },
	mv_sort => sub { my ($types, $cell, $down) = @_; [ sort { ($down ? -1 : 1) * compare($types->[0], $a, $b) } @$cell ] },
	mv_slice => sub {
		my ($types, $cell, $from, $to) = @_;
		($from, $to) = map { $_ < 0 ? $_ + @$cell : $_ } $from, $to;
		$from = 0 if $from < 0;
		$to = $#$cell if $to > $#$cell;
		return [ $from <= $to ? @$cell[ $from .. $to ] : () ];
	},
	mv_append => sub { my ($types, $left, $right) = @_; [ @$left && @$right ? (@$left, @$right) : () ] },
	mv_concat => sub { my ($types, $cell, $between) = @_; my $text = single($between); [ @$cell && defined $text ? join $text, @$cell : () ] },
	mv_contains => sub { my ($types, $all, $some) = @_; [ (grep { my $x = $_; !grep { compare($types->[0], $_, $x) == 0 } @$all } @$some) ? 0 : 1 ] },
	mv_intersection => sub {
		my ($types, $left, $right) = @_;
		[ uniq_of($types->[0], grep { my $x = $_; grep { compare($types->[0], $_, $x) == 0 } @$right } @$left) ]
	},
	mv_union => sub { my ($types, $left, $right) = @_; [ uniq_of($types->[0], @$left, @$right) ] },
	mv_difference => sub { my ($types, $left, $right) = @_; [ grep { my $x = $_; !grep { compare($types->[0], $_, $x) == 0 } @$right } @$left ] },
	mv_intersects => sub { my ($types, $left, $right) = @_; [ (grep { my $x = $_; grep { compare($types->[0], $_, $x) == 0 } @$right } @$left) ? 1 : 0 ] },
	mv_percentile => sub { my ($types, $cell, $percentage) = @_; percentile($types->[0], $percentage, @$cell) },
	# adds one after the other: what overflows on the way is null
	mv_sum => sub {
		my ($types, $cell) = @_;
		my ($sum, @rest) = map { [$_] } @$cell;
		$sum = arithmetic('+', $types->[0], $sum, $_) foreach @rest;
		return $sum // [];
	},
	to_lower => sub { [ map { lc } @{ $_[1] } ] },
	to_upper => sub { [ map { uc } @{ $_[1] } ] },
	to_string => sub { my ($types, $cell) = @_; [ map { converted('k', $types->[0], $_) } @$cell ] },
	to_long => sub { my ($types, $cell) = @_; [ grep { defined } map { converted('l', $types->[0], $_) } @$cell ] },
	to_integer => sub { my ($types, $cell) = @_; [ grep { defined } map { converted('i', $types->[0], $_) } @$cell ] },
	to_double => sub { my ($types, $cell) = @_; [ map { converted('d', $types->[0], $_) } @$cell ] },
	is_null => sub { [ @{ $_[1] } ? 0 : 1 ] },
	# conditions and values, then perhaps a value: a condition that is not one true value is false
	case => sub {
		my ($types, @arguments) = @_;
		while (@arguments > 1)
		{
			my ($condition, $value) = splice @arguments, 0, 2;
			return $value if single($condition);
		}
		return $arguments[0] // [];
	},
	coalesce => sub { my ($types, @cells) = @_; (first { @$_ } @cells) // [] });

# The value below which so much of the values is. Between whole numbers it is cut off: upwards from the lower one, or towards
# zero where a double would not hold them.
sub percentile
{
	my ($type, $percentage, @values) = @_;
	return [] if !@values || $percentage < 0 || $percentage > 100;
	my @sorted = sort { compare($type, $a, $b) } @values;
	my $place = dbl(dbl($percentage / 100) * $#sorted);
	my $at = floor($place);
	my ($low, $high) = @sorted[ $at, $at < $#sorted ? $at + 1 : $at ];
	my $part = dbl($place - $at);

	return double_cell($low < 0 && $high > 0 ? dbl(dbl($low + dbl($part * $high)) - dbl($part * $low)) : dbl($low + dbl($part * dbl($high - $low)))) if $type eq 'd';
	return [ $low + int(dbl($part * dbl($high - $low))) ] if $type eq 'i' || ($high < 2**52 && $low > -2**52);
	my $exact = Math::BigRat->new($low) + Math::BigRat->new(sprintf '%.60f', $part) * (Math::BigRat->new($high) - Math::BigRat->new($low));
	return whole_cell($type, $exact->bint);
}

sub uniq_of
{
	my ($type, @values) = @_;
	my @kept;

	foreach my $x (@values)
	{
		push @kept, $x unless grep { compare($type, $_, $x) == 0 } @kept;
	}
	return @kept;
}

# SUM of the values of a type.
sub sum_of
{
	my ($type, @values) = @_;

	if ($type eq 'd')
	{
		# exact: parts that do not overlap, so that the order does not show
		my @parts;
		foreach my $value (@values)
		{
			my ($x, @kept) = $value;
			foreach my $part (@parts)
			{
				my ($large, $little) = abs $x < abs $part ? ($part, $x) : ($x, $part);
				my $sum = dbl($large + $little);
				my $rest = dbl($little - dbl($sum - $large));
				return [] unless is_finite($sum);
				push @kept, $rest if $rest != 0;
				$x = $sum;
			}
			@parts = (@kept, $x);
		}
		my $sum = 0;
		$sum = dbl($sum + $_) foreach reverse @parts;
		return double_cell($sum);
	}
	my $sum = Math::BigInt->bzero;
	$sum += Math::BigInt->new($_) foreach @values;
	return whole_cell('l', $sum);
}

# The function of that name. What is not a cell among its arguments, such as a unit of time, is a constant.
sub function
{
	my ($name, $types, @arguments) = @_;

	return compared($name, @{$types}[0], @arguments) if $name =~ /^(?:[<>]=?|[!=]=)$/;
	return $several{$name}->($types, @arguments) if $several{$name};
	my @values = map { ref $_ ? single($_) : $_ } @arguments;
	return [] if grep { !defined } @values;
	my $value = $scalar{$name}->($types, @values);
	return ref $value ? $value : [$value];
}

# --- Aggregates, over the cells of a group.

# A quantile of doubles, on the straight line between two of them.
sub quantile
{
	my ($percentage, @values) = @_;
	my @sorted = sort { $a <=> $b } @values;
	my $place = dbl(dbl($percentage / 100) * $#sorted);
	my $at = floor($place);
	my $part = dbl($place - $at);

	return double_cell($sorted[$at]) if $part == 0;
	my $distance = dbl($sorted[ $at + 1 ] - $sorted[$at]);
	return double_cell(is_finite($distance) ? dbl($sorted[$at] + dbl($part * $distance)) :
		dbl(dbl($sorted[$at] * dbl(1 - $part)) + dbl($sorted[ $at + 1 ] * $part)));
}

sub aggregate
{
	my ($name, $type, @cells) = @_;
	my @values = map { @$_ } @cells;

	return [ scalar @values ] if $name eq 'count';
	return [ scalar uniq_of($type, @values) ] if $name eq 'count_distinct';
	return [ @values ? 1 : 0 ] if $name eq 'present';
	return [ @values ? 0 : 1 ] if $name eq 'absent';
	return [] unless @values;
	my @sorted = sort { compare($type, $a, $b) } @values;
	return [ $sorted[0] ] if $name eq 'min';
	return [ $sorted[-1] ] if $name eq 'max';
	return [ uniq_of($type, @sorted) ] if $name eq 'values';	# in order, here
	return sum_of($type, @values) if $name eq 'sum';
	return quantile(50, map { dbl($_) } @values) if $name eq 'median';
	return quantile($1, map { dbl($_) } @values) if $name =~ /^percentile (\d+)$/;
	if ($name eq 'median_absolute_deviation')
	{
		my $median = quantile(50, map { dbl($_) } @values)->[0];
		return quantile(50, map { dbl(abs(dbl($_) - $median)) } @values);
	}
	die $name unless $name eq 'avg';
	return arithmetic('/', 'd', sum_of('d', @values), [ scalar @values ]) if $type eq 'd';
	my $sum = Math::BigInt->bzero;
	$sum += Math::BigInt->new($_) foreach @values;
	return double_cell(dbl($sum->bstr) / @values);
}

# The cell of the row that sorts first, or last: rows are pairs of a cell and its place. A row of several places has the least,
# or the greatest; one of none comes behind all. Of rows of the same place it is the least cell, null behind the others.
sub first_of
{
	my ($last, $type, $place_type, @rows) = @_;
	my ($best, $best_place);

	foreach my $row (@rows)
	{
		my ($cell, $places) = @$row;
		my $place = sort_value($place_type, $places, $last);
		my $order = !defined $best ? -1 : !defined $place || !defined $best_place ? (defined $best_place) - (defined $place) :
			compare($place_type, $place, $best_place) * ($last ? -1 : 1);

		($best, $best_place) = ($cell, $place) if $order < 0 || ($order == 0 && is_less($type, $cell, $best));
	}
	return $best // [];
}

# Is a cell less than another: by its first value that differs, and a list that ends comes first?
sub is_less
{
	my ($type, $a, $b) = @_;

	return @$a > 0 && @$b == 0 if @$a == 0 || @$b == 0;
	# PostgreSQL's order of addresses has those of version 4 first
	($a, $b) = map { [ map { ip_text($_) =~ /:/ ? "1$_" : "0$_" } @$_ ] } $a, $b if $type eq 'p';
	foreach my $i (0 .. $#$a)
	{
		return 0 if $i > $#$b;
		my $order = compare($type, $a->[$i], $b->[$i]);
		return $order < 0 if $order;
	}
	return @$a < @$b;
}

# The value by which SORT orders a cell, or undef: the least in ascending order, else the greatest.
sub sort_value
{
	my ($type, $cell, $down) = @_;

	return function($down ? 'mv_max' : 'mv_min', [$type], $cell)->[0];
}

1;
