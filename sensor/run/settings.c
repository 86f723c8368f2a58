// SPDX-License-Identifier: Apache-2.0
/*
 * settings.c - the options that say which policy to load, and where its files are.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/prefix.h"
#include "policy/policy.h"
#include "run/command.h"

void settings_add(struct settings *s, const char *override)
{
	if (s->n == s->room) {
		s->room = s->room * 2 + 8;
		s->overrides = realloc(s->overrides, s->room * sizeof(*s->overrides));
		if (!s->overrides)
			abort(); /* before anything has begun */
	}
	s->overrides[s->n++] = override;
}

int settings_protect(struct settings *s, const char *cidr)
{
	static const char key[] = "networks.protected=";
	struct prefix prefix;
	struct error err;
	char *text;

	if (prefix_parse(cidr, &prefix, &err) < 0) {
		log_error("--protect %s: %s", cidr, err.text);
		return -1;
	}
	text = malloc((s->protect ? strlen(s->protect) : sizeof(key)) + strlen(cidr) + 2);
	if (!text)
		abort();
	strcpy(text, s->protect ? s->protect : key);
	if (s->protect)
		strcat(text, ",");
	strcat(text, cidr);
	free(s->protect);
	s->protect = text;
	return 0;
}

void settings_rules(struct settings *s, char **paths, int count)
{
	size_t room;
	FILE *list;

	if (count <= 0)
		return;
	list = open_memstream(&s->rules, &room);
	if (!list)
		abort();
	for (int i = 0; i < count; i++)
		fprintf(list, "%s%s", i == 0 ? "rules.paths=" : ",", paths[i]);
	fclose(list);
	settings_add(s, s->rules);
}

void settings_inside(struct settings *s, const struct prefix *inside)
{
	struct prefixes *set = &s->inside;

	set->at = realloc(set->at, (set->n + 1) * sizeof(*set->at));
	if (!set->at)
		abort(); /* before anything has begun */
	set->at[set->n++] = *inside;
}

void settings_done(struct settings *s)
{
	free(s->inside.at);
	free(s->rules);
	free(s->overrides);
	free(s->protect);
}

/* The folder of the running program, with room for a name behind it. */
static bool program_dir(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n <= 0)
		return false;
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	return true;
}

const char *data_dir(void)
{
	static char path[PATH_MAX + 16];
	static const char *found; /* once: who reads it later may be another user */
	char probe[PATH_MAX + 32];

	if (found)
		return found;
	found = EGRET_DATADIR;
	if (program_dir(path)) {
		snprintf(probe, sizeof(probe), "%s/rules/egret", path);
		if (access(probe, R_OK) == 0)
			found = path;
	}
	return found;
}

const char *default_config(void)
{
	static const char installed[] = EGRET_SYSCONFDIR "/egret.yaml";

	return access(installed, R_OK) == 0 ? installed : NULL;
}

int settings_load(struct settings *s, const struct policy *running, struct policy **ret,
                  FILE *said)
{
	struct complaints *complaints = complaints_new();
	struct policy_source from = { .config = s->config ? s->config : default_config(),
		                      .data_dir = data_dir() };
	int failed;

	if (s->protect && !s->protect_added)
		settings_add(s, s->protect);
	s->protect_added = true;
	from.overrides = s->overrides;
	from.override_count = s->n;
	from.inside = s->inside;
	if (!complaints) {
		log_error("out of memory");
		return -1;
	}
	failed = running ? policy_reload(running, &from, ret, complaints)
	                 : policy_load(&from, ret, complaints);
	complaints_print(complaints, stderr);
	if (said)
		complaints_print(complaints, said);
	complaints_free(complaints);
	return failed;
}
