# shellcheck shell=bash
#
# test/shippers/lib.sh: what run and audit share. Sourced by bash.
#
# Adds to script/lib.sh: checks with a count, programs of the test's own that end with it, configurations
# with their paths replaced, and a server with the role of shipper.sql.

. "$(dirname "${BASH_SOURCE[0]}")/../../script/lib.sh"

here=$top/test/shippers
passed=0
failed=0
pids=

# ok, not_ok NAME: a check's result.
ok()
{
	passed=$((passed + 1))
	echo "ok - $1"
}

not_ok()
{
	failed=$((failed + 1))
	echo "not ok - $1"
}

# is NAME GOT WANTED
is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		printf '    got:    %s\n    wanted: %s\n' "${2//$'\n'/$'\n'            }" "${3//$'\n'/$'\n'            }"
	fi
}

# denied NAME SQL: the role shipper may not do that.
denied()
{
	local message

	if message=$(psql -XAtq -U shipper -d "$db" -c "$2" 2>&1); then
		not_ok "$1"
	elif [[ $message == *"permission denied"* ]]; then
		ok "$1"
	else
		not_ok "$1"
		echo "    $message"
	fi
}

skip()
{
	echo "skipped - $1: $2"
}

finish()
{
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
}

# Ends the programs that were started, and then what script/lib.sh began.
end_shippers()
{
	local status=$? pid

	trap - EXIT
	trap '' HUP INT TERM
	! declare -F end_audit >/dev/null || end_audit || true
	for pid in $pids; do
		stop_program "$pid"
	done
	# end_work goes on with the status of the command before it
	set +e
	(exit "$status")
	end_work
}

# start_program FILE COMMAND...: runs it in the background, output to FILE; its process id is in $program.
start_program()
{
	local out=$1

	shift
	"$@" >>"$out" 2>&1 </dev/null &
	program=$!
	disown "$program"
	pids="$pids $program"
}

# stop_program PID [SIGNAL]: ends a program that was started here, and waits until it is gone.
stop_program()
{
	local i

	kill -s "${2:-TERM}" "$1" 2>/dev/null || return 0
	for ((i = 0; i < 100; i++)); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	! kill -0 "$1" 2>/dev/null || kill -s KILL "$1" 2>/dev/null || true
}

# soon SQL WANTED [SECONDS]: the query's result, as soon as it is what is wanted, or when time is up.
soon()
{
	local i got=

	for ((i = 0; i < ${3:-30} * 5; i++)); do
		got=$(sql "$1" 2>/dev/null) || got=
		[ "$got" != "$2" ] || break
		sleep 0.2
	done
	echo "$got"
}

# sql QUERY: as the superuser, in $db.
sql()
{
	psql -XAtq -v ON_ERROR_STOP=1 -d "$db" -c "$1"
}

# configure FILE FROM TO [FROM TO]...: the configuration as doc/shippers.md shows it, with these words of it replaced.
configure()
{
	local text
	text=$(cat "$here/$1")

	shift
	while [ $# -gt 0 ]; do
		[[ $text == *"$1"* ]] || die "there is no \"$1\" in the configuration"
		text=${text//"$1"/"$2"}
		shift 2
	done
	printf '%s\n' "$text"
}

# Builds the extension and starts a server that has it and the role; $1 is for make.
begin_server()
{
	have_build_tools || die "a compiler and the server's development files are needed: script/setup build"
	step "copying the tree" copy_tree || exit
	step "building" build_and_stage || exit
	step "starting a throw-away server" start_server || exit
}

# new_database NAME: with the extension; the function of shipper.sql, and the role if there is none yet.
new_database()
{
	db=$1
	psql -Xq -d postgres -c "CREATE DATABASE $db" && sql "CREATE EXTENSION transfer_detect" || exit
	sed '/^CREATE ROLE/d' "$here/shipper.sql" >"$work/function.sql"
	if [ -z "$(sql "SELECT 1 FROM pg_roles WHERE rolname = 'shipper'")" ]; then
		cp "$here/shipper.sql" "$work/function.sql"
	fi
	psql -Xq -v ON_ERROR_STOP=1 -d "$db" -f "$work/function.sql" || exit
}

# stop_server, restart_server: the throw-away server, in the middle of things.
stop_server()
{
	as_owner "$bindir/pg_ctl" -D "$server_data" -m "$1" -w stop >>"$log"
}

restart_server()
{
	as_owner "$bindir/pg_ctl" -D "$server_data" -l "$work/server.log" -w start >>"$log"
}
