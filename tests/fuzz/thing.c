// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/thing.h"

static const struct field rpc_fields[] = {
	{ "rpc.method", FIELD_BYTES, "what is called", NULL, false },
	{ "rpc.body.bytes", FIELD_NUMBER, "how long it is", NULL, true },
	{ 0 },
};

static const struct dissector rpc_dissector = { .name = "rpc", .fields = rpc_fields };

const struct dissector *const dissectors[] = { &rpc_dissector, NULL };

static uint8_t draw(const struct thing *thing, const struct field *field, unsigned what)
{
	size_t at = (size_t)(field_engine_index(field) + 1) * 7 + what;

	return thing->bytes.n ? thing->bytes.p[at % thing->bytes.n] : 0;
}

/* A piece of the bytes: of the rules, too, where they are what the thing is made of. */
static struct bytes piece(const struct thing *thing, const struct field *field,
                          unsigned i)
{
	size_t n = thing->bytes.n, at, length;

	if (n == 0)
		return thing->bytes;
	at = (draw(thing, field, 4 + i) | (size_t)draw(thing, field, 6 + i) << 8) % n;
	length = draw(thing, field, 5 + i) % 40;
	return (struct bytes){ thing->bytes.p + at, length > n - at ? n - at : length };
}

static void get_last(const struct thing *thing, const struct field *field,
                     struct value *value)
{
	value->known = KNOWN_ABSENT;
	if (draw(thing, field, 0) % 4 && field_find(field->name, thing->category))
		value->known = KNOWN_SETTLED;
	value->number = (uint64_t)draw(thing, field, 1) << draw(thing, field, 2) % 56;
	for (unsigned i = 0; i < sizeof(value->ip.b); i++)
		value->ip.b[i] = draw(thing, field, i);
	if (field->type != FIELD_BYTES || value->known == KNOWN_ABSENT)
		return;
	value->text_count = draw(thing, field, 3) % 3;
	for (unsigned i = 0; i < value->text_count; i++)
		value->texts[i] = piece(thing, field, i);
}

static void get(const struct subject *subject, const struct field *field,
                struct value *value)
{
	const struct thing *thing = subject->thing;
	unsigned less = draw(thing, field, 8) * thing->turn % 4;

	get_last(thing, field, value);
	if (thing->turn == 0 || less == 0)
		return;
	if (less == 1 || value->known == KNOWN_ABSENT ||
	    (field->type != FIELD_BYTES && !field->grows)) {
		value->known = KNOWN_NOT_YET;
		value->text_count = 0;
		return;
	}
	value->known = KNOWN_GROWING;
	value->number /= less;
	value->text_count /= less;
}

struct subject thing_subject(const struct thing *thing)
{
	return (struct subject){ .get = get, .thing = thing };
}

struct bytes thing_part(struct bytes *rest)
{
	struct bytes part = { rest->p, 0 };

	while (part.n < rest->n) {
		const uint8_t *line = rest->p + part.n;
		size_t left = rest->n - part.n;

		if (left >= 4 && memcmp(line, "%%%\n", 4) == 0) {
			*rest = (struct bytes){ line + 4, left - 4 };
			return part;
		}
		while (left && *line != '\n') {
			line++;
			left--;
		}
		part.n = rest->n - (left ? left - 1 : 0);
	}
	*rest = (struct bytes){ rest->p + part.n, 0 };
	return part;
}
