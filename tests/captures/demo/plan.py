#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""plan.py - which calls there are: name, seconds, and whether they sound; a line each.

The first five are short and sound, so that they lie whole in the first megabytes of the
archive; the others are silent and of a few lengths only, and fill the archive to 8 GB.
"""
import random

RATE = 22050  # bytes a second
random.seed(2026)


def main():
    size, day, call = 0, 0, 0
    first = [(1, 14), (7, 21), (3, 11), (12, 24), (3, 17)]
    lengths = [600, 780, 900, 1020, 1200, 1500]
    while size < 8_000_000_000:
        if call % 12 == 0 and call:
            day += 1
        hour, minute = 8 + call % 12, random.randrange(60)
        desk, seconds = first[call] if call < len(first) else (random.randrange(1, 15), random.choice(lengths))
        name = (f"2026-{7 + day // 28:02d}-{1 + day % 28:02d}/{hour:02d}{minute:02d}"
                f"_desk-{desk}_+1555{random.randrange(100, 200):04d}{random.randrange(1000):03d}.wav")
        print(name, seconds, "tone" if call < len(first) else "silent")
        size += seconds * RATE + 44 + 2 * len(name) + 150
        call += 1


main()
