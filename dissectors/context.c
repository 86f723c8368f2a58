// SPDX-License-Identifier: Apache-2.0
/*
 * context.c - facts kept by value.
 */
#include "dissectors/context.h"

void context_reset(struct context *context, const struct dissector *dissector)
{
	context->dissector = dissector;
	context->count = 0;
	context->lost = false;
	context->used = 0;
}

const struct context_fact *context_find(const struct context *context,
                                        const struct field *field)
{
	for (unsigned i = 0; i < context->count; i++)
		if (context->facts[i].field == field)
			return &context->facts[i];
	return NULL;
}

const struct context_fact *context_find_name(const struct context *context,
                                             const char *name)
{
	for (unsigned i = 0; i < context->count; i++)
		if (strcmp(context->facts[i].field->name, name) == 0)
			return &context->facts[i];
	return NULL;
}

void context_add(struct context *context, const struct facts *facts)
{
	for (unsigned i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->at[i];
		struct context_fact *to =
			(struct context_fact *)context_find(context, fact->field);
		size_t n = fact->bytes.n, room = CONTEXT_TEXT - context->used;

		if (!to && context->count < CONTEXT_FACTS)
			to = &context->facts[context->count++];
		if (!to) {
			context->lost = true;
			continue;
		}
		if (n > room) {
			n = room;
			context->lost = true;
		}
		*to = (struct context_fact){
			.field = fact->field,
			.number = fact->number,
			.at = context->used,
			.n = (uint16_t)n,
		};
		if (n)
			memcpy(context->text + context->used, fact->bytes.p, n);
		context->used = (uint16_t)(context->used + n);
	}
}
