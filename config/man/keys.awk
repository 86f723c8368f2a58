# SPDX-License-Identifier: Apache-2.0
# keys.awk - makes egret.yaml(5): what is written by hand, with every key in its place.
#
#	egret check --keys >keys
#	awk -f keys.awk keys egret.yaml egret.yaml.5.in >egret.yaml.5
#
# Type, range and default are the program's; what a key is for is the comment over it in
# egret.yaml, else the program's line.  A key that only one of them has is an error.

# A line of text as roff has it: `code` is bold, and nothing is a request.
function roff(text)
{
	gsub(/\\/, "\\e", text)
	while (match(text, /`[^`]*`/))
		text = substr(text, 1, RSTART - 1) "\\fB" \
		       substr(text, RSTART + 1, RLENGTH - 2) "\\fR" \
		       substr(text, RSTART + RLENGTH)
	gsub(/-/, "\\-", text)
	gsub(/~/, "\\(ti", text)
	gsub(/\^/, "\\(ha", text)
	gsub(/,/, ",\\:", text) # a long list may be divided there
	sub(/^[.']/, "\\\\\\&&", text)
	return text
}

function fail(text)
{
	print "keys.awk: " text >"/dev/stderr"
	failed = 1
	exit 1
}

# Sections are in the order of the file, and so are the keys in them.
function print_keys(   i, key, section, last)
{
	for (i = 1; i <= count; i++) {
		key = order[i]
		section = key
		sub(/\..*/, "", section)
		if (section != last)
			print ".SS " section
		last = section
		print ".TP"
		print ".BR " key
		print roff(type[key])
		print ".br"
		printf "%s", said[key] == "" ? roff(meaning[key]) "\n" : said[key]
	}
}

FNR == 1 { part++ }

part == 1 && /^[a-z]/ { key = $0; next }
part == 1 && /^ / {
	sub(/^ +/, "")
	if (!(key in meaning)) {
		meaning[key] = toupper(substr($0, 1, 1)) substr($0, 2) "."
		next
	}
	sub(/; default $/, "; by default empty")
	type[key] = toupper(substr($0, 1, 1)) substr($0, 2) "."
	next
}

part == 2 && /^ *# ?/ {
	text = $0
	sub(/^ *# ?/, "", text)
	comment = comment roff(text) "\n"
	next
}
part == 2 && /^ *$/ { comment = ""; next }
part == 2 && /^ *[a-z_0-9]+:/ {
	depth = match($0, /[^ ]/)
	while (levels > 0 && indents[levels] >= depth)
		levels--
	name = $1
	sub(/:$/, "", name)
	indents[++levels] = depth
	path[levels] = levels > 1 ? path[levels - 1] "." name : name
	if (path[levels] in type) {
		order[++count] = path[levels]
		said[path[levels]] = comment
	} else if ($0 ~ /: *(#.*)?$/) {
		next # a map: what is said of it is said of its first key
	} else {
		fail("the program has no key " path[levels])
	}
	comment = ""
	next
}

part == 3 && /@KEYS@/ {
	for (key in type)
		if (!(key in said))
			fail("egret.yaml has no key " key)
	print_keys()
	next
}
part == 3 { print }

END { if (!failed && part != 3) fail("three files are needed") }
