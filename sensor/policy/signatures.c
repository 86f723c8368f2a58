// SPDX-License-Identifier: Apache-2.0
/*
 * signatures.c - what file is this?
 *
 * Every pattern has a rank: the strongest is 0, so that the lowest that matches wins.  It
 * is also its id in Hyperscan.  Most patterns begin with a few fixed bytes at a fixed
 * offset, their lead ("RIFF", "PK\3\4", "usta" at 257).  Those with the same lead are a
 * group with a database of its own, which is asked only when the lead is there, and a
 * lead costs a nanosecond to compare.  Patterns without one stand in `near`, which sees
 * the first NEAR bytes of every head, or in `far`.  Why not all in one: 300 patterns
 * took 2.6 s to compile together, and deep ones made every scan slow (a microsecond on a
 * page of zeros).
 *
 * A few formats cannot be told by bytes at fixed places, or not cheaply.  Their patterns
 * are only a suspicion: when it comes up, the head is held against a database of its own
 * (`confirm`) or followed from frame to frame (frames.h); other heads pay nothing for it.
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

struct ranked {
	/* Where both are unset, the match is enough. */
	struct patterns *confirm;
	enum frames frames;
	uint16_t type;
};

/* Patterns that begin with the same bytes at the same offset. */
struct group {
	uint32_t next;  /* in the same chain: index + 1; 0 ends it */
	uint32_t whole; /* its strongest that is nothing but the lead, or NO_RANK */
	uint32_t offset;
	uint32_t reach;            /* bytes that the others look at */
	struct patterns *patterns; /* the others; NULL: none */
	uint8_t lead_n;
	uint8_t lead[LEAD_MAX];
};

#define NO_RANK UINT32_MAX

struct signatures {
	const struct file_type *types;
	size_t type_count;
	struct ranked *ranks;
	size_t rank_count;
	struct group *groups;
	size_t group_count;
	struct patterns *near, *far; /* NULL: none */
	uint32_t at_front[256]; /* chains of leads at offset 0, by their first byte */
	uint32_t deeper;        /* chain of the others */
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

/* What is needed while it is built. */
struct builder {
	struct signatures *s;
	struct cache *cache; /* NULL: none */
	struct arena *arena;
	struct error *err;
	const struct draft_pattern **order; /* by rank */
	uint32_t n;
	struct pattern *list; /* for the next call of Hyperscan */
	size_t list_n;
};

static int fail_pattern(struct builder *b, const struct draft_pattern *p,
                        const struct yaml_node *node, const struct error *why)
{
	return error_at(b->err, p->path, node->line, node->column,
	                "Hyperscan refuses this: %s", why->text);
}

/* The strongest first; equals keep the order of the files. */
static int by_strength(const void *a, const void *b)
{
	const struct draft_pattern *x = *(const struct draft_pattern *const *)a;
	const struct draft_pattern *y = *(const struct draft_pattern *const *)b;

	if (x->strength != y->strength)
		return x->strength < y->strength ? 1 : -1;
	return x < y ? -1 : 1; /* both point into one array */
}

static void list_add(struct builder *b, const char *expression, uint32_t id)
{
	b->list[b->list_n++] = (struct pattern){ .expression = expression, .id = id };
}

/* Compiles the list and empties it; an empty one leaves ret as it is. */
static int list_compile(struct builder *b, struct patterns **ret)
{
	const struct draft_pattern *p;
	struct error why;
	size_t bad, n = b->list_n;

	b->list_n = 0;
	if (n == 0 || patterns_compile_kept(b->cache, b->list, n, ret, &bad, &why) == 0)
		return 0;
	p = b->order[b->list[bad].id];
	return fail_pattern(b, p, p->node, &why);
}

static bool in_group(const struct draft_pattern *p, const struct draft_pattern *first)
{
	return p->lead_n && p->offset == first->offset && p->lead_n == first->lead_n &&
	       memcmp(p->lead, first->lead, p->lead_n) == 0;
}

/* Does its group begin with it? */
static bool is_first(const struct builder *b, uint32_t rank)
{
	uint32_t k = 0;

	if (!b->order[rank]->lead_n)
		return false;
	while (!in_group(b->order[k], b->order[rank]))
		k++;
	return k == rank;
}

static int build_group(struct builder *b, uint32_t first)
{
	const struct draft_pattern *f = b->order[first];
	struct signatures *s = b->s;
	struct group *g = &s->groups[s->group_count++];
	uint32_t *chain = f->offset ? &s->deeper : &s->at_front[f->lead[0]];

	g->whole = NO_RANK;
	g->offset = f->offset;
	g->lead_n = (uint8_t)f->lead_n;
	memcpy(g->lead, f->lead, sizeof(g->lead));
	g->next = *chain;
	*chain = (uint32_t)s->group_count;
	for (uint32_t i = first; i < b->n; i++) {
		const struct draft_pattern *p = b->order[i];

		if (!in_group(p, f))
			continue;
		if (p->whole && g->whole == NO_RANK && !p->confirm && !p->frames) {
			g->whole = i;
			continue;
		}
		list_add(b, p->expression, i);
		if (g->reach < p->reach)
			g->reach = (uint32_t)p->reach;
	}
	return list_compile(b, &g->patterns);
}

static int build_groups(struct builder *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		if (is_first(b, i) && build_group(b, i) < 0)
			return -1;
	return 0;
}

/* Those without a lead. */
static int build_others(struct builder *b, bool far, struct patterns **ret)
{
	for (uint32_t i = 0; i < b->n; i++) {
		const struct draft_pattern *p = b->order[i];

		if (!p->lead_n && (p->reach > NEAR) == far)
			list_add(b, p->expression, i);
	}
	return list_compile(b, ret);
}

static int build_ranks(struct builder *b)
{
	struct signatures *s = b->s;
	struct error why;

	for (uint32_t i = 0; i < b->n; i++) {
		const struct draft_pattern *p = b->order[i];
		struct pattern confirm = { .expression = p->confirm };

		s->ranks[i] = (struct ranked){ .type = p->type, .frames = p->frames };
		s->rank_count = i + 1;
		if (p->confirm &&
		    patterns_compile_kept(b->cache, &confirm, 1, &s->ranks[i].confirm,
		                          NULL, &why) < 0)
			return fail_pattern(b, p, p->confirm_node, &why);
	}
	return 0;
}

static int build(struct signatures *s, struct arena *arena, struct cache *cache,
                 const struct draft *d, struct error *err)
{
	size_t n = d->pattern_count;
	struct builder b = {
		.s = s,
		.cache = cache,
		.arena = arena,
		.err = err,
		.order = arena_take(arena, (n + 1) * sizeof(*b.order)),
		.n = (uint32_t)n,
		.list = arena_take(arena, (n + 1) * sizeof(*b.list)),
	};

	s->ranks = arena_take(arena, (n + 1) * sizeof(*s->ranks));
	s->groups = arena_take(arena, (n + 1) * sizeof(*s->groups));
	if (!b.order || !b.list || !s->ranks || !s->groups)
		return error_set(err, "out of memory");
	for (size_t i = 0; i < n; i++)
		b.order[i] = &d->patterns[i];
	qsort(b.order, n, sizeof(*b.order), by_strength);
	if (build_ranks(&b) < 0 || build_groups(&b) < 0 ||
	    build_others(&b, false, &s->near) < 0 || build_others(&b, true, &s->far) < 0)
		return -1;
	return 0;
}

int signatures_load(struct arena *arena, struct cache *cache, const char *const *paths,
                    size_t path_count, struct signatures **ret, struct error *err)
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
	if (build(s, arena, cache, &draft, err) < 0) {
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
	for (size_t i = 0; i < signatures->group_count; i++)
		patterns_free(signatures->groups[i].patterns);
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

static int grow(struct pattern_scratch **scratch, const struct patterns *patterns,
                struct error *err)
{
	return patterns ? pattern_scratch_grow(scratch, patterns, err) : 0;
}

int signatures_scratch(const struct signatures *signatures,
                       struct pattern_scratch **scratch, struct error *err)
{
	if (grow(scratch, signatures->near, err) < 0 ||
	    grow(scratch, signatures->far, err) < 0)
		return -1;
	for (size_t i = 0; i < signatures->rank_count; i++)
		if (grow(scratch, signatures->ranks[i].confirm, err) < 0)
			return -1;
	for (size_t i = 0; i < signatures->group_count; i++)
		if (grow(scratch, signatures->groups[i].patterns, err) < 0)
			return -1;
	return 0;
}

/* What a scan of one head found, by rank. */
struct found {
	const struct ranked *ranks;
	uint32_t sure; /* the best that needs no confirmation, or NO_RANK */
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

static bool on_confirmed(void *arg, uint32_t id)
{
	bool *confirmed = arg;

	(void)id;
	*confirmed = true;
	return true;
}

static struct bytes front(struct bytes head, size_t n)
{
	return (struct bytes){ head.p, head.n < n ? head.n : n };
}

/* Asks the groups of a chain whose lead is there. */
static void ask_groups(const struct signatures *s, uint32_t chain,
                       struct pattern_scratch *scratch, struct bytes head,
                       struct found *f)
{
	while (chain) {
		const struct group *g = &s->groups[chain - 1];

		chain = g->next;
		if (head.n < g->offset + g->lead_n ||
		    memcmp(head.p + g->offset, g->lead, g->lead_n) != 0)
			continue;
		if (g->whole != NO_RANK)
			on_match(f, g->whole);
		if (g->patterns)
			patterns_scan(g->patterns, scratch, front(head, g->reach),
			              on_match, f);
	}
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
	const struct signatures *s = signatures;
	struct found f;

	if (head.n == 0)
		return 0;
	f.ranks = s->ranks;
	f.sure = NO_RANK;
	f.suspicion_count = 0;
	head = front(head, SIGNATURE_HEAD_MAX);
	ask_groups(s, s->at_front[head.p[0]], scratch, head, &f);
	ask_groups(s, s->deeper, scratch, head, &f);
	if (s->near)
		patterns_scan(s->near, scratch, front(head, NEAR), on_match, &f);
	if (s->far)
		patterns_scan(s->far, scratch, head, on_match, &f);
	for (unsigned i = 0; i < f.suspicion_count && f.suspicions[i] < f.sure; i++)
		if (is_confirmed(&f.ranks[f.suspicions[i]], scratch, head))
			return f.ranks[f.suspicions[i]].type;
	return f.sure == NO_RANK ? 0 : f.ranks[f.sure].type;
}
