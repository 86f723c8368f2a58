# SPDX-License-Identifier: Apache-2.0
# foreign.sh - rules for other log sources: what becomes of their names, and what is said of
# those that a wire sensor cannot have.
. "$srcdir/tests/check.sh"

settings="-s rules.taxonomy=$srcdir/rules/taxonomy"
number=0

rule() { # log source, detection
	number=$((number + 1))
	printf 'title: rule %d\nid: 00000000-0000-4000-8000-%012d\nlogsource: { %s }\ndetection: { %s }\n' \
		$number $number "$1" "$2" >"$scratch/rule.yml"
}

# As it was understood, in one line.
means() { # sentence, what it means
	"$EGRET" rules show 00000000 $settings -s rules.paths="$scratch/rule.yml" >"$scratch/shown" 2>&1
	sed -n '/^fires when/,/^fields/p' "$scratch/shown" | sed '1d;$d' | tr -s ' \n' ' ' >"$scratch/meaning"
	check "$1" same "$2"
}

same() {
	[ "$(cat "$scratch/meaning")" = " $1 " ] || ! cat "$scratch/meaning" "$scratch/shown"
}

lacks() { # sentence, reason
	"$EGRET" check $settings "$scratch/rule.yml" >"$scratch/shown" 2>&1
	check "$1" says "$?" "$2"
}

says() {
	[ "$1" -eq 0 ] && grep -qF "$2" "$scratch/shown" || ! cat "$scratch/shown"
}

rule 'category: proxy' 'a: { c-uri|startswith: http, cs-method: PUT }, condition: a'
means "a proxy's URL is the whole one, or the path alone" \
	'all of any of url.full starts with "http" url.original starts with "http" http.request.method is "PUT"'
rule 'category: proxy' 'a: { cs-uri|contains|neq: [x, y] }, condition: a'
means "neither of them may match where none should" \
	'not any of url.full contains any of "x", "y" url.original contains any of "x", "y"'
rule 'category: proxy' 'a: { c-uri-extension: exe, c-uri-query|contains: q, c-uri-stem: /a }, condition: a'
means "its parts are had, too" \
	'all of url.extension is "exe" url.query contains "q" url.path is "/a"'
rule 'category: proxy' 'a: { url.domain: x, cs-host: y }, condition: a'
means "names of ECS may stand beside those of the log source" 'all of url.domain is "x" url.domain is "y"'
rule 'category: firewall' 'a: { dst_port: [21, 23], proto: tcp, src_ip|cidr: 10.0.0.0/8 }, condition: a'
means "a firewall's connection is a flow" \
	'all of destination.port is any of 21, 23 network.transport is "tcp" source.ip is in 10.0.0.0/8'
rule 'product: zeek, service: http' 'a: [{ user_agent: "*DAV*" }, { uri|endswith: .7z }], condition: a'
means "what Zeek logs of HTTP is what was said on a flow" \
	'any of user_agent.original is "*DAV*" (pattern) url.original ends with ".7z"'
rule 'category: network_connection' 'a: { DestinationHostname|endswith: .test, DestinationPort: 443 }, condition: a'
means "a connection of no product is one on the wire" \
	'all of egret.outside.name ends with ".test" destination.port is 443'

rule 'category: proxy' 'a: { cs-cookie: x, lvel: y }, condition: a and b'
lacks "a field that is not kept makes a rule not applicable, whatever else is wrong with it" \
	'"rule 8" asks for the field "cs-cookie": cookies are not kept'
rule 'category: firewall' 'a: { vendor_word: x }, condition: a'
lacks "so does one that nobody knows" 'the field "vendor_word": not a field that egret knows of its log source'
rule 'category: network_connection, product: windows' 'a: { DestinationPort: 443 }, condition: a'
lacks "and a product, whose event log it is" '"rule 10" is for the product "windows"'

check_done
