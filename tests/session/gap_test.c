// SPDX-License-Identifier: Apache-2.0
/*
 * gap_test.c - what a dissector finds again behind a gap, wherever the gap is.
 *
 * A stream of several messages loses a run of bytes, every run of some lengths at every
 * place, and what comes out is held against what went in: a transfer that the gap did not
 * touch is whole, one that it did says how much is missing, and there is no other.
 */
#include "tests/check.h"

#include "base/error.h"
#include "session/session.h"

enum { ROOM = 1 << 16, PARTS = 16, FOUND = 32 };

static struct policy *policy;
static struct transfer_table *transfers;
static struct session_table *sessions;
static struct counters counters;
static struct flow flow;
static struct moment now;

/* A message as it was sent. */
struct part {
	const char *name; /* of its transfer; NULL: it has none */
	size_t head, body, end;
	uint64_t size; /* of the body, without a coding's framing */
	bool framed;
};

static struct part parts[PARTS];
static unsigned part_n;
static uint8_t stream[ROOM];
static size_t stream_n;

static struct found {
	char name[32];
	uint64_t seen, missing, inside;
	bool complete;
} found[FOUND];
static unsigned found_n;

static void edge(void *arg, struct flow *of, struct transfer *t, unsigned edges)
{
	struct found *f = &found[found_n];

	(void)arg, (void)of;
	if (!(edges & EDGE_CLOSED) || t->depth > 0)
		return;
	CHECK_MUST(++found_n <= FOUND);
	*f = (struct found){ .seen = t->seen - t->missing,
		             .missing = t->missing,
		             .complete = t->complete,
		             .inside = t->inside ? t->inside->seen : 0 };
	memcpy(f->name, t->name.b, t->name.n < 31 ? t->name.n : 31);
}

static void add(const void *p, size_t n)
{
	CHECK_MUST(n <= sizeof(stream) - stream_n);
	memcpy(stream + stream_n, p, n);
	stream_n += n;
}

static void add_word(const char *word)
{
	add(word, strlen(word));
}

/* Bytes that look like no framing, with line ends among them. */
static void add_bytes(size_t n)
{
	static const char letters[] = "yxwvutsrqponm";

	for (size_t i = 0; i < n; i++)
		add(i % 61 == 59 ? "\r" : i % 61 == 60 ? "\n" : &letters[i % 13], 1);
}

static void part_begin(const char *name, const char *head)
{
	parts[part_n] = (struct part){ .name = name, .head = stream_n };
	add_word(head);
	parts[part_n].body = stream_n;
}

static void part_end(uint64_t size, bool framed)
{
	parts[part_n].size = size;
	parts[part_n].framed = framed;
	parts[part_n++].end = stream_n;
}

static void chunk(size_t n)
{
	char line[20];

	snprintf(line, sizeof(line), "%zx\r\n", n);
	add_word(line);
	add_bytes(n);
	add_word("\r\n");
}

static void plain(const char *name, const char *head, size_t n)
{
	char text[200];

	snprintf(text, sizeof(text), "%s\r\nContent-Length: %zu\r\n\r\n", head, n);
	part_begin(name, text);
	add_bytes(n);
	part_end(n, false);
}

static void chunked(const char *name, const char *head)
{
	char text[200];

	snprintf(text, sizeof(text), "%s\r\nTransfer-Encoding: chunked\r\n\r\n", head);
	part_begin(name, text);
	chunk(150);
	chunk(33);
	chunk(210);
	add_word("0\r\n\r\n");
	part_end(150 + 33 + 210, true);
}

static void begin(void)
{
	part_n = 0;
	stream_n = 0;
}

static void put(unsigned dir, const uint8_t *p, size_t n, bool lost)
{
	uint8_t *exact = malloc(n ? n : 1);

	CHECK_MUST(exact);
	memcpy(exact, p, n);
	now.time += 1000000;
	now.packet++;
	if (n && !flow.dir[dir].dead)
		session_deliver(sessions, &flow, dir,
		                (struct bytes){ exact, lost ? 0 : n }, n, lost, &now);
	free(exact);
}

/* The stream in segments of `step`, without the bytes of the gap. */
static void send(unsigned dir, size_t at, size_t gap, size_t step)
{
	memset(&flow, 0, sizeof(flow));
	memset(&counters, 0, sizeof(counters));
	flow.first = 4711;
	flow.proto = PROTO_TCP;
	now = (struct moment){ 0 };
	found_n = 0;
	for (size_t i = 0; i < stream_n;) {
		bool in_gap = i >= at && i < at + gap;
		size_t end = i < at ? at : in_gap ? at + gap : stream_n;

		if (!in_gap && end - i > step)
			end = i + step;
		put(dir, stream + i, (end < stream_n ? end : stream_n) - i, in_gap);
		i = end;
	}
	session_finished(sessions, &flow, TO_SERVER, true, &now);
	session_finished(sessions, &flow, TO_CLIENT, true, &now);
	session_end(sessions, &flow, &now);
	CHECK_EQ(0, session_table_used(sessions) + transfer_table_used(transfers));
}

static const struct found *find(const char *name)
{
	for (unsigned i = 0; i < found_n; i++)
		if (strcmp(found[i].name, name) == 0)
			return &found[i];
	return NULL;
}

static bool invented(void)
{
	for (unsigned i = 0; i < found_n; i++) {
		unsigned same = 0, sent = 0;

		for (unsigned j = 0; j < found_n; j++)
			same += strcmp(found[i].name, found[j].name) == 0;
		for (unsigned j = 0; j < part_n; j++)
			sent += parts[j].name &&
			        strcmp(found[i].name, parts[j].name) == 0;
		if (same != 1 || sent != 1)
			return true;
	}
	return false;
}

/* What the gap [at, end) may and may not do to a message. */
static bool part_right(const struct part *p, size_t at, size_t end)
{
	const struct found *f = find(p->name);
	size_t from = at > p->body ? at : p->body, to = end < p->end ? end : p->end;
	size_t hit = from < to ? to - from : 0;

	if (at < p->body && end > p->head) /* its head is not there */
		return !f;
	if (!f)
		return false;
	if (hit == 0)
		return f->seen == p->size && f->missing == 0 && f->complete;
	if (!p->framed)
		return f->missing == hit && f->seen + hit == p->size && f->complete;
	/*
	 * Framing may be lost, and counted as content: of three chunks and an end, 25
	 * bytes at most.  Where the gap goes on beyond the end, nobody knows where it
	 * was.
	 */
	if (f->complete)
		return f->seen + f->missing == p->size && f->missing <= hit;
	if (f->seen + hit + 25 < p->size)
		return false;
	if (end > p->end)
		return true;
	return f->missing <= hit && f->seen + f->missing <= p->size + 25 &&
	       (end > p->end - 7 || f->seen + f->missing + 25 >= p->size);
}

/*
 * Where the gap took the end of a chunked body and the beginning of the next message,
 * that body seems to go on to the next line end with a message behind it.
 */
static bool all_right(size_t at, size_t end)
{
	bool blind = false;

	for (unsigned i = 0; i < part_n; i++) {
		const struct part *p = &parts[i], *before = i ? p - 1 : NULL;

		if (before && before->framed)
			blind = at < before->end && end > p->head;
		if (!blind && p->name && !part_right(p, at, end))
			return false;
	}
	return !invented();
}

static void check_gaps(unsigned dir)
{
	static const size_t lengths[] = { 1, 2, 3, 7, 20, 100, 230, 500, 900 };
	static const size_t steps[] = { 1, 50, ROOM };
	size_t first = parts[0].end; /* so that the protocol is known */

	for (size_t s = 0; s < 3; s++)
		for (size_t l = 0; l < sizeof(lengths) / sizeof(*lengths); l++)
			for (size_t at = first; at + lengths[l] < parts[part_n - 1].head;
			     at += steps[s] == 1 ? 7 : 1) {
				send(dir, at, lengths[l], steps[s]);
				CHECK(all_right(at, at + lengths[l]));
				if (check_here) {
					fprintf(stderr, "gap of %zu at %zu, step %zu\n",
					        lengths[l], at, steps[s]);
					for (unsigned i = 0; i < found_n; i++)
						fprintf(stderr,
						        "%s %llu missing %llu %d\n",
						        found[i].name,
						        (unsigned long long)found[i].seen,
						        (unsigned long long)found[i]
						                .missing,
						        found[i].complete);
					return;
				}
			}
}

static void requests_behind_a_gap_are_found_and_counted_exactly(void)
{
	begin();
	plain("a", "PUT /a HTTP/1.1\r\nHost: h", 100);
	plain("b", "PUT /b HTTP/1.1\r\nHost: h", 300);
	part_begin(NULL, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
	part_end(0, false);
	chunked("c", "POST /c HTTP/1.1\r\nHost: h");
	plain("d", "PUT /d HTTP/1.1\r\nHost: h", 80);
	chunked("e", "PUT /e HTTP/1.1\r\nHost: h");
	chunked("f", "PUT /f HTTP/1.1\r\nHost: h");
	plain("g", "PUT /g HTTP/1.1\r\nHost: h", 200);
	plain("h", "PUT /h HTTP/1.1\r\nHost: h", 40);
	check_gaps(TO_SERVER);
}

static void answers_behind_a_gap_are_found_and_counted_exactly(void)
{
	static const char *const head = "HTTP/1.1 200 OK\r\nContent-Disposition: "
					"attachment; filename=";
	static const char names[] = "abcdefgh";
	static char text[8][120], name[8][2];

	begin();
	for (unsigned i = 0; i < 8; i++) {
		name[i][0] = names[i];
		snprintf(text[i], sizeof(text[i]), "%s%s", head, name[i]);
		if (i == 2 || i == 4 || i == 5)
			chunked(name[i], text[i]);
		else
			plain(name[i], text[i], 60 + i * 40);
	}
	check_gaps(TO_CLIENT);
}

static void a_body_that_waits_for_leave_may_lose_its_beginning(void)
{
	begin();
	plain("a", "PUT /a HTTP/1.1\r\nHost: h", 100);
	plain("b", "PUT /b HTTP/1.1\r\nExpect: 100-continue", 300);
	plain("c", "PUT /c HTTP/1.1\r\nHost: h", 50);
	chunked("d", "PUT /d HTTP/1.1\r\nExpect: 100-continue");
	plain("e", "PUT /e HTTP/1.1\r\nHost: h", 80);
	plain("f", "PUT /f HTTP/1.1\r\nHost: h", 40);
	check_gaps(TO_SERVER);
}

static void add_number(uint64_t value, unsigned bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		add(&(uint8_t){ (uint8_t)value }, 1);
}

static void members_of_an_archive_behind_a_gap_are_found(void)
{
	enum { MEMBERS = 5, SIZE = 50, HEAD = 31 };
	size_t body;

	begin();
	part_begin("a.zip", "PUT /a.zip HTTP/1.1\r\nContent-Length: 405\r\n\r\n");
	body = stream_n;
	for (unsigned i = 0; i < MEMBERS; i++) {
		add_number(0x04034b50, 4);
		add_number(20, 2);
		add_number(0, 2 + 2 + 4 + 4); /* stored */
		add_number(SIZE, 4);
		add_number(SIZE, 4);
		add_number(1, 2);
		add_number(0, 2);
		add_number('a' + i, 1);
		add_bytes(SIZE);
	}
	part_end(stream_n - body, false);
	CHECK_EQ(405, stream_n - body);
	for (size_t n = 1; n < 200; n += 3)
		for (size_t at = body + HEAD; at + n < stream_n; at++) {
			unsigned whole = 0;

			for (unsigned i = 0; i < MEMBERS; i++) {
				size_t head = body + i * (HEAD + SIZE);

				whole += at + n <= head || at >= head + HEAD;
			}
			send(TO_SERVER, at, n, 64);
			CHECK_EQ(1, found_n);
			CHECK_EQ(405 - n, found[0].seen);
			CHECK_EQ(n, found[0].missing);
			CHECK_EQ(whole, found[0].inside);
			if (check_here) {
				fprintf(stderr, "gap of %zu at %zu\n", n, at - body);
				return;
			}
		}
}

int main(void)
{
	const struct session_hooks hooks = { .edge = edge };
	const char *srcdir = getenv("srcdir");
	char *archives = check_path("../rules/signatures/archive.yaml");
	const char *settings[1];
	struct complaints *complaints = complaints_new();
	struct policy_source from = { .overrides = settings,
		                      .override_count = 1,
		                      .data_dir = srcdir ? srcdir : "." };
	struct error err;
	char *both;

	CHECK_MUST(asprintf(&both, "rules.signatures=%s", archives) > 0);
	settings[0] = both;
	if (policy_load(&from, &policy, complaints) < 0) {
		complaints_print(complaints, stderr);
		return 1;
	}
	complaints_free(complaints);
	transfers = transfer_table_new(policy, 64, &counters, &err);
	CHECK_MUST(transfers);
	sessions = session_table_new(policy, transfers, 64, &hooks, &counters, &err);
	CHECK_MUST(sessions);
	TEST(requests_behind_a_gap_are_found_and_counted_exactly);
	TEST(answers_behind_a_gap_are_found_and_counted_exactly);
	TEST(a_body_that_waits_for_leave_may_lose_its_beginning);
	TEST(members_of_an_archive_behind_a_gap_are_found);
	session_table_free(sessions);
	transfer_table_free(transfers);
	policy_free(policy);
	free(both);
	free(archives);
	return check_done();
}
