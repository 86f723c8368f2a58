// SPDX-License-Identifier: Apache-2.0
/*
 * decode_type.c - what stands between the link layer and IP: whatever an EtherType says.
 */
#include "traffic/decode_walk.h"

enum { TAGS_MAX = 8 };

enum layer tag_read(struct walk *w)
{
	uint16_t tag = cursor_u16(&w->in) & 0x0fff;

	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in) || w->tags == TAGS_MAX)
		return LAYER_INVALID;
	if (w->tags < 2) {
		count_one(w->counters,
		          w->tags == 0 ? COUNT_DECODER_VLAN : COUNT_DECODER_QINQ);
		w->p->vlan[w->tags] = tag;
		w->p->vlan_count++;
	}
	w->tags++;
	return w->type <= TYPE_LENGTH_MAX ? LAYER_LLC : LAYER_TYPE;
}
