// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_sigma.c - any bytes as a file of rules; what loads is evaluated and printed.
 *
 * The thing that rules are tried on is made from the input, too: first what will be known
 * of each field in the end, then less of it.  What a rule says of less, if it says true
 * or false at all, it must say in the end: nothing fires that would have to be taken
 * back.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/error.h"
#include "detect/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The engine's fields and two of a dissector's are enough to be parsed. */
static const struct field rpc_fields[] = {
	{ "rpc.method", FIELD_BYTES, "what is called", NULL, false },
	{ "rpc.body.bytes", FIELD_NUMBER, "how long it is", NULL, true },
	{ 0 },
};

static const struct dissector rpc_dissector = { .name = "rpc", .fields = rpc_fields };

const struct dissector *const dissectors[] = { &rpc_dissector, NULL };

struct input {
	struct bytes bytes;
	unsigned turn; /* 0: the end */
};

static uint8_t draw(const struct input *in, const struct field *field, unsigned what)
{
	size_t at = (size_t)(field_engine_index(field) + 1) * 7 + what;

	return in->bytes.n ? in->bytes.p[at % in->bytes.n] : 0;
}

static void get_last(const struct input *in, const struct field *field,
                     struct value *value)
{
	value->known = draw(in, field, 0) % 4 ? KNOWN_SETTLED : KNOWN_ABSENT;
	value->number = (uint64_t)draw(in, field, 1) << draw(in, field, 2) % 56;
	for (unsigned i = 0; i < sizeof(value->ip.b); i++)
		value->ip.b[i] = draw(in, field, i);
	if (field->type != FIELD_BYTES)
		return;
	value->text_count = draw(in, field, 3) % 3;
	for (unsigned i = 0; i < value->text_count; i++) {
		value->texts[i] = in->bytes;
		if (value->texts[i].n > 40)
			value->texts[i].n = draw(in, field, 4 + i) % 40;
	}
}

static void get(const struct subject *subject, const struct field *field,
                struct value *value)
{
	const struct input *in = subject->thing;
	unsigned less = draw(in, field, 8) * in->turn % 4;

	get_last(in, field, value);
	if (in->turn == 0 || less == 0)
		return;
	if (less == 1 || value->known == KNOWN_ABSENT ||
	    (field->type != FIELD_BYTES && !field->grows)) {
		*value = (struct value){ .known = KNOWN_NOT_YET };
		return;
	}
	value->known = KNOWN_GROWING;
	value->number /= less;
	value->text_count /= less;
}

static void try_rule(const struct rule *rule, struct bytes bytes)
{
	struct input in = { bytes, 0 };
	struct subject subject = { .get = get, .thing = &in };
	struct reasons why = { 0 };
	enum truth last = match_rule(rule, &subject, &why, NULL);

	assert(last != TRUTH_NOT_YET);
	assert((last == TRUTH_TRUE || why.count == 0) && why.count <= REASONS_MAX);
	for (in.turn = 1; in.turn < 6; in.turn++) {
		enum truth t = match_rule(rule, &subject, NULL, NULL);

		assert(t == TRUTH_NOT_YET || t == last);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static FILE *nowhere;
	struct arena *arena = arena_new();
	struct rules *rules = NULL;
	struct error err = { "" };

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (rules_parse(arena, "fuzz", (struct bytes){ p, n }, &rules, &err) < 0) {
		assert(err.text[0] != '\0' && !rules);
	} else {
		for (size_t i = 0; i < rules->n; i++) {
			const struct rule *rule = &rules->at[i];

			for (uint32_t k = 0; k < rule->node_count; k++)
				for (uint32_t c = 0; c < rule->nodes[k].child_count; c++)
					assert(rule->nodes[k].children[c] < k);
			try_rule(rule, (struct bytes){ p, n });
			if (nowhere)
				rule_print(rule, nowhere);
		}
	}
	arena_free(arena);
	return 0;
}
