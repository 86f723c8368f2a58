# SPDX-License-Identifier: Apache-2.0
# folders.sh - rules and lists in folders as people leave them: links to nowhere and in a ring,
# pipes, folders called x.yml, lists with odd bytes.  Nothing hides what else is wrong.
. "$srcdir/tests/check.sh"

rule() { # value
	cat <<-END
		title: t
		id: 7a8631d3-76e5-480b-8eb3-83bfa22d5413
		logsource: { product: egret, category: transfer }
		detection: { a: { file.name|expand: "$1" }, condition: a }
	END
}

# Checks, for at most ten seconds; what is said is in $scratch/said.
try() {
	timeout 10 "$EGRET" check "$@" >"$scratch/said" 2>&1
	status=$?
}

says() { # status, sentence
	[ "$status" -eq "$1" ] && grep -qF -- "$2" "$scratch/said" || ! cat "$scratch/said"
}

mkdir -p "$scratch/rules/x.yml" "$scratch/lists" && cd "$scratch" || exit 1
rule '%hosts%' >rules/x.yml/inside.yml
ln -s /nowhere rules/README
echo one >lists/hosts.txt
lists="-s rules.lists=$scratch/lists"

try $lists rules
check "a folder may be called x.yml, and a link that is no rule lead nowhere" says 0 "rules: 1"

rule '%no_such%' >rules/wrong.yml
ln -s /nowhere rules/gone.yml
try $lists rules
check "a link to nowhere is said" says 2 "rules/gone.yml: No such file"
check "and does not hide what else is wrong" says 2 'no list is called "no_such"'
rm rules/gone.yml rules/wrong.yml

mkfifo rules/pipe.yml lists/pipe.txt
try $lists rules
check "a pipe among rules is refused, not waited for" says 2 "rules/pipe.yml: this is no file"
check "a pipe among lists is, too" says 2 "lists/pipe.txt: this is no file"
rm rules/pipe.yml lists/pipe.txt

ln -s . rules/ring
ln -s ../rules rules/ring2
try $lists rules
check "a ring of links is an error" says 2 "folders are nested too deep"
rm rules/ring rules/ring2

cp rules/x.yml/inside.yml rules/again.yml
try $lists rules
check "an id in two files is an error that names both" \
	says 2 "rules/x.yml/inside.yml:2:5: two rules have the id 7a8631d3-76e5-480b-8eb3-83bfa22d5413; the other is rules/again.yml:2"
rm rules/again.yml

shown() {
	timeout 10 "$EGRET" rules show 7a8631d3 $lists -s rules.paths="$scratch/rules" >"$scratch/said" 2>&1
	status=$?
}
printf '\357\273\277one \r\n\r\n# no\r\n\t two words\r\n' >lists/hosts.txt
shown
check "a list may begin with a byte order mark and end its lines as Windows does" \
	says 0 'file.name is any of "one", "two words"'
printf 'one\na\0b\n' >lists/hosts.txt
shown
check "a zero byte in a list is an error, not an end" says 2 "lists/hosts.txt:2: a zero byte"
printf '%5000s\n' x >lists/hosts.txt
shown
check "a line without an end is an error" says 2 "lists/hosts.txt:1: a line of more than 4095 bytes"
: >lists/hosts.txt
shown
check "an empty list is an error" says 2 'the list "hosts" has no values'

check_done
