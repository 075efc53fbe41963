# The pages of alert_report() in a browser: no message on the console, no request, hostile texts shown as text, headings
# and table headers for screen readers, nothing wider than the window.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";

use Browser;
use Detection;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $program = Browser::program();
plan skip_all => 'Chromium is not installed (Debian: chromium)' unless defined $program;

my $node = new_node('pages');
$node->start;
create_extension($node, 'postgres');
published_rule_alone($node, 'postgres');
my $data = $ENV{TD_TEST_DATA} // "$FindBin::RealBin/../data";
$node->safe_psql('postgres', "CALL transfer_detect.ingest_file('$data/process-events.ndjson')");
$node->safe_psql('postgres', "SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 $_:00Z')") foreach 10, 11, 12;

# An alert whose every value tries to be markup, to break out of an attribute or to hide.
$node->safe_psql('postgres', q{
	INSERT INTO transfer_detect.events (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable,
		process_parent_command_line, process_command_line, process_pid, process_parent_pid, agent_id, host_name, user_name, document)
	SELECT '2026-11-20 12:10Z', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', v.evil, v.evil, v.line, 7, 6, 'a', v.evil, v.evil,
		jsonb_build_object('@timestamp', '2026-11-20T12:10:00Z', 'host', jsonb_build_object('name', v.evil), 'user', jsonb_build_object('name', v.evil),
			'process', jsonb_build_object('pid', 7, 'name', 'scp', 'executable', '/usr/bin/scp', 'command_line', v.line), v.evil, v.evil)
	FROM (SELECT x.evil, 'scp /tmp/.a' || x.evil || ' ' || 'h:' || repeat(' <i>x', 20000) AS line
		FROM (VALUES (E'"\'></code></pre></title></style><script>document.title="owned"</script><img src="http://example.com/x" onerror="document.title=1">\u202e\u0301\u200b')) AS x(evil)) AS v;
	SELECT count(*) FROM transfer_detect.run(as_of => '2026-11-20 13:00Z')});

my @pages = (
	[ 'the planted copy of web-1', q{SELECT id FROM transfer_detect.alerts WHERE process_command_line = 'rsync -q /tmp/.cache.tgz vault:inbox/'}, '/tmp/.cache.tgz' ],
	[ 'the planted copy of web-3', q{SELECT id FROM transfer_detect.alerts WHERE process_executable = '/usr/bin/sftp'}, '/home/ops/.batch' ],
	[ 'a hostile alert', q{SELECT id FROM transfer_detect.alerts WHERE length(process_command_line) > 1000}, '<script>document.title="owned"</script>' ],
	[ 'the period', undef, 'alerts stand out' ]);
my $browser = Browser->new($program);
my $folder = PostgreSQL::Test::Utils::tempdir();

foreach my $page (@pages)
{
	my ($title, $query, $finding) = @$page;
	my $html = $node->safe_psql('postgres', 'SELECT transfer_detect.alert_report('
			. (defined $query ? "($query)" : "'2026-11-20 09:00Z', '2026-11-20 13:00Z'") . ')');
	my $file = "$folder/page.html";

	open my $out, '>', $file or die "$file: $!";
	print $out $html;
	close $out;
	foreach my $scheme ('light', 'dark')
	{
		$browser->open_page("file://$file", scheme => $scheme);
		is_deeply([ $browser->console ], [], "$title, $scheme: nothing on the console");
		is_deeply([ grep { !/^data:/ } $browser->requests ], [], "$title, $scheme: no request");
	}
	my $heading = $browser->evaluate('document.querySelector("h1").textContent');
	like($browser->evaluate('document.body.innerText'), qr/\Q$finding\E/, "$title: says what was found, as text");
	like($browser->evaluate('document.title'), qr/^Alert/, "$title: has its own title");
	is($browser->evaluate('document.querySelectorAll("script,img,iframe,object,embed,form,base,i,[onerror],[onload],[onclick]").length'), 0, "$title: no markup but its own");
	is($browser->evaluate('document.querySelectorAll("[href]:not([href^=\"#\"]):not([href^=\"data:\"])").length'), 0, "$title: no link to outside");
	is($browser->evaluate('[...document.querySelectorAll("[id]")].length - new Set([...document.querySelectorAll("[id]")].map(e => e.id)).size'), 0, "$title: no id twice");
	is($browser->evaluate('[...document.querySelectorAll("use")].filter(u => !document.querySelector(u.getAttribute("href"))).length'), 0, "$title: every mark is there");
	my $roles = $browser->roles;
	cmp_ok($roles->{heading} // 0, '>=', 5, "$title: headings for screen readers");
	cmp_ok($roles->{columnheader} // 0, '>=', 5, "$title: headers of columns");
	cmp_ok($roles->{rowheader} // 0, '>=', 3, "$title: headers of rows");
	ok($roles->{main} && $roles->{navigation}, "$title: landmarks");
	is($browser->evaluate('[...document.querySelectorAll("svg[role=img]")].filter(s => !s.getAttribute("aria-label")).length'), 0, "$title: drawings have words");
	foreach my $width (360, 800, 1400)
	{
		$browser->open_page("file://$file", width => $width);
		cmp_ok($browser->evaluate('document.documentElement.scrollWidth'), '<=', $width, "$title: $width pixels are wide enough")
			or diag($browser->evaluate("[...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > $width)"
				. '.map(e => `${e.tagName}.${e.getAttribute("class")} to ${e.getBoundingClientRect().right}: ${e.textContent.slice(0, 60)}`).join("\\n")'));
	}
}

$node->stop;
done_testing();
