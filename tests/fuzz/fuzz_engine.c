// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_engine.c - any bytes are a capture, and the whole engine reads it.
 *
 * The first byte says how (nDPI, digests, link type), then come packets: how much later
 * than the one before, how much longer it was on the wire, its length, its bytes.  They
 * go through decode, defrag and one shard with tiny pools, so that whatever can be full
 * is, and every event is written as EVE and into a summary.  Whatever the bytes were:
 * each record is a line of JSON, no object of a pool is in use at the end, and without
 * nDPI (which remembers) a second time gives the same records.
 *
 * tests/fuzz/engine_seed makes such bytes of a capture.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/counters.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"
#include "output/eve.h"
#include "output/output.h"
#include "run/shard.h"
#include "traffic/decode.h"
#include "traffic/defrag.h"

enum {
	WITH_APPID = 1,
	WITH_DIGEST = 2,
	LINK_SHIFT = 2, /* and two bits */
	LINE_ROOM = 1 << 17,
	SMALL = 16, /* flows, sessions, transfers */
};

static const int links[] = { 1 /* Ethernet */, 101 /* raw */, 113, 276 /* cooked */ };

/* What is made once for each setting of the flags. */
struct engine {
	struct policy policy; /* a copy with a config of its own */
	struct config config;
	struct shard *shard; /* NULL: not begun */
	struct defrag *defrag;
	struct counters counters; /* of decode and defrag */
	struct eve eve;
	struct output *output;
	uint64_t records, sum; /* of this input: how many, and a hash over all */
};

static struct engine engines[4];
static FILE *nowhere;
static char line[LINE_ROOM];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* One JSON value; gives what follows it, or NULL. */
static const char *json_skip(const char *p, const char *end, unsigned depth);

static const char *text_skip(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if ((uint8_t)*p < 0x20)
			return NULL;
		if (*p == '\\' && (++p == end || !strchr("\"\\/bfnrtu", *p)))
			return NULL;
	}
	return p < end ? p + 1 : NULL;
}

static const char *many_skip(const char *p, const char *end, unsigned depth)
{
	char last = *p == '{' ? '}' : ']';

	if (++p < end && *p == last)
		return p + 1;
	for (;; p++) {
		if (last == '}') {
			if (p == end || *p != '"' || !(p = text_skip(p, end)) ||
			    p == end || *p++ != ':')
				return NULL;
		}
		p = json_skip(p, end, depth);
		if (!p || p == end || (*p != ',' && *p != last))
			return NULL;
		if (*p == last)
			return p + 1;
	}
}

static const char *json_skip(const char *p, const char *end, unsigned depth)
{
	if (p == end || depth == 0)
		return NULL;
	if (*p == '"')
		return text_skip(p, end);
	if (*p == '{' || *p == '[')
		return many_skip(p, end, depth - 1);
	if (*p == 't' || *p == 'n')
		return end - p >= 4 && memcmp(p, *p == 't' ? "true" : "null", 4) == 0
		               ? p + 4
		               : NULL;
	if (*p == 'f')
		return end - p >= 5 && memcmp(p, "false", 5) == 0 ? p + 5 : NULL;
	if (*p == '-')
		p++;
	for (end -= p == end; p < end && strchr("0123456789.eE+", *p);)
		p++;
	return p;
}

static void put(void *arg, const struct event *event)
{
	struct engine *e = arg;
	struct json j = json_over(line, sizeof(line));

	output_put(e->output, event);
	if (event->kind == EVENT_STATS)
		return; /* parts of a record, which output adds up */
	eve_write(&j, &e->eve, event, ++e->records, false);
	if (j.full) {
		j = json_over(line, sizeof(line));
		eve_write(&j, &e->eve, event, e->records, true);
	}
	assert(!j.full);
	assert(json_skip(line, line + j.n, 16) == line + j.n);
	e->sum = hash64(line, j.n, e->sum);
}

/* Rules and signatures take their time to compile: once for all settings. */
static const struct policy *policy_common(void)
{
	static const char *const settings[] = { "engine.shards=1", "stream.memory=1MiB",
		                                "stream.held=16",
		                                "flow.unanswered=true" };
	static struct policy *policy;
	const char *srcdir = getenv("srcdir");
	struct complaints *complaints;
	struct policy_source from;

	if (policy)
		return policy;
	complaints = complaints_new();
	log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
	from = (struct policy_source){ .overrides = settings,
		                       .override_count =
		                               sizeof(settings) / sizeof(*settings),
		                       .data_dir = srcdir ? srcdir : "." };
	if (policy_load(&from, &policy, complaints) < 0) {
		complaints_print(complaints, stderr);
		fputs("srcdir says where the source tree is\n", stderr);
		abort();
	}
	complaints_free(complaints);
	nowhere = fopen("/dev/null", "w");
	assert(nowhere);
	return policy;
}

static void engine_begin(struct engine *e, unsigned flags)
{
	struct outlet outlet = { .put = put, .arg = e };
	struct defrag_limits pieces = { 1, INT64_C(30000000000) };
	struct error err = { "" };

	e->policy = *policy_common();
	e->config = *e->policy.config;
	e->policy.config = &e->config;
	e->config.appid = flags & WITH_APPID;
	e->config.sha256 = flags & WITH_DIGEST;
	/* smaller than anybody may ask for */
	e->config.flow_memory = 0; /* as few as a table can have */
	e->config.session_max = SMALL;
	e->config.transfer_max = SMALL;
	e->eve = (struct eve){ .run = "0123456789abcdef" };
	e->defrag = defrag_new(&pieces, &e->counters);
	if (!e->defrag || shard_new(&e->policy, 0, &outlet, &e->shard, &err) < 0)
		abort();
}

static struct engine *engine_of(unsigned flags)
{
	struct engine *e = &engines[flags & 3];

	if (!e->shard)
		engine_begin(e, flags);
	return e;
}

/* The next packet of what is left; its bytes in memory of exactly their size. */
static uint8_t *packet_take(const uint8_t **p, size_t *left, struct packet *packet)
{
	const uint8_t *head = *p;
	uint8_t *bytes;
	size_t n;

	if (*left < 4)
		return NULL;
	n = (size_t)head[2] << 8 | head[3];
	if (n > *left - 4)
		n = *left - 4;
	bytes = malloc(n ? n : 1);
	if (!bytes)
		return NULL;
	memcpy(bytes, head + 4, n);
	packet->time += head[0] < 128 ? head[0] * INT64_C(1000000)
	                              : (INT64_C(1) << (head[0] - 128) % 48);
	packet->caplen = (uint32_t)n;
	packet->wirelen =
		(uint32_t)n + (head[1] < 128 ? head[1] : UINT32_C(1) << head[1] % 31);
	packet->data = bytes;
	packet->number++;
	*p += 4 + n;
	*left -= 4 + n;
	return bytes;
}

/* What has to be given up after a packet, before another of time `next`. */
static void give_up(struct engine *e, const struct packet *before, int64_t next)
{
	struct packet p = *before;

	for (uint32_t part = 1; defrag_give_up(e->defrag, next, &p); part++) {
		p.part = part;
		shard_packet(e->shard, &p);
	}
}

static bool wants(void *arg, enum record_kind kind, uint8_t level)
{
	(void)arg;
	(void)kind;
	(void)level;
	return true;
}

/* One line, whatever the bytes were. */
static void record(void *arg, const struct record *r)
{
	(void)arg;
	assert(r->n > 2 && r->line[0] == '{' && r->line[r->n - 1] == '}');
	assert(!memchr(r->line, '\n', r->n) && !memchr(r->line, '\0', r->n));
}

static void run(struct engine *e, int link, const uint8_t *p, size_t left)
{
	struct output_options options = {
		.config = &e->config,
		.wants = wants,
		.record = record,
		.summary = nowhere,
		.run = e->eve.run,
	};
	struct packet packet = { .time = INT64_C(1700000000000000000) }, before = packet;
	struct run_facts facts = { .inputs = 1, .first = packet.time };
	struct close close = { 0 };
	struct error err;
	uint8_t *bytes;

	e->records = e->sum = 0;
	if (output_new(&options, &e->output, &err) < 0)
		abort();
	while ((bytes = packet_take(&p, &left, &packet))) {
		struct packet at_hand = packet;

		give_up(e, &before, packet.time);
		before = packet;
		if (decode_packet(&at_hand, link, &e->counters) &&
		    (!at_hand.fragment || defrag_take(e->defrag, &at_hand)))
			shard_packet(e->shard, &at_hand);
		free(bytes);
		facts.wire_bytes += packet.wirelen;
		close = (struct close){ .packet = packet.number, .time = packet.time };
		if (packet.number % 8 == 0)
			shard_close(e->shard, &close);
	}
	give_up(e, &before, INT64_MAX);
	assert(defrag_used(e->defrag) == 0);
	close.shutdown = true;
	while (shard_close(e->shard, &close) > 0)
		;
	close.stats = close.final = true;
	shard_close(e->shard, &close);
	assert(shard_used(e->shard) == 0);
	facts.packets = packet.number;
	facts.last = packet.time;
	output_end(e->output);
	output_summary(e->output, &facts);
	output_free(e->output);
	e->output = NULL;
}

/* libFuzzer calls it before its clock starts. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	policy_common();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct engine *e;
	uint64_t records, sum;
	int link;

	if (size < 1)
		return 0;
	e = engine_of(data[0]);
	link = links[data[0] >> LINK_SHIFT & 3];
	run(e, link, data + 1, size - 1);
	if (data[0] & WITH_APPID)
		return 0;
	records = e->records;
	sum = e->sum;
	run(e, link, data + 1, size - 1);
	assert(records == e->records && sum == e->sum);
	return 0;
}
