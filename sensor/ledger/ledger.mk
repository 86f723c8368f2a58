# Adds up across flows and hosts.
noinst_LIBRARIES += libledger.a
libledger_a_SOURCES = \
	sensor/ledger/names.c sensor/ledger/names.h
EXTRA_DIST += sensor/ledger/README.md

# its tests
check_PROGRAMS += tests/ledger/names_test
tests_ledger_names_test_SOURCES = tests/ledger/names_test.c
