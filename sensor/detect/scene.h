// SPDX-License-Identifier: Apache-2.0
/*
 * scene.h - a thing at a moment: what rules are asked of, and events are made from.
 */
#ifndef DETECT_SCENE_H
#define DETECT_SCENE_H

#include "content/transfer.h"
#include "detect/event.h"
#include "traffic/appid.h"
#include "traffic/flow.h"

struct scene {
	const struct policy *policy;
	const struct appid *appid; /* NULL: off */
	const struct flow *flow;
	const struct flow_more *more;    /* of the flow; NULL: nothing */
	const struct transfer *transfer; /* NULL: the flow itself is the thing */
	const struct context *context;   /* NULL: no dissector reads the flow */
	bool swapped;                    /* session_swapped */
	bool over;                       /* nothing more will be known */
	struct moment now;
	char sha256[65]; /* in hexadecimal, once there is one; else "" */
};

/* Sets flow->inside and nowhere by the protected networks. */
void scene_place(const struct config *config, struct flow *flow);

/* Where data goes that the client (or the server) sends. */
enum heading scene_heading(const struct flow *flow, bool from_client);
/* Payload of a direction: each byte once, lost ones too. */
uint64_t scene_payload(const struct flow *flow, unsigned dir);
uint64_t scene_leaving(const struct flow *flow);
uint64_t scene_entering(const struct flow *flow);
/* bit/s of `bytes` between two times; 0: too short to say. */
uint64_t scene_rate(uint64_t bytes, int64_t from, int64_t to);
/* In lower case, as rules and app_proto have it: the dissector's name, else nDPI's; ""
 * while unknown. */
void scene_protocol(const struct scene *scene, char *text, size_t room);

/* Fills the parts of an event that describe the flow, and the transfer with its context.
 */
void scene_fill_flow(const struct scene *scene, struct flow_event *to);
void scene_fill_transfer(const struct scene *scene, struct transfer_event *to);

/* subject.c: answers match_rule's questions about a scene. */
struct subject scene_subject(const struct scene *scene);

#endif
