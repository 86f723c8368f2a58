// SPDX-License-Identifier: Apache-2.0
/*
 * load.h - what is left out while more comes than can be looked at.
 *
 * Ascending: each leaves out what those before it do, too.  What is counted is counted
 * always, so that rules on bytes stay right about what was captured.
 */
#ifndef CONTENT_LOAD_H
#define CONTENT_LOAD_H

enum load {
	LOAD_NORMAL,
	LOAD_NO_MEMBERS,  /* no archive is looked into that was not yet */
	LOAD_NO_HEADS,    /* no type is told by content */
	LOAD_NO_SESSIONS, /* no flow gets a dissector that has none */
};

#endif
