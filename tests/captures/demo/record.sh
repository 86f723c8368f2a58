#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# record.sh - records the demo captures with real programs in network namespaces.
#
#	record.sh [OUTDIR]		(root; about 9 GB of disk and four minutes)
#
# An office (10.20.0.0/16) behind a router, and an outside made of documentation addresses.
# The router's outer side is the span point.  A host uploads a ZIP64 archive of some 8 GB of
# call recordings with curl to nginx, while others browse, download, send mail and resolve
# names.  Segmentation offload stays on, so that a data packet carries up to 64 KB, and the
# snap length is 96 bytes, so that all of it fits into a few megabytes; the first packets of
# the upload and all that is small are kept whole.  A second capture is small and whole.
# What is sent is the same in every run, to the byte; the packets are not.
set -euo pipefail
export TZ=UTC # a ZIP has local times

out=$(realpath "${1:-$(dirname "$0")}")
here=$(realpath "$(dirname "$0")")
mkdir -p "$out"
[ "$(id -u)" = 0 ] || { echo "record.sh: needs root, for network namespaces" >&2; exit 1; }
for tool in ip tc tcpdump nginx curl zip sox python3 zstd swaks dig openssl mergecap; do
	command -v "$tool" >/dev/null || { echo "record.sh: $tool is not installed" >&2; exit 1; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/egret-record.XXXXXX")
pids=()
spaces=(demo-desk demo-clerk demo-hall demo-web demo-router demo-world)
cleanup() {
	for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
	wait 2>/dev/null || true
	for s in "${spaces[@]}"; do ip netns del "$s" 2>/dev/null || true; done
	rm -rf "$work"
}
trap cleanup EXIT

# --- the networks -----------------------------------------------------------------
for s in "${spaces[@]}"; do ip netns add "$s"; ip -n "$s" link set lo up; done
cable() { # namespace, its address, the router's address
	ip link add inner netns "$1" type veth peer name "${1#demo-}" netns demo-router
	ip -n "$1" addr add "$2/24" dev inner
	ip -n demo-router addr add "$3/24" dev "${1#demo-}"
	ip -n "$1" link set inner up
	ip -n demo-router link set "${1#demo-}" up
	ip -n "$1" route add default via "$3"
}
cable demo-desk 10.20.3.17 10.20.3.1
cable demo-clerk 10.20.5.42 10.20.5.1
cable demo-hall 10.20.7.23 10.20.7.1
cable demo-web 10.20.9.10 10.20.9.1
cable demo-world 203.0.113.1 203.0.113.254
for a in 203.0.113.80 203.0.113.25 203.0.113.53 198.51.100.7 198.51.100.30 192.0.2.99; do
	ip -n demo-world addr add "$a/32" dev inner
	ip -n demo-router route replace "$a" via 203.0.113.1
done
ip netns exec demo-router sysctl -qw net.ipv4.ip_forward=1
# the line of the office is a gigabit a second
ip netns exec demo-router tc qdisc add dev world root tbf rate 1gbit burst 256kb latency 50ms

# --- what is to leave -------------------------------------------------------------------
# Mono, 16 bits, 11,025 Hz: 22,050 bytes a second, so that 8 GB are some 100 hours.  Without
# dither, which is random.
wav() { sox -D -q -n -r 11025 -c 1 -b 16 "$1" synth "$2" sine 220 sine 330 remix - vol 0.2; }
silent() { sox -D -q -n -r 11025 -c 1 -b 16 "$1" trim 0 "$2"; }
python3 "$here/plan.py" "$work/calls" > "$work/plan"
while read -r name seconds voice; do
	mkdir -p "$work/calls/$(dirname "$name")"
	if [ "$voice" = tone ]; then
		wav "$work/calls/$name" "$seconds"
	else # recordings of the same length are one file with many names
		[ -e "$work/silent-$seconds.wav" ] || silent "$work/silent-$seconds.wav" "$seconds"
		ln "$work/silent-$seconds.wav" "$work/calls/$name"
	fi
done < "$work/plan"
packed='2026-09-30 18:00:00' # so that the archives have the same bytes each time
find "$work/calls" -type f -exec touch -d "$packed" {} +
(cd "$work/calls" && cut -d' ' -f1 "$work/plan" | zip -q -0 -X "$work/calls-2026-q3.zip" -@)
archive=$(stat -c %s "$work/calls-2026-q3.zip")
fallocate --dig-holes "$work/calls-2026-q3.zip" # silence needs no disk

mkdir -p "$work/small"
for i in $(seq 1 10); do
	wav "$work/small/call-$(printf %02d "$i").wav" "$((3 + i))"
done
for i in 11 12; do # a noise, always the same, that deflate cannot make much smaller
	sox -R -D -q -n -r 11025 -c 1 -b 16 "$work/small/call-$i.wav" synth "$((3 + i))" pinknoise vol 0.1
done
seq 1 4000 | sed 's/$/; caller; desk; minutes/' > "$work/small/list.csv"
touch -d "$packed" "$work"/small/*
(cd "$work/small" && zip -q -0 -X "$work/week-27.zip" call-0[1-9].wav call-10.wav &&
	zip -q -6 -X "$work/week-28.zip" list.csv call-11.wav call-12.wav)
wav "$work/greeting.wav" 12
# bytes that look random and are the same each time
head -c 40000 /dev/zero | openssl enc -aes-128-ctr -K 2026 -iv 0 2>/dev/null > "$work/notes.bin"

# --- the servers outside and the one inside --------------------------------------------------
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=www.example.com \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
mkdir -p "$work/www" "$work/put" "$work/body" "$work/inside"
for i in $(seq 1 12); do
	{ echo "<!DOCTYPE html><html><body><h1>Page $i</h1>"; seq 1 $((i * 150)); } > "$work/www/page$i.html"
done
truncate -s 200M "$work/www/update.iso"
cp "$work/greeting.wav" "$work/inside/greeting.wav"
server() { # name, addresses and root
	cat > "$work/$1.conf" <<-CONF
	pid $work/$1.pid; error_log $work/$1.err; daemon off; worker_processes 1; user root;
	events { worker_connections 256; }
	http {
		access_log off; default_type application/octet-stream; types { text/html html; audio/x-wav wav; }
		client_body_temp_path $work/body; proxy_temp_path $work/body; fastcgi_temp_path $work/body;
		uwsgi_temp_path $work/body; scgi_temp_path $work/body;
		client_max_body_size 0; client_body_buffer_size 1m; sendfile on;
		server {
			$2
			server_name _; root $3;
			ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
			location /upload/ { root $work/put; dav_methods PUT; create_full_put_path on; }
		}
	}
	CONF
}
server world "listen 203.0.113.80:80; listen 203.0.113.80:4444; listen 198.51.100.7:80; listen 198.51.100.7:443 ssl; listen 198.51.100.30:80; listen 198.51.100.30:443 ssl;" "$work/www"
server web "listen 10.20.9.10:80;" "$work/inside"
ip netns exec demo-world nginx -c "$work/world.conf" & pids+=($!)
ip netns exec demo-web nginx -c "$work/web.conf" & pids+=($!)
ip netns exec demo-world python3 "$here/servers.py" & pids+=($!)
sleep 1

# --- recording ------------------------------------------------------------------------------
span() { # file, snap length, filter, packets after which it ends by itself
	ip netns exec demo-router tcpdump -q -i world -s "$2" -B 262144 -w "$1" ${4:+-c "$4"} \
		${3:-} 2> "$1.log" &
	recorder=$!
	pids+=("$recorder")
	for _ in $(seq 50); do grep -q 'listening on' "$1.log" && return; sleep 0.1; done
}
stop() { # the recorder's process id
	sleep 1
	kill -INT "$1" 2> /dev/null || true # it may have ended by its count
	wait "$1" || true
}
desk() { ip netns exec demo-desk "$@"; }
clerk() { ip netns exec demo-clerk "$@"; }
browse() { # namespace, a number to begin with; until there is a file "enough"
	local i=$2
	until [ -e "$work/enough" ]; do
		i=$((i + 1))
		ip netns exec "$1" dig +short +tries=1 @203.0.113.53 "www$((i % 5)).example.com" > /dev/null || true
		ip netns exec "$1" curl -s -o /dev/null "http://198.51.100.7/page$((i % 12 + 1)).html" \
			-H "Host: www$((i % 5)).example.com"
		ip netns exec "$1" curl -sk -o /dev/null --resolve "intranet.example.net:443:198.51.100.30" \
			"https://intranet.example.net/page$((i % 7 + 1)).html"
		sleep 1.$((i * 7 % 10))
	done
}
mail() { # namespace, subject
	ip netns exec "$1" swaks --silent 3 --server 203.0.113.25 --from "${1#demo-}@office.example.org" \
		--to friend@example.com --header "Subject: $2" --body "See you on Thursday." > /dev/null || true
}

span "$work/cut.pcap" 96; recorders=("$recorder")
span "$work/head.pcap" 262144 "src host 10.20.3.17 and dst port 80" 80; recorders+=("$recorder")
span "$work/whole.pcap" 262144 \
	"less 1600 or not (host 203.0.113.80 or (host 198.51.100.30 and port 80))"
recorders+=("$recorder")
browse demo-clerk 0 & browsing=($!)
browse demo-hall 5 & browsing+=($!)
sleep 2
desk dig +short @203.0.113.53 files.example.net > /dev/null
desk curl -s -o /dev/null -T "$work/calls-2026-q3.zip" -H 'Host: files.example.net' \
	-H 'Expect:' "http://203.0.113.80/upload/calls-2026-q3.zip" & upload=$!
sleep 5
mail demo-clerk 'minutes of Tuesday'
sleep 5
clerk curl -s -o /dev/null "http://198.51.100.30/update.iso" -H 'Host: mirror.example.com'
mail demo-hall 'lunch'
wait "$upload"
sleep 3
touch "$work/enough"
wait "${browsing[@]}"
for r in "${recorders[@]}"; do stop "$r"; done
rm -rf "$work/put/upload"
python3 "$here/merge.py" "$work/cut.pcap" "$work/office.pcap" "$work/head.pcap" "$work/whole.pcap"
python3 "$here/complete.py" "$work/office.pcap" 10.20.3.17 "$archive"

span "$work/small.pcap" 262144; small=$recorder
desk dig +short @203.0.113.53 files.example.net > /dev/null
desk curl -s -o /dev/null -T "$work/week-27.zip" http://203.0.113.80/upload/week-27.zip -H 'Host: files.example.net'
desk curl -s -o /dev/null -T - http://203.0.113.80/upload/week-28.zip -H 'Host: files.example.net' < "$work/week-28.zip"
desk curl -s -o /dev/null -T "$work/notes.bin" -H 'Host: files.example.net' http://203.0.113.80:4444/upload/notes.bin
ip netns exec demo-world curl -s -o /dev/null --interface 192.0.2.99 http://10.20.9.10/greeting.wav
clerk curl -s -o /dev/null -o /dev/null -o /dev/null -H 'Host: www.example.com' \
	http://198.51.100.7/page1.html http://198.51.100.7/page2.html http://198.51.100.7/page3.html
mail demo-clerk 'minutes of Wednesday'
stop "$small"
if grep -h 'dropped by kernel' "$work"/*.log | grep -qv '^0 '; then
	echo "record.sh: the recorder dropped packets; is the machine busy?  Try again" >&2
	exit 1
fi
zstd -q -19 -f "$work/office.pcap" -o "$out/office.pcap.zst"
zstd -q -19 -f "$work/small.pcap" -o "$out/small.pcap.zst"

# --- what is in them, for the README and the tests ------------------------------------------
{
	echo "archive calls-2026-q3.zip $archive bytes"
	echo "members $(wc -l < "$work/plan")"
	echo "seconds $(awk '{ s += $2 } END { print s }' "$work/plan")"
	for f in week-27.zip week-28.zip greeting.wav notes.bin; do
		echo "$f $(stat -c %s "$work/$f") bytes sha256 $(sha256sum "$work/$f" | cut -d' ' -f1)"
	done
	(cd "$work/small" && ls -l call-*.wav list.csv | awk '{ print "member", $9, $5 }')
	grep -h -E 'captured|dropped' "$work"/*.log
	head -6 "$work/plan"
}
chown --reference="$here" "$out"/*.zst
