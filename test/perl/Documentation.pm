# Documentation.pm: the pages, and the blocks of code in them.

package Documentation;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;

our @EXPORT = qw(pages blocks anchors links without_where same_text);

# README.md and the pages of doc, in the order in which a reader finds them.
sub pages
{
	return ('README.md', sort glob 'doc/*.md');
}

# The fenced blocks of a page, in order. Each has a language (empty where the fence names none), a text, the
# line of its fence and a title for test names; one that is followed at once by a block of language "text" has
# that as its output. Prose between two blocks keeps them apart.
sub blocks
{
	my ($page) = @_;
	my @blocks;
	my ($open, $prose) = (undef, 1);
	my $number = 0;

	foreach my $line (split /^/, $page)
	{
		$number++;
		if (defined $open)
		{
			if ($line =~ /^```\s*$/)
			{
				my $before = $blocks[-1];

				if ($open->{language} eq 'text' && !$prose && $before && !defined $before->{output})
				{
					$before->{output} = $open->{text};
				}
				else
				{
					($open->{title}) = $open->{text} =~ /^\s*(.{1,60})/;
					push @blocks, $open;
				}
				($open, $prose) = (undef, 0);
			}
			else
			{
				$open->{text} .= $line;
			}
		}
		elsif ($line =~ /^```(\w*)\s*$/)
		{
			$open = { language => $1, text => '', line => $number };
		}
		elsif ($line =~ /\S/)
		{
			$prose = 1;
		}
	}
	die "a block that begins in line $open->{line} does not end" if defined $open;
	return @blocks;
}

# The anchors of a page's headings, as GitHub makes them.
sub anchors
{
	my ($page) = @_;
	my %anchors;

	$page =~ s/^```.*?^```$//msg;
	while ($page =~ /^#+ +(.*?)\s*$/mg)
	{
		my $anchor = lc $1;

		$anchor =~ s/[^\w\- ]//g;
		$anchor =~ s/ /-/g;
		$anchors{$anchor} = 1;
	}
	return \%anchors;
}

# The targets of a page's links to other pages and to itself.
sub links
{
	my ($page) = @_;

	$page =~ s/^```.*?^```$//msg;
	return grep { !/^https?:/ } $page =~ /\]\(([^)\s]+)\)/g;
}

# The first UPDATE or DELETE of a text of SQL that has no WHERE, or undef.
sub without_where
{
	my ($sql) = @_;

	$sql =~ s/--.*$//mg;
	$sql =~ s/(\$\w*\$).*?\1/''/sg;
	$sql =~ s/'(?:[^']|'')*'/''/sg;
	foreach my $statement (split /;/, $sql)
	{
		next if $statement =~ /^\s*(?:GRANT|REVOKE|CREATE\s+(?:\w+\s+)*TRIGGER)\b/i;
		while ($statement =~ /((?:^|\()\s*(?:UPDATE|DELETE\s+FROM)\b.*)/sgi)
		{
			return $1 unless $1 =~ /\bWHERE\b/i;
		}
	}
	return undef;
}

# A text as it is compared: without blanks at the ends of lines, nor empty lines at its end.
sub same_text
{
	my ($text) = @_;

	$text =~ s/[ \t]+$//mg;
	$text =~ s/\s+\z//;
	return $text;
}

1;
