// SPDX-License-Identifier: Apache-2.0
/*
 * local.c - makes, takes over and finds sockets in the file system.
 */
#include "run/local.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"

enum { BACKLOG = 16 };

static int address_of(const char *path, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(ret->sun_path, path);
	return 0;
}

int local_connect(const char *path)
{
	struct sockaddr_un address;
	int fd, why;

	if (address_of(path, &address) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

/* /run/egret, of a sensor that is started by hand on a system that has just been. */
static void make_folder(const char *path, const struct passwd *owner)
{
	char folder[PATH_MAX], *end;

	snprintf(folder, sizeof(folder), "%s", path);
	end = strrchr(folder, '/');
	if (!end || end == folder)
		return;
	*end = '\0';
	if (mkdir(folder, 0750) == 0 && owner &&
	    chown(folder, owner->pw_uid, owner->pw_gid) < 0)
		log_warning("%s: %s", folder, strerror(errno));
}

static int listen_at(int fd, const struct sockaddr_un *address,
                     const struct passwd *owner)
{
	const char *path = address->sun_path;

	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ||
	    chmod(path, 0660) < 0 ||
	    (owner && chown(path, owner->pw_uid, owner->pw_gid) < 0))
		return -1;
	return listen(fd, BACKLOG);
}

int local_listen(const char *path, const char *user, struct error *err)
{
	const struct passwd *owner = geteuid() == 0 ? getpwnam(user) : NULL;
	struct sockaddr_un address;
	struct stat there;
	int fd = local_connect(path);

	if (fd >= 0) {
		close(fd);
		return error_set(err, "%s: another sensor listens there", path);
	}
	if (address_of(path, &address) < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode))
		return error_set(err, "%s: is there, and no socket", path);
	make_folder(path, owner);
	unlink(path); /* of one that was killed */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && listen_at(fd, &address, owner) == 0)
		return fd;
	error_set(err, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}
