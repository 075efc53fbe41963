# Ingest where a regression test does not reach: compressed files, files that are too large or damaged, a
# cancel in the middle, two sessions with the same document, other encodings, partitions by pg_partman, dumps.

use strict;
use warnings;
use utf8;

use Encode;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = PostgreSQL::Test::Cluster->new('ingest');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
# few buffers, so that the memory of a backend is its own
$node->append_conf('postgresql.conf', q{
shared_buffers = '8MB'
transfer_detect.ingest_notice = 20000
});
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION transfer_detect');

my $directory = PostgreSQL::Test::Utils::tempdir;
my $recorded = $ENV{TD_TEST_DATA} . '/process-events.ndjson';

# Asks for one value, in a database.
sub ask
{
	my ($sql, $database) = @_;
	return $node->safe_psql($database // 'postgres', $sql);
}

# Writes a file, of bytes, that the server can read.
sub write_file
{
	my ($name, @content) = @_;
	my $path = "$directory/$name";
	open my $out, '>:raw', $path or die "$path: $!";
	print $out @content;
	close $out;
	chmod 0644, $path;
	return $path;
}

sub empty
{
	ask('TRUNCATE transfer_detect.events, transfer_detect.rejected_documents', $_[0]);
}

# ---- compressed ----

my $plain = slurp_file($recorded);
my @lines = split /^/, $plain;
my $gz = "$directory/recorded.gz";
IPC::Run::run([ 'gzip', '-c', $recorded ], '>', $gz) or die 'gzip';
my $columns = q{SELECT md5(string_agg(r.row, E'\n' ORDER BY r.row COLLATE "C"))
	FROM transfer_detect.events AS e, LATERAL (SELECT (to_jsonb(e) - 'arrived')::text) AS r(row) WHERE e.arrived IS NOT NULL};
is(ask("CALL transfer_detect.ingest_file('$recorded')"), '1915|0|0', 'a file');
my $rows = ask($columns);
is(ask("CALL transfer_detect.ingest_file('$gz')"), '0|1915|0', 'and gzipped: the same documents');
empty();
is(ask("CALL transfer_detect.ingest_file('$gz')"), '1915|0|0', 'a gzipped file');
is(ask($columns), $rows, 'to the same rows');

IPC::Run::run([ 'gzip', '-c', $_ ], '>>', "$directory/both.gz") or die 'gzip'
	foreach write_file('first', @lines[ 0 .. 899 ]), write_file('second', @lines[ 900 .. $#lines ]);
empty();
is(ask("CALL transfer_detect.ingest_file('$directory/both.gz')"), '1915|0|0', 'gzip files after one another');
my $both = slurp_file("$directory/both.gz");
empty();
is(ask("CALL transfer_detect.ingest_file('" . write_file('padded.gz', $both, "\0" x 1000) . "')"), '1915|0|0', 'padded with zeros');
is(ask("CALL transfer_detect.ingest_file('" . write_file('empty') . "')"), '0|0|0', 'an empty file');

my $whole = slurp_file($gz);
empty();
like(($node->psql('postgres', "\\set VERBOSITY sqlstate\nCALL transfer_detect.ingest_file(repeat('long', 2000))"))[2], qr/ERROR:  22023/,
	'a name that no file can have is no internal error');
my ($status, $out, $err) = $node->psql('postgres', "CALL transfer_detect.ingest_file('" . write_file('cut.gz', substr($whole, 0, length($whole) / 2)) . "')");
like($err, qr/gzip file ".*cut\.gz" is truncated\nDETAIL:  It can be read up to byte (\d+) of \1\. The (\d+) documents before that are in: \2 accepted, 0 duplicates, 0 rejected\./,
	'a truncated one is an error');
my ($came) = $err =~ /The (\d+) documents/;
cmp_ok($came, '>', 100, 'after what could be read of it');
is(ask('SELECT count(*) FROM transfer_detect.events'), $came, 'which is kept');
($status, $out, $err) = $node->psql('postgres', "BEGIN; CALL transfer_detect.ingest_file('$directory/cut.gz')");
like($err, qr/Nothing of it is kept/, 'unless a transaction is undone with it');
my $damaged = $whole;
substr($damaged, length($whole) / 2, 8) = "\xff" x 8;
empty();
($status, $out, $err) = $node->psql('postgres', "CALL transfer_detect.ingest_file('" . write_file('damaged.gz', $damaged) . "')");
like($err, qr/gzip file ".*damaged\.gz" is corrupt: \w+/, 'a corrupt one as well');
empty();
is(ask("CALL transfer_detect.ingest_file('$gz')"), '1915|0|0', 'the whole one afterwards');
($status, $out, $err) = $node->psql('postgres', "CALL transfer_detect.ingest_file('$directory')");
like($err, qr/is not a regular file/, 'a directory is an error');

# ---- rights ----

ask(q{CREATE ROLE loader LOGIN; CREATE ROLE reader LOGIN; GRANT pg_read_server_files TO loader;
	GRANT INSERT ON transfer_detect.events TO loader, reader;
	GRANT INSERT ON transfer_detect.field_faults TO loader, reader;
	GRANT INSERT, SELECT ON transfer_detect.rejected_documents TO loader, reader});
is(ask("SET ROLE loader; CALL transfer_detect.ingest_file('$gz')"), '0|1915|0', 'who may read files of the server may ingest one');
($status, $out, $err) = $node->psql('postgres', "SET ROLE reader; CALL transfer_detect.ingest_file('$gz')");
like($err, qr/must be superuser or have privileges of the pg_read_server_files role/, 'others may not');
($status, $out, $err) = $node->psql('postgres', "BEGIN READ ONLY; SELECT transfer_detect.ingest('{\"\@timestamp\": 5}')");
like($err, qr/cannot execute INSERT in a read-only transaction/, 'what is no document\'s fault is an error');
is(ask('SELECT count(*) FROM transfer_detect.rejected_documents'), '0', 'and rejects nothing');

# ---- a large file with all that can be broken ----

my ($count, $broken) = (50000, 500);
my $large = "$directory/large.ndjson";
IPC::Run::run([ $^X, 'test/bench/documents.pl', $count, $broken ], '>', $large) or die 'documents.pl';
chmod 0644, $large;
# and one line of 100 MB
open my $append, '>>', $large or die $!;
print $append '{"@timestamp": "2026-11-20T10:00:00Z", "long": "', 'x' x 100_000_000, "\"}\n";
close $append;
my $size = -s $large;

empty();
my $peak = q{SELECT (regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+) kB'))[1]::int};
($status, $out, $err) = $node->psql('postgres', "CALL transfer_detect.ingest_file('$large');\n$peak");
my ($counts, $kilobytes) = split /\n/, $out;
is($counts, '49725|0|276', 'a large file: what is good is accepted, what is broken rejected');
note("peak memory of the backend: $kilobytes kB");
cmp_ok($kilobytes, '<', 100_000, 'in little memory, also for a line of 100 MB');
is(() = $err =~ /NOTICE:  \d+ documents \(\d+ rejected\), \d+ a second; \d+ of \d+ MB, about \d+ s left/g, 2, 'it says how far it is');
is(ask('SELECT count(*), count(DISTINCT document_key) FROM transfer_detect.events'), "49725|49725", 'the events are there');
is(ask('SELECT count(*), count(DISTINCT line_number), bool_and(bytes > 0) FROM transfer_detect.rejected_documents'), '276|276|t', 'and the others');
is(ask(q{SELECT line_number, bytes, octet_length(document) BETWEEN 60000 AND 65536, truncated FROM transfer_detect.rejected_documents WHERE sqlstate = '54000'}),
	($count + 1) . '|100000050|t|t', 'of the long line the beginning and the length');
is(ask(q{SELECT count(*) FROM transfer_detect.rejected_documents WHERE document IS NULL AND raw IS NOT NULL}),
	ask(q{SELECT count(*) FROM transfer_detect.rejected_documents WHERE position('\xff'::bytea in raw) > 0 OR position('\x00'::bytea in raw) > 0}),
	'bytes that are no text are kept as bytes');
# each rejected document is the file's line, or the end of it from the element of an array on that is wrong
my @large;
open my $in, '<:raw', $large or die $!;
while (<$in>) { chomp; push @large, $_ if $. <= $count }
close $in;
my $differ = 0;
foreach (split /\n/, ask(q{SELECT line_number, encode(coalesce(raw, convert_to(document, 'UTF8')), 'hex') FROM transfer_detect.rejected_documents WHERE NOT truncated}))
{
	my ($line, $hex) = split /\|/;
	$differ++ if pack('H*', $hex) ne substr($large[ $line - 1 ], -length($hex) / 2);
}
is($differ, 0, 'byte by byte as they came') or diag(ask('SELECT line_number, sqlstate, reason, left(document, 30) FROM transfer_detect.rejected_documents LIMIT 12'));
is(ask('SELECT count(DISTINCT (sqlstate, column_number IS NULL)) > 5 FROM transfer_detect.rejected_documents'), 't', 'for many reasons');
is(ask("CALL transfer_detect.ingest_file('$large')"), '0|49725|276', 'again: all duplicates');
is(ask('SELECT count(*) FROM transfer_detect.rejected_documents'), '276', 'and nothing is kept twice');
is(ask('SELECT * FROM transfer_detect.retry_rejected()'), '0|0|275', 'nothing has been mended');
is(ask('SELECT retried, count(*) FROM transfer_detect.rejected_documents GROUP BY 1 ORDER BY 1'), "0|1\n1|275", 'but tried');

# ---- a cancel in the middle ----

# Runs statements in a session of their own, beside this one. The last must be \q, since now and then IPC::Run does not
# close the pipe behind what it has written.
sub background
{
	my ($sql, $output) = @_;
	my $h = { in => $sql, out => '' };
	$h->{run} = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ],
		'<', \$h->{in}, '>&', \$h->{out}, IPC::Run::timeout(180));
	$h->{run}->pump_nb;
	return $h;
}

empty();
my $session = background("SET application_name = 'loading'; SET transfer_detect.ingest_batch = 1000; CALL transfer_detect.ingest_file('$large');\n\\q\n");
$session->{run}->pump_nb;
my $seen = '';
for (1 .. 3000)
{
	$session->{run}->pump_nb;
	$seen = ask(q{SELECT relid::regclass, command, type, bytes_total, bytes_processed BETWEEN 1 AND bytes_total, tuples_processed > 0
		FROM pg_stat_progress_copy WHERE tuples_processed > 5000});
	last if $seen ne '';
	usleep(2000);
}
is($seen, "transfer_detect.events|COPY FROM|FILE|$size|t|t", 'pg_stat_progress_copy shows it');
ask(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'loading'});
$session->{run}->finish;
like($session->{out}, qr/canceling statement due to user request/, 'it can be cancelled');
my $landed = ask('SELECT (SELECT count(*) FROM transfer_detect.events) + (SELECT count(*) FROM transfer_detect.rejected_documents)');
note("$landed documents landed before the cancel");
cmp_ok($landed, '>', 0, 'what has landed stays');
cmp_ok($landed, '<', $count, 'the rest does not');
is($landed % 500, 0, 'whole batches');
my ($accepted, $duplicates, $rejected) = split /\|/, ask("CALL transfer_detect.ingest_file('$large')");
is($accepted + $duplicates + $rejected, $count + 1, 'another call takes all');
cmp_ok($duplicates, '>', 0, 'of which some are there');
is(ask('SELECT count(*), count(DISTINCT document_key) FROM transfer_detect.events'), '49725|49725', 'and finishes it');
is(ask('SELECT count(*) FROM transfer_detect.rejected_documents'), '276', 'with each reject once');

# ---- two sessions, the same document ----

empty();
my $document = '{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "the same"}}';
foreach my $end ('COMMIT', 'ROLLBACK')
{
	my $one = background("SET application_name = 'one'; BEGIN; SELECT transfer_detect.ingest('$document');\n");
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'one' AND state = 'idle in transaction'})
		or die 'the first session does not start';
	my $two = background("SET application_name = 'two'; SELECT transfer_detect.ingest('$document');\n\\q\n");
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'two' AND wait_event_type = 'Lock'})
		or die 'the second session does not wait';
	$one->{in} .= "$end;\n\\q\n";
	$_->{run}->finish foreach $one, $two;
	like($two->{out}, $end eq 'COMMIT' ? qr/^\(0,1,0\)$/m : qr/^\(1,0,0\)$/m, "the second session finds it after $end");
	is(ask('SELECT count(*) FROM transfer_detect.events'), 1, 'and it is there once');
	empty();
}

# ---- other encodings ----

# The last two say the same as others before by an escape.
my @texts = ('été', 'zß', '€', 'a', '\u00e9té', '\u20ac');
my $unicode = write_file('unicode.ndjson', map {
	encode('UTF-8', "{\"\@timestamp\": \"2026-11-20T10:00:00Z\", \"event\": {\"id\": \"$_\"}, \"process\": {\"command_line\": \"$_\", \"args\": [\"$_\", \"b\"]}, \"$_\": \"$_\"}\n") } @texts);
my $landed_texts = q{SELECT string_agg(process_command_line, '|' ORDER BY process_command_line COLLATE "C") FROM transfer_detect.events
	WHERE process_args[1] = process_command_line AND event_id = process_command_line AND document ->> event_id = event_id AND document_key ~ ('^event.id:' || event_id || '#[0-9a-f]{32}$')};
foreach my $case ([ 'UTF8', '4|2|0', 'a|été|zß|€' ], [ 'LATIN1', '3|1|2', 'a|zß|été' ])
{
	my ($encoding, $expected, $in) = @$case;
	my $database = lc $encoding;
	my $client = $encoding eq 'LATIN1' ? q{SET client_encoding = 'UTF8';} : '';
	ask("CREATE DATABASE $database ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
	ask('CREATE EXTENSION transfer_detect', $database);
	is(ask("CALL transfer_detect.ingest_file('$unicode')", $database), $expected, "$encoding: a file with letters beyond ASCII");
	is(decode('UTF-8', ask("$client $landed_texts", $database)), join('|', sort split /\|/, $in), 'comes through');
	is(ask('SELECT sqlstate, line_number, document IS NULL, raw IS NULL FROM transfer_detect.rejected_documents ORDER BY id', $database),
		$encoding eq 'LATIN1' ? "22P05|3|t|f\n22P05|6|f|t" : '', 'or is rejected for the encoding, and kept');
	is(ask('SELECT * FROM transfer_detect.retry_rejected()', $database), $encoding eq 'LATIN1' ? '0|0|2' : '0|0|0', 'and cannot be mended here');
	# text in the database's own encoding
	empty($database);
	is(ask(encode('UTF-8', $client . q[SELECT * FROM transfer_detect.ingest('{"@timestamp": 1, "process": {"name": "é"}} ')]), $database), '1|0|0', 'ingest()');
	is(ask(encode('UTF-8', $client . q[INSERT INTO transfer_detect.inbox VALUES ('{"@timestamp": 2, "process": {"name": "é"}}'), ('é'); SELECT count(*) FROM transfer_detect.events WHERE process_name = 'é']), $database), '2', 'inbox');
	is(decode('UTF-8', ask("$client SELECT document FROM transfer_detect.rejected_documents", $database)), 'é', 'and what it rejects');
}

# ---- dump and restore ----

empty();
ask(q[SELECT transfer_detect.ingest(E'{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "a"}}\nbroken')]);
ask('CREATE DATABASE restored');
command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr('postgres'), '-f', "$directory/dump" ], 'pg_dump');
command_ok([ 'pg_restore', '-1', '-d', $node->connstr('restored'), "$directory/dump" ], 'pg_restore');
is(ask('SELECT document_key FROM transfer_detect.events', 'restored'), ask('SELECT document_key FROM transfer_detect.events'), 'events are restored');
is(ask('SELECT document FROM transfer_detect.rejected_documents', 'restored'), 'broken', 'rejected documents as well');
my $again = q[SELECT * FROM transfer_detect.ingest(E'{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "a"}}\nbroken')];
is(ask($again, 'restored'), '0|1|1', 'known again, and the next rejected one gets an id of its own');

# ---- partitions ----

# By ourselves, and by pg_partman.
foreach my $way ('plain', 'partman')
{
	SKIP:
	{
		skip 'pg_partman is not available on this server (Debian: postgresql-NN-partman)', 1
			if $way eq 'partman' && !ask(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_partman'});
		ask("CREATE DATABASE days_$way TEMPLATE restored");
		ask('CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman', "days_$way") if $way eq 'partman';
		subtest "daily partitions, $way" => sub { partition_tests($way, "days_$way") };
	}
}

# Days that we have made go on as ours when pg_partman comes later.
SKIP:
{
	skip 'pg_partman is not available on this server (Debian: postgresql-NN-partman)', 1
		unless ask(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_partman'});
	ask('CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman', 'days_plain');
	is(ask('SELECT last_day - current_date FROM transfer_detect.partition_daily(\'5 days\', 30)', 'days_plain') . ask('SELECT count(*) FROM partman.part_config', 'days_plain'),
		'300', 'days go on without pg_partman');
}

sub partition_tests
{
	my ($way, $database) = @_;
	my $where = q{SELECT coalesce(min(tableoid::regclass::text), 'none') FROM transfer_detect.events WHERE event_id = };
	my $day = sub { return sprintf q{(now() AT TIME ZONE 'UTC' + %d * interval '1 day')::date}, $_[0] };
	my $at = sub { return sprintf q{(now() + %d * interval '1 day')}, $_[0] };
	my $one = sub {
		my ($id, $when) = @_;
		return qq{SELECT transfer_detect.ingest(json_build_object('\@timestamp', $when, 'event', json_build_object('id', '$id'))::text)};
	};
	# the partition of a day, whatever its maker calls it
	my $partition = sub {
		return ask("SELECT partition FROM transfer_detect_internal.event_partitions()
			WHERE lower = @{[ $day->($_[0]) ]}::timestamp AT TIME ZONE 'UTC' AND upper = lower + interval '1 day'", $database);
	};
	my $extra = $way eq 'plain' ? 0 : '[01]';    # pg_partman 4 rounds, and makes one day more after noon
	my $counts = sub { my ($days, $rest) = @_; my $more = $days + 1; return $extra eq '0' ? qr/^$days\|$rest$/ : qr/^(?:$days|$more)\|$rest$/ };

	ask($one->($_->[0], $at->($_->[1])), $database) foreach [ 'today', 0 ], [ 'earlier', -10 ], [ 'ahead', 3 ], [ 'old', -200 ], [ 'far', 20 ];
	ask(q{DELETE FROM transfer_detect.events WHERE event_id = 'a'; UPDATE transfer_detect.events SET event_ingested = timestamp WHERE event_id = 'old'}, $database);
	ask($one->('wrong clock', q{'1970-01-01'::timestamptz}), $database);
	# in another time zone than the sessions that come later
	my $made = ask(q{SET timezone = 'Asia/Kolkata'; SELECT partitions, moved, expired FROM transfer_detect.partition_daily('90 days', 5)}, $database);
	like($made, $counts->($way eq 'plain' ? 7 : 16, '3\|1'), 'partitions for the events and the days ahead; events move into them; what is too old goes');
	my ($partitions) = $made =~ /^(\d+)/;
	is(ask("$where 'today'", $database), $partition->(0), 'today\'s');
	is(ask("$where 'earlier'", $database), $partition->(-10), 'an earlier one');
	is(ask("$where 'ahead'", $database), $partition->(3), 'one ahead');
	is(ask("$where 'far'", $database), 'transfer_detect.events_default', 'one too far ahead stays');
	is(ask("$where 'wrong clock'", $database), 'transfer_detect.events_default', 'and one with a wrong clock, which came in lately');
	is(ask("$where 'old'", $database), 'none', 'the old one is gone');
	my $indexes = q{SELECT string_agg(regexp_replace(pg_get_indexdef(indexrelid), 'INDEX .* USING', 'INDEX'), '; ' ORDER BY pg_get_indexdef(indexrelid) ~ 'UNIQUE', regexp_replace(pg_get_indexdef(indexrelid), 'INDEX .* USING', 'INDEX'))
		FROM pg_index WHERE indrelid = };
	is(ask(qq{SELECT DISTINCT ($indexes i.inhrelid) FROM pg_inherits AS i WHERE i.inhparent = 'transfer_detect.events'::regclass}, $database),
		ask("$indexes 'transfer_detect.events_template'::regclass", $database), 'each partition has the indexes of the template, once');
	is(ask("CALL transfer_detect.ingest_file('$recorded')", $database), '1915|0|0', 'ingest');
	is(ask("CALL transfer_detect.ingest_file('$recorded')", $database), '0|1915|0', 'and again');
	# the recorded events are of 2026, and this test is to run after that
	like(ask(q{SET timezone = 'America/New_York'; SELECT partitions, moved, expired FROM transfer_detect.partition_daily('100 years', 25)}, $database),
		qr/^\d+\|\d+\|0$/, 'more days ahead');
	is(ask("$where 'far'", $database), $partition->(20), 'what waited in the default partition moves');
	is(ask("SELECT count(*) FROM transfer_detect.events WHERE event_dataset IS NOT NULL AND tableoid = 'transfer_detect.events_default'::regclass", $database), 0,
		'so do the recorded events') if $way eq 'plain';
	# pg_partman 5 counts the days ahead from the last event, which is one in 20 days
	my $version = $way eq 'plain' ? 0 : ask(q{SELECT split_part(extversion, '.', 1) FROM pg_extension WHERE extname = 'pg_partman'}, $database);
	like(ask(q{SELECT partitions, expired FROM transfer_detect.partition_daily('5 days', 25)}, $database),
		$version == 0 ? qr/^26\|/ : $version < 5 ? qr/^3[12]\|/ : qr/^5[12]\|/, 'days older than a shorter retention are dropped');
	is(ask(q{SELECT count(*) FROM transfer_detect_internal.event_partitions() WHERE upper < now() - interval '6 days' AND upper > '-infinity'}, $database), 0, 'all of them');
	is(ask("$where 'earlier'", $database), 'none', 'with their events');
	# a month of the user's own is left alone, and gets no days; pg_partman takes only partitions that it has made
	if ($way eq 'plain')
	{
		ask(q{CREATE TABLE month (LIKE transfer_detect.events_template INCLUDING ALL);
			ALTER TABLE transfer_detect.events ATTACH PARTITION month FOR VALUES FROM ('2031-01-01Z') TO ('2031-02-01Z')}, $database);
		ask('SELECT transfer_detect.partition_daily(\'5 days\', 25)', $database);
		is(ask("SELECT count(*) FROM transfer_detect_internal.event_partitions() WHERE lower >= '2031-01-01Z' AND upper <= '2031-02-01Z'", $database), 1, 'a month of one\'s own');
	}
	ask("CREATE DATABASE partitioned_$way");
	command_ok([ 'pg_dump', '-Fc', '-d', $node->connstr($database), '-f', "$directory/partitions_$way" ], 'pg_dump with partitions');
	command_ok([ 'pg_restore', '-1', '-d', $node->connstr("partitioned_$way"), "$directory/partitions_$way" ], 'pg_restore');
	is(ask('SELECT * FROM transfer_detect.partition_daily(\'5 days\', 25)', "partitioned_$way"),
		ask('SELECT * FROM transfer_detect.partition_daily(\'5 days\', 25)', $database), 'goes on in the restored database');
	done_testing();
}

$node->stop;
done_testing();
