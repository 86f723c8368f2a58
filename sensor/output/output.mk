# Says it: EVE JSON and the summary for people.
#
# When the first file stands here:
#
#	noinst_LIBRARIES += liboutput.a
#	liboutput_a_SOURCES = sensor/output/x.c sensor/output/x.h
#	EXTRA_DIST += sensor/output/README.md
