// SPDX-License-Identifier: Apache-2.0
/*
 * names.c - a table of a fixed number of entries, chained, with a list by last use.
 *
 * The output's thread; once for a name that is learnt, and a few look-ups a record.  The
 * hash has no secret, since places must be the same in every run; so a chain's length is
 * bounded instead: whoever makes names collide only shortens the memory for those.
 */
#include "ledger/names.h"

#include <stdlib.h>

#include "base/hash.h"

enum { CHAIN_MAX = 16, MAC = 6 };
enum { NONE = UINT32_MAX };

#define LIFE_LEAST INT64_C(3600000000000) /* ns: a flow outlives an answer's minute */
#define LIFE_MOST  (24 * INT64_C(3600000000000))

enum about {
	ABOUT_ADDRESS, /* what DNS answered */
	ABOUT_LOCAL,   /* what an address says of itself: mDNS, LLMNR */
	ABOUT_MAC,     /* which hardware has the address */
	ABOUT_HOST,    /* what that is called: DHCP */
};

/* Compared and hashed as bytes: no padding. */
struct key {
	struct addr addr;  /* ABOUT_HOST: six bytes of hardware address, then zeros */
	struct addr asker; /* whose answer it was; zeros: anybody's */
	uint64_t about;
};

struct entry {
	struct key key;
	int64_t until; /* ns */
	uint32_t chain;
	uint32_t older, newer; /* by last use */
	uint8_t by;
	uint8_t mac[MAC];
	char name[NAMES_TEXT];
};

struct names {
	struct entry *at;
	uint32_t *buckets;
	uint32_t max, n, mask;
	uint32_t oldest, newest;
	struct names_counts counts;
};

struct names *names_new(uint32_t max)
{
	struct names *t = calloc(1, sizeof(*t));
	uint32_t buckets = 1;

	if (!t)
		return NULL;
	while (buckets < max && buckets < UINT32_C(1) << 31)
		buckets *= 2;
	t->max = max;
	t->mask = buckets - 1;
	t->oldest = t->newest = NONE;
	t->at = calloc(max, sizeof(*t->at));
	t->buckets = malloc(buckets * sizeof(*t->buckets));
	if (!t->at || !t->buckets) {
		names_free(t);
		return NULL;
	}
	memset(t->buckets, 0xff, buckets * sizeof(*t->buckets));
	return t;
}

void names_free(struct names *t)
{
	if (!t)
		return;
	free(t->at);
	free(t->buckets);
	free(t);
}

const struct names_counts *names_counts(const struct names *t)
{
	return &t->counts;
}

static void list_remove(struct names *t, uint32_t i)
{
	struct entry *e = &t->at[i];

	*(e->older == NONE ? &t->oldest : &t->at[e->older].newer) = e->newer;
	*(e->newer == NONE ? &t->newest : &t->at[e->newer].older) = e->older;
}

static void list_add(struct names *t, uint32_t i)
{
	struct entry *e = &t->at[i];

	e->older = t->newest;
	e->newer = NONE;
	*(t->newest == NONE ? &t->oldest : &t->at[t->newest].newer) = i;
	t->newest = i;
}

static uint32_t *bucket_of(const struct names *t, const struct key *key)
{
	return &t->buckets[hash64(key, sizeof(*key), 0) & t->mask];
}

static void chain_remove(struct names *t, uint32_t i)
{
	uint32_t *link = bucket_of(t, &t->at[i].key);

	while (*link != i)
		link = &t->at[*link].chain;
	*link = t->at[i].chain;
}

/* The entry of that key, used just now; NULL: there is none. */
static struct entry *find(struct names *t, const struct key *key)
{
	for (uint32_t i = *bucket_of(t, key); i != NONE; i = t->at[i].chain)
		if (memcmp(&t->at[i].key, key, sizeof(*key)) == 0) {
			list_remove(t, i);
			list_add(t, i);
			return &t->at[i];
		}
	return NULL;
}

/* The last of a chain that is as long as one may be; else NONE. */
static uint32_t chain_full(const struct names *t, const struct key *key)
{
	uint32_t last = NONE;
	unsigned length = 0;

	for (uint32_t i = *bucket_of(t, key); i != NONE; i = t->at[i].chain) {
		last = i;
		length++;
	}
	return length < CHAIN_MAX ? NONE : last;
}

/* An entry for a key that is not there. */
static struct entry *add(struct names *t, const struct key *key)
{
	uint32_t *bucket = bucket_of(t, key), i = chain_full(t, key);

	if (i == NONE && t->n == t->max)
		i = t->oldest;
	if (i == NONE) {
		i = t->n++;
	} else {
		t->counts.evicted++;
		list_remove(t, i);
		chain_remove(t, i);
	}
	t->at[i] = (struct entry){ .key = *key, .chain = *bucket };
	*bucket = i;
	list_add(t, i);
	return &t->at[i];
}

static int64_t life(uint32_t seconds)
{
	int64_t ns = seconds * INT64_C(1000000000);

	return ns < LIFE_LEAST ? LIFE_LEAST : ns > LIFE_MOST ? LIFE_MOST : ns;
}

/* The end of a name says whose it is. */
static void name_copy(char to[NAMES_TEXT], const struct wire_name *name)
{
	size_t n = name->n, room = NAMES_TEXT - 1, at = 0;
	const char *from = name->b;

	if (n > room) {
		memcpy(to, "...", 3);
		at = 3;
		from += n - (room - at);
		n = room - at;
	}
	memcpy(to + at, from, n);
	to[at + n] = 0;
}

static void learn_name(struct names *t, const struct key *key, const struct event *event)
{
	const struct naming_event *said = &event->naming;
	struct entry *e = find(t, key);
	char name[NAMES_TEXT];

	name_copy(name, &said->name);
	if (!e)
		e = add(t, key);
	if (strcmp(e->name, name) != 0)
		t->counts.learnt++;
	memcpy(e->name, name, sizeof(name));
	e->by = (uint8_t)said->by;
	e->until = event->time + life(said->seconds);
}

static void learn_mac(struct names *t, const struct event *event)
{
	const struct naming_event *said = &event->naming;
	struct key key = { .addr = said->addr, .about = ABOUT_MAC };
	struct entry *e = find(t, &key);
	bool is_new = !e;

	if (is_new)
		e = add(t, &key);
	if (is_new || memcmp(e->mac, said->mac, MAC) != 0) {
		t->counts.learnt++;
		t->counts.moved += !is_new;
	}
	memcpy(e->mac, said->mac, MAC);
	e->until = event->time + life(said->seconds);
}

static struct key host_key(const uint8_t mac[MAC])
{
	struct key key = { .about = ABOUT_HOST };

	memcpy(key.addr.b, mac, MAC);
	return key;
}

void names_learn(struct names *t, const struct event *event)
{
	const struct naming_event *said = &event->naming;
	struct key key = { .addr = said->addr, .about = ABOUT_ADDRESS };

	if (said->has_addr && said->has_mac)
		learn_mac(t, event);
	if (said->name.n == 0)
		return;
	if (said->by == NAME_DHCP && said->has_mac) {
		key = host_key(said->mac);
	} else if (said->by != NAME_DNS) {
		key.about = ABOUT_LOCAL;
	} else {
		key.asker = said->asker;
		learn_name(t, &key, event);
		key.asker = (struct addr){ { 0 } };
	}
	learn_name(t, &key, event);
}

/* One that was still good at that time. */
static const struct entry *good(struct names *t, struct key key, int64_t time)
{
	const struct entry *e = find(t, &key);

	return e && e->until >= time ? e : NULL;
}

static struct end_name named(const struct entry *e)
{
	static const char *const words[] = {
		[NAME_DNS] = "dns",   [NAME_MDNS] = "mdns", [NAME_LLMNR] = "llmnr",
		[NAME_DHCP] = "dhcp", [NAME_ARP] = "arp",
	};

	return e ? (struct end_name){ .name = e->name, .by = words[e->by] }
	         : (struct end_name){ 0 };
}

/* What DNS called it: to that asker, else to anybody. */
static const struct entry *dns_name(struct names *t, const struct addr *addr,
                                    const struct addr *asker, int64_t time)
{
	struct key key = { .addr = *addr, .asker = *asker, .about = ABOUT_ADDRESS };
	const struct entry *e = good(t, key, time);

	key.asker = (struct addr){ { 0 } };
	return e ? e : good(t, key, time);
}

/* What the flow itself calls its server. */
static struct end_name server_name(const struct flow_event *f)
{
	const char *proto = f->app_proto, *by = "server";

	if (strcmp(proto, "http") == 0)
		by = "host";
	else if (strcmp(proto, "tls") == 0 || strcmp(proto, "quic") == 0)
		by = "sni";
	return (struct end_name){ .name = f->server_name, .by = by };
}

static struct end_name outside_end(struct names *t, const struct flow_event *f)
{
	if (!f->client_inside)
		return named(dns_name(t, &f->client, &f->server, f->first));
	if (f->server_name[0])
		return server_name(f);
	return named(dns_name(t, &f->server, &f->client, f->first));
}

/* What a host says of itself counts before what DNS calls it. */
static struct end_name inside_end(struct names *t, const struct addr *addr, int64_t time)
{
	struct key key = { .addr = *addr, .about = ABOUT_MAC };
	const struct entry *mac = good(t, key, time), *e;
	struct end_name found;

	e = mac ? good(t, host_key(mac->mac), time) : NULL;
	key.about = ABOUT_LOCAL;
	if (!e)
		e = good(t, key, time);
	if (!e)
		e = dns_name(t, addr, &(struct addr){ { 0 } }, time);
	found = named(e);
	found.mac = mac ? mac->mac : NULL;
	return found;
}

struct end_names names_of(struct names *t, const struct flow_event *f)
{
	struct end_names ends = { 0 };

	if (f->client_inside != f->server_inside && !f->nowhere)
		ends.outside = outside_end(t, f);
	if (f->client_inside || f->server_inside)
		ends.inside = inside_end(t, f->client_inside ? &f->client : &f->server,
		                         f->first);
	return ends;
}

struct fill names_fill(const struct names *t)
{
	return (struct fill){ t->n, t->max };
}
