// SPDX-License-Identifier: Apache-2.0
/*
 * filter.c - the door to libpcap.
 */
#include "traffic/filter.h"

#include <pcap/pcap.h>
#include <stdlib.h>

#include "base/error.h"
#include "traffic/capture.h"

enum { LINKS_MAX = 64, SNAP = 1 << 18 };

struct filter {
	const char *text;
	unsigned n;
	struct {
		int link;
		bool good;
		struct bpf_program program;
	} at[LINKS_MAX];
};

struct filter *filter_new(const char *text)
{
	struct filter *f = calloc(1, sizeof(*f));

	if (f)
		f->text = text;
	return f;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (unsigned i = 0; i < f->n; i++)
		if (f->at[i].good)
			pcap_freecode(&f->at[i].program);
	free(f);
}

static unsigned filter_find(const struct filter *f, int link)
{
	unsigned i = 0;

	while (i < f->n && f->at[i].link != link)
		i++;
	return i;
}

int filter_prepare(struct filter *f, int link, struct error *err)
{
	unsigned i = filter_find(f, link);
	pcap_t *dead;

	if (i < f->n || i == LINKS_MAX)
		return 0;
	dead = pcap_open_dead(link, SNAP);
	if (!dead)
		return error_set(err, "out of memory");
	f->at[i].link = link;
	f->at[i].good = pcap_compile(dead, &f->at[i].program, f->text, 1,
	                             PCAP_NETMASK_UNKNOWN) == 0;
	f->n++;
	if (!f->at[i].good)
		error_set(err, "filter \"%s\" for link type %d (%s): %s", f->text, link,
		          link_name(link), pcap_geterr(dead));
	pcap_close(dead);
	return f->at[i].good ? 0 : -1;
}

bool filter_passes(struct filter *f, int link, const uint8_t *data, uint32_t caplen,
                   uint32_t wirelen)
{
	struct pcap_pkthdr header = { .caplen = caplen, .len = wirelen };
	unsigned i = filter_find(f, link);

	if (i == f->n)
		filter_prepare(f, link, NULL);
	return i < f->n && f->at[i].good &&
	       pcap_offline_filter(&f->at[i].program, &header, data) != 0;
}

const char *link_name(int link)
{
	const char *name = pcap_datalink_val_to_name(link);

	return name ? name : "unknown";
}

const char *capture_library_version(void)
{
	return pcap_lib_version();
}
