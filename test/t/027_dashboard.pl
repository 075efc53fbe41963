# The dashboard: well-formed, every panel's query runs as the role of the documentation, and the queries that count
# alerts count them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Detection;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('dashboard');
$node->start;
create_extension($node, 'postgres');
published_rule_alone($node, 'postgres');
my $data = $ENV{TD_TEST_DATA} // "$FindBin::RealBin/../data";
$node->safe_psql('postgres', "CALL transfer_detect.ingest_file('$data/process-events.ndjson')");
$node->safe_psql('postgres', "SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 $_:00Z')") foreach 10, 11, 12;

# the grants that doc/triage.md shows
my ($grants) = slurp_file('doc/triage.md') =~ /^(CREATE ROLE dashboard;\n.*?;)\n```/ms;
ok(defined $grants, 'the documentation has the grants');
$node->safe_psql('postgres', $grants);

my $dashboard = decode_json(slurp_file('dashboards/transfer_detect.json'));
my %ids;
my %result;
foreach my $panel (@{ $dashboard->{panels} })
{
	my $title = $panel->{title};

	ok(!$ids{ $panel->{id} }++, "$title: has an id of its own");
	cmp_ok($panel->{gridPos}{x} + $panel->{gridPos}{w}, '<=', 24, "$title: fits the grid");
	is($panel->{datasource}{uid}, '${datasource}', "$title: asks the chosen database");
	foreach my $target (@{ $panel->{targets} })
	{
		my $sql = $target->{rawSql};

		$sql =~ s/\$__timeFrom\(\)/'2026-11-20T00:00:00Z'::timestamptz/g;
		$sql =~ s/\$__timeTo\(\)/'2026-11-21T00:00:00Z'::timestamptz/g;
		unlike($sql, qr/\$/, "$title: no other macro");
		my ($status, $out, $err) = $node->psql('postgres', "SET ROLE dashboard; SET timezone = 'UTC'; $sql");
		is($err, '', "$title: runs as the role of the documentation");
		$result{$title} = $out;
	}
}
is($result{'Active alerts'}, '5', 'the active alerts are counted');
is($result{"Nobody's"}, '5', 'nobody looks after them');
is($result{'Alerts a day, by rule'}, "2026-11-20 00:00:00+00|$rule|5", 'by rule');
is(join(' ', map { (split /\|/)[1, 2] } split /\n/, $result{'Alerts a day, by host'}), 'vault-1 2 web-1 2 web-3 1', 'by host');
is(scalar(my @open = split /\n/, $result{'Open alerts'}), 5, 'the open alerts are listed');
cmp_ok(eval { my $sum = 0; $sum += (split /\|/)[1] foreach split /\n/, $result{'Events an hour'}; $sum }, '==', 1915, 'the events are counted');
is(scalar(my @hosts = split /\n/, $result{'Ingest health'}), 10, 'of ten hosts');

$node->stop;
done_testing();
