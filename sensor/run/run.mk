# The program: commands, workers, the pipeline.
bin_PROGRAMS += egret
egret_SOURCES = \
	sensor/run/busiest.c sensor/run/busiest.h \
	sensor/run/canary.c \
	sensor/run/check.c \
	sensor/run/command.h \
	sensor/run/control.c sensor/run/control.h \
	sensor/run/ctl.c \
	sensor/run/deliver.c sensor/run/deliver.h \
	sensor/run/doors.c sensor/run/doors.h \
	sensor/run/fanout.c sensor/run/fanout.h \
	sensor/run/job.c sensor/run/job.h \
	sensor/run/live.c \
	sensor/run/local.c sensor/run/local.h \
	sensor/run/main.c \
	sensor/run/member.c sensor/run/member.h \
	sensor/run/merge.c sensor/run/merge.h \
	sensor/run/metrics.c \
	sensor/run/notify.c sensor/run/notify.h \
	sensor/run/outbox.c sensor/run/outbox.h \
	sensor/run/overload.c sensor/run/overload.h \
	sensor/run/parallel.c sensor/run/parallel.h \
	sensor/run/pin.c sensor/run/pin.h \
	sensor/run/pipeline.c sensor/run/pipeline.h \
	sensor/run/privilege.c sensor/run/privilege.h \
	sensor/run/progress.c sensor/run/progress.h \
	sensor/run/reader.c sensor/run/reader.h \
	sensor/run/reload.c sensor/run/reload.h \
	sensor/run/replay.c \
	sensor/run/rules.c \
	sensor/run/rules_test.c sensor/run/rules_test.h \
	sensor/run/sandbox.c sensor/run/sandbox.h \
	sensor/run/service.c sensor/run/service.h \
	sensor/run/settings.c \
	sensor/run/shard.c sensor/run/shard.h \
	sensor/run/spool.c sensor/run/spool.h \
	sensor/run/status.c sensor/run/status.h sensor/run/status_top.c \
	sensor/run/thread.c sensor/run/thread.h \
	sensor/run/web.c sensor/run/web.h
EXTRA_DIST += sensor/run/README.md
# the folders of the installation stand in it: another --prefix makes it anew
sensor/run/settings.$(OBJEXT): Makefile
