// SPDX-License-Identifier: Apache-2.0
/*
 * session_test.c - the room as a whole: bytes of a connection in, transfers out.
 *
 * With the real dissectors and the real tables of transfers; only the hooks are the
 * test's.  What comes out is compared as text: one line for each transfer that is over.
 */
#include "session/session.h"

#include <stdarg.h>
#include <zlib.h>

#include "base/error.h"
#include "tests/check.h"

enum { ROOM = 1 << 17, FIRST = 4711 };

static struct policy *policy;
static struct transfer_table *transfers;
static struct session_table *sessions;
static struct counters counters;
static struct flow flow;
static struct moment now;
static char said[8192];
static size_t said_n;

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	said_n += (size_t)vsnprintf(said + said_n, sizeof(said) - said_n, format, args);
	va_end(args);
	CHECK_MUST(said_n < sizeof(said));
}

static void edge(void *arg, struct flow *of, struct transfer *t, unsigned edges)
{
	(void)arg;
	CHECK(of == &flow && t->depth == 0);
	if (!(edges & EDGE_CLOSED))
		return;
	say("%.*s %s %s seen=%llu", (int)t->name.n, t->name.b,
	    transfer_type(transfers, t)->type,
	    t->sender == SENDER_CLIENT ? "client" : "server",
	    (unsigned long long)t->seen);
	if (t->declared != SIZE_UNKNOWN)
		say("/%llu", (unsigned long long)t->declared);
	if (t->missing)
		say(" missing=%llu", (unsigned long long)t->missing);
	say(t->complete ? " complete" : " broken");
	if (t->inside) {
		say(" inside=%llu audio=%llu", (unsigned long long)t->inside->seen,
		    (unsigned long long)t->inside->audio_ms);
		for (unsigned i = 0; i < t->inside->listed; i++)
			say(" %.*s", (int)t->inside->list[i].name.n,
			    t->inside->list[i].name.b);
	}
	say("\n");
}

static void begin(bool midstream)
{
	memset(&flow, 0, sizeof(flow));
	memset(&counters, 0, sizeof(counters));
	flow.first = FIRST;
	flow.proto = PROTO_TCP;
	flow.midstream = midstream;
	now = (struct moment){ 0 };
	said_n = 0;
	*said = '\0';
}

/* `length` bytes, of which n are at hand, as stream.c gives them: from memory that is
 * gone after the call. */
static void deliver(unsigned dir, const void *p, size_t n, uint64_t length, bool lost)
{
	uint8_t *exact = malloc(n ? n : 1);

	CHECK_MUST(exact);
	if (n > 0)
		memcpy(exact, p, n);
	now.time += 1000000;
	now.packet++;
	if (!flow.dir[dir].dead)
		session_deliver(sessions, &flow, dir, (struct bytes){ exact, n }, length,
		                lost, &now);
	free(exact);
}

static void put(unsigned dir, const void *p, size_t n)
{
	if (n > 0)
		deliver(dir, p, n, n, false);
}

static void put_text(unsigned dir, const char *text)
{
	put(dir, text, strlen(text));
}

static void lose(unsigned dir, uint64_t n)
{
	deliver(dir, NULL, 0, n, true);
}

static uint32_t used(void)
{
	return session_table_used(sessions) + transfer_table_used(transfers);
}

static void finish(void)
{
	session_finished(sessions, &flow, TO_SERVER, true, &now);
	session_finished(sessions, &flow, TO_CLIENT, true, &now);
	session_end(sessions, &flow, &now);
	CHECK_EQ(0, used());
}

/*
 * What is sent.
 */

struct text {
	size_t n;
	uint8_t b[ROOM];
};

static void add(struct text *to, const void *p, size_t n)
{
	CHECK_MUST(n <= sizeof(to->b) - to->n);
	if (n > 0)
		memcpy(to->b + to->n, p, n);
	to->n += n;
}

static void add_number(struct text *to, uint64_t value, size_t bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		add(to, &(uint8_t){ (uint8_t)value }, 1);
}

static void add_word(struct text *to, const char *word)
{
	add(to, word, strlen(word));
}

/* 8,000 bytes a second, so many of them. */
static void add_wav(struct text *to, uint32_t bytes)
{
	add_word(to, "RIFF");
	add_number(to, bytes + 36, 4);
	add_word(to, "WAVEfmt ");
	add_number(to, 16, 4);
	add_number(to, 1, 2);    /* PCM */
	add_number(to, 1, 2);    /* channel */
	add_number(to, 8000, 4); /* samples a second */
	add_number(to, 8000, 4); /* bytes a second */
	add_number(to, 1, 2);
	add_number(to, 8, 2);
	add_word(to, "data");
	add_number(to, bytes, 4);
	for (uint32_t i = 0; i < bytes; i++)
		add_number(to, 0x80 ^ (i * 7 & 15), 1);
}

/* A raw deflate of p. */
static void add_deflated(struct text *to, const void *p, size_t n)
{
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)p,
		       .avail_in = (unsigned)n,
		       .next_out = to->b + to->n,
		       .avail_out = (unsigned)(sizeof(to->b) - to->n) };

	CHECK_MUST(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	CHECK_MUST(deflate(&z, Z_FINISH) == Z_STREAM_END);
	to->n += z.total_out;
	deflateEnd(&z);
}

static void add_member(struct text *to, const char *name, const void *p, size_t n,
                       bool deflated)
{
	static struct text packed;

	packed.n = 0;
	if (deflated)
		add_deflated(&packed, p, n);
	else
		add(&packed, p, n);
	add_number(to, 0x04034b50, 4);
	add_number(to, 20, 2);
	add_number(to, 0, 2);
	add_number(to, deflated ? 8 : 0, 2);
	add_number(to, 0, 4);
	add_number(to, crc32(0, p, (unsigned)n), 4);
	add_number(to, packed.n, 4);
	add_number(to, n, 4);
	add_number(to, strlen(name), 2);
	add_number(to, 0, 2);
	add_word(to, name);
	add(to, packed.b, packed.n);
}

/* The directory of an archive is of no interest here: only that it is there. */
static void add_zip_end(struct text *to, unsigned members)
{
	add_number(to, 0x06054b50, 4);
	add_number(to, 0, 4);
	add_number(to, members, 2);
	add_number(to, members, 2);
	add_number(to, 0, 8);
	add_number(to, 0, 2);
}

static const struct text *wav(uint32_t bytes)
{
	static struct text t;

	t.n = 0;
	add_wav(&t, bytes);
	return &t;
}

static const struct text *zip_of(const char *name, const struct text *member,
                                 bool deflated)
{
	static struct text turn[8];
	static unsigned at;
	struct text *t = &turn[at++ % 8];

	t->n = 0;
	add_member(t, name, member->b, member->n, deflated);
	add_zip_end(t, 1);
	return t;
}

static const struct text *upload_of(const char *path, const struct text *body)
{
	static struct text t;
	char head[256];

	t.n = 0;
	snprintf(head, sizeof(head),
	         "PUT /%s HTTP/1.1\r\nHost: files.example.net\r\n"
	         "Content-Length: %zu\r\n\r\n",
	         path, body->n);
	add_word(&t, head);
	add(&t, body->b, body->n);
	return &t;
}

/*
 * The tests.
 */

static void check_splits(const struct text *t, const char *want)
{
	for (size_t at = 0; at <= t->n && check_here == 0; at++) {
		begin(false);
		put(TO_SERVER, t->b, at);
		put(TO_SERVER, t->b + at, t->n - at);
		finish();
		CHECK_TEXT(want, said);
		if (check_here)
			fprintf(stderr, "split at %zu of %zu\n", at, t->n);
	}
}

static void an_upload_is_read_the_same_wherever_it_is_split(void)
{
	check_splits(upload_of("c.zip", zip_of("a.wav", wav(80), false)),
	             "c.zip zip client seen=181/181 complete inside=1 audio=10 a.wav\n");
}

static void one_that_is_longer_than_a_head_is_too(void)
{
	check_splits(upload_of("c.zip", zip_of("a.wav", wav(1600), false)),
	             "c.zip zip client seen=1701/1701 complete inside=1 audio=200 "
	             "a.wav\n");
}

static void bytes_that_come_one_by_one_are_read_as_well(void)
{
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(1600), false));

	begin(false);
	for (size_t i = 0; i < t->n; i++)
		put(TO_SERVER, t->b + i, 1);
	finish();
	CHECK_TEXT("c.zip zip client seen=1701/1701 complete inside=1 audio=200 a.wav\n",
	           said);
}

static void a_deflated_recording_has_the_seconds_that_its_header_says(void)
{
	static struct text plain;

	plain.n = 0;
	add_wav(&plain, 24000);
	begin(false);
	put(TO_SERVER, "", 0);
	const struct text *t = upload_of("c.zip", zip_of("a.wav", &plain, true));
	put(TO_SERVER, t->b, t->n);
	finish();
	CHECK(strstr(said, " complete inside=1 audio=3000 a.wav\n"));
}

static void an_archive_in_an_archive_is_read_down_to_the_bound_of_depth(void)
{
	const struct text *t = wav(8000);
	char *found;

	/* the recording at depth 4 is the last that is looked into */
	for (unsigned depth = 1; depth <= 7; depth++) {
		t = zip_of(depth == 1 ? "a.wav" : "in.zip", t, false);

		const struct text *up = upload_of("c.zip", t);

		begin(false);
		put(TO_SERVER, up->b, up->n);
		finish();
		found = strstr(said, "audio=");
		CHECK_MUST(found);
		if (depth < TRANSFER_DEPTH) /* wav is a container, too */
			CHECK_EQ(1000, atoi(found + 6));
		if (depth > TRANSFER_DEPTH)
			CHECK_EQ(0, atoi(found + 6));
		CHECK(strstr(said, "complete inside=1 "));
	}
}

static void a_gap_in_content_is_counted_and_what_follows_it_is_read(void)
{
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(8000), false));

	begin(false);
	put(TO_SERVER, t->b, 2000);
	lose(TO_SERVER, 3000);
	put(TO_SERVER, t->b + 5000, t->n - 5000);
	put_text(TO_SERVER, "PUT /next HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
	finish();
	CHECK_TEXT("c.zip zip client seen=8101/8101 missing=3000 complete inside=1 "
	           "audio=1000 a.wav\n"
	           "next unknown client seen=3/3 complete\n",
	           said);
}

static void a_gap_anywhere_leaves_nothing_behind(void)
{
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(1600), false));

	for (size_t at = 0; at < t->n && check_here == 0; at += 3)
		for (size_t n = 1; n < t->n - at; n += 97) {
			begin(false);
			put(TO_SERVER, t->b, at);
			lose(TO_SERVER, n);
			put(TO_SERVER, t->b + at + n, t->n - at - n);
			finish();
		}
}

static void a_gap_in_a_header_is_followed_by_the_next_message(void)
{
	begin(false);
	put_text(TO_SERVER, "PUT /one HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPUT /tw");
	lose(TO_SERVER, 20);
	put_text(TO_SERVER, "h: 3\r\n\r\nabcPUT /three HTTP/1.1\r\n"
	                    "Content-Length: 3\r\n\r\nabc");
	finish();
	CHECK_TEXT("one unknown client seen=3/3 complete\n"
	           "three unknown client seen=3/3 complete\n",
	           said);
}

static void snapped_content_counts_whole(void)
{
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(8000), false));

	begin(false);
	put(TO_SERVER, t->b, 400);
	for (size_t at = 400; at < t->n; at += 1000) {
		size_t n = t->n - at < 1000 ? t->n - at : 1000;

		deliver(TO_SERVER, t->b + at, n < 40 ? n : 40, n, false);
	}
	put_text(TO_SERVER, "PUT /next HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
	finish();
	CHECK(strstr(said, "c.zip zip client seen=8101/8101 complete inside=1 "
	                   "audio=1000 a.wav\n"));
	CHECK(strstr(said, "next unknown client seen=3/3 complete\n"));
}

static void a_server_that_speaks_first_is_read(void)
{
	begin(false);
	put_text(TO_CLIENT,
	         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
	         "Content-Disposition: attachment; filename=f.bin\r\n\r\nhello");
	put_text(TO_SERVER, "GET /f HTTP/1.1\r\n\r\n");
	finish();
	CHECK_TEXT("f.bin unknown server seen=5/5 complete\n", said);
}

static void a_few_bytes_before_the_other_side_is_known_are_not_forgotten(void)
{
	begin(false);
	put_text(TO_SERVER, "PUT /"); /* too few to choose by */
	put_text(TO_CLIENT, "HTTP/1.1 100 Continue\r\n\r\n");
	put_text(TO_SERVER, "a HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd");
	finish();
	CHECK_TEXT("a unknown client seen=4/4 complete\n", said);
}

static void nor_before_ndpi_has_named_the_protocol(void)
{
	begin(false);
	put_text(TO_SERVER, "PUT /");
	session_named(sessions, &flow, "HTTP");
	put_text(TO_SERVER, "a HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd");
	finish();
	CHECK_TEXT("a unknown client seen=4/4 complete\n", said);
}

static void few_bytes_before_a_gap_are_chosen_by(void)
{
	begin(false);
	put_text(TO_SERVER, "PUT /a HTTP/1.");
	lose(TO_SERVER, 20);
	put_text(TO_SERVER, "\r\n\r\nPUT /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd");
	finish();
	CHECK_TEXT("b unknown client seen=4/4 complete\n", said);
}

static void a_file_without_any_protocol_is_a_transfer(void)
{
	const struct text *t = zip_of("a.wav", wav(8000), false);

	begin(false);
	put(TO_SERVER, t->b, 9); /* too few */
	put(TO_SERVER, t->b + 9, t->n - 9);
	finish();
	CHECK_TEXT(" zip client seen=8101 complete inside=1 audio=1000 a.wav\n", said);
}

static void a_bare_file_does_not_hide_what_the_other_side_says(void)
{
	static const char put_it[] = "PUT /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
	const struct text *t = zip_of("a.wav", wav(8000), false);

	for (unsigned dir = 0; dir < 2; dir++) {
		begin(dir == TO_SERVER); /* midstream, who asks may be the server */
		put(dir, t->b, 2000);
		put_text(!dir, put_it);
		put(dir, t->b + 2000, t->n - 2000);
		finish();
		CHECK_TEXT(dir == TO_SERVER ? "a unknown server seen=5/5 complete\n"
		                              " zip client seen=8101 complete inside=1 "
		                              "audio=1000 a.wav\n"
		                            : "a unknown client seen=5/5 complete\n"
		                              " zip server seen=8101 complete inside=1 "
		                              "audio=1000 a.wav\n",
		           said);
	}
}

static void midstream_the_server_may_turn_out_to_be_the_client(void)
{
	begin(true);
	put_text(TO_CLIENT, "PUT /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd");
	CHECK(session_swapped(&flow));
	finish();
	CHECK_TEXT("a unknown server seen=4/4 complete\n", said);
}

static void who_is_not_understood_is_given_up_and_nothing_is_kept(void)
{
	static const char nonsense[] = "\1\2\3\4 this is no protocol of ours at all";

	begin(false);
	put(TO_SERVER, nonsense, sizeof(nonsense));
	CHECK(flow.dir[TO_SERVER].dead);
	put(TO_CLIENT, nonsense, sizeof(nonsense));
	CHECK(flow.dir[TO_CLIENT].dead);
	CHECK(flow.session == NULL);
	CHECK_EQ(0, used());
	finish();
	CHECK_TEXT("", said);
}

static void giving_up_in_the_middle_leaves_nothing_behind(void)
{
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(8000), false));

	begin(false);
	put(TO_SERVER, t->b, t->n);
	put_text(TO_SERVER, "no request line at all, whatever one may think of it\r\n");
	CHECK(flow.dir[TO_SERVER].dead);
	put_text(TO_CLIENT, "nor is this an answer, not by any reading of it\r\n\r\n");
	CHECK_EQ(0, used());
	finish();
	CHECK_TEXT("c.zip zip client seen=8101/8101 complete inside=1 audio=1000 a.wav\n",
	           said);
}

static void an_upload_that_breaks_off_anywhere_leaves_nothing_behind(void)
{
	const struct text *t = upload_of(
		"c.zip", zip_of("in.zip", zip_of("a.wav", wav(400), false), false));

	for (size_t at = 1; at <= t->n && check_here == 0; at++) {
		begin(false);
		put(TO_SERVER, t->b, at);
		session_end(sessions, &flow, &now);
		CHECK_EQ(0, used());
		CHECK(!strstr(said, "complete") || at == t->n);
	}
}

static void full_tables_are_counted_and_nothing_leaks(void)
{
	enum { FLOWS = 100 };
	static struct flow many[FLOWS];
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(400), false));

	begin(false);
	for (unsigned i = 0; i < FLOWS; i++) {
		many[i] = (struct flow){ .first = i + 1, .proto = PROTO_TCP };
		flow = many[i]; /* the hook wants to see it */
		session_deliver(sessions, &many[i], TO_SERVER,
		                (struct bytes){ t->b, 300 }, 300, false, &now);
	}
	CHECK(counters.at[COUNT_SESSION_FULL] > 0);
	CHECK(used() > 0);
	for (unsigned i = 0; i < FLOWS; i++)
		session_end(sessions, &many[i], &now);
	CHECK_EQ(0, used());
}

/* Under load less is looked at, step by step, and every byte counts all the same. */
static void under_load_less_is_looked_at_and_all_is_counted(void)
{
	static const struct {
		enum load load;
		enum counter counter;
		const char *want;
	} rows[] = {
		{ LOAD_NORMAL, COUNT_SESSION_FULL,
		  "c.zip zip client seen=181/181 complete inside=1 audio=10 a.wav\n" },
		{ LOAD_NO_MEMBERS, COUNT_OVERLOAD_MEMBERS,
		  "c.zip zip client seen=181/181 complete\n" },
		{ LOAD_NO_HEADS, COUNT_OVERLOAD_HEADS,
		  "c.zip unknown client seen=181/181 complete\n" },
		{ LOAD_NO_SESSIONS, COUNT_OVERLOAD_SESSIONS, "" },
	};
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(80), false));

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t before = counters.at[rows[i].counter];

		session_table_load(sessions, rows[i].load);
		transfer_table_load(transfers, rows[i].load);
		begin(false);
		put(TO_SERVER, t->b, t->n);
		CHECK_EQ(rows[i].load == LOAD_NO_SESSIONS, flow.dir[TO_SERVER].dead);
		finish();
		CHECK_TEXT(rows[i].want, said);
		CHECK_EQ(rows[i].load != LOAD_NORMAL,
		         counters.at[rows[i].counter] - before);
	}
	session_table_load(sessions, LOAD_NORMAL);
	transfer_table_load(transfers, LOAD_NORMAL);
}

static void deliver_start(struct flow *f, const struct text *t)
{
	*f = (struct flow){ .first = f->first + 1, .proto = PROTO_TCP };
	session_deliver(sessions, f, TO_SERVER, (struct bytes){ t->b, 300 }, 300, false,
	                &now);
}

static void a_session_gives_way_to_a_new_one_unless_its_flow_has_carried_much(void)
{
	enum { ALL = 16 };
	static struct flow many[ALL], more[3];
	const struct text *t = upload_of("c.zip", zip_of("a.wav", wav(400), false));
	uint64_t full;

	begin(false);
	for (unsigned i = 0; i < ALL; i++) {
		deliver_start(&many[i], t);
		many[i].dir[TO_SERVER].payload = i == 1 ? 0 : 2 << 20;
		many[i].dir[TO_SERVER].packets = many[i].dir[TO_CLIENT].packets = 1;
		many[i].state = FLOW_ESTABLISHED;
	}
	many[1].last = 1;
	many[2].alerted = 1;
	many[2].dir[TO_SERVER].payload = 0;
	many[3].dir[TO_SERVER].payload = 0;
	many[3].last = 2; /* not as long silent */
	full = counters.at[COUNT_SESSION_FULL];
	for (unsigned i = 0; i < 3; i++) { /* each looks at one half, in turn */
		deliver_start(&more[i], t);
		more[i].dir[TO_SERVER].payload = 2 << 20;
	}
	CHECK(more[0].session && !many[1].session);
	CHECK(many[1].dir[TO_SERVER].dead && many[1].dir[TO_CLIENT].dead);
	CHECK(!more[1].session && more[1].dir[TO_SERVER].dead);
	CHECK(more[2].session && !many[3].session);
	CHECK(many[0].session && many[2].session && many[15].session);
	CHECK(counters.at[COUNT_SESSION_FULL] > full);
	CHECK_EQ(2, counters.at[COUNT_SESSION_EVICTED]);
	for (unsigned i = 0; i < ALL; i++)
		session_end(sessions, &many[i], &now);
	for (unsigned i = 0; i < 3; i++)
		session_end(sessions, &more[i], &now);
	CHECK_EQ(0, used());
}

static void quiet_edge(void *arg, struct flow *of, struct transfer *t, unsigned edges)
{
	(void)arg, (void)of, (void)t, (void)edges;
}

static void room(uint32_t max,
                 void (*hook)(void *, struct flow *, struct transfer *, unsigned))
{
	struct session_hooks hooks = { .edge = hook };
	struct error err;

	session_table_free(sessions);
	transfer_table_free(transfers);
	transfers = transfer_table_new(policy, max, &counters, &err);
	CHECK_MUST(transfers);
	sessions = session_table_new(policy, transfers, max, &hooks, &counters, &err);
	CHECK_MUST(sessions);
}

int main(void)
{
	char *archives = check_path("../rules/signatures/archive.yaml");
	char *recordings = check_path("../rules/signatures/audio.yaml");
	const char *srcdir = getenv("srcdir");
	const char *settings[1];
	struct policy_source from;
	struct complaints *complaints = complaints_new();
	char *both;

	CHECK_MUST(asprintf(&both, "rules.signatures=%s,%s", archives, recordings) > 0);
	settings[0] = both;
	from = (struct policy_source){ .overrides = settings,
		                       .override_count = 1,
		                       .data_dir = srcdir ? srcdir : "." };
	if (policy_load(&from, &policy, complaints) < 0) {
		complaints_print(complaints, stderr);
		return 1;
	}
	complaints_free(complaints);
	room(64, edge);
	TEST(an_upload_is_read_the_same_wherever_it_is_split);
	TEST(one_that_is_longer_than_a_head_is_too);
	TEST(bytes_that_come_one_by_one_are_read_as_well);
	TEST(a_deflated_recording_has_the_seconds_that_its_header_says);
	TEST(an_archive_in_an_archive_is_read_down_to_the_bound_of_depth);
	TEST(a_gap_in_content_is_counted_and_what_follows_it_is_read);
	TEST(a_gap_anywhere_leaves_nothing_behind);
	TEST(a_gap_in_a_header_is_followed_by_the_next_message);
	TEST(snapped_content_counts_whole);
	TEST(a_server_that_speaks_first_is_read);
	TEST(a_few_bytes_before_the_other_side_is_known_are_not_forgotten);
	TEST(nor_before_ndpi_has_named_the_protocol);
	TEST(few_bytes_before_a_gap_are_chosen_by);
	TEST(a_file_without_any_protocol_is_a_transfer);
	TEST(a_bare_file_does_not_hide_what_the_other_side_says);
	TEST(midstream_the_server_may_turn_out_to_be_the_client);
	TEST(who_is_not_understood_is_given_up_and_nothing_is_kept);
	TEST(giving_up_in_the_middle_leaves_nothing_behind);
	TEST(an_upload_that_breaks_off_anywhere_leaves_nothing_behind);
	TEST(under_load_less_is_looked_at_and_all_is_counted);
	room(16, quiet_edge);
	TEST(full_tables_are_counted_and_nothing_leaks);
	room(16, quiet_edge);
	TEST(a_session_gives_way_to_a_new_one_unless_its_flow_has_carried_much);
	session_table_free(sessions);
	transfer_table_free(transfers);
	policy_free(policy);
	free(both);
	free(archives);
	free(recordings);
	return check_done();
}
