/* SPDX-License-Identifier: Apache-2.0 */
/* A message of the batch contract, from its JSON. */
#include <string.h>

#include "base/clock.h"
#include "cli/match_batch.h"

static const char *const field_names[SK_MATCH_FIELDS] = {
    [SK_MENTION_NAAM] = "facility_name",
    [SK_MENTION_OPVANGVORM] = "facility_type",
    [SK_MENTION_STRAAT] = "street",
    [SK_MENTION_HUISNUMMER] = "house_number",
    [SK_MENTION_POSTCODE] = "postcode",
    [SK_MENTION_GEMEENTE] = "municipality",
    [SK_MENTION_TELEFOON] = "phone",
    [SK_MENTION_EMAIL_ADRES] = "email",
    [SK_MENTION_WEBSITE] = "website",
    [SK_MENTION_ONDERNEMINGSNUMMER] = "kbo",
    [SK_MENTION_VESTIGINGSNUMMER] = "vestigingsnummer",
    [SK_MENTION_DOSSIERNUMMER] = "dossiernummer",
    [SK_MENTION_ORGANISATOR_NAAM] = "organiser_name",
    [SK_MENTION_VERANTWOORDELIJKE] = "verantwoordelijke",
};

static const char *const channel_names[] = {
    [SK_MATCH_KLACHT] = "klacht",
    [SK_MATCH_MELDING] = "melding",
    [SK_MATCH_VERSLAG] = "verslag",
    [SK_MATCH_MAIL] = "mail",
};

const char *sk_match_channel_name(enum sk_match_channel channel)
{
    return channel_names[channel];
}

const char *sk_match_field_in_json(enum sk_match_field field)
{
    return field_names[field];
}

static enum sk_verdict read_channel(const struct sk_value *json,
                                    enum sk_match_channel *ret, struct sk_error *err)
{
    struct sk_text text;

    SK_TRY(sk_value_require_text(json, "channel", &text, err));
    for (size_t i = 0; i < SK_COUNT(channel_names); i++) {
        if (sk_text_is(text, channel_names[i])) {
            *ret = (enum sk_match_channel)i;
            return SK_OK;
        }
    }
    return sk_fail(err, SK_REJECT, "match.message",
                   "channel is \"%.*s\", not klacht, mail, melding or verslag",
                   SK_TEXT_ARG(text));
}

static void read_attachments(const struct sk_value *json, struct sk_arena *arena,
                             struct sk_match_message *message)
{
    const struct sk_value *list = sk_value_member(json, "attachments");
    size_t count = sk_value_count(list);

    if (count > SK_MATCH_ATTACHMENT_LIMIT)
        count = SK_MATCH_ATTACHMENT_LIMIT;
    struct sk_text *texts = sk_arena_alloc(arena, count * sizeof *texts);

    for (size_t i = 0; i < count; i++)
        texts[i] = sk_value_member_text(sk_value_item(list, i), "text");
    message->attachments = texts;
    message->attachment_count = count;
}

/* Who complains is no facility; of who reports or mails, the address may be one's. */
static void read_sender(const struct sk_value *json, struct sk_match_message *message)
{
    message->sender = sk_value_member_text(json, "from");
    if (message->channel != SK_MATCH_KLACHT)
        message->from = message->sender;
}

enum sk_verdict sk_match_message_read(const struct sk_value *json, struct sk_arena *arena,
                                      struct sk_match_mention *mention,
                                      struct sk_match_message *ret_message,
                                      struct sk_error *err)
{
    struct sk_match_message *message = ret_message;
    const struct sk_value *fields = sk_value_member(json, "fields");
    struct sk_text received;

    *message = (struct sk_match_message){.address_answers = true};
    *mention = (struct sk_match_mention){0};
    if (!sk_value_is(json, SK_VALUE_OBJECT) || !sk_value_member(json, "id"))
        return sk_fail(err, SK_REJECT, "match.message", "no JSON object with an id");
    SK_TRY(read_channel(json, &message->channel, err));
    SK_TRY(sk_value_require_text(json, "received", &received, err));
    if (!sk_date_parse(received, &message->day))
        return sk_fail(err, SK_REJECT, "match.message", "received is no date: \"%.*s\"",
                       SK_TEXT_ARG(received));
    message->subject = sk_value_member_text(json, "subject");
    message->text = sk_value_member_text(json, "text");
    read_sender(json, message);
    read_attachments(json, arena, message);
    for (size_t i = 0; i < SK_MATCH_FIELDS; i++)
        mention->field[i] = sk_value_member_text(fields, field_names[i]);
    if (fields && fields->count) {
        message->mentions = mention;
        message->mention_count = 1;
    }
    return SK_OK;
}
