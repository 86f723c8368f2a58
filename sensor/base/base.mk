# What every other room stands on; knows nothing of networks.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	sensor/base/arena.c sensor/base/arena.h \
	sensor/base/bytes.h sensor/base/counters.h sensor/base/cursor.h \
	sensor/base/digest.c sensor/base/digest.h \
	sensor/base/error.c sensor/base/error.h \
	sensor/base/hash.c sensor/base/hash.h \
	sensor/base/icmp.c sensor/base/icmp.h \
	sensor/base/inflate.c sensor/base/inflate.h \
	sensor/base/instant.c sensor/base/instant.h \
	sensor/base/json.c sensor/base/json.h \
	sensor/base/log.c sensor/base/log.h \
	sensor/base/prefix.c sensor/base/prefix.h \
	sensor/base/ring.c sensor/base/ring.h \
	sensor/base/units.c sensor/base/units.h
EXTRA_DIST += sensor/base/README.md
