# Settings, rules, signatures and patterns, compiled once.
#
# When the first file stands here:
#
#	noinst_LIBRARIES += libpolicy.a
#	libpolicy_a_SOURCES = sensor/policy/x.c sensor/policy/x.h
#	EXTRA_DIST += sensor/policy/README.md
