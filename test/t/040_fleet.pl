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

my $rule = 'unusual-file-transfer-utility-launched-merged';
my ($filed, $found, $of, $alerts) = play($rule, 'runs');
note("$filed filed, $found of $of found");
cmp_ok($found, '>=', $of * 3 / 4, 'the rule for merged events finds most of the planted copies');
cmp_ok($found, '<', $of, 'and not those that are common, or have another name');

# planted copies that are found are on alerts with their event
is($node->safe_psql('postgres', q{
		SELECT count(*) FROM td_fleet.known AS k WHERE NOT EXISTS (SELECT FROM transfer_detect.alert_events(k.alert_id) AS d WHERE d #>> '{event,id}' = k.event_id)}),
	0, 'alert_events() has each event that counts as found');
my (undef, undef, undef, $again) = play($rule, 'runs');
same_lines($again, $alerts, 'the same alerts again');

$node->stop;
done_testing();
