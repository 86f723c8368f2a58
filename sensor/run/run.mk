# The program: commands, workers, the pipeline.
#
# When the first file stands here (its libraries come from LDADD by themselves):
#
#	bin_PROGRAMS += egret
#	egret_SOURCES = sensor/run/main.c
#	EXTRA_DIST += sensor/run/README.md
