# upgrade-script.awk
#		Makes an upgrade script of an install script: awk -f upgrade-script.awk BEFORE.sql INSTALL.sql AFTER.sql
#
# BEFORE and AFTER are copied. They say what only a person can know: what becomes of the old version's tables,
# columns and rows. In between, the statements of the install script are repeated in a form that also works where the
# object is there: what is missing is made, what is there is replaced. The parts schemas.sql is left out, since
# BEFORE looks after the schemas. A table gets the columns that it lacks.
#
# Each statement begins at the beginning of a line, and everything inside of one is indented or in a quoted body. The tests
# upgrade a database and compare it with a fresh one.

FNR == 1 { file++ }

file != 2 {
	if (!/^\\echo/)
		print
	next
}

/^-- ---- / {
	part = $3
}

part == "schemas.sql" || /^\\echo/ || /^-- Generated/ {
	next
}

/^CREATE (FUNCTION|PROCEDURE|AGGREGATE|VIEW|TRIGGER) / {
	sub(/^CREATE/, "CREATE OR REPLACE")
}

/^CREATE (TABLE|INDEX|UNIQUE INDEX|STATISTICS) / {
	sub(/^CREATE (TABLE|INDEX|UNIQUE INDEX|STATISTICS)/, "& IF NOT EXISTS")
}

/^ALTER TABLE .* ADD COLUMN / {
	sub(/ADD COLUMN/, "& IF NOT EXISTS")
}

# The body of a function is as it is.
/^AS \$\$$/ || in_body {
	in_body = !/^\$\$/
	print
	next
}

/^INSERT INTO / {
	inserting = 1
	of_rules = /^INSERT INTO rules /
	quoted = ""
}

inserting {
	# the statement ends with a line that ends in ; outside of a quoted text
	rest = $0
	while (match(rest, /\$[a-z]*\$/)) {
		mark = substr(rest, RSTART, RLENGTH)
		if (quoted == "")
			quoted = mark
		else if (quoted == mark)
			quoted = ""
		rest = substr(rest, RSTART + RLENGTH)
	}
	if (quoted == "" && /;[ \t]*$/) {
		# a shipped rule that nobody has edited gets the new version's words
		sub(/;[ \t]*$/, of_rules ? "\n\tON CONFLICT (rule_id) DO UPDATE SET (description, note, false_positives, rule_references)\n\t\t= (excluded.description, excluded.note, excluded.false_positives, excluded.rule_references) WHERE rules.shipped;" : "\n\tON CONFLICT DO NOTHING;")
		inserting = 0
	}
}

/^CREATE TABLE IF NOT EXISTS [a-z_.]+ \($/ {
	table = $6
	columns = ""
	column = ""
	depth = 0
	print
	next
}

function end_column()
{
	sub(/,$/, "", column)
	if (column ~ /^[a-z_]+ /)
		columns = columns "ALTER TABLE " table " ADD COLUMN IF NOT EXISTS " column ";\n"
	column = ""
}

table != "" && /^\)/ {
	end_column()
	print
	printf "%s", columns
	table = ""
	next
}

# A definition ends with a comma outside of brackets.
table != "" {
	print
	line = $0
	sub(/^[ \t]+/, "", line)
	column = column (column == "" ? "" : " ") line
	depth += gsub(/\(/, "(", line) - gsub(/\)/, ")", line)
	if (depth == 0 && line ~ /,$/)
		end_column()
	next
}

{ print }
