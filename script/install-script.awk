# install-script.awk
#		Puts the install script together: awk -v fields='FILE.tsv ...' PART.sql ...
#
# The parts are copied as they are, in the order given. A line "@ecs_fields@" becomes the statement that
# fills the table of field types: one INSERT from the text of the field lists, since that is a third of
# the size of a list of rows and loads faster.

function fail(message)
{
	print "install-script.awk: " message >"/dev/stderr"
	failed = 1
	exit 1
}

# The lines of a list of fields.
function print_fields(list,    line, status, count)
{
	while ((status = (getline line <list)) > 0)
	{
		if (line ~ /^#/ || line == "")
			continue
		if (line !~ /^[^\t$]+\t[a-z_]+\t(list)?$/)
			fail("bad line in " list ": " line)
		print line
		count++
	}
	close(list)
	if (status < 0 || count == 0)
		fail("could not read " list)
}

function insert_fields(    lists, n, i)
{
	print "INSERT INTO fields (field, type, multivalued, shipped)"
	print "SELECT split_part(line, E'\\t', 1), split_part(line, E'\\t', 2), split_part(line, E'\\t', 3) = 'list', true"
	print "  FROM unnest(string_to_array($fields$"
	n = split(fields, lists, " ")
	for (i = 1; i <= n; i++)
		print_fields(lists[i])
	print "$fields$, E'\\n')) AS line"
	print " WHERE line <> '';"
	inserted++
}

BEGIN {
	print "\\echo Use \"CREATE EXTENSION transfer_detect\" to load this file. \\quit"
	print "-- Generated from the parts in sql/: change those."
}

FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	print "\n-- ---- " name "\n"
}

$0 == "@ecs_fields@" {
	insert_fields()
	next
}

{ print }

END {
	if (!failed && inserted != 1)
		fail("the parts have " inserted + 0 " lines @ecs_fields@, not one")
}
