/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_README_H
#define SK_TESTS_README_H

#include <stddef.h>

/*
 * The fenced blocks of a connector's README that have a name ("```json locaties",
 * "```ini lrk"), so that what the page promises is what a test runs.
 */
struct readme_block {
    char name[64]; /* "json locaties" */
    char *text;    /* ends with NUL */
};

/* All of connectors/<connector>/README.md, in order; the caller frees with readme_free.
 * Fails the test when there is none. */
size_t readme_blocks(const char *connector, struct readme_block **ret_blocks);
void readme_free(struct readme_block *blocks, size_t count);

#endif
