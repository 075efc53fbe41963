# Hostile values in every argument of every function, read from pg_proc, so that new functions come by themselves.
# What comes of it is an answer or an error of its own, never an internal error (XX000) or a crash.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use Test::More;
use Torture;

my $node = new_node('hostile');
$node->append_conf('postgresql.conf', "statement_timeout = '3s'\nlock_timeout = '1s'\nautovacuum = off");
$node->start;
create_extension($node, 'postgres');
$node->safe_psql('postgres', qq{
	SELECT launch('2026-11-20 09:00Z'::timestamptz + i * interval '1 minute', 'scp ' || i) FROM generate_series(1, 20) AS i;
	SELECT transfer_detect.ingest('not JSON');
	SELECT transfer_detect.run('$rule', '2026-11-20 10:00Z')});

# --- Values.

my @texts = (undef, '', ' ', "'", '"', '\\', "\\x", '%s%n%99999s', '$1', '$$', ';', '--', '/*', "'; DROP TABLE transfer_detect.alerts; --",
	"\x01\x02", '{', '[', '{}', '[]', 'null', '"a"', '1e999', '-', 'NaN', 'infinity', '2026-11-20', '0001-01-01 BC', 'pg_class', 'pg_catalog.pg_class',
	'transfer_detect.events', 'no.such.relation', $rule, '*', '-*', 'logs-*', 'FROM', 'FROM x |', 'FROM transfer_detect.events', '|' x 5000,
	'(' x 20000, 'FROM transfer_detect.events | WHERE ' . '(' x 3000, '[' x 20000, '{"a":' x 5000, 'NOT ' x 10000 . 'true', 'a' x 1000000,
	'FROM transfer_detect.events | STATS c = COUNT() BY process.name', 'FROM transfer_detect.events | WHERE process.name RLIKE "(a|b)*"',
	'FROM transfer_detect.events | EVAL x = REPEAT("x", 100000000)', 'process.name == "scp"', '`', '"""', '/\\*', '(((((a*)*)*)*)*)*b', '[[:alpha:]', 'a{1,99999}', "\x{e4}",
	'{"@timestamp": "2026-11-20T09:00:00Z"}', '{"@timestamp": "292277026596-01-01"}', '{"@timestamp": 1e400}', "{\"\\\\u0000\": 1}", 'sha256', 'md5', 'UTF8', 'day', 'minutes',
	'99999999999999999999', '-9223372036854775808', '::ffff:1.2.3.4', 'fe80::1%eth0', '300.1.1.1', '1.2.3.4/99', '/etc/passwd', '/dev/zero', '/', '/proc/self/mem');
my %values = (
	text => [ map { literal($_) } @texts ],
	name => [ map { literal(defined $_ ? substr $_, 0, 60 : undef) } @texts ],
	'"char"' => [ 'NULL', "'a'" ],
	boolean => [ qw(NULL true false) ],
	integer => [ qw(NULL 0 1 -1 7 1000000 2147483647 -2147483648) ],
	smallint => [ qw(NULL 0 -1 32767) ],
	bigint => [ qw(NULL 0 1 -1 2147483648 9223372036854775807), "'-9223372036854775808'" ],
	'double precision' => [ 'NULL', '0', "'-0'", '1.5', "'NaN'", "'infinity'", "'-infinity'", '1e308', '-1e308', '5e-324', '9223372036854775807' ],
	real => [ 'NULL', "'NaN'", '1e30' ],
	numeric => [ 'NULL', '0', "'NaN'", "'infinity'", '1e400', '-9223372036854775809', '1e-400' ],
	'timestamp with time zone' => [ 'NULL', map { "'$_'" } 'infinity', '-infinity', '4713-01-01 BC', '294276-12-31', '2026-11-20 10:00Z', 'epoch', '0001-01-01', '2026-11-20 10:00:00.123456Z' ],
	interval => [ 'NULL', map { "'$_'" } '0', '1 hour', '-1 day', '178000000 years', '-178000000 years', '1 month 1 microsecond', '2147483647 days' ],
	regclass => [ 'NULL', map { "'$_'" } '0', '4294967295', 'pg_class', 'pg_class_oid_index', 'transfer_detect.events', 'transfer_detect.alert_list', 'transfer_detect.alerts', 'transfer_detect.rejected_documents_id_seq', 'pg_toast.pg_toast_1255' ],
	oid => [ 'NULL', "'0'", "'1259'", "'4294967295'" ],
	jsonb => [ 'NULL', map { literal($_) } 'null', '{}', '[]', '1', '"a"', '[null]', '{"": null}', '{"process.name": "scp"}', '{"a": [1, "b", null, {"c": []}]}', '1e1000', '[' x 2000 . ']' x 2000, '{"' . 'k' x 100000 . '": 1}' ],
	bytea => [ 'NULL', map { "'$_'" } '', '\x', '\x00', '\x54445301', '\x' . '54445301' . 'ff' x 40, '\x' . '00' x 100000 ],
	inet => [ 'NULL', "'1.2.3.4'", "'::'", "'fe80::/10'" ],
	'text[]' => [ 'NULL', map { "'$_'" } '{}', '{NULL}', '{a,b}', '{{a,b},{c,d}}', '[-5:-4]={x,y}', '{NULL,a,NULL}' ],
	'integer[]' => [ 'NULL', map { "'$_'" } '{}', '{NULL}', '{1,2}', '{{1,2},{3,4}}', '[2147483646:2147483647]={1,2}', '{2147483647,2147483647,-2147483648}' ],
	'bigint[]' => [ 'NULL', map { "'$_'" } '{}', '{NULL}', '{1,2,1}', '{{1},{2}}', '{9223372036854775807,1}', '{1}' ],
	'double precision[]' => [ 'NULL', map { "'$_'" } '{}', '{NaN}', '{1e308,1e308}', '{{1},{2}}', '{Infinity,-Infinity}' ],
	'timestamp with time zone[]' => [ 'NULL', map { "'$_'" } '{}', '{infinity}', '{-infinity,2026-11-20}', '{{2026-11-20}}' ],
	'inet[]' => [ 'NULL', "'{}'", "'{1.2.3.4,::}'", "'{NULL}'" ],
	'boolean[]' => [ 'NULL', "'{}'", "'{t,f,NULL}'", "'{{t}}'" ],
	'jsonb[]' => [ 'NULL', "'{}'", "'{null,1}'", "'{NULL}'" ],
	'numeric[]' => [ 'NULL', "'{}'", "'{NaN,1}'" ],
	'regclass[]' => [ 'NULL', "'{}'", "'{0}'", "'{pg_class,4294967295}'" ]);
my @elements = grep { exists $values{"${_}[]"} } sort keys %values;

# An argument of the type. A composite type comes as null, empty, with random members, or as a row of its table.
sub argument
{
	my ($type, $element, $columns) = @_;

	$type = $element if $type =~ /^any(element|nonarray|compatible|)$/ || $type eq '"any"';
	$type = "${element}[]" if $type eq 'anyarray';
	return any(@{ $values{$type} }) . "::$type" if exists $values{$type};
	if (my $members = $columns->{ $type =~ s/\[\]$//r })
	{
		(my $row = $type) =~ s/\[\]$//;
		my $value = any("NULL::$row", "jsonb_populate_record(NULL::$row, '{}')", "(SELECT r FROM $row AS r LIMIT 1)",
			'ROW(' . join(', ', map { argument($_, 'text', $columns) } @$members) . ")::$row");

		return $type eq $row ? $value : "ARRAY[$value, NULL]";
	}
	return "NULL::$type";
}

# --- Functions.

my (%columns, @functions);
foreach my $line (split /\n/, $node->safe_psql('postgres', q{
	SELECT c.oid::regclass, string_agg(format_type(a.atttypid, NULL), '|' ORDER BY a.attnum)
	  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	 WHERE c.relnamespace::regnamespace::text LIKE 'transfer\_detect%' AND c.relkind IN ('r', 'v', 'p', 'c') GROUP BY 1}))
{
	my ($type, @members) = split /\|/, $line;

	$columns{$type} = \@members;
}
foreach my $line (split /\n/, $node->safe_psql('postgres', q{
	SELECT p.prokind, p.oid::regproc, p.pronargdefaults,
		(SELECT string_agg(format_type(t, NULL), ',' ORDER BY o) FROM unnest(p.proargtypes) WITH ORDINALITY AS u(t, o))
	  FROM pg_proc AS p WHERE p.pronamespace::regnamespace::text LIKE 'transfer\_detect%' ORDER BY 2, 4}))
{
	my ($kind, $name, $defaults, $types) = split /\|/, $line;
	my @types = split /,/, $types // '';

	# no statement can give an argument of type internal: aggregates call these
	push @functions, { kind => $kind, name => $name, types => \@types } unless grep { $_ eq 'internal' } @types;
}
cmp_ok(scalar @functions, '>', 100, 'there are functions');

sub call
{
	my ($function) = @_;
	my $element = any(@elements);
	my @arguments = map { argument($_, $element, \%columns) } @{ $function->{types} };
	my $call = "$function->{name}(" . join(', ', @arguments) . ')';

	return "CALL $call" if $function->{kind} eq 'p';
	$call .= any('', '', ' OVER (ORDER BY i ROWS 2 PRECEDING)', ' FILTER (WHERE i % 2 = 0)') if $function->{kind} eq 'a';
	return "SELECT count(v::text) FROM (SELECT $call AS v FROM generate_series(1, 3) AS i) AS s" if $function->{kind} eq 'a';
	return "SELECT left(v::text, 100) FROM (SELECT $call AS v) AS s LIMIT 3";
}

my ($calls, $errors, $cancelled, @internal, %answered) = (0, 0, 0);
while (left_to_do())
{
	my @now = map { any(@functions) } 1 .. 300;
	@now = @functions if $calls == 0;
	my @statements = map { "BEGIN;" . call($_) . ";ROLLBACK" } @now;
	my @answers = answers($node, @statements);

	foreach my $i (0 .. $#statements)
	{
		my $answer = $answers[$i];

		if (!defined $answer)
		{
			push @internal, "the session ended: $statements[$i]";
			last;
		}
		$calls++;
		my ($state) = $answer =~ /^ERROR:  (\w{5}):/m;
		$answered{ $now[$i]->{name} }++;
		$errors++ if defined $state;
		$cancelled++ if ($state // '') eq '57014';
		push @internal, "$statements[$i]\n$answer" if ($state // '') =~ /^XX/;
	}
	last if @internal > 100;
}
note("$calls calls of " . keys(%answered) . " functions: $errors errors, $cancelled of them cancelled after three seconds");
cmp_ok($calls - $errors, '>', $calls / 20, 'some calls have an answer');
cmp_ok($errors, '>', $calls / 20, 'and some are errors');
found('no error is an internal one', @internal);
no_crash($node);

$node->stop;
done_testing();
