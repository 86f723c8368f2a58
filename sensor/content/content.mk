# What is being moved: transfers.
noinst_LIBRARIES += libcontent.a
libcontent_a_SOURCES = \
	sensor/content/audio.c sensor/content/audio.h \
	sensor/content/load.h \
	sensor/content/ranges.c sensor/content/ranges.h \
	sensor/content/transfer.c sensor/content/transfer.h
EXTRA_DIST += sensor/content/README.md
