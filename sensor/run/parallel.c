// SPDX-License-Identifier: Apache-2.0
/*
 * parallel.c - one reader, several workers, one thread that takes their events.
 *
 * The reader copies packets into a parcel for each worker and sends them all when the
 * batch closes; parcels come back empty through a second ring.  A worker that is behind
 * makes the reader wait: in a replay nothing is dropped.
 */
#include "run/parallel.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "run/merge.h"
#include "run/pin.h"
#include "run/thread.h"

enum {
	PARCELS = 4, /* of a worker, on the way */
	PARCEL_BYTES = BATCH_BYTES + PACKET_MAX,
};

/* The packets of one batch for one worker. */
struct parcel {
	struct close close;
	const struct policy *policy; /* to go on with after it, the parcel's own; NULL:
	                                the same */
	bool closes;                 /* a batch; else the reader waits for more */
	bool last;                   /* the worker ends after it */
	uint32_t count;
	size_t bytes_n;
	struct packet packets[BATCH_PACKETS];
	uint8_t bytes[PARCEL_BYTES];
};

struct worker {
	pthread_t thread;
	bool running;
	unsigned index;
	struct parallel *parallel;
	struct ring *work, *back; /* messages are struct parcel * */
	struct parcel *parcels[PARCELS];
	struct parcel *filling; /* the reader's */
	_Atomic uint32_t left;  /* flows of its shards after its last close */
};

struct parallel {
	const struct pipeline_options *options;
	struct shards shards;
	struct merge *merge;
	struct worker *workers;
	struct outlet *outlets;
	unsigned n;
	bool live;
	pthread_t merger;
};

static void send(struct ring *ring, struct parcel *parcel)
{
	memcpy(ring_reserve_wait(ring, sizeof(struct parcel *)), &parcel,
	       sizeof(struct parcel *));
	ring_commit(ring);
}

static struct parcel *receive(struct ring *ring)
{
	struct parcel *parcel;
	size_t n;

	memcpy(&parcel, ring_peek_wait(ring, &n), sizeof(struct parcel *));
	ring_next(ring);
	return parcel;
}

static void work_through(struct worker *w, struct parcel *parcel)
{
	struct shards *shards = &w->parallel->shards;
	uint32_t left = 0;

	for (uint32_t i = 0; i < parcel->count; i++) {
		const struct packet *p = &parcel->packets[i];

		if (i + 2 * AHEAD < parcel->count) {
			const struct packet *later = &parcel->packets[i + 2 * AHEAD];

			shard_prefetch_bucket(shards->at[later->shard_hash % shards->n],
			                      later);
		}
		if (i + AHEAD < parcel->count) {
			const struct packet *soon = &parcel->packets[i + AHEAD];

			shard_prefetch(shards->at[soon->shard_hash % shards->n], soon);
		}
		shard_packet(shards->at[p->shard_hash % shards->n], p);
	}
	if (!parcel->closes)
		return;
	for (unsigned i = w->index; i < shards->n; i += w->parallel->n)
		left += shard_close(shards->at[i], &parcel->close);
	atomic_store_explicit(&w->left, left, memory_order_release);
}

static void adopt(struct worker *w, struct parcel *parcel)
{
	struct shards *shards = &w->parallel->shards;

	if (!parcel->policy)
		return;
	for (unsigned i = w->index; i < shards->n; i += w->parallel->n)
		shard_adopt(shards->at[i], parcel->policy);
	policy_free(parcel->policy);
	parcel->policy = NULL;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	bool last;

	if (w->parallel->live)
		pin_worker(&w->parallel->options->policy->config->live_pin, w->index);
	do {
		struct parcel *parcel = receive(w->work);

		last = parcel->last;
		work_through(w, parcel);
		adopt(w, parcel);
		if (last)
			merge_end(w->parallel->merge, w->index);
		else
			merge_close(w->parallel->merge, w->index, 0);
		parcel->count = 0;
		parcel->bytes_n = 0;
		send(w->back, parcel);
	} while (!last);
	return NULL;
}

static void *merger_main(void *arg)
{
	merge_run(arg);
	return NULL;
}

/* Copies a packet into the parcel of the worker whose shard it belongs to. */
static void pack(struct parallel *x, const struct packet *p)
{
	struct worker *w = &x->workers[p->shard_hash % x->shards.n % x->n];
	struct parcel *parcel = w->filling;
	struct packet *to = &parcel->packets[parcel->count++];

	*to = *p;
	to->data = parcel->bytes + parcel->bytes_n;
	memcpy(parcel->bytes + parcel->bytes_n, p->data, p->caplen);
	parcel->bytes_n += p->caplen;
}

/* Sends what there is of a batch, which goes on, and another policy where there is one.
 */
static void send_part(struct parallel *x, const struct policy *policy)
{
	for (unsigned i = 0; i < x->n; i++) {
		struct worker *w = &x->workers[i];

		w->filling->closes = w->filling->last = false;
		w->filling->policy = policy ? policy_keep(policy) : NULL;
		send(w->work, w->filling);
		w->filling = receive(w->back);
	}
	merge_close(x->merge, x->n, 0);
}

/* So that what came is said at once. */
static void send_early(struct parallel *x, struct reader *reader)
{
	if (reader->unsaid)
		send_part(x, NULL);
	reader->unsaid = false;
}

/* Every worker has been sent all that was read. */
static void send_fresh(struct parallel *x, struct reader *reader)
{
	const struct policy *policy = pipeline_fresh(x->options, reader);
	struct outlet lane = merge_lane(x->merge, x->n);

	if (!policy)
		return;
	reader_policy(reader, policy, &lane);
	send_part(x, policy);
	policy_free(policy);
}

/* Sends the batch to every worker, the empty-handed too: each must see each close. */
static void send_all(struct parallel *x, struct reader *reader, const struct close *close)
{
	struct outlet lane = merge_lane(x->merge, x->n);

	for (unsigned i = 0; i < x->n; i++) {
		struct worker *w = &x->workers[i];

		w->filling->close = *close;
		w->filling->closes = true;
		w->filling->last = close->final;
		send(w->work, w->filling);
		w->filling = close->final ? NULL : receive(w->back);
	}
	if (close->stats || close->look)
		reader_stats(reader, close, &lane);
	if (close->final)
		merge_end(x->merge, x->n);
	else
		merge_close(x->merge, x->n, 0);
	if (x->options->tick)
		x->options->tick(x->options->tick_arg, reader);
}

static uint32_t flows_left(struct parallel *x)
{
	uint32_t left = 0;

	for (unsigned i = 0; i < x->n; i++)
		left += atomic_load_explicit(&x->workers[i].left, memory_order_acquire);
	return left;
}

static void read_all(struct parallel *x, struct reader *reader)
{
	struct outlet lane = merge_lane(x->merge, x->n);
	struct close close;
	struct packet p;
	enum reader_got got;

	while ((got = reader_next(reader, &p)) != READER_END) {
		if (got == READER_WAITS) {
			send_early(x, reader);
			send_fresh(x, reader);
			if (reader_idles(reader, &close))
				send_all(x, reader, &close);
			if (atomic_load_explicit(x->options->stop, memory_order_relaxed))
				reader_stop(reader);
			else
				reader_wait(reader);
			continue;
		}
		if (got == READER_PACKET)
			pack(x, &p);
		else if (got == READER_ARP)
			reader_arp(&p, &lane);
		if (reader_closes(reader, &close)) {
			send_all(x, reader, &close);
			send_fresh(x, reader);
			if (atomic_load_explicit(x->options->stop, memory_order_relaxed))
				reader_stop(reader);
		}
	}
	reader_close_last(reader, &close);
	send_all(x, reader, &close);
	close.stats = false;
	close.shutdown = true;
	/*
	 * What is left is known a few closes late; closes too many end nothing and say
	 * nothing, so that the events are the same as with one worker.
	 */
	for (unsigned late = 0; late <= PARCELS;) {
		send_all(x, reader, &close);
		late = flows_left(x) ? 0 : late + 1;
	}
	close.stats = close.final = true;
	send_all(x, reader, &close);
}

static int worker_init(struct parallel *x, unsigned index)
{
	struct worker *w = &x->workers[index];

	w->index = index;
	w->parallel = x;
	w->work = ring_new(4096);
	w->back = ring_new(4096);
	if (!w->work || !w->back)
		return -1;
	for (unsigned i = 0; i < PARCELS; i++) {
		w->parcels[i] = malloc(sizeof(struct parcel));
		if (!w->parcels[i])
			return -1;
		w->parcels[i]->count = 0;
		w->parcels[i]->policy = NULL;
		w->parcels[i]->bytes_n = 0;
		send(w->back, w->parcels[i]);
	}
	w->filling = receive(w->back);
	return 0;
}

static int begin(struct parallel *x, struct error *err)
{
	x->workers = calloc(x->n, sizeof(*x->workers));
	x->outlets = calloc(x->n, sizeof(*x->outlets));
	x->merge = merge_new(x->n + 1, &x->options->outlet);
	if (!x->workers || !x->outlets || !x->merge)
		return error_set(err, "out of memory");
	for (unsigned i = 0; i < x->n; i++) {
		if (worker_init(x, i) < 0)
			return error_set(err, "out of memory for %u workers", x->n);
		x->outlets[i] = merge_lane(x->merge, i);
	}
	return shards_new(x->options->policy, x->outlets, x->n, &x->shards, err);
}

static void end(struct parallel *x)
{
	shards_done(&x->shards);
	for (unsigned i = 0; x->workers && i < x->n; i++) {
		ring_free(x->workers[i].work);
		ring_free(x->workers[i].back);
		for (unsigned j = 0; j < PARCELS; j++)
			free(x->workers[i].parcels[j]);
	}
	merge_free(x->merge);
	free(x->outlets);
	free(x->workers);
}

int parallel_run(const struct pipeline_options *options, struct reader *reader,
                 struct error *err)
{
	struct parallel x = { .options = options,
		              .n = options->workers,
		              .live = reader->live != NULL };
	unsigned started = 0;
	int result = begin(&x, err);

	/* a replay's output writes its file itself */
	if (result == 0 && thread_start(&x.merger, "egret-output",
	                                x.live ? SANDBOX_OUTPUT : SANDBOX_FILE,
	                                merger_main, x.merge) < 0) {
		end(&x);
		return error_set(err, "cannot start a thread");
	}
	for (; result == 0 && started < x.n; started++)
		if (thread_start(&x.workers[started].thread, "egret-worker",
		                 SANDBOX_WORKER, worker_main, &x.workers[started]) < 0)
			abort(); /* a machine without room for threads: nothing has been
			            read yet */
	if (result == 0) {
		if (x.live)
			sandbox_enter(SANDBOX_READER);
		read_all(&x, reader);
		for (unsigned i = 0; i < started; i++)
			pthread_join(x.workers[i].thread, NULL);
		pthread_join(x.merger, NULL);
	}
	end(&x);
	return result;
}
