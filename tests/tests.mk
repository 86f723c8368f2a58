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
	tests/policy/sigma_errors_test \
	tests/policy/sigma_test \
	tests/policy/yaml_test \
	tests/detect/match_test
tests_policy_config_test_SOURCES = tests/policy/config_test.c
tests_policy_config_test_LDADD = libpolicy.a libbase.a
tests_policy_fields_test_SOURCES = tests/policy/fields_test.c
tests_policy_fields_test_LDADD = libpolicy.a libbase.a
tests_policy_policy_test_SOURCES = tests/policy/policy_test.c
tests_policy_policy_test_LDADD = libpolicy.a libbase.a
tests_policy_sigma_errors_test_SOURCES = tests/policy/sigma_errors_test.c
tests_policy_sigma_errors_test_LDADD = libpolicy.a libbase.a
tests_policy_sigma_test_SOURCES = tests/policy/sigma_test.c
tests_policy_sigma_test_LDADD = libpolicy.a libbase.a
tests_policy_yaml_test_SOURCES = tests/policy/yaml_test.c
tests_policy_yaml_test_LDADD = libpolicy.a libbase.a
tests_detect_match_test_SOURCES = tests/detect/match_test.c
tests_detect_match_test_LDADD = libdetect.a libpolicy.a libbase.a

check_scripts += tests/layers.sh

EXTRA_DIST += $(check_scripts) tests/run.sh tests/check.sh tests/README.md
noinst_HEADERS = tests/check.h

# The fuzz targets run their seeds as ordinary tests; with --enable-fuzzing they are
# libFuzzer programs instead, and `make fuzz` lets each run for FUZZ_SECONDS.
FUZZ_SECONDS = 60
if FUZZING
fuzz_link = -fsanitize=fuzzer $(AM_LDFLAGS)
fuzz_main =
fuzz_tests =
else
fuzz_link = $(AM_LDFLAGS)
fuzz_main = tests/fuzz/seeds.c
fuzz_tests = $(fuzz_programs)
endif

# `make check CHECKS="tests/base/ring_test tests/layers.sh"` runs only these.
CHECKS = $(check_PROGRAMS) $(check_scripts) $(fuzz_tests)
run_checks = srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' \
	EGRET='$(abs_builddir)/egret$(EXEEXT)' sh $(srcdir)/tests/run.sh

check-local: $(bin_PROGRAMS)
	@$(run_checks) $(CHECKS)

# What has threads: for a build with --enable-sanitizers=thread.
thread_checks = tests/base/ring_test tests/base/base_test tests/base/log_test
check-threads: $(check_PROGRAMS) $(bin_PROGRAMS)
	@$(run_checks) $(thread_checks)

fuzz: $(fuzz_programs)
	@for f in $(fuzz_programs); do \
		mkdir -p tests/fuzz/found/$$f && \
		./$$f -max_total_time=$(FUZZ_SECONDS) tests/fuzz/found/$$f \
			$(srcdir)/tests/fuzz/seeds/`basename $$f | sed s/fuzz_//` || exit 1; \
	done

clean-local:
	rm -rf tests/log tests/fuzz/found
.PHONY: check-threads fuzz
