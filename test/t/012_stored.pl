# distinct_set outside of one session: binary COPY, dump and restore into another database, other encodings, and bytes
# that a client sends.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('stored');
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION transfer_detect;
	CREATE SCHEMA own;
	CREATE COLLATION own.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	CREATE TABLE sets (name text, s transfer_detect.distinct_set);
	INSERT INTO sets
	SELECT 'text', transfer_detect.distinct_set_agg('é' || i) FROM generate_series(1, 5000) AS i UNION ALL
	SELECT 'uuid', transfer_detect.distinct_set_agg(md5(i::text)::uuid) FROM generate_series(1, 20) AS i UNION ALL
	SELECT 'uuid as text', transfer_detect.distinct_set_agg(md5(i::text)::uuid::text) FROM generate_series(1, 20) AS i UNION ALL
	SELECT 'numeric', transfer_detect.distinct_set_agg(i * 0.25) FROM generate_series(1, 20) AS i UNION ALL
	SELECT 'list', transfer_detect.distinct_set_agg(l) FROM (VALUES ('{sad,glad}'::text[])) AS v(l) UNION ALL
	SELECT 'caseless', transfer_detect.distinct_set_agg(t COLLATE own.caseless) FROM unnest('{a,A,b}'::text[]) AS t UNION ALL
	SELECT 'full', transfer_detect.distinct_set_agg(i, 3) FROM generate_series(1, 20) AS i UNION ALL
	SELECT 'empty', transfer_detect.distinct_set_agg(NULL::date) UNION ALL
	SELECT 'null', NULL;
	CREATE DATABASE restored;
	CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});

# The counts, the values, and a digest of the bytes, which do not change on the way.
my $contents = q{
	SELECT name, transfer_detect.distinct_set_count(s),
		CASE name WHEN 'uuid' THEN transfer_detect.distinct_set_values(s, null::uuid)::text WHEN 'numeric' THEN transfer_detect.distinct_set_values(s, null::numeric)::text
			WHEN 'list' THEN s::text WHEN 'caseless' THEN transfer_detect.distinct_set_values(s, null::text)::text
			WHEN 'full' THEN transfer_detect.distinct_set_values(s, null::integer)::text
			WHEN 'text' THEN array_to_string((transfer_detect.distinct_set_values(s, null::text))[1:3], ',') END
	FROM sets ORDER BY name COLLATE "C"};
my $expected = $node->safe_psql('postgres', $contents);
like($expected, qr/^caseless\|2\|\{a,b\}\nempty\|0\|\nfull\|3\|\nlist\|1\|VERT[^\n]*\nnull\|\|\nnumeric\|20\|\{0.25,/, 'the sets are what they should be');

my $file = $node->basedir . '/sets.binary';
$node->safe_psql('postgres', qq{COPY sets TO '$file' (FORMAT binary); CREATE TABLE keep AS TABLE sets; TRUNCATE sets; COPY sets FROM '$file' (FORMAT binary)});
same_lines($node->safe_psql('postgres', $contents), $expected, 'binary COPY and back');

my $dump = $node->basedir . '/dump.sql';
command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-f', $dump ], 'pg_dump');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $dump ], 'restore');
same_lines($node->safe_psql('restored', $contents), $expected, 'a dump and restore');
is($node->safe_psql('restored', q{SELECT transfer_detect.distinct_set_count(transfer_detect.distinct_set_union(s)) FROM (SELECT s FROM sets WHERE name = 'text'
		UNION ALL SELECT transfer_detect.distinct_set_agg('é' || i) FROM generate_series(4001, 6000) AS i) AS x}), 6000, 'and they can be united with new ones');

# Text means something in its encoding only.
$node->safe_psql('latin', q{CREATE EXTENSION transfer_detect; CREATE TABLE sets (name text, s transfer_detect.distinct_set)});
my @bytes = map { $node->safe_psql('postgres', "SELECT s FROM sets WHERE name = '$_'") } 'text', 'uuid', 'numeric';
my ($status, $out, $err) = $node->psql('latin', "INSERT INTO sets VALUES ('text', '$bytes[0]')");
like($err, qr/distinct values in the encoding "UTF8" cannot be read in a database with the encoding "LATIN1"/, 'a set of text in another encoding is refused');
is($node->safe_psql('latin', "SELECT transfer_detect.distinct_set_count('$bytes[1]'), transfer_detect.distinct_set_count('$bytes[2]')"), '20|20', 'sets of others are not');
my $latin = $node->safe_psql('latin', q{SELECT transfer_detect.distinct_set_agg(chr(233))});
is($node->safe_psql('latin', "SELECT ascii((transfer_detect.distinct_set_values('$latin', null::text))[1])"), 233, 'text of a database in LATIN1 is read there');
($status, $out, $err) = $node->psql('postgres', "SELECT '$latin'::transfer_detect.distinct_set");
like($err, qr/in the encoding "LATIN1" cannot be read in a database with the encoding "UTF8"/, 'and nowhere else');

# Random changes of good sets, and random bytes behind a good header: an error of the data or a set.
# TD_SET_TRIES is how many, TD_SET_SEED the first number of the random ones.
my $tries = $ENV{TD_SET_TRIES} // 20000;
my $seed = $ENV{TD_SET_SEED} // int(rand(1_000_000));
note("TD_SET_SEED=$seed TD_SET_TRIES=$tries");
my $outcomes = $node->safe_psql('postgres', <<"SQL");
SET client_min_messages = error;
SELECT setseed($seed / 1000000.0) \\g /dev/null
CREATE FUNCTION outcome(bytes bytea) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE
	read transfer_detect.distinct_set := translate(encode(bytes, 'base64'), E'\\n', '');
BEGIN
	PERFORM transfer_detect.distinct_set_count(transfer_detect.distinct_set_union(s)) FROM unnest(ARRAY[read, read::text::transfer_detect.distinct_set]) AS s;
	RETURN 'read';
END \$\$;
CREATE FUNCTION tried(bytes bytea) RETURNS text LANGUAGE plpgsql AS \$\$
BEGIN
	RETURN outcome(bytes);
EXCEPTION WHEN OTHERS THEN
	RETURN substr(SQLSTATE, 1, 2);
END \$\$;
CREATE FUNCTION changed(bytes bytea) RETURNS bytea LANGUAGE plpgsql AS \$\$
BEGIN
	FOR i IN 1 .. 1 + trunc(random() * 3) LOOP
		bytes := CASE trunc(random() * 12)
			WHEN 0 THEN substr(bytes, 1, trunc(random() * octet_length(bytes))::integer)
			WHEN 1 THEN bytes || substr(bytes, 1 + trunc(random() * octet_length(bytes))::integer)
			WHEN 2 THEN substr(bytes, 1, 40 + get_byte(bytes, 6)) || decode(md5(random()::text), 'hex')
			ELSE set_byte(bytes, trunc(random() * octet_length(bytes))::integer, trunc(random() * 256)::integer) END;
		EXIT WHEN octet_length(bytes) < 41;
	END LOOP;
	RETURN bytes;
END \$\$;
SELECT outcome, count(*) FROM (
	SELECT tried(changed(s::bytea)) AS outcome
	  FROM (SELECT s, row_number() OVER (ORDER BY name) AS n, count(*) OVER () AS of FROM sets WHERE s IS NOT NULL AND name <> 'text') AS sets,
		generate_series(1, $tries) AS try WHERE try % of = n - 1) AS x GROUP BY 1 ORDER BY 1;
SQL
note($outcomes);
my %outcome = map { split /\|/ } split /\n/, $outcomes;
is(join(' ', sort keys %outcome), '22 read', 'a changed set is read, or is an error of the data');
cmp_ok($outcome{22}, '>', $tries / 4, 'many are refused');

$node->stop;
done_testing();
