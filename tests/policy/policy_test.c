// SPDX-License-Identifier: Apache-2.0
/*
 * policy_test.c - settings, rules, signatures and starts as one, and whose fault stops
 * it.
 */
#include "base/error.h"
#include "dissectors/dissector.h"
#include "policy/pattern.h"
#include "policy/policy.h"
#include "tests/check.h"

static const struct start rpc_starts[] = {
	{ "CALL|SEND", true },
	{ "\\d{3} ready", false },
	{ 0 },
};

static const struct dissector bare_dissector = { .name = "bare" };
static const struct dissector rpc_dissector = { .name = "rpc", .starts = rpc_starts };

const struct dissector *const dissectors[] = { &bare_dissector, &rpc_dissector, NULL };

static struct error err;

/* With one rule that ships: others name fields of dissectors that are not here. */
static struct policy *load(const char *override)
{
	const char *all[] = { "rules.paths=$data/rules/egret/audio-leaving.yml",
		              override };
	const char *srcdir = getenv("srcdir");
	struct policy *policy = NULL;
	struct complaints *complaints = complaints_new();
	struct policy_source from = { .overrides = all,
		                      .override_count = override ? 2 : 1,
		                      .data_dir = srcdir ? srcdir : "." };

	if (!complaints)
		exit(99);
	err.text[0] = '\0';
	if (policy_load(&from, &policy, complaints) < 0)
		CHECK(!policy);
	complaints_first(complaints, &err);
	complaints_free(complaints);
	return policy;
}

static bool note(void *arg, uint32_t id)
{
	uint32_t *seen = arg;

	*seen |= 1u << id;
	return false;
}

/* Which of the starts begin so, a bit for each. */
static uint32_t starts_of(const struct policy *policy, const char *head)
{
	struct pattern_scratch *scratch = NULL;
	uint32_t seen = 0;

	CHECK_EQ(0, pattern_scratch_grow(&scratch, policy->starts, &err));
	patterns_scan(policy->starts, scratch, bytes_of(head), note, &seen);
	pattern_scratch_free(scratch);
	return seen;
}

static void the_defaults_and_a_shipped_rule_make_a_policy(void)
{
	struct policy *policy = load(NULL);

	CHECK_TEXT("", err.text);
	if (!policy)
		return;
	CHECK(policy->rules->n == 1);
	CHECK(signatures_count(policy->signatures) > 0);
	CHECK(policy->config->shards == 8);
	policy_free(policy);
}

static void streams_are_known_by_how_they_start(void)
{
	struct policy *policy = load(NULL);

	if (!policy)
		return;
	CHECK_EQ(1u << START_ID(1, true), starts_of(policy, "CALL me"));
	CHECK_EQ(1u << START_ID(1, true), starts_of(policy, "SEND x"));
	CHECK_EQ(1u << START_ID(1, false), starts_of(policy, "200 ready"));
	CHECK_EQ(0, starts_of(policy,
	                      " CALL me")); /* only at the beginning, each way of it */
	CHECK_EQ(0, starts_of(policy, "xSEND me"));
	policy_free(policy);
}

static void whoever_is_wrong_says_so(void)
{
	CHECK(!load("flow.memry=1"));
	CHECK_TEXT("-s flow.memry: unknown key \"flow.memry\", did you mean "
	           "\"flow.memory\"?",
	           err.text);
	CHECK(!load("rules.paths=/nonexistent"));
	CHECK_TEXT("/nonexistent: No such file or directory", err.text);
	CHECK(!load("rules.signatures=/nonexistent"));
	CHECK(strstr(err.text, "/nonexistent") != NULL);
}

int main(void)
{
	TEST(the_defaults_and_a_shipped_rule_make_a_policy);
	TEST(streams_are_known_by_how_they_start);
	TEST(whoever_is_wrong_says_so);
	policy_free(NULL);
	return check_done();
}
