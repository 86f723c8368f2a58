// SPDX-License-Identifier: Apache-2.0
/*
 * dissector.c - the table of dissectors, and what they put their findings into.
 */
#include "dissectors/dissector.h"

#define DISSECTOR(name) extern const struct dissector name##_dissector;
#include "dissectors/list.h"
#undef DISSECTOR

const struct dissector *const dissectors[] = {
#define DISSECTOR(name) &name##_dissector,
#include "dissectors/list.h"
#undef DISSECTOR
	NULL,
};

static void fact_add(struct dissect *d, struct fact fact)
{
	struct facts *f = &d->out->facts;

	if (f->count < FACTS_MAX)
		f->at[f->count++] = fact;
	else
		f->lost++;
}

void fact_number(struct dissect *d, const struct field *field, uint64_t value)
{
	fact_add(d, (struct fact){ .field = field, .number = value });
}

void fact_bytes(struct dissect *d, const struct field *field, struct bytes value)
{
	fact_add(d, (struct fact){ .field = field, .bytes = value });
}

struct note *note_add(struct dissect *d, enum note_kind kind, uint8_t slot)
{
	struct dissect_out *out = d->out;
	struct note *note = &out->spare;

	if (out->note_count < NOTES_MAX)
		note = &out->notes[out->note_count++];
	else
		out->notes_lost++;
	*note = (struct note){
		.kind = kind,
		.slot = slot,
		.declared = SIZE_UNKNOWN,
		.plain_size = SIZE_UNKNOWN,
	};
	return note;
}

const struct dissector *dissector_for_ndpi(const char *protocol)
{
	for (const struct dissector *const *d = dissectors; *d; d++)
		if ((*d)->ndpi && strcmp((*d)->ndpi, protocol) == 0)
			return *d;
	return NULL;
}

const struct dissector *dissector_for_type(const char *file_type)
{
	for (const struct dissector *const *d = dissectors; *d; d++)
		if ((*d)->file_type && strcmp((*d)->file_type, file_type) == 0)
			return *d;
	return NULL;
}

const struct dissector *dissector_for_ports(uint16_t a, uint16_t b, uint16_t *which)
{
	for (const struct dissector *const *d = dissectors; *d; d++)
		for (const uint16_t *port = (*d)->ports; port && *port; port++)
			if (*port == a || *port == b) {
				*which = *port;
				return *d;
			}
	return NULL;
}

struct naming *naming_add(struct dissect *d, enum name_by by)
{
	struct dissect_out *out = d->out;
	struct naming *naming = &out->namings[NAMINGS_MAX];

	if (out->naming_count < NAMINGS_MAX)
		naming = &out->namings[out->naming_count++];
	else
		out->namings_lost++;
	*naming = (struct naming){ .by = by };
	return naming;
}
