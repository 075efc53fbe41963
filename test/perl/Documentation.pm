# Documentation.pm: the blocks of README.md and doc/*.md, and what is known of each.

package Documentation;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;

our @EXPORT = qw(pages blocks of_diff unknown_packages);

# The pages, README.md first. TD_PAGES, names with blanks between, asks for some of them only.
sub pages
{
	return split / /, $ENV{TD_PAGES} if $ENV{TD_PAGES};
	return ('README.md', sort glob 'doc/*.md');
}

# The blocks of a page, in order. Each has its language, its text, the line that it begins at, and what the
# comment right above it says: <!-- word: value -->. A block of text right below one of sql or sh is no block of
# its own: it is what that one prints.
sub blocks
{
	my ($page) = @_;
	my @blocks;
	my $line = 1;
	my $above = '';
	my $inside;

	foreach (split /^/, $page)
	{
		if ($inside && /^```\s*$/)
		{
			my $last = $blocks[-1];

			if ($inside->{language} eq 'text' && $last && $last->{language} =~ /^(sql|sh)$/ && !defined $last->{prints}
				&& $inside->{line} == $last->{end} + 2 && !$inside->{word})
			{
				$last->{prints} = $inside->{text};
				$last->{prints_at} = $inside->{line};
			}
			else
			{
				push @blocks, $inside;
			}
			$inside->{end} = $line;
			undef $inside;
		}
		elsif ($inside)
		{
			$inside->{text} .= $_;
		}
		elsif (/^```(\S*)/)
		{
			my $language = $1;
			my ($word, $value) = $above =~ /^<!-- ([^:]+?)(?:: (.*))? -->$/;

			$inside = { language => $language, line => $line, text => '', word => $word // '', value => $value // '' };
		}
		$above = $_ if !$inside;
		$line++;
	}
	push @blocks, { %$inside, language => 'without an end' } if $inside;
	return @blocks;
}

# The files of a diff: for each its name, and for each of its hunks the lines that must be there before.
sub of_diff
{
	my ($diff) = @_;
	my @files;

	foreach (split /^/, $diff)
	{
		if (m{^--- (?:a/)?(\S+)})
		{
			push @files, { name => $1, hunks => [] };
		}
		elsif (/^@@/)
		{
			push @{ $files[-1]{hunks} }, '';
		}
		elsif (/^[ -](.*)/s && @files && @{ $files[-1]{hunks} })
		{
			$files[-1]{hunks}[-1] .= $1;
		}
	}
	return @files;
}

# The packages of an apt-get line that no script or test of ours has by name.
sub unknown_packages
{
	my ($line) = @_;
	my $ours = join '', map { slurp_file($_) } 'script/setup', glob('test/shippers/*'), glob('test/t/*.pl');

	return grep {
		my $name = $_;
		$name =~ s/\d+$/\$version/ if /^postgresql-(server-dev-)?\d+$/;
		$name =~ s/-\d+-/-NN-/;
		my $as_written = $name =~ s/-NN-/-\$1-/r;
		$ours !~ /(?<![\w-])\Q$name\E(?![\w-])/ && $ours !~ /(?<![\w-])\Q$as_written\E(?![\w-])/
	} grep { !/^-/ } split ' ', $line;
}

1;
