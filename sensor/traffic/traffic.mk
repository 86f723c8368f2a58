# Whose bytes are these: capture, decode, flow, stream, appid.
noinst_LIBRARIES += libtraffic.a
libtraffic_a_SOURCES = \
	sensor/traffic/capture.c sensor/traffic/capture.h \
	sensor/traffic/decode.c sensor/traffic/decode.h \
	sensor/traffic/inputs.c sensor/traffic/inputs.h \
	sensor/traffic/packet.h \
	sensor/traffic/source.c sensor/traffic/source.h
