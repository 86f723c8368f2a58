# Files that an administrator installs and edits.
egretconfdir = $(sysconfdir)/egret
dist_egretconf_DATA = config/egret.yaml
