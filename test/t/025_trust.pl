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

$node->stop;
done_testing();
