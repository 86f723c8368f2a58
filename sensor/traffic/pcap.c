// SPDX-License-Identifier: Apache-2.0
/*
 * pcap.c - the door to libpcap: filters and names (filter.h), and interfaces (tap.h),
 * which are opened step by step, since each step has a fault of its own that people
 * should read.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "traffic/capture.h"
#include "traffic/filter.h"
#include "traffic/tap.h"

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

enum {
	BLOCK_MS = 50, /* a block of the kernel's ring is handed over after so long */
};

struct tap {
	pcap_t *handle;
	char name[IFNAMSIZ];
	int fd, link;
	int64_t fraction; /* ns of a fraction of its times */
	struct pcap_stat last;
	struct tap_counts counts;
};

static int refuse(struct tap *tap, const char *what, int status, struct error *err)
{
	const char *why = pcap_geterr(tap->handle);

	return error_set(err, "%s: %s%s%s%s", tap->name, what, pcap_statustostr(status),
	                 *why ? ": " : "", why);
}

/* What makes a tap of it: faults here will not go away by waiting. */
static int configure(struct tap *tap, const struct tap_options *o, struct error *err)
{
	int status = pcap_set_snaplen(tap->handle, (int)o->snaplen);

	if (status == 0)
		status = pcap_set_promisc(tap->handle, o->promiscuous);
	if (status == 0)
		status = pcap_set_timeout(tap->handle, BLOCK_MS);
	if (status == 0)
		status = pcap_set_buffer_size(tap->handle, (int)o->buffer);
	if (status)
		return refuse(tap, "", status, err);
	tap->fraction = 1000;
	if (pcap_set_tstamp_precision(tap->handle, PCAP_TSTAMP_PRECISION_NANO) == 0)
		tap->fraction = 1;
	if (o->clock && *o->clock) {
		int type = pcap_tstamp_type_name_to_val(o->clock);

		if (type < 0)
			return error_set(err,
			                 "\"%s\" stamps no packets: see pcap-tstamp(7)",
			                 o->clock);
		status = pcap_set_tstamp_type(tap->handle, type);
		if (status)
			return refuse(tap, "time stamps: ", status, err);
	}
	return 0;
}

static int set_filter(struct tap *tap, const char *filter, struct error *err)
{
	struct bpf_program program;
	int status;

	if (!filter || !*filter)
		return 0;
	if (pcap_compile(tap->handle, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return error_set(err, "filter \"%s\": %s", filter,
		                 pcap_geterr(tap->handle));
	status = pcap_setfilter(tap->handle, &program);
	pcap_freecode(&program);
	return status ? refuse(tap, "filter: ", status, err) : 0;
}

/* Waiting helps where the interface may come, or come up. */
static bool is_wrong(int status)
{
	return status != PCAP_ERROR_NO_SUCH_DEVICE && status != PCAP_ERROR_IFACE_NOT_UP;
}

static int activate(struct tap *tap, bool *wrong, struct error *err)
{
	char why[PCAP_ERRBUF_SIZE];
	int status = pcap_activate(tap->handle);

	if (status < 0) { /* above it: it works, but not quite as asked */
		*wrong = is_wrong(status);
		return refuse(tap, "", status, err);
	}
	if (pcap_setnonblock(tap->handle, 1, why) < 0)
		return error_set(err, "%s: %s", tap->name, why);
	tap->link = pcap_datalink(tap->handle);
	tap->fd = pcap_get_selectable_fd(tap->handle);
	return 0;
}

struct tap *tap_open(const char *interface, const struct tap_options *options,
                     bool *wrong, struct error *err)
{
	struct tap *tap = calloc(1, sizeof(*tap));
	char why[PCAP_ERRBUF_SIZE];

	*wrong = true;
	if (!tap) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (strlen(interface) >= sizeof(tap->name)) {
		error_set(err, "%s: no interface has so long a name", interface);
		free(tap);
		return NULL;
	}
	strcpy(tap->name, interface);
	tap->handle = pcap_create(interface, why);
	if (!tap->handle) {
		error_set(err, "%s: %s", interface, why);
	} else if (configure(tap, options, err) == 0 && activate(tap, wrong, err) == 0 &&
	           set_filter(tap, options->filter, err) == 0) {
		return tap;
	}
	tap_close(tap);
	return NULL;
}

void tap_close(struct tap *tap)
{
	if (!tap)
		return;
	if (tap->handle)
		pcap_close(tap->handle);
	free(tap);
}

enum tap_got tap_read(struct tap *tap, struct packet *p, struct error *err)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	int status = pcap_next_ex(tap->handle, &header, &data);

	if (status == 0)
		return TAP_NOTHING;
	if (status < 0) {
		error_set(err, "%s: %s", tap->name, pcap_geterr(tap->handle));
		return TAP_DOWN;
	}
	p->time = (int64_t)header->ts.tv_sec * 1000000000 +
	          header->ts.tv_usec * tap->fraction;
	p->caplen = header->caplen;
	p->wirelen = header->len > header->caplen ? header->len : header->caplen;
	p->data = data;
	return TAP_PACKET;
}

int tap_link(const struct tap *tap)
{
	return tap->link;
}

int tap_fd(const struct tap *tap)
{
	return tap->fd;
}

const char *tap_interface(const struct tap *tap)
{
	return tap->name;
}

void tap_counts(struct tap *tap, struct tap_counts *counts)
{
	struct pcap_stat now;

	if (pcap_stats(tap->handle, &now) == 0) {
		tap->counts.received += now.ps_recv - tap->last.ps_recv;
		tap->counts.dropped += now.ps_drop - tap->last.ps_drop;
		tap->counts.interface += now.ps_ifdrop - tap->last.ps_ifdrop;
		tap->last = now;
	}
	*counts = tap->counts;
}

static bool ethtool_has(int fd, const char *interface, uint32_t what, uint32_t *ret)
{
	struct ethtool_value value = { .cmd = what };
	struct ifreq request = { .ifr_data = (char *)&value };

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return false;
	*ret = value.data;
	return true;
}

char *tap_offloads(const char *interface, char text[TAP_OFFLOADS])
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t flags;

	text[0] = '\0';
	if (fd < 0)
		return text;
	if (ethtool_has(fd, interface, ETHTOOL_GGRO, &flags) && flags)
		strcat(text, " gro");
	if (ethtool_has(fd, interface, ETHTOOL_GFLAGS, &flags) && (flags & ETH_FLAG_LRO))
		strcat(text, " lro");
	close(fd);
	return *text ? memmove(text, text + 1, strlen(text)) : text;
}
