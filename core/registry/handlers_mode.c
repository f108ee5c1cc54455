/* SPDX-License-Identifier: Apache-2.0 */
/* Modes of the whole, a context or a subject. */
#include "base/json.h"
#include "registry/mode.h"
#include "registry/routes.h"
#include "registry/subject.h"

static unsigned answer(struct sk_registry_call *call, enum sk_mode mode)
{
    return sk_call_answer_take(call, json_pack("{ss}", "mode", sk_mode_name(mode)));
}

static unsigned answer_in_force(struct sk_registry_call *call, struct sk_text scope)
{
    struct sk_error err = {0};
    enum sk_mode mode;

    if (sk_mode_in_force(call->registry->store, scope, &mode, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return answer(call, mode);
}

static enum sk_verdict save(struct sk_registry_call *call, struct sk_text scope,
                            enum sk_mode mode, struct sk_error *err)
{
    return sk_store_set(call->registry->store, SK_STORE_MODE, scope,
                        sk_text(mode == SK_MODE_UNSET ? NULL : sk_mode_name(mode)), err);
}

/* Is there a live subject in the scope? */
static enum sk_verdict has_subjects(struct sk_registry_call *call, struct sk_text scope,
                                    bool *ret_has, struct sk_error *err)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_query query = {.subject = scope};
    struct sk_store_texts subjects = {0};
    struct sk_store_version version = {0};

    if (sk_subject_plain(scope).size > 0)
        SK_TRY(
            sk_store_version(store, &query, SK_STORE_LATEST, call->arena, &version, err));
    else
        SK_TRY(sk_store_subjects(store, scope, false, SK_STORE_LIVE, call->arena,
                                 &subjects, err));
    *ret_has = version.version != 0 || subjects.count > 0;
    return SK_OK;
}

/* IMPORT begins with an empty scope: live subjects forbid it, soft-deleted ones go.
 * False: answered. */
static bool make_room(struct sk_registry_call *call, struct sk_text scope,
                      unsigned *ret_status)
{
    struct sk_error err = {0};
    enum sk_mode before;
    bool has;

    enum sk_verdict verdict =
        sk_mode_in_force(call->registry->store, scope, &before, &err);
    if (verdict == SK_OK && before == SK_MODE_IMPORT)
        return true;
    if (verdict == SK_OK)
        verdict = has_subjects(call, scope, &has, &err);
    if (verdict == SK_OK && has) {
        *ret_status = sk_call_fail(call, SK_CODE_NOT_PERMITTED,
                                   "Cannot import since found existing subjects");
        return false;
    }
    if (verdict == SK_OK)
        verdict = sk_store_forget_deleted(call->registry->store, scope, &err);
    if (verdict == SK_OK)
        return true;
    *ret_status = sk_call_store_failed(call, &err);
    return false;
}

static unsigned put(struct sk_registry_call *call, struct sk_text scope)
{
    json_auto_t *sent = NULL;
    struct sk_error err = {0};
    enum sk_mode mode = SK_MODE_UNSET;
    unsigned status;

    if (call->body.size > 0 && !sk_call_object(call, &sent, &status))
        return status;
    const json_t *name = json_object_get(sent, "mode");
    if (json_is_string(name) && json_string_length(name) > 0)
        mode = sk_mode_parse(sk_json_string(name));
    else if (!name || json_is_null(name) || json_is_string(name))
        name = NULL;
    if (name && mode == SK_MODE_UNSET)
        return sk_call_fail(call, SK_CODE_INVALID_MODE,
                            "Invalid mode. Valid values are READWRITE, READONLY, "
                            "READONLY_OVERRIDE, IMPORT, and FORWARD");
    if (mode == SK_MODE_IMPORT && !sk_call_flag(call, "force") &&
        !make_room(call, scope, &status))
        return status;
    if (save(call, scope, mode, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return mode == SK_MODE_UNSET ? sk_call_answer_take(call, json_object())
                                 : answer(call, mode);
}

/* ?recursive=true: also of everything in the scope. */
static unsigned remove_own(struct sk_registry_call *call, struct sk_text scope)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_texts inner = {0};
    struct sk_error err = {0};
    enum sk_mode before;

    enum sk_verdict verdict = sk_mode_in_force(store, scope, &before, &err);
    if (verdict == SK_OK && sk_call_flag(call, "recursive"))
        verdict = sk_store_scopes(store, SK_STORE_MODE, scope, call->arena, &inner, &err);
    for (size_t i = 0; i < inner.count && verdict == SK_OK; i++) {
        if (sk_text_equal(sk_subject_context(inner.items[i]), sk_subject_context(scope)))
            verdict = save(call, inner.items[i], SK_MODE_UNSET, &err);
    }
    if (verdict == SK_OK)
        verdict = save(call, scope, SK_MODE_UNSET, &err);
    return verdict == SK_OK ? answer(call, before) : sk_call_store_failed(call, &err);
}

/* The scope and its own mode; false: answered. */
static bool find_own(struct sk_registry_call *call, struct sk_text *ret_scope,
                     enum sk_mode *ret_mode, unsigned *ret_status)
{
    struct sk_error err = {0};

    if (!sk_call_scope(call, ret_scope, ret_status))
        return false;
    if (sk_mode_own(call->registry->store, *ret_scope, ret_mode, &err) == SK_OK)
        return true;
    *ret_status = sk_call_store_failed(call, &err);
    return false;
}

unsigned sk_mode_get(struct sk_registry_call *call)
{
    struct sk_text scope;
    enum sk_mode own;
    unsigned status;

    if (!find_own(call, &scope, &own, &status))
        return status;
    if (sk_call_is_of_root(call) || sk_call_flag(call, "defaultToGlobal"))
        return answer_in_force(call, scope);
    if (own != SK_MODE_UNSET)
        return answer(call, own);
    return sk_call_fail(call, SK_CODE_NO_MODE,
                        "Subject '%.*s' does not have subject-level mode configured",
                        SK_TEXT_ARG(scope));
}

unsigned sk_mode_put(struct sk_registry_call *call)
{
    struct sk_text scope;
    unsigned status;

    return sk_call_scope(call, &scope, &status) ? put(call, scope) : status;
}

unsigned sk_mode_delete(struct sk_registry_call *call)
{
    struct sk_text scope;
    enum sk_mode own;
    unsigned status;

    if (!find_own(call, &scope, &own, &status))
        return status;
    return own == SK_MODE_UNSET && !sk_call_is_of_root(call) &&
                   !sk_call_flag(call, "recursive")
               ? sk_call_no_subject(call)
               : remove_own(call, scope);
}
