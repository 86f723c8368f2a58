#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# quickstart.sh - from a fresh checkout on Debian 12 to a first alert.
#
#	./quickstart.sh		installs what is missing, builds, and replays the demo capture
#	./quickstart.sh test	the same, and then all tests instead of the demo
#	./quickstart.sh build	only builds
#
# Writes nothing outside this folder but packages (with apt-get, by sudo where need be), and
# compiled patterns into the user's cache folder.
# CONFIGURE_FLAGS is handed to configure; JOBS is how much is built at a time.
set -eu

# The one list of Debian packages: to build...
build_packages="gcc make autoconf automake pkgconf libc6-dev
	libpcap-dev libndpi-dev libhyperscan-dev libyaml-dev libxxhash-dev
	zlib1g-dev liblzma-dev libzstd-dev liblz4-dev libbz2-dev libssl-dev
	libcap-ng-dev libcurl4-openssl-dev libmicrohttpd-dev libseccomp-dev libsystemd-dev"
# ...and to test: readers of what is written, and real packers and encoders.
test_packages="python3 python3-jsonschema jq gzip bzip2 xz-utils zstd lz4
	tar zip unzip 7zip cpio squashfs-tools genisoimage gnupg openssl
	iproute2 netcat-openbsd openssh-client openssh-server rclone wget ffmpeg sox flac lame opus-tools vorbis-tools speex wavpack tcpdump curl"

cd "$(dirname "$0")"
demo=
for capture in tests/captures/demo/office.pcap.zst tests/captures/demo/office.pcapng.zst; do
	[ ! -e "$capture" ] || demo=$capture
done
results=build/demo

say() {
	echo "quickstart: $*" >&2
}

# Runs a command in silence; what it said is shown if it fails.
quietly() {
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then
		rm -f "$log"
	else
		cat "$log" >&2
		rm -f "$log"
		say "failed: $*"
		exit 1
	fi
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	elif command -v sudo >/dev/null; then
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	else
		say "packages are missing, and neither are you root nor is sudo here: $missing"
		exit 1
	fi
}

install_packages() {
	command -v dpkg-query >/dev/null || {
		say "not a Debian system: taking it that these are here under other names:" $1
		return
	}
	missing=
	for package in $1; do
		status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=
		[ "$status" = installed ] || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	say "installing$missing"
	[ "$(id -u)" -eq 0 ] || sudo -v || exit 1 # asks for the password in sight
	quietly as_root apt-get -o DPkg::Lock::Timeout=300 -q update
	# shellcheck disable=SC2086 # words
	quietly as_root apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends \
		install $missing
}

build() {
	[ -x configure ] && [ configure -nt configure.ac ] || {
		say "making configure"
		quietly ./autogen.sh
	}
	[ -e Makefile ] && [ -z "${CONFIGURE_FLAGS:-}" ] || {
		say "configuring"
		# shellcheck disable=SC2086 # words
		quietly ./configure ${CONFIGURE_FLAGS:-}
	}
	say "building"
	quietly make -j "${JOBS:-$(nproc)}"
}

case ${1:-demo} in
build)
	install_packages "$build_packages"
	build
	;;
test)
	install_packages "$build_packages $test_packages"
	build
	say "testing"
	quietly make -j "${JOBS:-$(nproc)}" check-programs
	exec make --no-print-directory check
	;;
demo)
	install_packages "$build_packages"
	build
	if [ -z "$demo" ]; then
		say "built ./egret; the demo capture is not in this tree"
		exit 0
	fi
	say "./egret replay -o $results $demo"
	mkdir -p "$results"
	exec ./egret replay -o "$results" "$demo"
	;;
*)
	echo "usage: $0 [test|build]" >&2
	exit 2
	;;
esac
