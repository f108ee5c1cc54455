/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_LEARN_H
#define SK_MATCH_LEARN_H

#include "match/decide.h"
#include "match/model.h"

/*
 * From what people decided to a model. Everything learnt is a sum over labels, so their
 * order does not matter, and leaving one out takes back exactly what it taught.
 */
struct sk_label {
    struct sk_match_message message; /* its texts are borrowed */
    struct sk_text facility;         /* id of a location or organiser; empty: none */
    struct sk_text reviewer;         /* who decided; empty: unknown, all the same one */
    int32_t day;                     /* when */
    bool sampled; /* drawn without regard to how sure the machine was (an audit, a set of
                     labels): may certify. Others only teach. */
};

struct sk_learning {
    uint32_t rate;      /* of wrong automatic links that is allowed, in millionths */
    uint32_t none_rate; /* of wrong automatic "none" */
    uint32_t without;   /* of enum sk_ablation, for the model made */
};

/* Learns from the labels against the register as it is. The caller frees the model; it
 * refers to nothing of the labels or the register. */
struct sk_match_model *sk_match_learn(const struct sk_match_register *reg,
                                      const struct sk_label *labels, size_t count,
                                      const struct sk_learning *settings);

/* Whether the decision's answer is the one that people gave: the location itself, an
 * address or organiser that spans it, or none. */
bool sk_label_agrees(const struct sk_match_register *reg,
                     const struct sk_match_decision *decision, struct sk_text facility,
                     int32_t day);

#endif
