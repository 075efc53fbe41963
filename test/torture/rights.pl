# A role that may connect and has no right tries each function, each lock and each table, while the rules run. It gets
# nothing, changes nothing, and the runs finish.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use Test::More;
use Time::HiRes qw(time sleep);
use Torture;

my $node = new_node('rights');
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off");
$node->start;
create_extension($node, 'postgres');
$node->safe_psql('postgres', q{
	CREATE ROLE stranger LOGIN;
	SELECT launch('2026-11-20 09:00Z'::timestamptz + i * interval '10 seconds', 'scp secret-' || i) FROM generate_series(1, 300) AS i});

my @tables = split /\n/, $node->safe_psql('postgres', q{SELECT oid::regclass FROM pg_class
	WHERE relnamespace::regnamespace::text LIKE 'transfer\_detect%' AND relkind IN ('r', 'p', 'v', 'S') ORDER BY 1});
my @functions = split /\n/, $node->safe_psql('postgres', q{SELECT oid::regprocedure FROM pg_proc
	WHERE pronamespace::regnamespace::text LIKE 'transfer\_detect%' AND prokind = 'f' AND NOT 'internal'::regtype = ANY (proargtypes) ORDER BY 1});

# What the stranger may try. Each statement is tried by itself, and a lock that it gets is held to the end.
sub attempts
{
	my @keys = @_;
	my @attempts;

	foreach my $table (@tables)
	{
		push @attempts, map { "LOCK TABLE $table IN $_ MODE NOWAIT" } 'ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE',
			'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE';
		push @attempts, map { "SELECT 'got', t::text FROM $table AS t FOR $_ NOWAIT" } 'UPDATE', 'NO KEY UPDATE', 'SHARE', 'KEY SHARE';
		push @attempts, "SELECT 'got', t::text FROM $table AS t", "INSERT INTO $table DEFAULT VALUES", "DELETE FROM $table", "TRUNCATE $table", "DROP TABLE $table",
			"CREATE TRIGGER t BEFORE INSERT ON $table FOR EACH ROW EXECUTE FUNCTION transfer_detect.inbox_row()", "SELECT setval('$table', 1)", "ALTER TABLE $table ADD x integer",
			"COMMENT ON TABLE $table IS 'mine'";
	}
	foreach my $function (@functions)
	{
		my ($name, $types) = $function =~ /^([^(]*)\((.*)\)$/;
		my @types = split /,/, $types;
		my %guess = ('text' => "'$rule'", 'regclass' => "'transfer_detect.events'", 'timestamp with time zone' => "'2026-11-20 10:00Z'", 'bigint' => '1', 'integer' => '1');

		push @attempts, "SELECT v::text FROM (SELECT $name(" . join(', ', map { ($guess{$_} // 'NULL') . ($_ =~ /^any/ ? '::text' . ($_ eq 'anyarray' ? '[]' : '') : "::$_") } @types) . ') AS v) AS s LIMIT 5'
			unless grep { $_ eq 'trigger' } @types;
	}
	push @attempts, "SELECT transfer_detect.esql('FROM transfer_detect.events')", "SELECT transfer_detect.detect('transfer_detect.events', '2026-11-20 10:00Z')",
		'SELECT transfer_detect.run()', "UPDATE transfer_detect.rules SET enabled = false";
	push @attempts, map { ("SELECT pg_try_advisory_lock($_)", "SELECT pg_try_advisory_lock_shared($_)") } @keys;
	return @attempts;
}

# Numbers that an advisory lock of the extension might have, and those that anybody can see in pg_locks while it has one.
my @keys = split /\n/, $node->safe_psql('postgres', qq{
	SELECT DISTINCT k FROM (
		SELECT generate_series(0, 10)::text AS k
		UNION ALL SELECT c.oid::text FROM pg_class AS c WHERE relnamespace::regnamespace::text LIKE 'transfer\\_detect%'
		UNION ALL SELECT format('%s, %s', d.oid, c.oid) FROM pg_class AS c, (VALUES ('pg_class'::regclass::oid::integer), (0), (1)) AS d(oid) WHERE relnamespace::regnamespace::text LIKE 'transfer\\_detect%'
		UNION ALL SELECT hashtext(t)::text FROM (VALUES ('$rule'), ('transfer_detect'), ('run')) AS v(t)
		UNION ALL SELECT hashtextextended(t, 0)::text FROM (VALUES ('$rule'), ('transfer_detect'), ('run')) AS v(t)) AS s});
# run() in a transaction shows its locks
foreach my $line (split /\n/, $node->safe_psql('postgres', q{BEGIN; SELECT FROM transfer_detect.run(as_of => '2026-11-20 09:01Z');
	SELECT CASE WHEN objsubid = 1 THEN ((classid::bigint << 32) | objid::bigint)::text ELSE format('%s, %s', classid, objid) END
	FROM pg_locks WHERE locktype = 'advisory'; ROLLBACK}))
{
	push @keys, $line if $line =~ /\d/;
}

# What everybody may read, and so lock against DROP.
my %open = map { ("transfer_detect.$_" => 1) } 'fields', 'sources', 'rules', 'rule_versions', 'trusted_roles', 'evidence_settings', 'habit_spaces',
	'fleet_roles', 'fleet_networks', 'fleet_hosts', 'fleet_domains', 'open_transactions';
$open{'transfer_detect_internal.host_domains'} = 1;
my ($tries, $gave, $longest, @got, @late) = (0, 0, 0);
my $before = $node->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.events');
my $hour = 0;
while (left_to_do())
{
	my @order = sort { rand() <=> 0.5 } attempts(@keys);
	my ($in, $out) = ('', '');

	# locks are held as long as the session lasts: savepoints keep the transaction alive
	$in = "\\set VERBOSITY verbose\n\\set ON_ERROR_ROLLBACK on\nSET client_min_messages = error; SET lock_timeout = '100ms'; BEGIN;\n"
		. join('', map { "\\echo =$_=\n$order[$_];\n" } 0 .. $#order) . "\\echo =ready=\nSELECT pg_sleep(600);\n";
	my $session = IPC::Run::start([ 'stdbuf', '-oL', 'psql', '-X', '-A', '-t', '-q', '-U', 'stranger', '-d', $node->connstr('postgres') ],
		'<', \$in, '>&', \$out, IPC::Run::timeout(120));
	# a run before all is tried, and one while all that could be had is held
	foreach my $when ('meanwhile', 'afterwards')
	{
		if ($when eq 'afterwards')
		{
			$session->pump until $out =~ /=ready=/ || !$session->pumpable;
		}
		$hour++;
		my $start = time;
		my ($status, $rows, $error) = $node->psql('postgres', "SET statement_timeout = '20s'; SELECT status FROM transfer_detect.run('$rule', '2026-11-20 09:30Z'::timestamptz + $hour * interval '1 hour')");

		$longest = time - $start if time - $start > $longest;
		push @late, "$when: " . ($error || $rows) if $status != 0 || $rows !~ /^(succeeded\n?)+$/;
	}
	$session->kill_kill;
	my @parts = split /=(\d+|ready)=\n/, $out;
	shift @parts;
	while (my ($i, $answer) = splice @parts, 0, 2)
	{
		next if $i eq 'ready';
		my $attempt = $order[$i];

		$tries++;
		my ($state) = $answer =~ /^ERROR:  (\w{5}):/m;
		$gave++ unless defined $state;
		push @got, "$attempt: $answer" if ($state // '') =~ /^XX/ || $answer =~ /scp secret-/;
		next if defined $state || $attempt =~ /advisory|^SELECT v/;
		my ($table) = $attempt =~ /(transfer_detect\w*\.\w+)/;
		push @got, "$attempt: " . substr $answer, 0, 200
			unless $open{$table} && $attempt =~ /^(?:SELECT 'got', t::text FROM \S+ AS t|LOCK TABLE \S+ IN ACCESS SHARE MODE NOWAIT)$/
			|| $attempt =~ /LOCK|'got'/ && $answer !~ /\S/ && $attempt =~ /alert_list|ingest_health/;
	}
	last if @got > 20 || @late > 5;
}
note(sprintf '%d attempts, %d of them with an answer; %d runs, the longest %.1f s', $tries, $gave, $hour, $longest);
cmp_ok($tries, '>', 500, 'there were attempts');
found('a stranger gets nothing', @got);
found('and runs finish while he tries', @late);
is($node->safe_psql('postgres', 'SELECT count(*) FROM transfer_detect.events'), $before, 'and events are as they were');
no_crash($node);

$node->stop;
done_testing();
