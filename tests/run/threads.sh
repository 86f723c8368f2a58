#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# threads.sh - a reader, workers and the output at work together, for the thread sanitizer:
# its finding is exit status 99.  That the answers are right is held by tests/captures.
. "${srcdir:-.}/tests/check.sh"
capture=$srcdir/tests/captures/demo/small.pcap.zst

[ -x "$EGRET" ] || { skip "workers share nothing" "egret is not built"; check_done; }
for workers in 2 3; do
	check "$workers workers and the output share nothing but rings" \
		"$EGRET" replay -w $workers -o "$scratch" "$capture"
done
check_done
