// SPDX-License-Identifier: Apache-2.0
/*
 * scan.c - each field is scanned once; what is found names the rules to be asked.
 *
 * Only what was found is taken back before the next thing, so that the cost does not grow
 * with the number of rules.
 */
#include "detect/scan.h"

#include <stdlib.h>

#include "base/error.h"

struct scan {
	const struct program *program;
	struct pattern_scratch *scratch;
	uint64_t *found; /* a bit for each atom */
	uint32_t *atoms; /* those that are set */
	uint32_t atom_count;
	uint64_t *asked; /* a bit for each rule */
	uint32_t *rules; /* those that are set */
	uint32_t rule_count;
	const struct program_pattern *stands; /* of the field at hand */
};

struct scan *scan_new(const struct program *program, size_t rules, struct error *err)
{
	struct scan *s = calloc(1, sizeof(*s));

	if (!s) {
		error_set(err, "out of memory");
		return NULL;
	}
	s->program = program;
	s->found = calloc(program->atoms / 64 + 1, sizeof(*s->found));
	s->atoms = calloc(program->atoms + 1, sizeof(*s->atoms));
	s->asked = calloc(rules / 64 + 1, sizeof(*s->asked));
	s->rules = calloc(rules + 1, sizeof(*s->rules));
	if (!s->found || !s->atoms || !s->asked || !s->rules) {
		error_set(err, "out of memory for %zu rules", rules);
		scan_free(s);
		return NULL;
	}
	for (uint32_t f = 0; f < program->field_count; f++) {
		if (pattern_scratch_grow(&s->scratch, program->fields[f].patterns, err) <
		    0) {
			scan_free(s);
			return NULL;
		}
	}
	return s;
}

void scan_free(struct scan *s)
{
	if (!s)
		return;
	pattern_scratch_free(s->scratch);
	free(s->found);
	free(s->atoms);
	free(s->asked);
	free(s->rules);
	free(s);
}

static void forget(struct scan *s)
{
	for (uint32_t i = 0; i < s->atom_count; i++)
		s->found[s->atoms[i] / 64] = 0;
	for (uint32_t i = 0; i < s->rule_count; i++)
		s->asked[s->rules[i] / 64] = 0;
	s->atom_count = 0;
	s->rule_count = 0;
}

static void ask(struct scan *s, uint32_t rule)
{
	uint64_t bit = UINT64_C(1) << rule % 64;

	if (s->asked[rule / 64] & bit)
		return;
	s->asked[rule / 64] |= bit;
	s->rules[s->rule_count++] = rule;
}

static bool on_found(void *arg, uint32_t id, size_t end)
{
	struct scan *s = arg;
	const struct program_pattern *stands = &s->stands[id];
	uint32_t atom = stands->atom;
	uint64_t bit = UINT64_C(1) << atom % 64;

	if (s->found[atom / 64] & bit || (stands->end != ANYWHERE && stands->end != end))
		return false;
	s->found[atom / 64] |= bit;
	s->atoms[s->atom_count++] = atom;
	for (uint32_t i = s->program->first[atom]; i < s->program->first[atom + 1]; i++)
		ask(s, s->program->rules[i]);
	return false;
}

static int ascending(const void *left, const void *right)
{
	uint32_t a, b;

	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return a < b ? -1 : a > b;
}

const uint32_t *scan_thing(struct scan *s, enum category category,
                           struct subject *subject, uint32_t *count)
{
	const struct program *p = s->program;

	forget(s);
	for (uint32_t i = 0; i < p->categories[category].field_count; i++) {
		const struct program_field *f =
			&p->fields[p->categories[category].fields[i]];
		char text[ADDR_TEXT];
		struct value value;

		memset(&value, 0, offsetof(struct value, texts));
		subject->get(subject, f->field, &value);
		s->stands = f->stands;
		if (f->field->type == FIELD_IP && value.known == KNOWN_SETTLED)
			value.texts[value.text_count++] =
				bytes_of(addr_say(text, &value.ip));
		for (unsigned t = 0; t < value.text_count; t++)
			patterns_scan_ends(f->patterns, s->scratch, value.texts[t],
			                   on_found, s);
	}
	for (uint32_t i = 0; i < p->categories[category].always_count; i++)
		ask(s, p->categories[category].always[i]);
	if (s->rule_count > 1)
		qsort(s->rules, s->rule_count, sizeof(*s->rules), ascending);
	subject->found = s->found;
	*count = s->rule_count;
	return s->rules;
}
