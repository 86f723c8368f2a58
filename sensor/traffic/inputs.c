// SPDX-License-Identifier: Apache-2.0
/*
 * inputs.c - which files the user means.
 *
 * Cold: runs once, before the first packet, on the thread that reads.
 */
#include "traffic/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

enum { DEPTH_MAX = 8 };

static int input_append(struct inputs *inputs, const char *name, const char *folder,
                        const struct stat *st, struct error *err)
{
	if (inputs->n == inputs->room) {
		size_t room = inputs->room ? inputs->room * 2 : 16;
		struct input *at = reallocarray(inputs->at, room, sizeof(*at));

		if (!at)
			return error_set(err, "out of memory");
		inputs->at = at;
		inputs->room = room;
	}
	struct input *input = &inputs->at[inputs->n];
	*input = (struct input){ .name = strdup(name), .folder = folder, .size = -1 };
	if (!input->name)
		return error_set(err, "out of memory");
	if (S_ISREG(st->st_mode)) {
		input->size = st->st_size;
		input->again = strcmp(name, "-") != 0;
	}
	inputs->n++;
	return 0;
}

/* By bytes, not by locale: the same order on every machine. */
static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int folder_add(struct inputs *inputs, const char *path,
                      void (*complaint)(void *arg, const char *sentence), void *arg,
                      struct error *err)
{
	char *const roots[] = { (char *)path, NULL };
	FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	int complaints = 0;
	struct error why;

	if (!walk)
		return error_set(err, "%s: %s", path, strerror(errno));
	for (FTSENT *e; (e = fts_read(walk));) {
		switch (e->fts_info) {
		case FTS_D:
			if (e->fts_level > DEPTH_MAX) {
				fts_set(walk, e, FTS_SKIP);
				error_set(&why,
				          "%s: folders deeper than %d are not searched",
				          e->fts_path, DEPTH_MAX);
				complaint(arg, why.text);
				complaints++;
			}
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			error_set(&why, "%s: %s", e->fts_path, strerror(e->fts_errno));
			complaint(arg, why.text);
			complaints++;
			break;
		case FTS_F:
			if (input_append(inputs, e->fts_path, path, e->fts_statp, err) <
			    0) {
				fts_close(walk);
				return -1;
			}
			break;
		default:
			break; /* devices, sockets, links to nowhere, links in a circle */
		}
	}
	fts_close(walk);
	return complaints;
}

int inputs_add(struct inputs *inputs, const char *path,
               void (*complaint)(void *arg, const char *sentence), void *arg,
               struct error *err)
{
	bool standard = strcmp(path, "-") == 0;
	struct error why;
	struct stat st;

	for (size_t i = 0; standard && i < inputs->n; i++) {
		if (strcmp(inputs->at[i].name, "-") == 0) {
			complaint(arg, "-: standard input can be read only once");
			return 1;
		}
	}
	if ((standard ? fstat(STDIN_FILENO, &st) : stat(path, &st)) < 0) {
		error_set(&why, "%s: %s", path, strerror(errno));
		complaint(arg, why.text);
		return 1;
	}
	if (!standard && S_ISDIR(st.st_mode))
		return folder_add(inputs, path, complaint, arg, err);
	return input_append(inputs, path, NULL, &st, err);
}

void inputs_done(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++)
		free(inputs->at[i].name);
	free(inputs->at);
	*inputs = (struct inputs){ 0 };
}

int input_open(const struct input *input)
{
	if (strcmp(input->name, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return open(input->name, O_RDONLY | O_CLOEXEC);
}
