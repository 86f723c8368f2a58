// SPDX-License-Identifier: Apache-2.0
/*
 * eve_alert.c - what EVE says of an alert: the rule, why it is true, what it is about,
 * and what was being said on the flow.
 */
#include "output/eve.h"

/* 1 is the worst, as Suricata has it. */
static unsigned severity(enum level level)
{
	switch (level) {
	case LEVEL_CRITICAL:
	case LEVEL_HIGH: return 1;
	case LEVEL_MEDIUM: return 2;
	case LEVEL_LOW: return 3;
	case LEVEL_INFORMATIONAL: return 4;
	}
	return 4;
}

static void eve_metadata(struct json *j, const struct rule *rule)
{
	json_object(j, "metadata");
	if (rule->techniques && rule->techniques[0]) {
		json_array(j, "mitre_technique_id");
		for (const char *const *t = rule->techniques; *t; t++)
			json_bytes(j, NULL, bytes_of(*t));
		json_array_end(j);
	}
	if (rule->id) {
		json_array(j, "sigma_id");
		json_bytes(j, NULL, bytes_of(rule->id));
		json_array_end(j);
	}
	json_object_end(j);
}

void eve_alert(struct json *j, const struct rule *rule, bool brief)
{
	json_object(j, "alert");
	json_text(j, "action", "allowed");
	json_u64(j, "gid", 1);
	json_u64(j, "signature_id", rule->signature_id);
	json_u64(j, "rev", rule->rev);
	if (!brief && rule->title)
		json_bytes(j, "signature", bytes_of(rule->title));
	json_text(j, "category", "Information Leak"); /* as classification.config says */
	json_u64(j, "severity", severity(rule->level));
	if (!brief)
		eve_metadata(j, rule);
	json_object_end(j);
}

/* Sigma's own words. */
static const char *op_word(enum match_op op)
{
	switch (op) {
	case MATCH_EQUAL: return "equals";
	case MATCH_CONTAINS: return "contains";
	case MATCH_STARTS: return "startswith";
	case MATCH_ENDS: return "endswith";
	case MATCH_CIDR: return "cidr";
	case MATCH_LT: return "lt";
	case MATCH_LTE: return "lte";
	case MATCH_GT: return "gt";
	case MATCH_GTE: return "gte";
	case MATCH_EXISTS: return "exists";
	case MATCH_NULL: return "null";
	case MATCH_RE: return "re";
	}
	return "equals";
}

static void eve_reason_number(struct json *j, const char *key, const struct reason *r,
                              uint64_t number)
{
	if (r->field->type == FIELD_BOOL || r->op == MATCH_EXISTS)
		json_bool(j, key, number != 0);
	else
		json_u64(j, key, number);
}

static void eve_reason_values(struct json *j, const struct reason *r)
{
	if (r->is_number) {
		eve_reason_number(j, "value", r, r->value);
		eve_reason_number(j, "limit", r, r->limit);
		return;
	}
	if (r->text_n)
		json_bytes(j, "value",
		           (struct bytes){ (const uint8_t *)r->text, r->text_n });
	if (r->match_n)
		json_bytes(j, "limit",
		           (struct bytes){ (const uint8_t *)r->match, r->match_n });
}

static void eve_reason(struct json *j, const struct reason *r)
{
	json_object(j, NULL);
	json_text(j, "field", r->field->name);
	json_text(j, "op", op_word(r->op));
	if (r->op != MATCH_NULL) /* there is no value, and that is all that was asked */
		eve_reason_values(j, r);
	json_object_end(j);
}

/* Bits a second that the flow has carried in the direction that matters. */
static uint64_t flow_rate(const struct event *event)
{
	const struct flow_event *f = &event->flow;
	unsigned d = event_from_client(event) ? 0 : 1;
	int64_t ns = f->last - f->first;

	if (ns < 100 * 1000 * 1000) /* too short to say */
		return 0;
	return (uint64_t)((double)(f->dir[d].payload + f->dir[d].missing) * 8e9 /
	                  (double)ns);
}

void eve_alert_egret(struct json *j, const struct event *event, bool brief)
{
	const struct alert_event *a = &event->alert;

	eve_hex(j, "alert_id", a->id);
	if (event->kind == EVENT_ALERT_UPDATE)
		json_text(j, "state", a->state == ALERT_END ? "end" : "progress");
	json_text(j, "level", level_name(a->rule->level));
	if (!brief) {
		json_array(j, "why");
		for (unsigned i = 0; i < a->why.count && i < REASONS_MAX; i++)
			eve_reason(j, &a->why.at[i]);
		json_array_end(j);
	}
	if (event->kind == EVENT_ALERT_UPDATE) {
		json_u64(j, "raised_packet", a->raised_packet);
		eve_time(j, "raised", a->raised);
	}
	if (a->about_transfer)
		eve_transfer(j, &event->transfer, brief);
	eve_totals(j, &event->flow);
	if (!a->about_transfer && flow_rate(event))
		json_u64(j, "rate", flow_rate(event));
}

/* The newest fact of a key counts; JSON would let both stand. */
static bool fact_repeated(const struct context *c, unsigned i)
{
	for (unsigned k = i + 1; k < c->count && k < CONTEXT_FACTS; k++)
		if (c->facts[k].field->eve &&
		    strcmp(c->facts[k].field->eve, c->facts[i].field->eve) == 0)
			return true;
	return false;
}

static void eve_fact(struct json *j, const struct context *c, unsigned i)
{
	const struct field *field = c->facts[i].field;
	size_t at = c->facts[i].at, n = c->facts[i].n;
	struct addr addr;

	switch (field->type) {
	case FIELD_NUMBER: json_u64(j, field->eve, c->facts[i].number); break;
	case FIELD_BOOL: json_bool(j, field->eve, c->facts[i].number != 0); break;
	case FIELD_BYTES:
		if (at + n <= CONTEXT_TEXT)
			json_bytes(j, field->eve,
			           (struct bytes){ (const uint8_t *)c->text + at, n });
		break;
	case FIELD_IP:
		if (n != sizeof(addr.b) || at + n > CONTEXT_TEXT)
			break;
		memcpy(addr.b, c->text + at, n);
		eve_addr(j, field->eve, &addr);
		break;
	case FIELD_NONE: break;
	}
}

void eve_context(struct json *j, const struct context *c)
{
	bool open = false;

	if (!c->dissector || c->dissector->kind != DISSECTOR_PROTOCOL)
		return;
	for (unsigned i = 0; i < c->count && i < CONTEXT_FACTS; i++) {
		if (!c->facts[i].field->eve || fact_repeated(c, i))
			continue;
		if (!open)
			json_object(j, c->dissector->name);
		open = true;
		eve_fact(j, c, i);
	}
	if (open)
		json_object_end(j);
}
