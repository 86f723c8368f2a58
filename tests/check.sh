# SPDX-License-Identifier: Apache-2.0
# check.sh - what a test script needs: . "$srcdir/tests/check.sh"
#
#	check "sentence that is true" COMMAND...	passes when COMMAND does
#	ok "sentence"; not_ok "sentence" ["why"]; skip "sentence" "reason"
#	check_done					the last line of the script
#
# Given by tests/run.sh: srcdir, builddir, EGRET (the program), and $scratch, an empty
# folder that is removed afterwards.  All paths are absolute.
: "${srcdir:=$(pwd)}" "${builddir:=$(pwd)}"
: "${EGRET:=$builddir/egret}"
export srcdir builddir EGRET
check_failed=0
if [ -z "${scratch:-}" ]; then
	scratch=$(mktemp -d) || exit 1
	trap 'rm -rf "$scratch"' EXIT
fi

ok() {
	echo "ok - $1"
}

not_ok() {
	[ -z "${2:-}" ] || echo "$2"
	echo "not ok - $1"
	check_failed=1
}

skip() {
	echo "skip - $1: $2"
}

check() {
	check_sentence=$1
	shift
	if "$@" >"$scratch/check.out" 2>&1; then
		ok "$check_sentence"
	else
		not_ok "$check_sentence" "$* failed: $(cat "$scratch/check.out")"
	fi
}

check_done() {
	exit "$check_failed"
}
