/* SPDX-License-Identifier: Apache-2.0 */
/* readme - named blocks of a Markdown page. */
#include "connectors/support/readme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"

enum { BLOCK_MAX = 32 };

/* The name after a fence, if it has one of two words. */
static bool opens_block(struct sk_text line, struct readme_block *block)
{
    if (!sk_text_starts_with(line, "```") || !memchr(line.data, ' ', line.size) ||
        line.size - 3 >= sizeof(block->name))
        return false;
    memcpy(block->name, line.data + 3, line.size - 3);
    block->name[line.size - 3] = '\0';
    return true;
}

static char *read_block(struct sk_text *rest)
{
    struct sk_buffer text = {0};

    while (rest->data) {
        struct sk_text line = sk_text_split(rest, '\n');

        if (sk_text_is(line, "```"))
            break;
        sk_buffer_append_text(&text, line);
        sk_buffer_append_byte(&text, '\n');
    }
    sk_buffer_append_byte(&text, '\0');
    return (char *)text.data;
}

size_t readme_blocks(const char *connector, struct readme_block **ret_blocks)
{
    sk_auto_free char *path =
        sk_strf("%s/connectors/%s/README.md", getenv("SK_SOURCE_DIR"), connector);
    struct readme_block *blocks = sk_alloc_zeroed(BLOCK_MAX * sizeof(*blocks));
    sk_buffer_auto page = {0};
    struct sk_error err = {0};
    size_t count = 0;

    if (sk_file_read(path, 1 << 20, &page, &err) != SK_OK)
        fail_msg("%s", err.text);
    struct sk_text rest = sk_buffer_text(&page);
    while (rest.data && count < BLOCK_MAX)
        if (opens_block(sk_text_split(&rest, '\n'), &blocks[count]))
            blocks[count++].text = read_block(&rest);
    assert_true(count > 0 && count < BLOCK_MAX);
    *ret_blocks = blocks;
    return count;
}

void readme_free(struct readme_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(blocks[i].text);
    free(blocks);
}
