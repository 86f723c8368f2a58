// SPDX-License-Identifier: Apache-2.0
/*
 * cache.c - a file of keys and bytes: a header, then for each key, length, hash and
 * bytes.
 */
#include "policy/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

enum { ENTRIES_MAX = 8192, FILE_MAX = 64 << 20, HEADER = 16 };

static const char header[HEADER] = "egret patterns 1";

struct entry {
	uint64_t key, n, hash; /* as in the file; hash is of the bytes */
	uint8_t *bytes;
	bool used; /* in this run */
};

struct cache {
	char *path;
	struct entry *entries;
	size_t count, room;
	size_t total; /* bytes that were read */
	size_t used;  /* bytes of entries that this run has used */
	bool changed;
};

static struct entry *find(const struct cache *c, uint64_t key)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->entries[i].key == key)
			return &c->entries[i];
	return NULL;
}

/* Takes bytes for good. */
static void put(struct cache *c, uint64_t key, uint8_t *bytes, size_t n)
{
	struct entry *e = find(c, key);

	if (!e && c->count == c->room) {
		size_t room = c->room * 2 + 256;
		struct entry *more = realloc(c->entries, room * sizeof(*more));

		if (!more) {
			free(bytes);
			return;
		}
		c->entries = more;
		c->room = room;
	}
	if (e) {
		c->used -= e->used ? e->n : 0;
		free(e->bytes);
	} else {
		e = &c->entries[c->count++];
	}
	*e = (struct entry){ key, n, hash64(bytes, n, key), bytes, false };
}

/* Reads one entry; false at the end, or where something is wrong. */
static bool read_entry(struct cache *c, FILE *file)
{
	uint64_t head[3];
	uint8_t *bytes;

	if (c->count == ENTRIES_MAX || fread(head, sizeof(head), 1, file) != 1 ||
	    head[1] == 0 || head[1] > FILE_MAX - c->total)
		return false;
	bytes = malloc(head[1]);
	if (!bytes || fread(bytes, head[1], 1, file) != 1 ||
	    hash64(bytes, head[1], head[0]) != head[2]) {
		free(bytes);
		return false;
	}
	c->total += head[1];
	put(c, head[0], bytes, head[1]);
	return true;
}

struct cache *cache_open(const char *path)
{
	struct cache *c = calloc(1, sizeof(*c));
	FILE *file;
	char begin[HEADER];

	if (!c || !(c->path = strdup(path))) {
		free(c);
		return NULL;
	}
	file = fopen(path, "rb");
	if (!file)
		return c;
	if (fread(begin, sizeof(begin), 1, file) == 1 &&
	    memcmp(begin, header, HEADER) == 0)
		while (read_entry(c, file))
			;
	fclose(file);
	return c;
}

static void use(struct cache *c, struct entry *e)
{
	c->used += e->used ? 0 : e->n;
	e->used = true;
}

struct bytes cache_find(struct cache *cache, uint64_t key)
{
	struct entry *e = find(cache, key);

	if (e)
		use(cache, e);
	return e ? (struct bytes){ e->bytes, e->n }
	         : (struct bytes){ (const uint8_t *)"", 0 };
}

void cache_add(struct cache *c, uint64_t key, struct bytes value)
{
	uint8_t *copy;

	struct entry *e;

	if (value.n == 0 || value.n > FILE_MAX || c->used > FILE_MAX - value.n)
		return;
	copy = malloc(value.n);
	if (!copy)
		return;
	memcpy(copy, value.p, value.n);
	put(c, key, copy, value.n);
	e = find(c, key);
	if (e)
		use(c, e);
	c->changed = true;
}

/* Makes the folders above the file, as far as they are missing. */
static void make_folders(const char *path)
{
	char folder[4096];

	for (const char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		size_t n = (size_t)(slash - path);

		if (n >= sizeof(folder))
			return;
		memcpy(folder, path, n);
		folder[n] = '\0';
		mkdir(folder, 0700);
	}
}

/* Those that this run has used, or those that it has not: as far as there is room. */
static bool write_some(const struct cache *c, FILE *file, bool used, size_t *n,
                       size_t *bytes)
{
	for (size_t i = 0; i < c->count && *n < ENTRIES_MAX; i++) {
		const struct entry *e = &c->entries[i];

		if (e->used != used || e->n > FILE_MAX - *bytes)
			continue;
		++*n;
		*bytes += e->n;
		if (fwrite(e, 3 * sizeof(uint64_t), 1, file) != 1 ||
		    fwrite(e->bytes, e->n, 1, file) != 1)
			return false;
	}
	return true;
}

/* What was not used for the longest time stands last, and makes room for what is new. */
static void write_file(const struct cache *c)
{
	size_t n = 0, bytes = 0;
	char name[4096];
	FILE *file;
	int fd;
	bool good;

	if ((size_t)snprintf(name, sizeof(name), "%s.XXXXXX", c->path) >= sizeof(name))
		return;
	make_folders(c->path);
	fd = mkstemp(name);
	file = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!file) {
		if (fd >= 0)
			close(fd);
		return;
	}
	good = fwrite(header, HEADER, 1, file) == 1;
	good = good && write_some(c, file, true, &n, &bytes) &&
	       write_some(c, file, false, &n, &bytes);
	if (fclose(file) != 0 || !good || rename(name, c->path) != 0)
		unlink(name);
}

void cache_close(struct cache *c)
{
	if (!c)
		return;
	if (c->changed)
		write_file(c);
	for (size_t i = 0; i < c->count; i++)
		free(c->entries[i].bytes);
	free(c->entries);
	free(c->path);
	free(c);
}

bool cache_path(char *path, size_t room)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && *cache == '/')
		return (size_t)snprintf(path, room, "%s/egret/patterns", cache) < room;
	if (home && *home == '/')
		return (size_t)snprintf(path, room, "%s/.cache/egret/patterns", home) <
		       room;
	return false;
}
