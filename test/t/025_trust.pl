# Attacks: whoever may do less than a superuser, or nothing at all, gets no more than that, and stops nobody's alerts.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('trust');
$node->start;

sub ask { my ($sql, $database) = @_; return $node->safe_psql($database // 'postgres', $sql) }

# SQLSTATE, and all that is said, of what fails; an empty SQLSTATE of what does not.
sub failure
{
	my ($sql, $database) = @_;
	my ($status, $out, $err) = $node->psql($database // 'postgres', "\\set VERBOSITY verbose\n$sql");
	my ($state) = $err =~ /ERROR:  ([0-9A-Z]{5}):/;

	return ($state // '', $err, $out);
}

# --- Who was in the schema before CREATE EXTENSION could have the extension call his functions.

ask('CREATE ROLE squatter; CREATE ROLE other_super SUPERUSER');
my %squats = (
	"SET ROLE squatter; CREATE SCHEMA transfer_detect" => 'belongs to role "squatter"',
	'CREATE SCHEMA transfer_detect; GRANT CREATE ON SCHEMA transfer_detect TO squatter' => 'Others may create objects in it',
	'CREATE SCHEMA transfer_detect; CREATE FUNCTION transfer_detect.f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$' => 'There are objects in it',
	'CREATE SCHEMA transfer_detect; CREATE TYPE transfer_detect.text AS ENUM ()' => 'There are objects in it',
	'CREATE SCHEMA transfer_detect; CREATE OPERATOR transfer_detect.= (LEFTARG = name, RIGHTARG = text, FUNCTION = nameeqtext)' => 'There are objects in it',
	'CREATE SCHEMA transfer_detect; CREATE DOMAIN transfer_detect.regclass AS text' => 'There are objects in it',
	"SET ROLE squatter; CREATE SCHEMA transfer_detect_internal" => 'belongs to role "squatter"',
	'CREATE SCHEMA transfer_detect_internal' => 'not made by CREATE EXTENSION');
my $number = 0;
foreach my $squat (sort keys %squats)
{
	my $database = 'squat' . ++$number;
	my ($schema) = $squat =~ /(transfer_detect\w*)/;

	ask("CREATE DATABASE $database");
	ask("GRANT CREATE ON DATABASE $database TO squatter");
	ask($squat, $database);
	my ($state, $err) = failure('CREATE EXTENSION transfer_detect', $database);
	is($state, '55000', "refused: $squat");
	like($err, qr/schema "$schema" exists, and is not safe to use\nDETAIL:  .*$squats{$squat}.*\nHINT:  .*DROP SCHEMA $schema /, 'with the reason, and what to do');
	ask("DROP SCHEMA $schema CASCADE; CREATE EXTENSION transfer_detect", $database);
}
ask('DROP EXTENSION transfer_detect; CREATE EXTENSION transfer_detect', 'squat1');
pass('the schema that DROP EXTENSION leaves is taken again');
ask('DROP EXTENSION transfer_detect; DROP SCHEMA transfer_detect; SET ROLE other_super; CREATE SCHEMA transfer_detect; RESET ROLE; CREATE EXTENSION transfer_detect', 'squat1');
pass('so is one of another superuser');

create_extension($node, 'postgres');
is((failure('SET ROLE squatter; CREATE FUNCTION transfer_detect.f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'))[0], '42501', 'nobody else creates anything in our schema');

# Even if somebody did: what we call is unambiguous.
ask(q{
	CREATE FUNCTION transfer_detect_internal.result_text(jsonb, text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'led astray'; END $$;
	CREATE FUNCTION transfer_detect_internal.result_texts(jsonb, text, text, text) RETURNS text[] LANGUAGE plpgsql AS $$ BEGIN RAISE 'led astray'; END $$;
	SELECT launch('2026-11-20 09:10Z', 'scp a b:')});
is(ask("SELECT status, message, alerts_created FROM transfer_detect.run('$rule', '2026-11-20 10:00Z')"), 'succeeded||1', 'an overload beside a variadic function is not called');
ask('DROP FUNCTION transfer_detect_internal.result_text(jsonb, text, text); DROP FUNCTION transfer_detect_internal.result_texts(jsonb, text, text, text)');

# --- A database that does not know what a text is.

ask(q{CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0});
my ($state, $err) = failure('CREATE EXTENSION transfer_detect', 'ascii');
is($state, '0A000', 'SQL_ASCII is refused');
like($err, qr/encoding SQL_ASCII\nDETAIL:  .*\nHINT:  .*UTF8/, 'with the reason, and what to do');

# --- Who may edit rules has nobody run his code.

ask(q{
	CREATE ROLE editor;
	CREATE ROLE detector;
	CREATE ROLE stranger;
	CREATE SCHEMA editors AUTHORIZATION editor;
	GRANT USAGE ON SCHEMA editors TO PUBLIC;
	GRANT SELECT, INSERT, UPDATE ON transfer_detect.rules TO editor;
	GRANT SELECT, INSERT ON transfer_detect.exceptions TO editor;
	GRANT SELECT ON transfer_detect.events, transfer_detect.exceptions TO detector;
	GRANT SELECT, INSERT, UPDATE ON transfer_detect.runs, transfer_detect.checkpoints, transfer_detect.exception_hits, transfer_detect.alerts TO detector;
	GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_detect.alert_hits TO detector;
	CREATE TABLE ran_as (role text);
	GRANT INSERT ON ran_as TO PUBLIC;
	SET ROLE editor;
	CREATE FUNCTION editors.f(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.ran_as VALUES (current_user); RETURN t; END $$;
	CREATE FUNCTION editors.h() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT editors.f('x') $$;
	CREATE FUNCTION editors.g(i int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM editors.h(); RETURN true; END $$;
	CREATE FUNCTION editors.seen(t text) RETURNS boolean LANGUAGE sql AS $$ SELECT editors.f(t) IS NOT NULL $$});

# Each relation has a column host_name, and runs editors.f() when it is read or planned.
my $filled = q{INSERT INTO editors.%s VALUES ('2026-11-20 09:30Z', 'h', 'scp')};
my %relations = (
	by_view => 'CREATE TABLE editors.base (timestamp timestamptz, host_name text, process_name text); ' . sprintf($filled, 'base') . '; GRANT SELECT ON editors.base TO PUBLIC;
		CREATE VIEW editors.by_view AS SELECT timestamp, editors.f(host_name) AS host_name, process_name FROM editors.base',
	by_view_of_view => 'CREATE VIEW editors.by_view_of_view AS SELECT * FROM editors.by_view',
	by_predicate => 'CREATE TABLE editors.by_predicate (timestamp timestamptz, host_name text, process_name text); ' . sprintf($filled, 'by_predicate')
		. '; CREATE INDEX ON editors.by_predicate (host_name) WHERE editors.g(1)',
	by_policy => 'CREATE TABLE editors.by_policy (timestamp timestamptz, host_name text, process_name text); ' . sprintf($filled, 'by_policy')
		. '; ALTER TABLE editors.by_policy ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON editors.by_policy USING (editors.seen(host_name))',
	by_statistics => 'CREATE TABLE editors.by_statistics (timestamp timestamptz, host_name text, process_name text); ' . sprintf($filled, 'by_statistics')
		. '; CREATE STATISTICS editors.s ON (editors.g(1)), host_name FROM editors.by_statistics; ANALYZE editors.by_statistics',
	by_several => q{CREATE VIEW editors.by_several AS SELECT '2026-11-20 09:30Z'::timestamptz AS timestamp, 'h'::text AS host_name, 'scp'::text AS process_name,
		'{}'::jsonb AS document, ARRAY[editors.f('host.name')] AS multivalued_fields});
foreach my $relation (sort keys %relations)
{
	ask(qq{SET ROLE editor; $relations{$relation}; GRANT SELECT ON editors.$relation TO PUBLIC;
		INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
		VALUES ('$relation', 'x', 'FROM x | WHERE process.name == "scp" | STATS c = COUNT() BY host.name', 'editors.$relation', true);
		RESET ROLE; TRUNCATE ran_as});
	foreach my $role ('postgres', 'detector')
	{
		my $run = ask("SET ROLE $role; SELECT status, sqlstate, message FROM transfer_detect.run('$relation', '2026-11-20 10:00Z')");
		like($run, qr/^failed\|42501\|role "$role" does not trust role "editor"/m, "$relation: $role does not run the rule");
		like($run, qr/The rule reads "$relation", to which .*INSERT INTO transfer_detect.trusted_roles \(role\) VALUES \('editor'\);/s, 'and is told what to do');
	}
	# what others run by being told of the rule, or by writing an exception
	foreach my $call (
		qq{SELECT * FROM transfer_detect.preview_exception('$relation', 'host.name == "b"', 'group', '2026-11-20 09:00Z', '2026-11-20 10:00Z')},
		qq{SELECT * FROM transfer_detect_internal.rule_events('FROM x | STATS c = COUNT() BY host.name', 'editors.$relation', '2026-11-20 09:00Z', '2026-11-20 10:00Z',
			'\@timestamp', NULL, '{}', '2026-11-20 09:00Z', '2026-11-20 10:00Z')})
	{
		is((failure($call))[0], '42501', 'nor does ' . ($call =~ /(preview_exception|rule_events)/)[0]);
	}
	ask(q{INSERT INTO transfer_detect.exceptions (condition) VALUES ('host.name == "backup-1"'); DELETE FROM transfer_detect.exceptions});
	is(ask(q{SELECT string_agg(DISTINCT role, ' ') FROM ran_as WHERE role <> 'editor'}), '', 'nothing of the editor was run by others, not even by writing an exception for all rules');
	ask("UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = '$relation'");
}
# The relation of a LOOKUP JOIN is one that the rule reads.
ask(q{CREATE TABLE plain (timestamp timestamptz, host_name text); GRANT SELECT ON plain TO PUBLIC;
	SET ROLE editor; INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
	VALUES ('by_join', 'x', 'FROM x | LOOKUP JOIN editors.by_view ON host.name | STATS c = COUNT() BY host.name', 'plain', true);
	RESET ROLE; TRUNCATE ran_as});
like(ask(q{SELECT status, sqlstate, message FROM transfer_detect.run('by_join', '2026-11-20 10:00Z')}), qr/^failed\|42501\|.*The rule reads "by_view"/s, 'a rule does not run by what it joins with');
ask(q{INSERT INTO transfer_detect.exceptions (condition) VALUES ('host.name == "backup-1"'); DELETE FROM transfer_detect.exceptions; UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = 'by_join'});
is(ask(q{SELECT count(*) FROM ran_as}), 0, 'and nothing is read of that');
# A detector that trusts the editor runs his code; an analyst who does not, does not.
ask('GRANT editor TO detector; TRUNCATE ran_as; GRANT USAGE ON SCHEMA editors TO detector; UPDATE transfer_detect.rules SET enabled = true WHERE rule_id = \'by_view\'');
is(ask(q{SET ROLE detector; SELECT status, alerts_created FROM transfer_detect.run('by_view', '2026-11-20 10:00Z')}), 'succeeded|1', 'who is a member of the editor trusts him');
is((failure(q{SELECT * FROM transfer_detect.alert_events((SELECT max(id) FROM transfer_detect.alerts))}))[0], '42501', 'alert_events() of his alert is refused to a superuser');
is(ask(q{SELECT count(*) FROM ran_as WHERE role = 'postgres'}), 0, 'and runs nothing');
ask(q{INSERT INTO transfer_detect.trusted_roles (role) VALUES ('editor')});
is(ask(q{SELECT count(*) FROM transfer_detect.alert_events((SELECT max(id) FROM transfer_detect.alerts))}), 1, 'until the owner says that the editor is trusted');
is((failure(q{SET ROLE editor; INSERT INTO transfer_detect.trusted_roles (role) VALUES ('stranger')}))[0], '42501', 'which nobody else can say');
ask(q{DELETE FROM transfer_detect.trusted_roles; UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = 'by_view'});

# --- An editor reads what he may read, and is known.

ask(q{
	CREATE TABLE secrets (timestamp timestamptz, host_name text, secret text);
	INSERT INTO secrets VALUES ('2026-11-20 09:30Z', 'h', 'TOPSECRET');
	GRANT SELECT (host_name, timestamp) ON secrets TO editor});
my $leak = q{INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled, edited_by, edited_at, enabled_at)
	VALUES ('%s', 'n', 'FROM x | STATS c = COUNT() BY %s', 'secrets', true, 'alice', '2001-01-01', '2001-01-01')};
is((failure('SET ROLE editor; ' . sprintf($leak, 'leak', 'secret')))[0], '42501', 'a rule does not read a column that its editor may not read');
is((failure('SET ROLE editor; SET check_function_bodies = off; ' . sprintf($leak, 'leak', 'secret')))[0], '42501', 'nor when he has bodies not checked');
is((failure('SET ROLE editor; ' . sprintf($leak, 'honest', 'host_name') . q{; UPDATE transfer_detect.rules SET query = 'FROM x | WHERE secret == "a" | STATS c = COUNT()' WHERE rule_id = 'honest'}))[0],
	'42501', 'nor by an edit');
is((failure(q{SET ROLE editor; INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
	VALUES ('leak', 'n', 'FROM x | LOOKUP JOIN public.secrets ON host.name | STATS c = COUNT() BY secret', 'editors.base', true)}))[0], '42501', 'nor by LOOKUP JOIN');
is(ask(q{SELECT edited_by, edited_at > now() - interval '1 hour', enabled_at > now() - interval '1 hour',
		(SELECT created_by FROM transfer_detect.rule_versions AS v WHERE v.rule_id = r.rule_id) FROM transfer_detect.rules AS r WHERE rule_id = 'honest'}),
	'editor|t|t|editor', 'who made a rule, and when, is what it was');
ask(q{SET ROLE editor; INSERT INTO transfer_detect.exceptions (rule_id, condition, author, created_at) VALUES ('honest', 'host_name == "a"', 'postgres', '2001-01-01')});
is(ask(q{SELECT author, created_at > now() - interval '1 hour' FROM transfer_detect.exceptions}), 'editor|t', 'and who made an exception');
ask(q{DELETE FROM transfer_detect.exceptions; UPDATE transfer_detect.rules SET enabled = false WHERE rule_id = 'honest'});

$node->stop;
done_testing();
