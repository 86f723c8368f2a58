# Whose bytes are these: capture, decode, flow, stream, appid.
#
# When the first file stands here:
#
#	noinst_LIBRARIES += libtraffic.a
#	libtraffic_a_SOURCES = sensor/traffic/x.c sensor/traffic/x.h
#	EXTRA_DIST += sensor/traffic/README.md
