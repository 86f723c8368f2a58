// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_yaml.c - any bytes as a YAML file: a tree that holds together, or a sentence.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Walks the tree as a reader would: every text ends, every child is there. */
static uint32_t walk(const struct yaml_node *node, unsigned depth)
{
	uint32_t nodes = 1;
	bool yes;

	assert(depth <= YAML_DEPTH_MAX + 1 && node->line > 0 && node->column > 0);
	if (node->kind == KIND_SCALAR) {
		assert(node->text[node->n] == '\0');
		yaml_is_null(node);
		yaml_truth(node, &yes);
		yaml_is_number(node);
		return 1;
	}
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == KIND_MAP) {
			assert(yaml_get(node, node->keys[i].text, NULL) == &node->at[i]);
			nodes += walk(&node->keys[i], depth + 1);
		}
		nodes += walk(&node->at[i], depth + 1);
	}
	return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *arena = arena_new();
	struct yaml_file file = { 0 };
	struct error err = { "" };
	uint32_t nodes = 0;

	if (yaml_parse(arena, "fuzz", (struct bytes){ p, n }, &file, &err) < 0) {
		assert(err.text[0] != '\0');
	} else {
		for (size_t i = 0; i < file.n; i++)
			nodes += walk(&file.documents[i], 0);
		assert(nodes <= YAML_NODES_MAX);
	}
	arena_free(arena);
	return 0;
}
