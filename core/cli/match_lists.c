/* SPDX-License-Identifier: Apache-2.0 */
/* Lists beside the register: words of facility types, parts of municipalities. */
#include "base/file.h"
#include "cli/match_batch.h"

enum { LIST_LIMIT = 1 << 22 };

/* What a line of a list says: the part before the first tab and the rest. */
typedef enum sk_verdict read_line(struct sk_text first, struct sk_text rest,
                                  struct sk_match_register *reg, struct sk_error *err);

static enum sk_verdict read_type(struct sk_text word, struct sk_text type,
                                 struct sk_match_register *reg, struct sk_error *err)
{
    if (!sk_match_register_type(reg, word, type))
        return sk_fail(err, SK_FATAL, "match.types",
                       "\"%.*s\" is no word, tab, type (at most 31 types, 47 bytes)",
                       SK_TEXT_ARG(word));
    return SK_OK;
}

static enum sk_verdict read_place(struct sk_text postcode, struct sk_text names,
                                  struct sk_match_register *reg, struct sk_error *err)
{
    if (!sk_text_filled(postcode) || !sk_text_filled(names))
        return sk_fail(err, SK_FATAL, "match.places",
                       "\"%.*s\" is no postcode, tab, names with ; between",
                       SK_TEXT_ARG(postcode));
    while (names.data)
        sk_match_register_district(reg, sk_text_trim(sk_text_split(&names, ';')),
                                   postcode);
    return SK_OK;
}

static enum sk_verdict read_list(const char *path, read_line *read,
                                 struct sk_match_register *reg, struct sk_error *err)
{
    sk_buffer_auto data = {0};
    enum sk_verdict verdict =
        sk_file_read(path, LIST_LIMIT, &data, err) == SK_OK ? SK_OK : SK_FATAL;
    struct sk_text rest = sk_buffer_text(&data);

    while (verdict == SK_OK && rest.data) {
        struct sk_text line = sk_text_trim(sk_text_split(&rest, '\n'));

        if (line.size) {
            struct sk_text first = sk_text_split(&line, '\t');

            verdict = read(sk_text_trim(first), sk_text_trim(line), reg, err);
        }
    }
    return verdict;
}

enum sk_verdict sk_match_read_types(const char *path, struct sk_match_register *reg,
                                    struct sk_error *err)
{
    return read_list(path, read_type, reg, err);
}

enum sk_verdict sk_match_read_places(const char *path, struct sk_match_register *reg,
                                     struct sk_error *err)
{
    return read_list(path, read_place, reg, err);
}
