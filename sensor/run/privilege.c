// SPDX-License-Identifier: Apache-2.0
/*
 * privilege.c - root is only there to open what it must.
 */
#include "run/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/error.h"

/* The one that somebody has who listens. */
static void want_listening(bool have)
{
	capng_clear(CAPNG_SELECT_BOTH);
	if (have)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_RAW);
}

static int never_more(struct error *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		return 0;
	return error_set(err, "no_new_privs: %s", strerror(errno));
}

static const struct passwd *find_user(const char *name, char said[PRIVILEGE_TEXT])
{
	const struct passwd *user = getpwnam(name);

	if (user || strcmp(name, "egret") != 0)
		return user;
	snprintf(said, PRIVILEGE_TEXT,
	         "there is no user egret, so it goes on as nobody: adduser --system "
	         "--group "
	         "egret");
	return getpwnam("nobody");
}

static int become(const char *name, char said[PRIVILEGE_TEXT], struct error *err)
{
	const struct passwd *user = find_user(name, said);
	int status;

	if (!user)
		return error_set(err, "the user \"%s\" (service.user) does not exist",
		                 name);
	if (user->pw_uid == 0) {
		snprintf(said, PRIVILEGE_TEXT,
		         "service.user is root: it goes on as root");
		return 0;
	}
	want_listening(true);
	status = capng_change_id((int)user->pw_uid, (int)user->pw_gid,
	                         CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
	if (status < 0)
		return error_set(err, "cannot become the user %s (%d)", user->pw_name,
		                 status);
	return 0;
}

/* Of what a service manager, or a file's capabilities, gave. */
static int keep_least(struct error *err)
{
	bool may = capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW);

	want_listening(may);
	if (capng_apply(CAPNG_SELECT_CAPS) == 0)
		return 0;
	return error_set(err, "cannot give up capabilities: %s", strerror(errno));
}

int privilege_drop(const char *user, char said[PRIVILEGE_TEXT], struct error *err)
{
	said[0] = '\0';
	if ((geteuid() == 0 ? become(user, said, err) : keep_least(err)) < 0)
		return -1;
	return never_more(err);
}
