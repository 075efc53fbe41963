# shellcheck shell=bash
#
# script/variant.sh: databases in which the regression tests run, other than the one that they expect. Sourced after lib.sh.
#
#     plain      as the tests expect it
#     latin1     encoding LATIN1; tests that need other letters are left out
#     c          locale C in the environment of the server as well
#     icu        a locale of ICU, which sorts by language
#     strings    standard_conforming_strings off; tests that write backslashes themselves are left out
#     jit        every query compiled by LLVM
#     parallel   every query that may run in a parallel worker does

sql()
{
	as_owner "$bindir/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}

# tests_without REGEX: the tests whose text does not have it
tests_without()
{
	(cd "$work/tree/test/sql" && grep -LaP "$1" ./*.sql) | sed 's,.*/,,; s/\.sql$//' | xargs
}

# server_version_at_least NUMBER
server_version_at_least()
{
	[ "$(sql -At -d postgres -c 'SHOW server_version_num')" -ge "$1" ]
}

# of_both LIST LIST: what is in both
of_both()
{
	local name

	for name in $1; do
		case " $2 " in *" $name "*) echo "$name" ;; esac
	done | xargs
}

# prepare VARIANT [TESTS]: creates the database "variant", and sets $tests.
prepare()
{
	local options="ENCODING 'UTF8' LOCALE 'C'" settings=

	tests=$(tests_without '(?!)')
	case $1 in
		latin1)
			options="ENCODING 'LATIN1' LOCALE 'C'"
			# what is beyond LATIN1, or speaks of the encoding of the database
			tests=$(tests_without '[\xc4-\xff]|\\u|chr\(|UTF8|convert_')
			;;
		plain|c) ;;
		icu)
			options="ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"
			;;
		strings)
			settings='standard_conforming_strings=off escape_string_warning=off'
			tests=$(tests_without '^[^\\]+\\(?!gset|gexec)')
			;;
		jit)
			# without the passes that cost most: the tests plan thousands of queries, and would take an hour
			settings='jit=on jit_above_cost=0 jit_inline_above_cost=-1 jit_optimize_above_cost=-1'
			;;
		parallel)
			settings='parallel_setup_cost=0 parallel_tuple_cost=0 min_parallel_table_scan_size=0'
			if server_version_at_least 160000; then
				settings="debug_parallel_query=regress $settings"
			else
				settings="force_parallel_mode=regress $settings"
			fi
			;;
		*) echo "no variant $1"; return 1 ;;
	esac
	[ -z "${2:-}" ] || tests=$(of_both "$tests" "$2")
	sql -d postgres -c 'DROP DATABASE IF EXISTS variant' -c "CREATE DATABASE variant TEMPLATE template0 $options" \
		-c "ALTER DATABASE variant SET lc_messages TO 'C'" -c "ALTER DATABASE variant SET bytea_output TO 'hex'" \
		-c "ALTER DATABASE variant SET timezone_abbreviations TO 'Default'" -c "ALTER DATABASE variant SET client_encoding TO 'UTF8'" || return
	for setting in $settings; do
		sql -d postgres -c "ALTER DATABASE variant SET ${setting%%=*} TO '${setting#*=}'" || return
	done
	sql -d variant -c 'CREATE EXTENSION transfer_detect'
}

# run_variant VARIANT [TESTS]
run_variant()
{
	if [ "$1" = strings ] && server_version_at_least 190000; then
		echo "variant strings: skipped, standard_conforming_strings is always on from PostgreSQL 19"
		return
	fi
	prepare "$@" || return
	rm -f "$work/tree/regression.diffs"
	in_tree make with_llvm=no PG_CONFIG="$pg_config" installcheck TAP_TESTS= ISOLATION= REGRESS="$tests" \
		REGRESS_OPTS="--inputdir=./test --use-existing --dbname=variant"
}

