/* SPDX-License-Identifier: Apache-2.0 */
/* What people's decisions teach, and that it can be taken back. */
#include <string.h>

#include "fixture.h"
#include "match/learn.h"
#include "match/snapshot.h"

static const struct sk_learning settings = {.rate = 1000, .none_rate = 50000};
static struct sk_match_register *reg;
static struct sk_arena arena;

static int set_up(void **)
{
    reg = fixture_register();
    return 0;
}

static int tear_down(void **)
{
    sk_match_register_free(reg);
    sk_arena_fini(&arena);
    return 0;
}

static struct sk_match_message message_of(const struct complaint *complaint)
{
    struct sk_match_mention *mention = sk_arena_alloc(&arena, sizeof *mention);

    *mention = fixture_mention(complaint);
    return (struct sk_match_message){.day = TODAY,
                                     .mentions = mention,
                                     .mention_count = 1,
                                     .text = sk_text(complaint->text),
                                     .channel = complaint->channel};
}

static struct sk_label label_of(const struct complaint *complaint, const char *facility,
                                const char *reviewer)
{
    return (struct sk_label){.message = message_of(complaint),
                             .facility = sk_text(facility),
                             .reviewer = sk_text(reviewer),
                             .day = TODAY,
                             .sampled = true};
}

static struct sk_match_decision decide_by(const struct sk_match_model *model,
                                          const struct complaint *complaint)
{
    struct sk_match_message message = message_of(complaint);
    struct sk_match_decision decision;

    sk_match_decide(reg, model, &message, &arena, &decision);
    return decision;
}

static struct sk_text text_of(const struct sk_match_model *model)
{
    sk_buffer_auto buffer = {0};

    sk_snapshot_write(model, &buffer);
    return sk_arena_text(&arena, sk_buffer_text(&buffer));
}

static struct sk_match_model *learn(const struct sk_label *labels, size_t count)
{
    return sk_match_learn(reg, labels, count, &settings);
}

/* A nickname that the register does not know, and the place it is given to. */
static const struct complaint nickname = {.name = "Grobbendonkske", .town = "Dorpstad h"};
static const char nicknamed[] = "920000032";

static bool is_first(const struct sk_match_decision *decision, const char *id)
{
    return decision->kandidaat_count > 0 &&
           sk_text_is(decision->kandidaten[0].target.id, id);
}

static void a_name_that_two_people_linked_is_an_alias(void **)
{
    const struct sk_label labels[] = {label_of(&nickname, nicknamed, "an"),
                                      label_of(&nickname, nicknamed, "bo")};
    struct sk_match_model *model = learn(labels, 2);
    struct sk_match_decision decision = decide_by(model, &nickname);

    assert_true(is_first(&decision, nicknamed));
    assert_true(decision.confidence[SK_QUESTION_LINK].marks >> SK_MARK_REMEMBERED & 1);
    sk_match_model_free(model);
}

static void the_word_of_one_person_is_no_alias_yet(void **)
{
    const struct sk_label labels[] = {label_of(&nickname, nicknamed, "an"),
                                      label_of(&nickname, nicknamed, "an")};
    struct sk_match_model *model = learn(labels, 2);
    struct sk_match_decision decision = decide_by(model, &nickname);

    assert_true(is_first(&decision, nicknamed));
    assert_false(decision.confidence[SK_QUESTION_LINK].marks >> SK_MARK_REMEMBERED & 1);
    assert_int_not_equal(decision.besluit, SK_BESLUIT_AUTO);
    sk_match_model_free(model);
}

static void a_sender_speaks_for_the_place_he_writes_about(void **)
{
    static const struct complaint vague = {.name = "Vuurtoren", .town = "Dorpstad h"};
    struct sk_label labels[4];
    struct sk_match_message message = message_of(&vague);
    struct sk_match_decision decision;

    for (size_t i = 0; i < SK_COUNT(labels); i++) {
        labels[i] = label_of(&nickname, nicknamed, "an");
        labels[i].message.sender = SK_TEXT("0123abcd");
    }
    struct sk_match_model *model = learn(labels, SK_COUNT(labels));

    message.sender = SK_TEXT("0123abcd");
    sk_match_decide(reg, model, &message, &arena, &decision);
    assert_true(is_first(&decision, nicknamed));
    assert_int_not_equal(decision.besluit, SK_BESLUIT_AUTO);
    sk_match_model_free(model);
}

static void the_order_of_labels_changes_no_byte(void **)
{
    const struct complaint other = {.name = "De Regenboog", .town = "Gent"};
    const struct sk_label one[] = {label_of(&nickname, nicknamed, "an"),
                                   label_of(&other, "", "bo"),
                                   label_of(&nickname, nicknamed, "bo")};
    const struct sk_label two[] = {one[2], one[0], one[1]};
    struct sk_match_model *first = learn(one, 3), *second = learn(two, 3);

    assert_string_equal(first->name, second->name);
    assert_true(sk_text_equal(text_of(first), text_of(second)));
    sk_match_model_free(first);
    sk_match_model_free(second);
}

static void a_label_left_out_takes_back_what_it_taught(void **)
{
    const struct complaint other = {.name = "De Regenboog", .town = "Gent"};
    const struct sk_label labels[] = {label_of(&other, "", "bo"),
                                      label_of(&nickname, nicknamed, "an")};
    struct sk_match_model *before = learn(labels, 1), *both = learn(labels, 2),
                          *after = learn(labels, 1);

    assert_string_not_equal(before->name, both->name);
    assert_string_equal(before->name, after->name);
    sk_match_model_free(before);
    sk_match_model_free(both);
    sk_match_model_free(after);
}

static void a_snapshot_read_back_is_the_same_model(void **)
{
    const struct complaint refused = {.name = "De Zonnebloem", .town = "Gent"};
    const struct sk_label labels[] = {label_of(&nickname, nicknamed, "an"),
                                      label_of(&refused, nicknamed, "bo")};
    struct sk_match_model *model = learn(labels, 2), *read = NULL;
    struct sk_text text = text_of(model);
    struct sk_error err = {0};

    assert_int_equal(sk_snapshot_read(text, &read, &err), SK_OK);
    assert_string_equal(read->name, model->name);
    assert_true(sk_text_equal(text_of(read), text));
    struct sk_match_decision one = decide_by(model, &nickname),
                             two = decide_by(read, &nickname);

    assert_true(sk_text_equal(fixture_print(&one, &arena), fixture_print(&two, &arena)));
    sk_match_model_free(model);
    sk_match_model_free(read);
}

static void a_damaged_snapshot_is_refused_by_its_line(void **)
{
    struct sk_text text = text_of(sk_match_model_builtin());
    struct sk_match_model *read = NULL;

    for (size_t size = 0; size + 1 < text.size; size += 1 + size / 7) {
        struct sk_error err = {0};

        assert_int_equal(sk_snapshot_read((struct sk_text){text.data, size}, &read, &err),
                         SK_REJECT);
        assert_string_equal(err.id, "model.text");
    }
    assert_null(read);
}

static void without_labels_the_built_in_model_stands(void **)
{
    struct sk_match_model *model = learn(NULL, 0);

    assert_int_equal(model->number, 0);
    assert_true(sk_text_equal(text_of(model), text_of(sk_match_model_builtin())));
    sk_match_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_two_people_linked_is_an_alias),
        cmocka_unit_test(the_word_of_one_person_is_no_alias_yet),
        cmocka_unit_test(a_sender_speaks_for_the_place_he_writes_about),
        cmocka_unit_test(the_order_of_labels_changes_no_byte),
        cmocka_unit_test(a_label_left_out_takes_back_what_it_taught),
        cmocka_unit_test(a_snapshot_read_back_is_the_same_model),
        cmocka_unit_test(a_damaged_snapshot_is_refused_by_its_line),
        cmocka_unit_test(without_labels_the_built_in_model_stands),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
