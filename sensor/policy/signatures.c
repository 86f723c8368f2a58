// SPDX-License-Identifier: Apache-2.0
/*
 * signatures.c - what file is this?
 *
 * Every pattern stands in one Hyperscan database, and its id there is its rank: the
 * strongest is 0, so that the lowest id that matches wins.  A few formats cannot be told
 * by bytes at fixed places cheaply (two MP3 frames in a row stand one of some hundred
 * distances apart). Their patterns are only a suspicion, held against a database of their
 * own (`confirm`) when it comes up, which costs other heads nothing.
 *
 * Loading is cold; identifying allocates nothing, and any thread may do it.
 */
#include "policy/signatures.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/pattern.h"
#include "policy/signature_file.h"
#include "policy/yaml.h"

enum {
	SUSPICIONS_MAX = 32, /* of one head; the strongest are kept */
	NEAR = 64,           /* bytes */
};

/* Bytes at a fixed offset beyond NEAR. */
struct fixed {
	uint32_t rank;
	uint32_t offset;
	struct bytes value;
	const uint8_t *mask;
};

struct ranked {
	/* Where both are unset, the match is enough. */
	struct patterns *confirm;
	enum frames frames;
	uint16_t type;
};

struct signatures {
	const struct file_type *types;
	size_t type_count;
	struct ranked *ranks; /* by the ids of `patterns` */
	size_t rank_count;
	struct patterns *near, *far; /* far: NULL where there is none */
	struct fixed *fixed;
	size_t fixed_count;
};

const char *file_class_name(enum file_class c)
{
	static const char *const names[CLASSES] = {
		[CLASS_UNKNOWN] = "unknown",       [CLASS_ARCHIVE] = "archive",
		[CLASS_AUDIO] = "audio",           [CLASS_VIDEO] = "video",
		[CLASS_IMAGE] = "image",           [CLASS_DOCUMENT] = "document",
		[CLASS_DATABASE] = "database",     [CLASS_MAILBOX] = "mailbox",
		[CLASS_DISK_IMAGE] = "disk_image", [CLASS_ENCRYPTED] = "encrypted",
		[CLASS_EXECUTABLE] = "executable", [CLASS_TEXT] = "text",
	};

	assert((unsigned)c < CLASSES);
	return names[c];
}

static int fail_pattern(const struct draft_pattern *p, const struct yaml_node *node,
                        const struct error *why, struct error *err)
{
	return error_at(err, p->path, node->line, node->column,
	                "Hyperscan refuses this: %s", why->text);
}

/* The strongest first; among equals the order of the files, which a merge keeps. */
static int by_strength(const void *a, const void *b)
{
	const struct draft_pattern *x = *(const struct draft_pattern *const *)a;
	const struct draft_pattern *y = *(const struct draft_pattern *const *)b;

	if (x->strength != y->strength)
		return x->strength < y->strength ? 1 : -1;
	return x < y ? -1 : 1; /* both point into one array */
}

/* One database of the patterns that are (not) far. */
static int compile(struct arena *arena, const struct draft_pattern *const *order,
                   size_t n, bool far, struct patterns **ret, struct error *err)
{
	struct pattern *patterns = arena_take(arena, (n + 1) * sizeof(*patterns));
	size_t count = 0, bad;
	struct error why;

	if (!patterns)
		return error_set(err, "out of memory");
	for (size_t i = 0; i < n; i++) {
		if ((order[i]->reach > NEAR) != far || (far && order[i]->mask))
			continue;
		patterns[count].expression = order[i]->expression;
		patterns[count++].id = (uint32_t)i;
	}
	if (far && count == 0)
		return 0;
	if (patterns_compile(patterns, count, ret, &bad, &why) == 0)
		return 0;
	if (count == 0)
		return error_set(err, "%s", why.text);
	order += patterns[bad].id;
	return fail_pattern(*order, (*order)->node, &why, err);
}

static int build(struct signatures *s, struct arena *arena, const struct draft *d,
                 struct error *err)
{
	size_t n = d->pattern_count;
	const struct draft_pattern **order = arena_take(arena, (n + 1) * sizeof(*order));
	struct error why;

	s->ranks = arena_take(arena, (n + 1) * sizeof(*s->ranks));
	s->fixed = arena_take(arena, (n + 1) * sizeof(*s->fixed));
	if (!order || !s->ranks || !s->fixed)
		return error_set(err, "out of memory");
	for (size_t i = 0; i < n; i++)
		order[i] = &d->patterns[i];
	qsort(order, n, sizeof(*order), by_strength);
	for (size_t i = 0; i < n; i++) {
		const struct draft_pattern *p = order[i];
		struct pattern confirm = { .expression = p->confirm };

		s->rank_count = i + 1;
		s->ranks[i].type = p->type;
		s->ranks[i].frames = p->frames;
		if (p->confirm &&
		    patterns_compile(&confirm, 1, &s->ranks[i].confirm, NULL, &why) < 0)
			return fail_pattern(p, p->confirm_node, &why, err);
		if (p->reach > NEAR && p->mask)
			s->fixed[s->fixed_count++] =
				(struct fixed){ (uint32_t)i, p->offset, p->value,
				                p->mask };
	}
	if (compile(arena, order, n, false, &s->near, err) < 0)
		return -1;
	return compile(arena, order, n, true, &s->far, err);
}

int signatures_load(struct arena *arena, const char *const *paths, size_t path_count,
                    struct signatures **ret, struct error *err)
{
	struct draft draft;
	struct signatures *s;

	if (signature_files_read(arena, paths, path_count, &draft, err) < 0)
		return -1;
	s = arena_take(arena, sizeof(*s));
	if (!s)
		return error_set(err, "out of memory");
	s->types = draft.types;
	s->type_count = draft.type_count;
	if (build(s, arena, &draft, err) < 0) {
		signatures_free(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void signatures_free(struct signatures *signatures)
{
	if (!signatures)
		return;
	for (size_t i = 0; i < signatures->rank_count; i++)
		patterns_free(signatures->ranks[i].confirm);
	patterns_free(signatures->near);
	patterns_free(signatures->far);
}

size_t signatures_count(const struct signatures *signatures)
{
	return signatures->type_count;
}

const struct file_type *signatures_type(const struct signatures *signatures, uint16_t id)
{
	static const char *const none[] = { NULL };
	static const struct file_type unknown = {
		.type = "unknown",
		.name = "unknown",
		.mime_type = "application/octet-stream",
		.extensions = none,
		.read_as = "unknown",
	};

	assert(id <= signatures->type_count);
	return id ? &signatures->types[id - 1] : &unknown;
}

int signatures_scratch(const struct signatures *signatures,
                       struct pattern_scratch **scratch, struct error *err)
{
	if (pattern_scratch_grow(scratch, signatures->near, err) < 0 ||
	    (signatures->far && pattern_scratch_grow(scratch, signatures->far, err) < 0))
		return -1;
	for (size_t i = 0; i < signatures->rank_count; i++)
		if (signatures->ranks[i].confirm &&
		    pattern_scratch_grow(scratch, signatures->ranks[i].confirm, err) < 0)
			return -1;
	return 0;
}

/* What a scan of one head found, by rank. */
struct found {
	const struct ranked *ranks;
	uint32_t sure; /* the best that needs no confirmation; UINT32_MAX: none */
	unsigned suspicion_count;
	uint32_t suspicions[SUSPICIONS_MAX]; /* the best first */
};

static void suspect(struct found *f, uint32_t rank)
{
	unsigned at = f->suspicion_count;

	if (at == SUSPICIONS_MAX) {
		if (rank > f->suspicions[--at])
			return;
	} else {
		f->suspicion_count++;
	}
	for (; at > 0 && f->suspicions[at - 1] > rank; at--)
		f->suspicions[at] = f->suspicions[at - 1];
	f->suspicions[at] = rank;
}

static bool on_match(void *arg, uint32_t rank)
{
	struct found *f = arg;

	if (f->ranks[rank].confirm || f->ranks[rank].frames)
		suspect(f, rank);
	else if (rank < f->sure)
		f->sure = rank;
	return false;
}

static void compare_fixed(const struct signatures *s, struct bytes head, struct found *f)
{
	for (size_t i = 0; i < s->fixed_count; i++) {
		const struct fixed *x = &s->fixed[i];
		size_t k = 0;

		if (head.n < x->offset + x->value.n)
			continue;
		while (k < x->value.n && (head.p[x->offset + k] & x->mask[k]) ==
		                                 (x->value.p[k] & x->mask[k]))
			k++;
		if (k == x->value.n)
			on_match(f, x->rank);
	}
}

static bool on_confirmed(void *arg, uint32_t id)
{
	bool *confirmed = arg;

	(void)id;
	*confirmed = true;
	return true;
}

static bool is_confirmed(const struct ranked *r, struct pattern_scratch *scratch,
                         struct bytes head)
{
	bool confirmed = !r->confirm;

	if (r->frames && !frames_follow(r->frames, head))
		return false;
	if (r->confirm)
		patterns_scan(r->confirm, scratch, head, on_confirmed, &confirmed);
	return confirmed;
}

uint16_t signatures_identify(const struct signatures *signatures,
                             struct pattern_scratch *scratch, struct bytes head)
{
	struct found f = { .ranks = signatures->ranks, .sure = UINT32_MAX };

	if (head.n > SIGNATURE_HEAD_MAX)
		head.n = SIGNATURE_HEAD_MAX;
	patterns_scan(signatures->near, scratch,
	              (struct bytes){ head.p, head.n < NEAR ? head.n : NEAR }, on_match,
	              &f);
	compare_fixed(signatures, head, &f);
	if (signatures->far)
		patterns_scan(signatures->far, scratch, head, on_match, &f);
	for (unsigned i = 0; i < f.suspicion_count && f.suspicions[i] < f.sure; i++)
		if (is_confirmed(&f.ranks[f.suspicions[i]], scratch, head))
			return f.ranks[f.suspicions[i]].type;
	return f.sure == UINT32_MAX ? 0 : f.ranks[f.sure].type;
}
