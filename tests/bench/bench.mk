# Speed: `make bench` prints one table (tests/bench/bench.py says what is in it).
check_PROGRAMS += tests/bench/generate
tests_bench_generate_SOURCES = tests/bench/generate.c
tests_bench_generate_LDADD =
EXTRA_PROGRAMS += tests/bench/floor
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_floor_LDADD =
EXTRA_PROGRAMS += tests/bench/rules
tests_bench_rules_SOURCES = tests/bench/rules.c
EXTRA_PROGRAMS += tests/bench/reading
tests_bench_reading_SOURCES = tests/bench/reading.c
tests_bench_reading_LDADD = libtraffic.a libbase.a
CLEANFILES += tests/bench/floor tests/bench/rules tests/bench/reading
EXTRA_DIST += tests/bench/bench.py tests/bench/README.md

bench: $(bin_PROGRAMS) tests/bench/generate tests/bench/floor tests/bench/rules tests/bench/reading
	@srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' EGRET='$(abs_builddir)/egret$(EXEEXT)' \
		python3 $(srcdir)/tests/bench/bench.py
.PHONY: bench
