# Who says what to whom: drives the dissectors.
noinst_LIBRARIES += libsession.a
libsession_a_SOURCES = \
	sensor/session/feed.c sensor/session/feed.h \
	sensor/session/marker.c \
	sensor/session/session.c sensor/session/session.h \
	sensor/session/slots.c
EXTRA_DIST += sensor/session/README.md
