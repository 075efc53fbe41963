# read.pl FOLDER ...: the ES|QL rules of folders as CSV, file and query.
#
# Reads of TOML what such files use: a key, and a string of one line or of several, with escapes or without.

use strict;
use warnings;

use File::Find;

# A TOML string with escapes, as what it stands for.
sub unescape
{
	my ($text) = @_;
	my %letter = (n => "\n", t => "\t", r => "\r", b => "\b", f => "\f", '"' => '"', '\\' => '\\');

	$text =~ s/\\[ \t]*\r?\n\s*//g;
	$text =~ s/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/defined $3 ? $letter{$3} \/\/ "\\$3" : chr hex($1 \/\/ $2)/ge;
	return $text;
}

# The value of a key, or undef.
sub value_of
{
	my ($toml, $key) = @_;

	return $1 if $toml =~ /^\s*$key\s*=\s*'''\r?\n?(.*?)'''/ms;
	return unescape($1) if $toml =~ /^\s*$key\s*=\s*"""\r?\n?(.*?)(?<!\\)"""/ms;
	return $1 if $toml =~ /^\s*$key\s*=\s*'([^'\n]*)'/m;
	return unescape($1) if $toml =~ /^\s*$key\s*=\s*"((?:[^"\\\n]|\\.)*)"/m;
	return;
}

sub csv
{
	return join(',', map { s/"/""/gr =~ s/\A|\z/"/gr } @_) . "\n";
}

my @files;

find({ wanted => sub { push @files, $File::Find::name if /\.toml\z/ && -f && $File::Find::name !~ m{/_deprecated/} },
		no_chdir => 1 }, @ARGV);
binmode STDOUT, ':encoding(UTF-8)';
for my $file (sort @files)
{
	open my $in, '<:encoding(UTF-8)', $file or die "cannot read $file: $!\n";
	my $toml = do { local $/; <$in> };
	my $query;

	close $in;
	next if (value_of($toml, 'language') // '') ne 'esql';
	$query = value_of($toml, 'query') // die "$file has no query\n";
	print csv($file =~ s{.*/}{}r =~ s/\.toml\z//r, $query);
}
