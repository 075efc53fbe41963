# Detection.pm: what the TAP tests of runs, alerts and notifications share.

package Detection;

use strict;
use warnings;

use Exporter 'import';
use IPC::Run;
use PostgreSQL::Test::Cluster;
use Test::More;

our @EXPORT = qw(new_node create_extension published_rule_alone same_lines $rule);
our @EXPORT_OK = qw(new_session ask);

# the rule that comes with the extension, and enabled
our $rule = 'unusual-file-transfer-utility-launched';

# A node that is initialized and not started; initdb may get more arguments.
sub new_node
{
	my ($name, @more) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C', @more ]);
	return $node;
}

# Installs the extension, and a function that makes an event as the shipped rules look for: the command ran
# on the host at the time, under a parent of its own.
sub create_extension
{
	my ($node, $database) = @_;

	$node->safe_psql($database, q{
		CREATE EXTENSION transfer_detect;
		CREATE FUNCTION launch(at timestamptz, command text, host text DEFAULT 'web-1') RETURNS void LANGUAGE sql AS $$
			INSERT INTO transfer_detect.events (timestamp, host_os_type, event_type, event_action, process_name,
				process_executable, process_parent_executable, process_command_line, agent_id, host_name, document)
			VALUES (at, 'linux', '{start}', '{exec}', split_part(command, ' ', 1),
				'/usr/bin/' || split_part(command, ' ', 1), '/usr/bin/dash', command, 'agent of ' || host, host,
				jsonb_build_object('command', command, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')))
		$$});
}

# Leaves only the rule as published enabled, for what is counted of its alerts alone.
sub published_rule_alone
{
	my ($node, $database) = @_;

	$node->safe_psql($database, "UPDATE transfer_detect.rules SET enabled = rule_id = '$rule'");
}

# A session that stays: a psql, to which a line is sent and whose answer is waited for. It begins with the SQL given.
my $asked = 0;

sub new_session
{
	my ($node, $database, $begin) = @_;
	my $session = { in => '', out => '', err => '' };

	$session->{handle} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr($database) ],
		'<', \$session->{in}, '>', \$session->{out}, '2>', \$session->{err});
	ask($session, $begin);
	return $session;
}

sub ask
{
	my ($session, $sql) = @_;

	$asked++;
	$session->{out} = '';
	$session->{in} .= "$sql\n\\echo answer $asked\n";
	$session->{handle}->pump until $session->{out} =~ /^answer $asked$/m;
	(my $answer = $session->{out}) =~ s/^answer $asked\n//m;
	return $answer;
}

# Like is() for many lines: shows only those in which they differ.
sub same_lines
{
	my ($got, $expected, $title) = @_;
	my (%got, %expected);

	$got{$_}++ foreach split /\n/, $got;
	$expected{$_}++ foreach split /\n/, $expected;
	ok($got eq $expected, $title)
		or diag(join "\n", (map { "too many: $_" } grep { !$expected{$_} } sort keys %got), (map { "missing: $_" } grep { !$got{$_} } sort keys %expected));
}

1;
