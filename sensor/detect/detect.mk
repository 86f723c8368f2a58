# Does a rule care: events, marks, alerts.
#
# When the first file stands here:
#
#	noinst_LIBRARIES += libdetect.a
#	libdetect_a_SOURCES = sensor/detect/x.c sensor/detect/x.h
#	EXTRA_DIST += sensor/detect/README.md
