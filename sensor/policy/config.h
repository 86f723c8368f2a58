// SPDX-License-Identifier: Apache-2.0
/*
 * config.h - the settings, read from egret.yaml by a table of keys.
 *
 * One row per key (name, type, range, default, help) drives reading, checking, the manual
 * and `egret check --keys`.  Immutable once loaded; any thread may read it.
 */
#ifndef POLICY_CONFIG_H
#define POLICY_CONFIG_H

#include <stdio.h>

#include "base/arena.h"
#include "base/prefix.h"

struct error;

struct texts {
	const char **at;
	size_t n;
};

/* Which records are meant. */
struct record_types {
	bool alert; /* and alert_update */
	bool fileinfo, flow, flow_update, stats;
};

struct config {
	const char *path; /* of the file read, or NULL: built-in defaults only */

	struct prefixes protected; /* networks.protected: what is inside */

	struct texts rules; /* rules.paths: files and folders of Sigma rules */
	struct texts
		signatures; /* rules.signatures: files and folders of file signatures */
	struct texts taxonomy;  /* rules.taxonomy: files and folders of tables of names */
	struct texts lists;     /* rules.lists: folders of lists for placeholders */
	struct texts vars;      /* rules.vars: "name=value" */
	struct texts rules_off; /* rules.off: ids, "level:low", "tag:attack.t1048" */
	struct texts levels;    /* rules.levels: "id=level" */
	int64_t zone; /* time.zone: seconds east of UTC, for |hour and its kin */
	bool cache;   /* rules.cache: keep compiled patterns in the user's cache folder */

	uint64_t shards;  /* engine.shards: 1 to 64; the answer never depends on the
	                     workers, but may on this */
	uint64_t workers; /* engine.workers: 1 to 64, never more than shards; 0 in the
	                     file: the cores */

	struct texts interfaces; /* live.interfaces */
	const char *live_filter; /* live.filter: in libpcap's language; "": everything */
	const char *live_clock;  /* live.timestamps: libpcap's name; "": the host's */
	uint64_t live_buffer;    /* live.buffer: bytes of the kernel's ring, for each */
	bool live_fanout;        /* live.fanout: each worker reads for itself */
	struct texts live_pin;   /* live.pin: cores of workers; none: any */
	uint64_t live_snaplen;   /* live.snaplen: bytes of a packet */
	bool live_promiscuous;   /* live.promiscuous */
	const char *user;        /* service.user: who egret live goes on as */

	const char *control_socket; /* control.socket; "": none */
	const char *metrics_listen; /* metrics.listen; "": nowhere */

	bool checksums; /* decode.checksums: wrong ones are passed over */

	uint64_t flow_memory; /* flow.memory: bytes for flows, all shards together */
	int64_t flow_new; /* flow.timeout.new: TCP without a finished hand-shake; ns */
	int64_t flow_established; /* flow.timeout.established: TCP */
	int64_t flow_closed;      /* flow.timeout.closed: after FIN or RST */
	int64_t flow_udp;         /* flow.timeout.udp: and ICMP and all else */
	bool flow_unanswered;     /* flow.unanswered: records for flows nobody answered */
	int64_t flow_update; /* flow.update: between two reports of a flow; ns; 0: none
	                      */

	uint64_t fragment_memory; /* fragment.memory: bytes for IP fragments, for all */
	int64_t fragment_timeout; /* fragment.timeout: ns */

	uint64_t stream_memory; /* stream.memory: bytes for out-of-order data, all shards
	                           together */
	uint64_t stream_held; /* stream.held: segments held for one direction of a flow, 1
	                         to 1024 */

	uint64_t session_max;  /* session.max: flows with a dissector at the same time */
	uint64_t transfer_max; /* transfer.max: transfers at the same time */
	bool sha256;           /* transfer.sha256 */

	bool appid;             /* appid.enabled: nDPI */
	uint64_t appid_packets; /* appid.packets: with payload, shown to nDPI for a flow
	                           at most; 1 to 64 */

	uint64_t names_max; /* names.max: entries in the ledger of names */

	struct record_types eve; /* output.eve.types (a list of those words) */

	const char *syslog_to;            /* output.syslog.to; "": nowhere */
	struct record_types syslog_types; /* output.syslog.types */
	uint64_t syslog_level;            /* output.syslog.level: enum level, at least */
	uint64_t syslog_facility;         /* output.syslog.facility: RFC 5424's number */

	const char *webhook_url;   /* output.webhook.url; "": none */
	uint64_t webhook_level;    /* output.webhook.level: enum level, at least */
	bool webhook_updates;      /* output.webhook.updates: alert_update, too */
	uint64_t webhook_rate;     /* output.webhook.rate: requests a minute */
	int64_t webhook_timeout;   /* output.webhook.timeout: ns, for one request */
	const char *webhook_token; /* output.webhook.token: a file; "": none */
	const char *webhook_ca;    /* output.webhook.ca: a file; "": the system's */

	int64_t stats_interval; /* stats.interval: packet time, ns; 0: at the end only */
	uint64_t rotate_size;   /* output.eve.rotate.size: bytes; 0: never */
	uint64_t rotate_keep;   /* output.eve.rotate.keep: 1 to 1000 */
	int64_t rotate_time;    /* output.eve.rotate.time: ns; 0: never */
	uint64_t queue;         /* output.queue: bytes, for each sink */
	const char *spool_folder; /* output.spool.folder; "": none */
	uint64_t spool_size;      /* output.spool.size: bytes, for each sink */
};

/*
 * Reads the file at path (NULL: built-in defaults), then the overrides ("key=value", as
 * -s on the command line has them, and --protect as "networks.protected=..."), into
 * arena's memory. A list in an override is divided by commas; the first override of a
 * list replaces it, further ones of the same key add to it. data_dir is where rules/ and
 * the like are when the file does not say; a path "$data/x" is in it. Other relative
 * paths in the file are relative to the file's folder.
 */
int config_load(struct arena *arena, const char *path, const char *const *overrides,
                size_t override_count, const char *data_dir, struct config **ret,
                struct error *err);

/* One more network that is inside; nothing where it is already.  -1: out of memory. */
int config_protect(struct arena *arena, struct config *config,
                   const struct prefix *inside);

/*
 * For a reload: settings that take effect only at a start (sizes of tables, time-outs,
 * threads) get the value that they have in `running`.  Gives the name of one that was
 * another, or NULL.
 */
const char *config_carry(const struct config *running, struct config *fresh);

/* Every key with type, range, default and help, for people. */
void config_print_keys(FILE *to);

#endif
