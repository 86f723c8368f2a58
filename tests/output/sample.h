// SPDX-License-Identifier: Apache-2.0
/*
 * sample.h - events as a shard would say them, for the tests of output: an inside host
 * uploads calls-2026-q3.zip, 8.01 GB of WAV recordings, over plain HTTP in 64 s.
 */
#ifndef TESTS_OUTPUT_SAMPLE_H
#define TESTS_OUTPUT_SAMPLE_H

#include "output/output.h"

#define SAMPLE_SECOND INT64_C(1000000000)
/* 2026-11-23 15:04:05 UTC */
#define SAMPLE_START (INT64_C(1795446245) * SAMPLE_SECOND)
#define SAMPLE_SIZE  UINT64_C(8010000000)

extern const struct file_type sample_unknown, sample_zip, sample_wav;
extern const struct rule sample_rules[3]; /* high, high, medium */
extern const struct rule sample_flow_rule;
extern const struct dissector sample_http;
struct config sample_config(void);
void sample_config_done(struct config *config);

struct addr sample_addr(const char *text);
void sample_name(struct wire_name *to, const char *text);
void sample_reason(struct reasons *why, const struct field *field, enum match_op op,
                   uint64_t value, uint64_t limit);

/* The flow of the upload, `done` thousandths of the way. */
void sample_flow(struct flow_event *flow, unsigned done);
void sample_transfer(struct transfer_event *transfer, unsigned done);
void sample_context(struct context *context);

/* Whole events of the upload; the packet is the number of its newest one. */
void sample_alert(struct event *event, unsigned rule, enum alert_state state,
                  unsigned done);
void sample_fileinfo(struct event *event);
void sample_flow_record(struct event *event);
/* The flow before it is over, `done` thousandths of the way; the one before it told of
 * `told`; 0: there was none. */
void sample_flow_update(struct event *event, unsigned done, unsigned told);
void sample_stats(struct event *event, uint64_t each, uint32_t parts);
/* Another flow, of an ordinary kind: the nth. */
void sample_other_flow(struct event *event, unsigned nth);
/* For output_options: records that the settings want, as lines. */
struct sample_lines {
	const struct config *config;
	FILE *to;
};
bool sample_wants(void *lines, enum record_kind kind, uint8_t level);
void sample_record(void *lines, const struct record *record);
/* An alert on a flow alone: 3.2 GB over TLS. */
void sample_flow_alert(struct event *event);

#endif
