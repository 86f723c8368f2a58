# Files that an administrator installs and edits, and the manual.
egretconfdir = $(sysconfdir)/egret
dist_egretconf_DATA = config/egret.yaml
dist_man_MANS = \
	config/man/egret.1 config/man/egret-check.1 config/man/egret-live.1 config/man/egret-replay.1 \
	config/man/egret-rules.1 config/man/egret-rules.5
