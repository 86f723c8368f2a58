#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# layers.sh - who includes whom: the map's include table, and one door per outside library.
. "${srcdir:-.}/tests/check.sh"
cd "$srcdir" || exit 1

# Headers of other rooms are included as "room/x.h", or as "dissectors/x.h".
knows() { # room, then the rooms that it may include beside itself
	room=$1
	shift
	bad=
	for dir in sensor/$room $room; do
		[ -d "$dir" ] || continue
		for other in base dissectors policy traffic content session detect ledger output run; do
			case " $room $* " in
			*" $other "*) continue ;;
			esac
			bad=$bad$(grep -Hn "^#include [<\"]$other/" "$dir"/*.[ch])
		done
	done
	if [ -z "$bad" ]; then
		ok "$room includes ${*:-nothing} and nothing else of ours"
	else
		not_ok "$room includes ${*:-nothing} and nothing else of ours" "$bad"
	fi
}

knows base
knows dissectors base
knows policy base dissectors
knows traffic base
knows content base dissectors policy
knows session base dissectors policy traffic content
knows detect base dissectors policy traffic content
knows ledger base dissectors policy content detect
knows output base policy detect ledger

door() { # file without its ending, library, then its headers as an expression
	bad=$(grep -rEn "^#include [<\"]($3)[>\"]" sensor dissectors --include='*.[ch]' |
		grep -v "^sensor/$1\.c:")
	if [ -z "$bad" ]; then
		ok "only sensor/$1.c includes $2"
	else
		not_ok "only sensor/$1.c includes $2" "$bad"
	fi
}

door traffic/pcap libpcap 'pcap(/.*)?\.h'
door traffic/appid_ndpi nDPI '(ndpi/)?ndpi_.*\.h'
door policy/pattern Hyperscan '(hs/)?hs(_.*)?\.h'
door run/privilege libcap-ng 'cap-ng\.h'
door output/webhook libcurl 'curl/curl\.h'
door run/sandbox libseccomp 'seccomp\.h'
door run/web libmicrohttpd 'microhttpd\.h'
door run/notify libsystemd 'systemd/.*\.h'
door policy/yaml libyaml 'yaml\.h'
door base/inflate 'zlib, liblzma, libzstd, liblz4 and libbz2' \
	'(zlib|lzma|zstd|zdict|lz4.*|bzlib|lzma/.*)\.h'
door base/digest OpenSSL 'openssl/.*'
door base/hash xxHash 'xxh(ash|3)\.h'

bad=$(find sensor dissectors tests -name '*.[ch]' ! -path dissectors/list.h | while read -r file; do
	head -n 1 "$file" | grep -qx '// SPDX-License-Identifier: Apache-2.0' || echo "$file"
done)
if [ -z "$bad" ]; then
	ok "every C file begins with its licence"
else
	not_ok "every C file begins with its licence" "$bad"
fi
check_done
