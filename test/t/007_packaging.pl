# What packagers rely on: META.json is valid for PGXN, versions and requirements are the same wherever they stand, and
# the zip of "make dist" has all files, and the same bytes each time.

use strict;
use warnings;

use File::Find;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

# --- META.json, by the PGXN Meta Spec 1.0.0 (https://pgxn.org/spec/).

my $semver = qr/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:[A-Za-z][-A-Za-z0-9]*)?$/;
my $term = qr{^[^\s/\\\x00-\x1f]{2,}$};
my @licenses = qw(agpl_3 apache_1_1 apache_2_0 artistic_1 artistic_2 bsd freebsd gfdl_1_2 gfdl_1_3 gpl_1 gpl_2 gpl_3 lgpl_2_1 lgpl_3_0
	mit mozilla_1_0 mozilla_1_1 openssl perl_5 postgresql qpl_1_0 ssleay sun zlib open_source restricted unrestricted unknown);

# What is wrong with a META.json.
sub meta_problems
{
	my ($meta) = @_;
	my @problems;
	my %known = map { $_ => 1 } qw(name version abstract maintainer license provides meta-spec description generated_by tags no_index prereqs
		release_status resources);
	my $text = sub { return defined $_[0] && !ref $_[0] && $_[0] ne '' };

	push @problems, "unknown key $_" foreach sort grep { !$known{$_} && !/^x_/i } keys %$meta;
	push @problems, 'name' unless $text->($meta->{name}) && $meta->{name} =~ $term;
	push @problems, 'version' unless $text->($meta->{version}) && $meta->{version} =~ $semver;
	push @problems, 'abstract' unless $text->($meta->{abstract});
	push @problems, 'maintainer' unless $text->($meta->{maintainer}) || ref $meta->{maintainer} eq 'ARRAY' && !grep { !$text->($_) } @{ $meta->{maintainer} };
	push @problems, 'license' unless grep { $text->($meta->{license}) && $meta->{license} eq $_ } @licenses;
	push @problems, 'meta-spec' unless ref $meta->{'meta-spec'} eq 'HASH' && ($meta->{'meta-spec'}{version} // '') =~ $semver;
	push @problems, 'release_status' unless ($meta->{release_status} // 'stable') =~ /^(?:stable|testing|unstable)$/;
	push @problems, 'tags' if grep { !$text->($_) || length $_ > 255 || m{[/\\\x00-\x1f]} } @{ $meta->{tags} // [] };
	push @problems, 'provides' unless ref $meta->{provides} eq 'HASH' && %{ $meta->{provides} };
	foreach my $name (sort keys %{ $meta->{provides} // {} })
	{
		my $extension = $meta->{provides}{$name};

		push @problems, "provides: $name" unless $name =~ $term;
		push @problems, "$name: version" unless ($extension->{version} // '') =~ $semver;
		push @problems, "$name: $_" foreach grep { !$text->($extension->{$_}) || !-f $extension->{$_} } qw(file docfile);
		push @problems, "$name: unknown key $_" foreach sort grep { !/^(?:file|docfile|version|abstract|x_.*)$/ } keys %$extension;
	}
	foreach my $phase (sort keys %{ $meta->{prereqs} // {} })
	{
		push @problems, "prereqs: $phase" unless $phase =~ /^(?:configure|build|test|runtime|develop)$/;
		foreach my $relation (sort keys %{ $meta->{prereqs}{$phase} })
		{
			push @problems, "prereqs: $phase: $relation" unless $relation =~ /^(?:requires|recommends|suggests|conflicts)$/;
			foreach my $needed (sort keys %{ $meta->{prereqs}{$phase}{$relation} })
			{
				push @problems, "prereqs: $needed" unless $meta->{prereqs}{$phase}{$relation}{$needed} =~ /^(?:0|(?:[<>=!]=? ?)?\d+\.\d+\.\d+)$/;
			}
		}
	}
	return @problems;
}

my $meta = decode_json(slurp_file('META.json'));
is(join('; ', meta_problems($meta)), '', 'META.json is valid for PGXN');
is(join('; ', meta_problems({ %$meta, version => '1.1', license => 'ours', provides => { xx => { version => '1.1.0' } }, tags => ['a/b'], colour => 'red' })),
	'unknown key colour; version; license; tags; xx: file; xx: docfile', 'and one that is not would be found');
is($meta->{prereqs}{runtime}{requires}{PostgreSQL}, '15.0.0', 'it asks for PostgreSQL 15');

# --- The same everywhere.

like(slurp_file('debian/changelog'), qr/^transfer-detect \(\Q$meta->{version}\E-\d+\)/, 'debian/changelog has the version');
is(slurp_file('debian/pgversions'), "15+\n", 'debian/pgversions has the oldest version of PostgreSQL');
my $spec = slurp_file('rpm/transfer_detect.spec');
like($spec, qr/^Version: +\Q$meta->{version}\E$/m, 'the RPM spec has the version');
like($spec, qr/^\* .* - \Q$meta->{version}\E-1$/m, 'and says so in its changelog');
like(slurp_file('src/compat.h'), qr/PG_VERSION_NUM < 150000\n#error/, 'nothing older compiles');

# --- make dist.

my $directory = PostgreSQL::Test::Utils::tempdir();
my @zips = map { "$directory/$_.zip" } qw(first second);
command_ok([ 'script/dist', $_ ], 'make dist') foreach @zips;
ok(slurp_file($zips[0]) eq slurp_file($zips[1]), 'the same bytes each time');
my %packed = map { $_ => 1 } split /\n/, (run_command([ 'unzip', '-Z1', $zips[0] ]))[0];
my $prefix = "$meta->{name}-$meta->{version}";
is(join(' ', grep { !m{^\Q$prefix/\E[^/]} } sort keys %packed), '', "all in the directory $prefix");
ok($packed{"$prefix/$meta->{provides}{$meta->{name}}{file}"}, 'the install script that META.json names');
my @source;
find({ no_chdir => 1, wanted => sub { push @source, $_ if -f $_ } }, qw(src sql script test doc debian rpm));
is(join(' ', grep { !$packed{"$prefix/$_"} && !m{\.(?:o|bc|so)$|^sql/transfer_detect--} } sort @source), '', 'all of the source');
is(join(' ', grep { m{\.(?:o|bc|so)$|/build/|/tmp_check/} } sort keys %packed), '', 'and nothing that was built');
is(system_log('unzip', '-q', $zips[0], '-d', $directory), 0, 'it unpacks');
ok(-x "$directory/$prefix/script/test", 'programs can be executed');

done_testing();
