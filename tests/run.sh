#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh - runs test programs and scripts, and counts what they say.
#
#	tests/run.sh TEST...
#
# Each test prints "ok - sentence", "not ok - sentence" or "skip - sentence: reason" for
# all that it tries.  One that crashes, ends badly without a word, or tries nothing is one
# failure.  What a failed test printed is shown whole; the last line is the sum.
#
# JOBS tests run at a time (2), each for at most TEST_TIMEOUT seconds (900).
# Only what is called *_test, *_test.py, *.sh or fuzz_* is run; the rest is taken for tools.
: "${srcdir:=$(pwd)}" "${builddir:=$(pwd)}"
: "${EGRET:=$builddir/egret}"
: "${JOBS:=2}" "${TEST_TIMEOUT:=900}"
log=$builddir/tests/log
export srcdir builddir EGRET JOBS TEST_TIMEOUT
# A sanitizer's finding must be an end that can be told from a test's own exit status.
export ASAN_OPTIONS="exitcode=99:${ASAN_OPTIONS:-detect_leaks=1}"
export UBSAN_OPTIONS="print_stacktrace=1:exitcode=99:${UBSAN_OPTIONS:-}"
export TSAN_OPTIONS="exitcode=99:${TSAN_OPTIONS:-}"

count() { # how many lines of kind $1 in file $2
	grep -c "^$1 - " "$2"
}

run_one() {
	test=$1
	name=$(basename "$test")
	out=$log/$(echo "${test#"$srcdir"/}" | tr / -).log
	scratch=$(mktemp -d) || exit 1
	export scratch
	case $test in
	/*) ;;
	*) [ -e "$builddir/$test" ] && test=$builddir/$test || test=$srcdir/$test ;;
	esac
	case $name in
	fuzz_*) set -- "$test" "$srcdir/tests/fuzz/seeds/${name#fuzz_}" ;;
	*.sh) # bash where it asks for it, whether or not it is executable
		if head -n 1 "$test" | grep -q bash; then set -- bash "$test"; else set -- sh "$test"; fi
		;;
	*.py) set -- python3 "$test" ;;
	*) set -- "$test" ;;
	esac
	begin=$(date +%s)
	(cd "$builddir" && timeout "$TEST_TIMEOUT" "$@") >"$out" 2>&1 </dev/null
	status=$?
	took=$(($(date +%s) - begin))
	rm -rf "$scratch"
	passed=$(count ok "$out") failed=$(count 'not ok' "$out") skipped=$(count skip "$out")
	if [ "$status" -gt 1 ] || { [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; }; then
		case $status in
		99) why="a sanitizer stopped it" ;;
		124) why="it took more than $TEST_TIMEOUT s" ;;
		*) why="it ended with status $status" ;;
		esac
		echo "not ok - $name runs to its end: $why" >>"$out"
		failed=$((failed + 1))
	elif [ $((passed + failed + skipped)) -eq 0 ]; then
		echo "not ok - $name tries something: it printed no result" >>"$out"
		failed=1
	fi
	if [ "$failed" -gt 0 ]; then
		echo "FAIL $name"
		sed 's/^/    /' "$out"
	else
		notes=$passed
		[ "$skipped" -eq 0 ] || notes="$notes, $skipped skipped"
		[ "$took" -lt 10 ] || notes="$notes, $took s"
		echo "pass $name ($notes)"
		grep '^skip - ' "$out" | sed 's/^/    /'
	fi
}

if [ "$1" = --one ]; then
	run_one "$2"
	exit 0
fi

rm -rf "$log"
mkdir -p "$log" || exit 1
for test; do
	case $test in
	*_test | *_test.py | *.sh) echo "$test" ;;
	*/fuzz_*) [ "${FUZZING:-no}" = yes ] || echo "$test" ;; # make fuzz runs those
	esac
done | xargs -r -P "$JOBS" -n 1 sh "$0" --one
cat "$log"/*.log >"$log/all" 2>/dev/null
passed=$(count ok "$log/all") failed=$(count 'not ok' "$log/all")
skipped=$(count skip "$log/all")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
