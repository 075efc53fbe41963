# A small fleet with planted copies: what the rules find of them, how many alerts they file, and that the same events
# make the same alerts, however they are brought. test/fleet/fleet has the large one.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $fleet = "$FindBin::RealBin/../fleet";
my $node = new_node('fleet');
$node->append_conf('postgresql.conf', 'fsync = off');
$node->start;

# --- The events are the same each time.

my @made = map { my $dir = PostgreSQL::Test::Utils::tempdir(); run_log([ $^X, "$fleet/generate.pl", "out=$dir", 'hosts=20', 'days=4', 'planted=48', 'noise=3' ]) or die; $dir } 1, 2;
is(slurp_file("$made[0]/$_"), slurp_file("$made[1]/$_"), "the same parameters make the same $_") foreach qw(events planted);
my %style = map { (split /\t/)[2] => 1 } split /\n/, slurp_file("$made[0]/planted");
cmp_ok(scalar keys %style, '>=', 20, scalar(keys %style) . ' styles of planted copies');

chdir $made[0] or die $!;
$node->psql('postgres', undef, extra_params => [ '-q', '-f', "$fleet/fleet.sql" ], on_error_die => 1);

# What became of a rule: alerts filed, found, of how many; and its alerts.
sub play
{
	my ($rule, $way) = @_;

	$node->psql('postgres', "SET client_min_messages = warning; CALL td_fleet.play('$rule', '$way')", on_error_die => 1);
	is($node->safe_psql('postgres', "SELECT failed FROM td_fleet.played WHERE rule_id = '$rule'"), 0, "$rule by $way: no run failed");
	return (split /\|/, $node->safe_psql('postgres', "SELECT filed, found, of FROM td_fleet.played WHERE rule_id = '$rule'")), $node->safe_psql('postgres', q{
		SELECT group_key, event_count, first_event, last_event, host_names, close_reason FROM transfer_detect.alerts ORDER BY 1, 3});
}

# Each rule of the table in doc/noise.md: [ rule, how many of the copies it finds at least and at most, how many alerts
# it files at least and at most ].  Half of the copies are merged events or have another name, and the fleet is young.
my %alerts;
foreach ([ 'first-seen-file-transfer', 44, 44, 60, 140 ],
	[ 'first-seen-transfer-by-ssh', 0, 0, 1, 4 ],
	[ 'unusual-file-transfer-utility-launched', 20, 34, 250, 500 ],
	[ 'unusual-file-transfer-utility-launched-merged', 34, 43, 400, 800 ],
	[ 'file-transfer-utility-launched-from-unusual-parent', 8, 20, 15, 60 ])
{
	my ($rule, $least, $most, $few, $many) = @$_;
	my ($filed, $found, $of, $alerts) = play($rule, 'runs');

	note("$rule: $filed filed, $found of $of found");
	is($of, 44, 'of the copies 44 are what a rule for file transfers is meant to find');
	cmp_ok($found, '>=', $least, "$rule finds what it did");
	cmp_ok($found, '<=', $most, "$rule does not find what it did not");
	cmp_ok($filed, '>=', $few, "$rule files no fewer alerts");
	cmp_ok($filed, '<=', $many, "$rule files no more alerts");

	# planted copies that are found are on alerts with their event
	is($node->safe_psql('postgres', qq{
			SELECT count(*) FROM td_fleet.known AS k
			WHERE k.rule_id = '$rule' AND NOT EXISTS (SELECT FROM transfer_detect.alert_events(k.alert_id) AS d WHERE d #>> '{event,id}' = k.event_id)}),
		0, "$rule: alert_events() has each event that counts as found");
	$alerts{$rule} = $alerts;
}

# a copy whose tool has another name is found by the ssh that it starts
cmp_ok($node->safe_psql('postgres', q{SELECT beyond FROM td_fleet.played WHERE rule_id = 'first-seen-transfer-by-ssh'}), '>', 0, 'a renamed tool is found');

# --- The same events make the same alerts.

my $rule = 'first-seen-file-transfer';
my (undef, undef, undef, $again) = play($rule, 'runs');
same_lines($again, $alerts{$rule}, 'the same alerts again');

# A space that is left out costs what it alone finds.
$node->psql('postgres', "SET client_min_messages = warning; CALL td_fleet.play('$rule', 'runs', 'outside-host')", on_error_die => 1);
cmp_ok($node->safe_psql('postgres', "SELECT found FROM td_fleet.played WHERE rule_id = '$rule without outside-host'"), '<', 44, 'without a space some copies are missed');

$node->stop;
done_testing();
