# Does a rule care?
noinst_LIBRARIES += libdetect.a
libdetect_a_SOURCES = \
	sensor/detect/alert.c sensor/detect/alert.h \
	sensor/detect/event.c sensor/detect/event.h \
	sensor/detect/match.c sensor/detect/match.h \
	sensor/detect/match_value.c sensor/detect/match_value.h \
	sensor/detect/match_why.c \
	sensor/detect/scan.c sensor/detect/scan.h \
	sensor/detect/scene.c sensor/detect/scene.h \
	sensor/detect/subject.c sensor/detect/subject_url.c sensor/detect/subject_url.h \
	sensor/detect/trial.c sensor/detect/trial.h
EXTRA_DIST += sensor/detect/README.md
