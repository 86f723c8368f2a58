# SPDX-License-Identifier: Apache-2.0
# schema.sh - what output writes is what the schema says.
. "$srcdir/tests/check.sh"

check="$srcdir/tests/output/schema.py"
records=$scratch/records.json
python3 "$check" /dev/null >"$scratch/why" 2>&1
if [ $? -eq 77 ]; then
	skip "every record is valid by the schema" "$(cat "$scratch/why")"
	check_done
fi

"$builddir/tests/output/records" >"$records" || not_ok "every kind of record is written"
check "every record is valid by the schema" python3 "$check" "$records"

# and the schema can say no
refused() {
	sed "$1" "$records" >"$scratch/wrong.json"
	! cmp -s "$records" "$scratch/wrong.json" &&
		! python3 "$check" "$scratch/wrong.json" >/dev/null
}
check "an unknown key is refused" refused '1s/"egret":{/&"unheard":1,/'
check "an unknown key of Suricata's part is refused" refused '1s/"flow":{/&"unheard":1,/'
check "a number where text belongs is refused" refused '1s/"proto":"TCP"/"proto":6/'
check "a record that is missing is noticed" refused '2d'
check "a counter that is missing is noticed" refused 's/"pkts":[0-9]*,//'
check "a key that stands twice is noticed" refused '1s/"proto":"TCP"/&,&/'
check_done
