# Whose bytes are these: capture, decode, flow, stream, appid.
noinst_LIBRARIES += libtraffic.a
libtraffic_a_SOURCES = \
	sensor/traffic/appid.c sensor/traffic/appid.h \
	sensor/traffic/appid_ndpi.c sensor/traffic/appid_ndpi.h \
	sensor/traffic/capture.c sensor/traffic/capture.h \
	sensor/traffic/capture_follow.c sensor/traffic/capture_open.c \
	sensor/traffic/capture_state.h \
	sensor/traffic/decode.c sensor/traffic/decode.h sensor/traffic/decode_walk.h \
	sensor/traffic/decode_capture.c sensor/traffic/decode_ip.c \
	sensor/traffic/decode_link.c sensor/traffic/decode_ppp.c \
	sensor/traffic/decode_sum.c sensor/traffic/decode_tunnel.c \
	sensor/traffic/decode_type.c sensor/traffic/decode_udp.c \
	sensor/traffic/decode_wifi.c \
	sensor/traffic/evict.c sensor/traffic/table.h \
	sensor/traffic/fanout.c sensor/traffic/fanout.h \
	sensor/traffic/first.c sensor/traffic/first.h \
	sensor/traffic/defrag.c sensor/traffic/defrag.h \
	sensor/traffic/pcap.c sensor/traffic/filter.h \
	sensor/traffic/doubled.c sensor/traffic/doubled.h \
	sensor/traffic/flow.c sensor/traffic/flow.h \
	sensor/traffic/held.c sensor/traffic/held.h \
	sensor/traffic/live.c sensor/traffic/live.h \
	sensor/traffic/tap.h \
	sensor/traffic/inputs.c sensor/traffic/inputs.h \
	sensor/traffic/packet.h \
	sensor/traffic/pcap_file.c \
	sensor/traffic/pcapng_file.c \
	sensor/traffic/puzzle.c sensor/traffic/puzzle.h \
	sensor/traffic/records.h \
	sensor/traffic/sequence.c sensor/traffic/sequence.h \
	sensor/traffic/server.c sensor/traffic/server.h \
	sensor/traffic/source.c sensor/traffic/source.h \
	sensor/traffic/spread.h \
	sensor/traffic/stream.c sensor/traffic/stream.h \
	sensor/traffic/wheel.c sensor/traffic/wheel.h \
	sensor/traffic/window.c sensor/traffic/window.h \
	sensor/traffic/worth.c sensor/traffic/worth.h
EXTRA_DIST += sensor/traffic/README.md
