# Says it: EVE JSON and the summary for people.
noinst_LIBRARIES += liboutput.a
liboutput_a_SOURCES = \
	sensor/output/board.c sensor/output/board.h \
	sensor/output/community_id.c sensor/output/community_id.h \
	sensor/output/eve.c sensor/output/eve.h \
	sensor/output/eve_alert.c sensor/output/eve_ends.c sensor/output/eve_flow.c sensor/output/eve_transfer.c \
	sensor/output/file.c sensor/output/file.h \
	sensor/output/ids.c sensor/output/ids.h \
	sensor/output/incidents.c sensor/output/incidents.h \
	sensor/output/output.c sensor/output/output.h \
	sensor/output/outside.c sensor/output/outside.h \
	sensor/output/pairs.c sensor/output/pairs.h \
	sensor/output/rotate.c sensor/output/rotate.h \
	sensor/output/say.c sensor/output/say.h \
	sensor/output/sight.c sensor/output/sight.h \
	sensor/output/sink.h \
	sensor/output/stats.c sensor/output/stats.h \
	sensor/output/summary.c sensor/output/summary.h \
	sensor/output/summary_alerts.c sensor/output/summary_pairs.c \
	sensor/output/syslog.c sensor/output/syslog.h \
	sensor/output/tally.c sensor/output/tally.h \
	sensor/output/webhook.c sensor/output/webhook.h \
	sensor/output/writer.c sensor/output/writer.h
dist_pkgdata_DATA = sensor/output/eve.schema.json
EXTRA_DIST += sensor/output/README.md

# its tests
check_PROGRAMS += tests/output/community_id_test tests/output/eve_test \
	tests/output/pairs_test tests/output/records tests/output/say_test \
	tests/output/summary_test tests/output/writer_test
output_sample = tests/output/sample.c tests/output/sample.h
tests_output_community_id_test_SOURCES = tests/output/community_id_test.c $(output_sample)
tests_output_eve_test_SOURCES = tests/output/eve_test.c $(output_sample)
tests_output_pairs_test_SOURCES = tests/output/pairs_test.c $(output_sample)
tests_output_records_SOURCES = tests/output/records.c $(output_sample)
tests_output_say_test_SOURCES = tests/output/say_test.c
tests_output_summary_test_SOURCES = tests/output/summary_test.c $(output_sample)
tests_output_writer_test_SOURCES = tests/output/writer_test.c
check_scripts += tests/output/schema.sh
EXTRA_DIST += tests/output/schema.py
