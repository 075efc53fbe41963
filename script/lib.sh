# shellcheck shell=bash
#
# script/lib.sh: what the scripts share. Sourced by bash.
#
# All work is done in one temporary directory, $work, on a copy of the tree: nothing is written into the
# tree or into the system, the tree may belong to anybody, and several runs do not meet. As root,
# everything after the set-up runs as another user, since a server refuses to run as root.

set -eu

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pg_config=${PG_CONFIG:-pg_config}
work=
server_data=
other_server_data=

# What a calling make or psql left in the environment must not reach the commands below.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE PGOPTIONS PGDATA PGAPPNAME PGTZ
unset CDPATH
export PSQL_PAGER=cat PAGER=cat

die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# True when the server, its development files and a compiler are there. Debian's client package brings
# PGXS, and libpq-dev a pg_config, without the server's headers: so these are looked for by themselves.
have_build_tools()
{
	local pgxs

	pgxs=$("$pg_config" --pgxs 2>/dev/null) && [ -f "$pgxs" ] &&
		[ -f "$("$pg_config" --includedir-server)/postgres.h" ] &&
		[ -x "$("$pg_config" --bindir)/initdb" ] && [ -x "$("$pg_config" --bindir)/postgres" ] &&
		have_compiler && have_header jansson.h && have_pcre2 && have_header cmark.h && have_header zlib.h
}

have_compiler()
{
	command -v gcc >/dev/null && command -v make >/dev/null && have_header stdio.h
}

have_header()
{
	echo "#include <$1>" | gcc -E -x c - >/dev/null 2>&1
}

have_pcre2()
{
	printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include <pcre2.h>\n' | gcc -E -x c - >/dev/null 2>&1
}

have_test_tools()
{
	command -v prove >/dev/null && perl -MIPC::Run -e 1 2>/dev/null && command -v unzip >/dev/null
}

have_pg_cron()
{
	[ -f "$("$pg_config" --sharedir 2>/dev/null)/extension/pg_cron.control" ]
}

have_pg_partman()
{
	[ -f "$("$pg_config" --sharedir 2>/dev/null)/extension/pg_partman.control" ]
}

have_chromium()
{
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

have_pgbouncer()
{
	PATH=$PATH:/usr/sbin:/usr/local/sbin command -v pgbouncer >/dev/null
}

have_fuzzer()
{
	"$top/script/fuzz" --check
}

# Makes $work, sets $log, $owner and the clean-up that runs however the script ends.
begin_work()
{
	local base=${TMPDIR:-/tmp}

	# a socket's path has about 100 characters, and the other user must get at it
	if [ "$(id -u)" = 0 ] || [ ${#base} -gt 50 ]; then
		base=/tmp
	fi
	trap end_work EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	work=$(mktemp -d "$base/transfer_detect.XXXXXX")
	log=$work/log
	: >"$log"

	owner=
	if [ "$(id -u)" = 0 ]; then
		owner=postgres
		id -u postgres >/dev/null 2>&1 || owner=nobody
		chown "$owner" "$work"
	fi
}

end_work()
{
	local status=$? data

	trap - EXIT
	trap '' HUP INT TERM
	for data in "$server_data" "$other_server_data"; do
		[ -z "$data" ] || as_owner "$bindir/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
	done
	[ -z "$work" ] || rm -rf "$work"
	exit "$status"
}

# Runs a command as the unprivileged user, in $work.
as_owner()
{
	if [ -n "$owner" ]; then
		(cd "$work" && exec setpriv --reuid "$owner" --regid "$(id -g "$owner")" --init-groups \
			env HOME="$work" USER="$owner" LOGNAME="$owner" TMPDIR="$work" "$@")
	else
		(cd "$work" && exec env TMPDIR="$work" "$@")
	fi
}

# step TITLE COMMAND...: runs the command quietly and says how long it took. When it fails, shows the end
# of its output and returns its status.
step()
{
	local title=$1 start=$SECONDS status=0 from

	shift
	printf '%s ... ' "$title"
	from=$(($(wc -c <"$log") + 1))
	"$@" >>"$log" 2>&1 </dev/null || status=$?
	if [ "$status" = 0 ]; then
		echo "done ($((SECONDS - start)) s)"
	else
		echo "FAILED ($((SECONDS - start)) s)"
		tail -c +"$from" "$log" | tail -n 60 | sed 's/^/    /'
	fi
	return "$status"
}

# Copies the tree, without what was built in it, to $work/tree.
copy_tree()
{
	mkdir "$work/tree" &&
		tar -C "$top" --exclude=./.git --exclude=./build --exclude=./tmp_check --exclude=./results --exclude=./output_iso \
			--exclude=./regression.diffs --exclude=./regression.out --exclude='./sql/transfer_detect--?.?.?.sql' \
			--exclude='*.o' --exclude='*.bc' --exclude='*.so' -cf - . |
		tar -C "$work/tree" --no-same-owner -xf - &&
		chmod -R u+rwX "$work/tree" &&
		{ [ -z "$owner" ] || chown -R "$owner" "$work/tree"; }
}

# in_tree COMMAND...: as the unprivileged user, in the copy.
in_tree()
{
	as_owner env -C "$work/tree" "$@"
}

# Builds the copy and installs it into the staging directory; arguments go to make. Bitcode is for the
# server's JIT only, and would double the time.
build_and_stage()
{
	in_tree make -j"$(nproc 2>/dev/null || echo 2)" with_llvm=no PG_CONFIG="$pg_config" "$@" &&
		in_tree make with_llvm=no PG_CONFIG="$pg_config" DESTDIR="$work/stage" "$@" install
}

# Writes the settings that let a server load the extension from the staging directory to $work/stage.conf.
write_stage_conf()
{
	local settings

	settings=$(as_owner "$bindir/postgres" --describe-config) || return
	if grep -aq '^extension_destdir' <<<"$settings"; then
		echo "extension_destdir = '$work/stage'"
	elif grep -aq '^extension_control_path' <<<"$settings"; then
		echo "extension_control_path = '$work/stage$("$pg_config" --sharedir):\$system'"
		echo "dynamic_library_path = '$work/stage$("$pg_config" --pkglibdir):\$libdir'"
	else
		echo "this server can load extensions from its own directories only" \
			"(no extension_destdir, no extension_control_path):" \
			"use make install and make installcheck" >&2
		return 1
	fi >"$work/stage.conf"
}

# Starts a server of its own under $work, reached through a socket there and no port, and points PGHOST at it.
start_server()
{
	local data=$work/data locale=C

	# C.UTF-8 orders by code point everywhere and still knows letters beyond ASCII
	case $(locale -a 2>/dev/null) in
		*C.utf8*|*C.UTF-8*) locale=C.UTF-8 ;;
	esac
	mkdir "$work/socket" && { [ -z "$owner" ] || chown "$owner" "$work/socket"; } &&
		as_owner "$bindir/initdb" -D "$data" -U postgres -A trust --no-sync --encoding=UTF8 --locale="$locale" &&
		write_stage_conf &&
		cat "$work/stage.conf" - >"$work/server.conf" <<-CONF &&
			listen_addresses = ''
			unix_socket_directories = '$work/socket'
			fsync = off
			timezone = 'UTC'
			log_timezone = 'UTC'
		CONF
		as_owner sh -c "cat server.conf >>data/postgresql.conf" &&
		server_data=$data &&
		as_owner "$bindir/pg_ctl" -D "$data" -l "$work/server.log" -w start &&
		export PGHOST=$work/socket PGUSER=postgres PGDATABASE=postgres
}
