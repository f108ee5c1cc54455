/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts: registries inside the registry, with ids of their own. */
#include "base/json.h"
#include "registry/guard.h"
#include "registry/subject.h"

unsigned sk_contexts_list(struct sk_registry_call *call)
{
    struct sk_text prefix = sk_call_query(call, "contextPrefix");
    struct sk_store_texts contexts;
    struct sk_error err = {0};

    if (sk_store_contexts(call->registry->store, call->arena, &contexts, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    const char *start = prefix.data ? sk_arena_string(call->arena, prefix) : "";
    json_t *answer = json_array();
    if (sk_text_starts_with(SK_TEXT("."), start))
        json_array_append_new(answer, json_string("."));
    for (size_t i = 0; i < contexts.count; i++) {
        if (sk_text_starts_with(contexts.items[i], start) &&
            sk_guard_reads_in(call, contexts.items[i]))
            json_array_append_new(answer, sk_json_from_text(contexts.items[i]));
    }
    return sk_call_answer_page_take(call, answer);
}

unsigned sk_context_delete(struct sk_registry_call *call)
{
    struct sk_text context = call->parameters[0];
    struct sk_store *store = call->registry->store;
    struct sk_store_texts subjects;
    struct sk_error err = {0};

    if (!sk_context_valid(context) || sk_text_is(context, "."))
        return sk_call_fail(call, SK_CODE_INVALID_SUBJECT,
                            "The context must be \".\" with letters, digits, \"-\", "
                            "\"_\" and \".\" after it; the default one stays");
    enum sk_verdict verdict =
        sk_store_subjects(store, sk_subject_scope(context, call->arena), false,
                          SK_STORE_ALL, call->arena, &subjects, &err);
    if (verdict == SK_OK && subjects.count > 0)
        return sk_call_fail(call, SK_CODE_CONTEXT_NOT_EMPTY,
                            "Context '%.*s' is not empty: subject '%.*s' is in it",
                            SK_TEXT_ARG(context), SK_TEXT_ARG(subjects.items[0]));
    if (verdict == SK_OK)
        verdict = sk_store_delete_context(store, context, &err);
    return verdict == SK_OK ? 204 : sk_call_store_failed(call, &err);
}
