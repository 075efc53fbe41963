# shellcheck shell=bash
#
# script/roots.sh: root directories of other Debian suites, and commands that run in them. Sourced after lib.sh.
#
# They are made by mmdebstrap and kept in ROOTS.

roots=${ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/transfer_detect/roots}
need_root()
{
	[ "$(id -u)" = 0 ] || die "needs root, to make roots and to run in them"
}

# The mirror, as apt has it for this machine's own suite.
mirror()
{
	local codename

	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" | head -n 1 | sed 's,/$,,'
}

# experimental has only what is newer than sid's, so its root is a sid with one source more.
base_suite()
{
	if [ "$1" = experimental ]; then echo sid; else echo "$1"; fi
}

# make_root SUITE [NAME]: unless it is there. The name changes at the end, so a root that was begun is not taken for one.
make_root()
{
	local root=$roots/${2:-$1} source

	[ ! -e "$root/etc/debian_version" ] || return 0
	command -v mmdebstrap >/dev/null || apt-get -q -y install --no-install-recommends mmdebstrap || return
	source=$(mirror)
	[ -n "$source" ] || { echo "apt knows no mirror of Debian"; return 1; }
	mkdir -p "$roots" || return
	rm -rf "$root.new"
	mmdebstrap --mode=root --variant=apt --include=make,perl,sudo \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
		"$(base_suite "$1")" "$root.new" "$source" || return
	if [ "$1" = experimental ]; then
		echo "deb $source experimental main" >"$root.new/etc/apt/sources.list.d/experimental.list"
		# a server from there may bring its C library along, whose other packages have to be of the same version
		printf 'Package: src:glibc\nPin: release a=experimental\nPin-Priority: 500\n' >"$root.new/etc/apt/preferences.d/glibc"
		inside "$root.new" apt-get -q update &&
			inside "$root.new" apt-get -q -y install --no-install-recommends -t experimental postgresql-common postgresql-19 postgresql-server-dev-19 ||
			return
	fi
	mv "$root.new" "$root"
}

# make_copy FROM NAME: a root of its own for a use that would change the one that is there.
make_copy()
{
	local root=$roots/$2

	[ ! -e "$root/etc/debian_version" ] || return 0
	rm -rf "$root.new" && cp -a "$roots/$1" "$root.new" && mv "$root.new" "$root"
}

# inside ROOT COMMAND...: as root, in namespaces that end with it. The network is there, for apt.
inside()
{
	local root=$1

	shift
	cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
	unshare --mount --pid --ipc --uts --fork --kill-child sh -c '
		root=$1; shift
		mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null
		mount -t tmpfs tmpfs "$root/run" && mkdir -p "$root/run/lock" "$root/run/postgresql"
		exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		inside "$root" "$@"
}
