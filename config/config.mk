# Files that an administrator installs and edits, and the manual.
egretconfdir = $(sysconfdir)/egret
dist_egretconf_DATA = config/egret.yaml
completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = config/completion/egret
systemunitdir = $(prefix)/lib/systemd/system
systemunit_DATA = config/egret.service
sysusersdir = $(prefix)/lib/sysusers.d
sysusers_DATA = config/sysusers/egret.conf
logrotatedir = $(sysconfdir)/logrotate.d
logrotate_DATA = config/logrotate/egret
EXTRA_DIST += config/egret.service.in config/egret.logrotate config/egret.sysusers
CLEANFILES += config/egret.service config/sysusers/egret.conf config/logrotate/egret

config/egret.service: config/egret.service.in Makefile
	@mkdir -p config
	sed -e 's,[@]bindir[@],$(bindir),g' -e 's,[@]sysconfdir[@],$(sysconfdir),g' $(srcdir)/config/egret.service.in >$@
config/sysusers/egret.conf: config/egret.sysusers
	@mkdir -p config/sysusers
	cp $(srcdir)/config/egret.sysusers $@
config/logrotate/egret: config/egret.logrotate
	@mkdir -p config/logrotate
	cp $(srcdir)/config/egret.logrotate $@
dist_man_MANS = \
	config/man/egret.1 config/man/egret-canary.1 config/man/egret-check.1 config/man/egret-ctl.1 config/man/egret-live.1 config/man/egret-replay.1 \
	config/man/egret-rules.1 config/man/egret-rules.5

# Types, ranges and defaults in egret.yaml(5) are what the program says, and what a key is for is
# what egret.yaml says.  Who builds for another machine names an egret of this one that has the
# same keys: make EGRET_FOR_BUILD=/usr/bin/egret
EGRET_FOR_BUILD = ./egret$(EXEEXT)
man_MANS = config/man/egret.yaml.5
EXTRA_DIST += config/man/egret.yaml.5.in config/man/keys.awk
CLEANFILES += config/man/egret.yaml.5 config/man/egret.yaml.5.new config/man/keys
config/man/egret.yaml.5: config/man/egret.yaml.5.in config/man/keys.awk config/egret.yaml egret$(EXEEXT)
	@mkdir -p config/man
	$(AM_V_GEN)$(EGRET_FOR_BUILD) check --keys >config/man/keys && \
	$(AWK) -f $(srcdir)/config/man/keys.awk config/man/keys $(srcdir)/config/egret.yaml \
		$(srcdir)/config/man/egret.yaml.5.in >$@.new && \
	sed -e 's,[@]VERSION[@],$(VERSION),g' -e 's,[@]SYSCONFDIR[@],$(sysconfdir)/egret,g' \
		-e 's,[@]DATADIR[@],$(pkgdatadir),g' $@.new >$@ && rm $@.new

# A package for Debian, of a tree that was configured for it:
#	./configure --prefix=/usr --sysconfdir=/etc && make deb
EXTRA_DIST += config/deb.sh config/debian/control.in config/debian/copyright \
	config/debian/postinst config/debian/prerm config/debian/postrm
deb: all
	@test '$(prefix)' = /usr || { echo 'first: ./configure --prefix=/usr --sysconfdir=/etc' >&2; exit 2; }
	@sh $(srcdir)/config/deb.sh '$(abs_builddir)' '$(abs_srcdir)' '$(VERSION)'
check-package: deb
	@$(run_checks) tests/package/package_test.py tests/package/service_test.py
.PHONY: deb check-package
