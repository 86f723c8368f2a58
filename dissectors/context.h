// SPDX-License-Identifier: Apache-2.0
/*
 * context.h - facts kept by value: what a flow's dissector has read of the exchange under
 * way.
 *
 * Facts borrow from the message; rules and records want them longer.  So the newest facts
 * are copied into this bounded store, one for each field.
 */
#ifndef DISSECTORS_CONTEXT_H
#define DISSECTORS_CONTEXT_H

#include "dissectors/dissector.h"

enum { CONTEXT_FACTS = 16, CONTEXT_TEXT = 1024 };

struct context {
	const struct dissector *dissector; /* NULL: none */
	uint8_t count;
	bool lost;     /* a fact found no room, or was cut */
	uint16_t used; /* of text */
	struct context_fact {
		const struct field *field;
		uint64_t number;
		uint16_t at, n; /* FIELD_BYTES: in text */
	} facts[CONTEXT_FACTS];
	char text[CONTEXT_TEXT];
};

void context_reset(struct context *context, const struct dissector *dissector);
/* A field that stands there already gets the new value. */
void context_add(struct context *context, const struct facts *facts);
/* The fact of that field, or NULL. */
const struct context_fact *context_find(const struct context *context,
                                        const struct field *field);
/* The same by the field's name. */
const struct context_fact *context_find_name(const struct context *context,
                                             const char *name);

#endif
