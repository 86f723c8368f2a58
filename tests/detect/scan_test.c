// SPDX-License-Identifier: Apache-2.0
/*
 * scan_test.c - rules compiled and scanned say what the same rules say when they are read
 * plainly, one comparison after another.
 */
#include "base/arena.h"
#include "base/error.h"
#include "detect/scan.h"
#include "tests/check.h"

const struct dissector *const dissectors[] = { NULL };

enum { FIELDS = 6, RULES = 40, EVENTS = 200, WORLDS = 25 };

static const char *const fields[FIELDS] = {
	"file.name",          "file.mime_type",
	"egret.file.type",    "egret.file.declared_by",
	"egret.outside.name", "egret.file.members.class",
};

static uint64_t seed;

static unsigned roll(unsigned sides)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((seed >> 33) % sides);
}

/* Few letters and every special byte, so that things meet. */
static const char *word(void)
{
	static const char letters[] = "abAB.\\*?-_$^[(|) \n\t#";
	static char ring[8][8];
	static unsigned at;
	char *w = ring[at++ % 8];
	unsigned n = roll(5);

	for (unsigned i = 0; i < n; i++)
		w[i] = letters[roll(roll(3) ? 4 : sizeof(letters) - 1)];
	w[n] = '\0';
	return w;
}

static void put_quoted(FILE *to, const char *w)
{
	fputc('"', to);
	for (; *w; w++) {
		if (*w == '\n')
			fputs("\\n", to);
		else if (*w == '\t')
			fputs("\\t", to);
		else
			fprintf(to, *w == '\\' || *w == '"' ? "\\%c" : "%c", *w);
	}
	fputc('"', to);
}

/* Networks of a few bits only, so that they hold each other, and addresses of them. */
static void put_networks(FILE *to)
{
	unsigned n = 1 + roll(12);

	fputs("source.ip|cidr: [", to);
	for (unsigned i = 0; i < n; i++) {
		unsigned bits = 24 + roll(9);
		unsigned last = roll(256) & (0xff00u >> (bits - 24));

		fprintf(to, "%s10.0.%u.%u/%u", i ? ", " : "", roll(2), last, bits);
	}
	fputs(roll(8) ? "]" : ", '2001:db8::/32', '::/0']", to);
}

static void put_item(FILE *to)
{
	static const char *const ops[] = { "", "|contains", "|startswith", "|endswith" };
	static const char *const more[] = { "", "|cased", "|all", "|all|cased", "|neq" };
	const char *op = ops[roll(4)], *extra = more[roll(5)], *field;
	unsigned n = roll(4) ? 1 : 1 + roll(4);

	if (roll(8) == 0) {
		put_networks(to);
		return;
	}
	if (roll(8) == 0) {
		fprintf(to, "%s: null", fields[roll(FIELDS)]);
		return;
	}
	field = fields[roll(FIELDS)];
	if (!*op && strcmp(field, "egret.file.members.class") == 0)
		op = "|contains"; /* its words are known, and no other is taken */
	fprintf(to, "%s%s%s: [", field, op, extra);
	for (unsigned i = 0; i < n; i++) {
		fputs(i ? ", " : "", to);
		put_quoted(to, word());
	}
	fputs("]", to);
}

static void put_rule(FILE *to, unsigned nth)
{
	static const char *const conditions[] = {
		"a",
		"a and b",
		"a or b",
		"a and not b",
		"not a and b",
		"1 of them",
		"all of them",
		"a and not (b or c)",
		"not (a and b)",
		"(a or b) and c",
		"a or (b and not c)",
	};
	const char *condition = conditions[roll(11)];

	fprintf(to,
	        "title: r%u\nid: 00000000-0000-4000-8000-%012u\n"
	        "logsource: { product: egret, category: transfer }\ndetection:\n",
	        nth, nth);
	for (char name = 'a'; name <= 'c'; name++) {
		if (!strchr(condition, name) && !strstr(condition, "them"))
			continue;
		fprintf(to, "  %c: { ", name);
		put_item(to);
		fprintf(to, " }\n");
	}
	fprintf(to, "  condition: %s\n---\n", condition);
}

static struct value event[FIELDS];
static char texts[FIELDS][2][8];
static struct addr source;

static void make_event(void)
{
	uint8_t v4[4] = { 10, 0, (uint8_t)roll(3), (uint8_t)roll(256) };

	source = addr_from_v4(v4);
	if (roll(20) == 0)
		addr_parse("2001:db8::7", &source);
	for (unsigned f = 0; f < FIELDS; f++) {
		unsigned n = f == FIELDS - 1 ? roll(3) : 1;

		memset(&event[f], 0, sizeof(event[f]));
		event[f].known = (enum known)roll(4);
		if (f != FIELDS - 1 && event[f].known == KNOWN_GROWING)
			event[f].known = KNOWN_SETTLED;
		if (event[f].known < KNOWN_GROWING)
			continue;
		event[f].text_count = n;
		for (unsigned i = 0; i < n; i++) {
			strcpy(texts[f][i], word());
			event[f].texts[i] = bytes_of(texts[f][i]);
		}
	}
}

static void get(const struct subject *subject, const struct field *field,
                struct value *value)
{
	(void)subject;
	if (strcmp(field->name, "source.ip") == 0) {
		value->known = KNOWN_SETTLED;
		value->ip = source;
	}
	for (unsigned f = 0; f < FIELDS; f++)
		if (strcmp(fields[f], field->name) == 0)
			*value = event[f];
}

static bool is_asked(const uint32_t *asked, uint32_t n, uint32_t rule)
{
	for (uint32_t i = 0; i < n; i++)
		if (asked[i] == rule)
			return true;
	return false;
}

static unsigned fired, spared;

/* plain: the same rules, which nobody has compiled. */
static void check_event(struct scan *scan, const struct rules *rules,
                        const struct rules *plain_rules)
{
	struct subject plain = { .get = get }, compiled = { .get = get };
	uint32_t n;
	const uint32_t *asked = scan_thing(scan, CATEGORY_TRANSFER, &compiled, &n);

	for (uint32_t i = 1; i < n; i++)
		CHECK(asked[i - 1] < asked[i]);
	for (uint32_t r = 0; r < rules->n; r++) {
		enum truth want = match_rule(&plain_rules->at[r], &plain, NULL, NULL);
		enum truth got = match_rule(&rules->at[r], &compiled, NULL, NULL);

		fired += want == TRUTH_TRUE;
		CHECK(want != TRUTH_TRUE || match_may(&rules->at[r], &compiled));
		if (is_asked(asked, n, r))
			CHECK_EQ(want, got);
		else
			CHECK(want != TRUTH_TRUE);
		spared += !is_asked(asked, n, r);
		if (want != got)
			rule_print(&rules->at[r], stderr);
	}
}

static void compiled_rules_say_what_plain_reading_says(void)
{
	for (unsigned world = 0; world < WORLDS; world++) {
		struct arena *arena = arena_new();
		struct rules *rules = NULL, *plain = NULL;
		struct program *program = NULL;
		struct error err = { "" };
		struct scan *scan;
		size_t size;
		char *text;
		FILE *to = open_memstream(&text, &size);

		seed = world + 1;
		for (unsigned i = 0; i < RULES; i++)
			put_rule(to, i);
		fclose(to);
		if (rules_parse(arena, "random", bytes_of(text), &rules, &err) < 0 ||
		    rules_parse(arena, "random", bytes_of(text), &plain, &err) < 0 ||
		    program_build(arena, NULL, rules, &program, &err) < 0) {
			fprintf(stderr, "%s\n%s\n", text, err.text);
			exit(99);
		}
		scan = scan_new(program, rules->n, &err);
		for (unsigned i = 0; i < EVENTS; i++) {
			make_event();
			check_event(scan, rules, plain);
		}
		scan_free(scan);
		program_free(program);
		arena_free(arena);
		free(text);
	}
	CHECK(fired > 1000);
	CHECK(spared > 1000); /* or nothing is gained */
}

int main(void)
{
	TEST(compiled_rules_say_what_plain_reading_says);
	return check_done();
}
