/* SPDX-License-Identifier: Apache-2.0 */
/* libxml2 keeps every name once, so two elements of one name have one pointer. */
#include "xml/element.h"

#include "base/json_write.h"

enum { DEPTH_MAX = 32, CHILDREN_MAX = 10000 };

static struct sk_text text_of(const xmlChar *text)
{
    return sk_text(text ? (const char *)text : "");
}

static const xmlNode *next_element(const xmlNode *node)
{
    while (node && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

static const xmlNode *first_child(const xmlNode *element)
{
    return next_element(element->children);
}

/* What stands directly in it, without the blanks around it. */
static void put_text(struct sk_buffer *out, const xmlNode *element)
{
    sk_buffer_auto text = {0};

    for (const xmlNode *node = element->children; node; node = node->next)
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            sk_buffer_append_text(&text, text_of(node->content));
    struct sk_text trimmed = sk_text_trim(sk_buffer_text(&text));
    sk_json_put_text(out, trimmed.data ? trimmed : SK_TEXT(""));
}

static bool has_text(const xmlNode *element)
{
    for (const xmlNode *node = element->children; node; node = node->next)
        if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
            sk_text_trim(text_of(node->content)).size)
            return true;
    return false;
}

static bool has_child(const xmlNode *element, const xmlChar *name)
{
    for (const xmlNode *one = first_child(element); one; one = next_element(one->next))
        if (xmlStrEqual(one->name, name))
            return true;
    return false;
}

static void put_name(struct sk_buffer *out, const char *name)
{
    sk_json_put_name(out, name, strlen(name));
}

/* A child of the same name stands in place of an attribute, and so does an earlier
 * attribute (of another namespace). */
static void put_attributes(struct sk_buffer *out, const xmlNode *element)
{
    for (const xmlAttr *one = element->properties; one; one = one->next) {
        bool taken = has_child(element, one->name);
        for (const xmlAttr *before = element->properties; before != one;
             before = before->next)
            taken = taken || xmlStrEqual(before->name, one->name);
        if (taken)
            continue;
        put_name(out, (const char *)one->name);
        sk_json_put_text(out, text_of(one->children ? one->children->content : NULL));
    }
}

static enum sk_verdict put_value(struct sk_buffer *out, const xmlNode *element,
                                 bool record, int depth, struct sk_error *err);

/* All children of the name of `first`: one value, or an array of them. */
static enum sk_verdict put_group(struct sk_buffer *out, const xmlNode *first, int depth,
                                 struct sk_error *err)
{
    size_t at = 0;

    put_name(out, (const char *)first->name);
    at = out->size;
    sk_buffer_append_byte(out, '[');
    size_t count = 0;
    for (const xmlNode *one = first; one; one = next_element(one->next)) {
        if (one->name != first->name)
            continue;
        if (count++)
            sk_buffer_append_byte(out, ',');
        SK_TRY(put_value(out, one, false, depth, err));
    }
    if (count > 1)
        sk_buffer_append_byte(out, ']');
    else
        memmove(out->data + at, out->data + at + 1, --out->size - at);
    return SK_OK;
}

static bool is_first_of_its_name(const xmlNode *element, const xmlNode *child)
{
    for (const xmlNode *one = first_child(element); one != child;
         one = next_element(one->next))
        if (one->name == child->name)
            return false;
    return true;
}

static enum sk_verdict put_children(struct sk_buffer *out, const xmlNode *element,
                                    int depth, struct sk_error *err)
{
    size_t count = 0;

    for (const xmlNode *one = first_child(element); one; one = next_element(one->next)) {
        if (++count > CHILDREN_MAX)
            return sk_fail(err, SK_REJECT, "xml.large",
                           "line %d: more than %d elements in one", (int)element->line,
                           CHILDREN_MAX);
        if (is_first_of_its_name(element, one))
            SK_TRY(put_group(out, one, depth, err));
    }
    return SK_OK;
}

static enum sk_verdict put_value(struct sk_buffer *out, const xmlNode *element,
                                 bool record, int depth, struct sk_error *err)
{
    if (depth > DEPTH_MAX)
        return sk_fail(err, SK_REJECT, "xml.large", "line %d: more than %d levels",
                       (int)element->line, DEPTH_MAX);
    if (!record && !element->properties && !first_child(element)) {
        put_text(out, element);
        return SK_OK;
    }
    sk_buffer_append_byte(out, '{');
    put_attributes(out, element);
    SK_TRY(put_children(out, element, depth + 1, err));
    if (has_text(element) && !has_child(element, (const xmlChar *)"text")) {
        put_name(out, "text");
        put_text(out, element);
    }
    sk_buffer_append_byte(out, '}');
    return SK_OK;
}

enum sk_verdict sk_xml_put(struct sk_buffer *out, const xmlNode *element, bool record,
                           struct sk_error *err)
{
    return put_value(out, element, record, 1, err);
}
