# Whose bytes are these: capture, decode, flow, stream, appid.
noinst_LIBRARIES += libtraffic.a
libtraffic_a_SOURCES = \
	sensor/traffic/appid.c sensor/traffic/appid.h \
	sensor/traffic/capture.c sensor/traffic/capture.h \
	sensor/traffic/decode.c sensor/traffic/decode.h \
	sensor/traffic/doubled.c sensor/traffic/doubled.h \
	sensor/traffic/flow.c sensor/traffic/flow.h \
	sensor/traffic/held.c sensor/traffic/held.h \
	sensor/traffic/inputs.c sensor/traffic/inputs.h \
	sensor/traffic/packet.h \
	sensor/traffic/sequence.c sensor/traffic/sequence.h \
	sensor/traffic/source.c sensor/traffic/source.h \
	sensor/traffic/stream.c sensor/traffic/stream.h \
	sensor/traffic/wheel.c sensor/traffic/wheel.h
EXTRA_DIST += sensor/traffic/README.md
