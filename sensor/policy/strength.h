// SPDX-License-Identifier: Apache-2.0
/*
 * strength.h - how much of a head does an expression pin down?
 *
 * In bits: of 2^bits heads of random bytes, one is expected to match.  A byte that may
 * have one value counts 8, one of two values 7, any byte 0; of alternatives the chances
 * are added, and so are those of the places where something after a repeat of varying
 * length may stand.  So two signatures that match the same head can be compared, and one
 * that would match much that it does not mean can be refused.  Cold; any thread.
 */
#ifndef POLICY_STRENGTH_H
#define POLICY_STRENGTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRENGTH_MAX = 4096 }; /* bits; more is not told apart */

/*
 * Gives 0, or -1 where the expression uses something that is not weighed here:
 * look-around, back-references, named classes, \Q, \N, \R, \X, conditions.
 */
int expression_strength(const char *expression, unsigned *bits);

/*
 * The bytes that every match begins with, at most max of them; gives how many, which may
 * be none.  *whole: nothing else is in the expression.
 */
size_t expression_lead(const char *expression, uint8_t *lead, size_t max, bool *whole);

#endif
