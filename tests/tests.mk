# Tests.  A room's author adds
#
#	check_PROGRAMS += tests/<room>/x_test
#	tests_<room>_x_test_SOURCES = tests/<room>/x_test.c
#	tests_<room>_x_test_LDADD = libbase.a	(left out: all rooms are linked)
#	check_scripts += tests/<room>/x.sh
#
# Programs that tests use but that are none themselves are check_PROGRAMS, too: only
# what is called *_test is run.
check_PROGRAMS += tests/base/base_test
tests_base_base_test_SOURCES = tests/base/base_test.c
tests_base_base_test_LDADD = libbase.a
check_PROGRAMS += tests/base/inflate_test
tests_base_inflate_test_SOURCES = tests/base/inflate_test.c
tests_base_inflate_test_LDADD = libbase.a
check_PROGRAMS += tests/base/instant_test
tests_base_instant_test_SOURCES = tests/base/instant_test.c
tests_base_instant_test_LDADD = libbase.a
check_PROGRAMS += tests/base/json_test
tests_base_json_test_SOURCES = tests/base/json_test.c
tests_base_json_test_LDADD = libbase.a
check_PROGRAMS += tests/base/log_test
tests_base_log_test_SOURCES = tests/base/log_test.c
tests_base_log_test_LDADD = libbase.a
check_PROGRAMS += tests/base/prefix_test
tests_base_prefix_test_SOURCES = tests/base/prefix_test.c
tests_base_prefix_test_LDADD = libbase.a
check_PROGRAMS += tests/base/ring_test
tests_base_ring_test_SOURCES = tests/base/ring_test.c
tests_base_ring_test_LDADD = libbase.a
check_PROGRAMS += tests/base/units_test
tests_base_units_test_SOURCES = tests/base/units_test.c
tests_base_units_test_LDADD = libbase.a

check_PROGRAMS += \
	tests/policy/config_test \
	tests/policy/fields_test \
	tests/policy/policy_test \
	tests/detect/rows_test \
	tests/policy/sigma_errors_test \
	tests/policy/sigma_test \
	tests/policy/yaml_test \
	tests/detect/match_test \
	tests/detect/scan_test
tests_policy_config_test_SOURCES = tests/policy/config_test.c
tests_policy_config_test_LDADD = libpolicy.a libbase.a
tests_policy_fields_test_SOURCES = tests/policy/fields_test.c
tests_policy_fields_test_LDADD = libpolicy.a libbase.a
tests_policy_policy_test_SOURCES = tests/policy/policy_test.c
tests_policy_policy_test_LDADD = libpolicy.a libbase.a
tests_detect_rows_test_SOURCES = tests/detect/rows_test.c
tests_detect_rows_test_LDADD = libdetect.a libpolicy.a libbase.a
EXTRA_DIST += tests/detect/rows.txt
tests_policy_sigma_errors_test_SOURCES = tests/policy/sigma_errors_test.c
tests_policy_sigma_errors_test_LDADD = libpolicy.a libbase.a
tests_policy_sigma_test_SOURCES = tests/policy/sigma_test.c
tests_policy_sigma_test_LDADD = libpolicy.a libbase.a
tests_policy_yaml_test_SOURCES = tests/policy/yaml_test.c
tests_policy_yaml_test_LDADD = libpolicy.a libbase.a
tests_detect_match_test_SOURCES = tests/detect/match_test.c
tests_detect_match_test_LDADD = libdetect.a libpolicy.a libbase.a
tests_detect_scan_test_SOURCES = tests/detect/scan_test.c
tests_detect_scan_test_LDADD = libdetect.a libpolicy.a libbase.a
check_PROGRAMS += \
	tests/policy/identify_tool \
	tests/policy/pattern_test \
	tests/policy/signatures_test
tests_policy_identify_tool_SOURCES = tests/policy/identify_tool.c
tests_policy_identify_tool_LDADD = libpolicy.a libbase.a
tests_policy_pattern_test_SOURCES = tests/policy/pattern_test.c
tests_policy_pattern_test_LDADD = libpolicy.a libbase.a
tests_policy_signatures_test_SOURCES = tests/policy/signatures_test.c
tests_policy_signatures_test_LDADD = libpolicy.a libbase.a
check_scripts += tests/signatures/real_test.py

check_PROGRAMS += tests/output/sight_test
tests_output_sight_test_SOURCES = tests/output/sight_test.c
tests_output_sight_test_LDADD = liboutput.a libbase.a
check_PROGRAMS += tests/run/outbox_test
tests_run_outbox_test_SOURCES = tests/run/outbox_test.c sensor/run/outbox.c sensor/run/spool.c \
	sensor/run/sandbox.c sensor/run/thread.c
tests_run_outbox_test_LDADD = libbase.a
check_PROGRAMS += tests/run/sandbox_test
tests_run_sandbox_test_SOURCES = tests/run/sandbox_test.c sensor/run/sandbox.c sensor/run/thread.c
tests_run_sandbox_test_LDADD = libbase.a
check_PROGRAMS += tests/run/overload_test
tests_run_overload_test_SOURCES = tests/run/overload_test.c sensor/run/overload.c
tests_run_overload_test_LDADD = libbase.a
check_PROGRAMS += tests/traffic/live_test
tests_traffic_live_test_SOURCES = tests/traffic/live_test.c
tests_traffic_live_test_LDADD = libtraffic.a libbase.a
check_PROGRAMS += tests/traffic/decode_test tests/traffic/capture_test
check_PROGRAMS += tests/traffic/first_test tests/traffic/flow_test tests/traffic/stream_test tests/traffic/stream_model_test
check_PROGRAMS += tests/traffic/stream_odd_test
check_PROGRAMS += tests/traffic/decode_link_test tests/traffic/decode_tunnel_test
tests_traffic_decode_link_test_SOURCES = tests/traffic/decode_link_test.c
check_PROGRAMS += tests/traffic/decode_sum_test
tests_traffic_decode_sum_test_SOURCES = tests/traffic/decode_sum_test.c
tests_traffic_decode_tunnel_test_SOURCES = tests/traffic/decode_tunnel_test.c
tests_traffic_decode_test_SOURCES = tests/traffic/decode_test.c
tests_traffic_capture_test_SOURCES = tests/traffic/capture_test.c
tests_traffic_first_test_SOURCES = tests/traffic/first_test.c
tests_traffic_flow_test_SOURCES = tests/traffic/flow_test.c
tests_traffic_stream_test_SOURCES = tests/traffic/stream_test.c
tests_traffic_stream_model_test_SOURCES = tests/traffic/stream_model_test.c
tests_traffic_stream_odd_test_SOURCES = tests/traffic/stream_odd_test.c
check_PROGRAMS += tests/traffic/defrag_test tests/traffic/defrag_model_test
tests_traffic_defrag_test_SOURCES = tests/traffic/defrag_test.c
tests_traffic_defrag_test_LDADD = libtraffic.a libbase.a
tests_traffic_defrag_model_test_SOURCES = tests/traffic/defrag_model_test.c
tests_traffic_defrag_model_test_LDADD = libtraffic.a libbase.a
check_PROGRAMS += tests/traffic/doubled_test
tests_traffic_doubled_test_SOURCES = tests/traffic/doubled_test.c
tests_traffic_doubled_test_LDADD = libtraffic.a libbase.a
check_PROGRAMS += tests/traffic/appid_test
tests_traffic_appid_test_SOURCES = tests/traffic/appid_test.c
check_scripts += tests/traffic/appid_shapes_test.py
EXTRA_DIST += tests/traffic/fake_ndpi/caller.c tests/traffic/fake_ndpi/ndpi_api.h
check_PROGRAMS += tests/corpus/packets
tests_corpus_packets_SOURCES = tests/corpus/packets.c
check_scripts += tests/corpus/packets_test.py tests/corpus/agreement_test.py \
	tests/corpus/apps_test.py
EXTRA_DIST += tests/corpus/agreement.txt

check_PROGRAMS += tests/policy/cache_test
tests_policy_cache_test_SOURCES = tests/policy/cache_test.c
tests_policy_cache_test_LDADD = libpolicy.a libbase.a

check_PROGRAMS += tests/content/ranges_test tests/content/audio_test tests/session/marker_test
check_PROGRAMS += tests/session/session_test
tests_session_gap_test_SOURCES = tests/session/gap_test.c
check_PROGRAMS += tests/session/gap_test
tests_session_session_test_SOURCES = tests/session/session_test.c
tests_content_ranges_test_SOURCES = tests/content/ranges_test.c
tests_content_audio_test_SOURCES = tests/content/audio_test.c
tests_session_marker_test_SOURCES = tests/session/marker_test.c

# Every dissector against its vectors; fuzz_dissect has them for seeds.
dissect_drive = \
	tests/dissectors/drive.c tests/dissectors/drive.h \
	tests/dissectors/seeds.c tests/dissectors/seeds.h \
	tests/dissectors/vectors.c tests/dissectors/vectors.h
check_PROGRAMS += tests/dissectors/dissect_test
tests_dissectors_dissect_test_SOURCES = tests/dissectors/dissect_test.c $(dissect_drive)
tests_dissectors_dissect_test_LDADD = libdissectors.a libbase.a
check_PROGRAMS += tests/dissectors/arp_test
tests_dissectors_arp_test_SOURCES = tests/dissectors/arp_test.c
tests_dissectors_arp_test_LDADD = libdissectors.a libbase.a
EXTRA_DIST += $(DISSECTORS:dissectors/%.c=tests/dissectors/%.t)

include $(srcdir)/tests/bench/bench.mk

check_scripts += tests/captures/captures_test.py
EXTRA_DIST += tests/captures
check_scripts += tests/corpus/equality_test.py
check_PROGRAMS += tests/live/flood
tests_live_flood_SOURCES = tests/live/flood.c
check_scripts += tests/live/ctl_test.py tests/live/faults_test.py tests/live/live_test.py \
	tests/live/load.py tests/live/sinks_test.py tests/live/span_test.py tests/live/unit_test.py
EXTRA_DIST += tests/live/long.py tests/live/receiver.py tests/live/sink.py tests/live/wire.py
check_scripts += tests/mangle/mangle_test.py
EXTRA_DIST += tests/mangle/mangle.py tests/mangle/README.md
check_scripts += tests/oracle/forms_test.py tests/oracle/oracle_test.py tests/oracle/schema_test.py
EXTRA_DIST += tests/oracle/capture.py tests/oracle/forms.txt tests/oracle/rules.py
EXTRA_DIST += tests/package/package_test.py tests/package/service_test.py
check_scripts += tests/rules/shipped_test.py tests/rules/manual_test.py
EXTRA_DIST += tests/rules
check_scripts += tests/run/completion_test.py tests/run/flood_test.py tests/run/follow_test.py \
	tests/run/memory_test.py tests/run/names_test.py tests/run/pages_test.py tests/run/reload_test.py \
	tests/run/replay_test.py tests/run/rules_test.py tests/run/threads_test.py tests/run/update_test.py

check_scripts += tests/policy/folders.sh tests/policy/foreign.sh tests/layers.sh

EXTRA_DIST += $(check_scripts) tests/run.sh tests/check.sh tests/README.md
noinst_HEADERS = tests/check.h tests/traffic/decode_hex.h tests/traffic/pieces.h tests/traffic/talk.h

# A fuzz target runs its seeds (tests/fuzz/seeds/x of fuzz_x) as an ordinary test.  With
# --enable-fuzzing it is a libFuzzer program instead, and `make fuzz` lets each run for
# FUZZ_SECONDS; what they find is left in tests/fuzz/found.
FUZZ_SECONDS = 60
if FUZZING
fuzz_link = -fsanitize=fuzzer $(AM_LDFLAGS)
fuzz_main =
fuzz_dissect_main =
else
fuzz_link = $(AM_LDFLAGS)
fuzz_main = tests/fuzz/seeds.c
fuzz_dissect_main = tests/fuzz/dissect_seeds.c
endif
fuzz_thing = tests/fuzz/thing.c tests/fuzz/thing.h
check_PROGRAMS += \
	tests/fuzz/engine_seed \
	tests/fuzz/fuzz_capture \
	tests/fuzz/fuzz_decode \
	tests/fuzz/fuzz_defrag \
	tests/fuzz/fuzz_dissect \
	tests/fuzz/fuzz_engine \
	tests/fuzz/fuzz_inflate \
	tests/fuzz/fuzz_match \
	tests/fuzz/fuzz_sigma \
	tests/fuzz/fuzz_stream \
	tests/fuzz/fuzz_text \
	tests/fuzz/fuzz_yaml
tests_fuzz_fuzz_capture_SOURCES = tests/fuzz/fuzz_capture.c $(fuzz_main)
tests_fuzz_fuzz_capture_LDADD = libtraffic.a libbase.a
tests_fuzz_fuzz_capture_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_decode_SOURCES = tests/fuzz/fuzz_decode.c $(fuzz_main)
tests_fuzz_fuzz_decode_LDADD = libtraffic.a libbase.a
tests_fuzz_fuzz_decode_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_defrag_SOURCES = tests/fuzz/fuzz_defrag.c $(fuzz_main)
tests_fuzz_fuzz_defrag_LDADD = libtraffic.a libbase.a
tests_fuzz_fuzz_defrag_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_dissect_SOURCES = tests/fuzz/fuzz_dissect.c $(fuzz_dissect_main) $(dissect_drive)
tests_fuzz_fuzz_dissect_LDADD = libdissectors.a libbase.a
tests_fuzz_fuzz_dissect_LDFLAGS = $(fuzz_link)
tests_fuzz_engine_seed_SOURCES = tests/fuzz/engine_seed.c
tests_fuzz_engine_seed_LDADD = libtraffic.a libbase.a
tests_fuzz_fuzz_engine_SOURCES = tests/fuzz/fuzz_engine.c sensor/run/shard.c sensor/run/busiest.c $(fuzz_main)
tests_fuzz_fuzz_engine_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_inflate_SOURCES = tests/fuzz/fuzz_inflate.c $(fuzz_main)
tests_fuzz_fuzz_inflate_LDADD = libbase.a
tests_fuzz_fuzz_inflate_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_match_SOURCES = tests/fuzz/fuzz_match.c $(fuzz_thing) $(fuzz_main)
tests_fuzz_fuzz_match_LDADD = libdetect.a libpolicy.a libbase.a
tests_fuzz_fuzz_match_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_sigma_SOURCES = tests/fuzz/fuzz_sigma.c $(fuzz_thing) $(fuzz_main)
tests_fuzz_fuzz_sigma_LDADD = libdetect.a libpolicy.a libbase.a
tests_fuzz_fuzz_sigma_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_stream_SOURCES = tests/fuzz/fuzz_stream.c $(fuzz_main)
tests_fuzz_fuzz_stream_LDADD = libtraffic.a libbase.a
tests_fuzz_fuzz_stream_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_text_SOURCES = tests/fuzz/fuzz_text.c $(fuzz_main)
tests_fuzz_fuzz_text_LDADD = libbase.a
tests_fuzz_fuzz_text_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_yaml_SOURCES = tests/fuzz/fuzz_yaml.c $(fuzz_main)
tests_fuzz_fuzz_yaml_LDADD = libpolicy.a libbase.a
tests_fuzz_fuzz_yaml_LDFLAGS = $(fuzz_link)
EXTRA_DIST += tests/fuzz/seeds

# `make check CHECKS="tests/base/ring_test tests/layers.sh"` runs only these.
CHECKS = $(check_PROGRAMS) $(check_scripts)
run_checks = srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' \
	EGRET='$(abs_builddir)/egret$(EXEEXT)' FUZZING='$(FUZZING)' sh $(srcdir)/tests/run.sh

check-programs: $(check_PROGRAMS) $(bin_PROGRAMS)

check-local: $(bin_PROGRAMS)
	@$(run_checks) $(CHECKS)

# What has threads: for a build with --enable-sanitizers=thread.
thread_checks = tests/base/ring_test tests/base/base_test tests/base/log_test \
	tests/run/outbox_test tests/run/threads_test.py tests/run/reload_test.py tests/run/follow_test.py
check-threads: $(check_PROGRAMS) $(bin_PROGRAMS)
	@$(run_checks) $(thread_checks)

fuzz: $(check_PROGRAMS)
	@mkdir -p tests/fuzz/found/dissect && \
		srcdir='$(abs_srcdir)' tests/dissectors/dissect_test -s tests/fuzz/found/dissect
	@for f in $(check_PROGRAMS); do \
		case $$f in */fuzz_*) ;; *) continue ;; esac; \
		name=`basename $$f | sed s/fuzz_//` && \
		mkdir -p tests/fuzz/found/$$name && echo "fuzz_$$name" && \
		./$$f -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=4096 -verbosity=0 \
			-artifact_prefix=tests/fuzz/found/ tests/fuzz/found/$$name \
			$(srcdir)/tests/fuzz/seeds/$$name || exit 1; \
	done

distclean-local: # the link that configure made in a build tree of its own
	test '$(srcdir)' = . || rm -f rules

clean-local:
	rm -rf tests/log tests/fuzz/found
.PHONY: check-programs check-threads fuzz
