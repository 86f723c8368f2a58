// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_filter.c - filters: conditions that an administrator adds to other people's
 * rules.
 *
 * What a filter asks for is built anew into each rule that it applies to, in the names of
 * that rule's log source.  It is ANDed, as pySigma does.  Cold.
 */
#include "base/arena.h"
#include "policy/sigma_build.h"

static int read_names(struct build *b, const struct yaml_node *detection,
                      struct filter_document *ret)
{
	const struct yaml_node *rules = yaml_get(detection, "rules", NULL);

	if (!rules || (rules->kind == KIND_SCALAR && yaml_is_null(rules)))
		return build_fail(
			b, rules ? rules : detection,
			"the filter has no \"rules\": ids or names of rules, or "
			"any");
	if (document_texts(b, detection, "rules", &ret->names) < 0)
		return -1;
	ret->filter->any = !ret->names[0] ||
	                   (!ret->names[1] &&
	                    bytes_equal_fold(bytes_of(ret->names[0]), bytes_of("any")));
	return 0;
}

int filter_read(struct build *b, const struct yaml_node *document,
                struct filter_document *ret)
{
	struct filter *f = arena_take(b->arena, sizeof(*f));
	const struct yaml_node *detection = yaml_get(document, "filter", NULL);
	int failed = 0;

	if (!f)
		return build_out_of_memory(b);
	ret->filter = f;
	ret->document = document;
	ret->detection = detection;
	f->file = b->file;
	failed |= document_keys(b, document);
	failed |= document_text(b, document, "title", &f->title, NULL);
	if (!yaml_get(document, "title", NULL))
		failed = build_fail(b, document, "the filter has no \"title\"");
	failed |= document_id(b, document, &f->id, &f->line, NULL);
	if (!yaml_get(document, "logsource", NULL))
		failed = build_fail(b, document, "the filter has no \"logsource\"");
	else
		failed |= log_source_read(b, document, &ret->source);
	if (yaml_get(document, "detection", NULL))
		failed = build_fail(
			b, document,
			"a filter has no \"detection\": its selections and its "
			"condition stand under \"filter\"");
	if (detection->kind != KIND_MAP)
		return build_fail(b, detection, "\"filter\" takes a map, not %s",
		                  yaml_kind_name(detection));
	return read_names(b, detection, ret) < 0 ? -1 : failed;
}

int filter_build(struct build *b, const struct filter_document *filter, uint32_t *ret)
{
	b->negates = false;
	if (selections_build(b, filter->detection, true, ret) < 0)
		return -1;
	filter->filter->keeps = !b->negates;
	if (filter->filter->keeps)
		complaints_warn(
			b->around->complaints, b->file, filter->filter->line, 0,
			"the filter \"%s\" keeps only what its condition says; to "
			"leave that out, write \"condition: not selection\"",
			filter->filter->title);
	return 0;
}
