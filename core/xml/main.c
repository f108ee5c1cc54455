/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel-xml [RECORD] < FILE.xml > RECORDS.jsonl - the child that reads XML.
 *
 * Record after record is expanded, written and forgotten, so that a file may be of any
 * size. What was written counts only with the line that ends it.
 */
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "xml/confine.h"
#include "xml/element.h"

struct reading {
    xmlTextReaderPtr reader;
    const char *record; /* NULL: each child of the root */
    struct sk_buffer line;
    size_t records, others; /* written; elements that were passed over */
    struct sk_error error;  /* the parser's first */
};

static void on_error(void *context, xmlErrorPtr error)
{
    struct reading *self = context;
    struct sk_text text = sk_text_trim(sk_text(error->message ? error->message : ""));

    if (!self->error.id && error->level >= XML_ERR_ERROR)
        (void)!sk_fail(&self->error, SK_REJECT, "xml.syntax", "line %d: %.*s",
                       error->line, SK_TEXT_ARG(text));
}

static xmlParserInputPtr load_nothing(const char *, const char *, xmlParserCtxtPtr)
{
    return NULL;
}

static enum sk_verdict write_record(struct reading *self, struct sk_error *err)
{
    const xmlNode *element = xmlTextReaderExpand(self->reader);

    if (!element) {
        *err = self->error;
        return SK_REJECT;
    }
    self->line.size = 0;
    SK_TRY(sk_xml_put(&self->line, element, true, err));
    sk_buffer_append_byte(&self->line, '\n');
    if (fwrite(self->line.data, 1, self->line.size, stdout) != self->line.size)
        return sk_fail(err, SK_REJECT, "xml.large", "its records do not fit");
    self->records++;
    return SK_OK;
}

static bool is_record(struct reading *self)
{
    const xmlChar *name = xmlTextReaderConstLocalName(self->reader);

    return self->record ? sk_text_is(sk_text((const char *)name), self->record)
                        : xmlTextReaderDepth(self->reader) == 1;
}

static enum sk_verdict refuse_doctype(struct sk_error *err)
{
    return sk_fail(err, SK_REJECT, "xml.doctype",
                   "it has a DOCTYPE: leave it out, none is taken");
}

/* One node; *ret_more 1: there is another, 0: the end, -1: an error. */
static enum sk_verdict take_node(struct reading *self, int *ret_more,
                                 struct sk_error *err)
{
    int type = xmlTextReaderNodeType(self->reader);

    if (type == XML_READER_TYPE_DOCUMENT_TYPE)
        return refuse_doctype(err);
    if (type != XML_READER_TYPE_ELEMENT || !is_record(self)) {
        self->others += type == XML_READER_TYPE_ELEMENT;
        *ret_more = xmlTextReaderRead(self->reader);
        return SK_OK;
    }
    SK_TRY(write_record(self, err));
    *ret_more = xmlTextReaderNext(self->reader);
    return SK_OK;
}

static enum sk_verdict read_all(struct reading *self, struct sk_error *err)
{
    int more = xmlTextReaderRead(self->reader);

    while (more == 1)
        SK_TRY(take_node(self, &more, err));
    const xmlDoc *document = xmlTextReaderCurrentDoc(self->reader);
    if (document && document->intSubset) /* the parser is a piece ahead of us */
        return refuse_doctype(err);
    if (more < 0 || self->error.id) {
        *err = self->error;
        return err->id ? SK_REJECT
                       : sk_fail(err, SK_REJECT, "xml.syntax", "it is no XML");
    }
    if (self->record && !self->records && self->others > 1)
        return sk_fail(err, SK_REJECT, "xml.record",
                       "none of its elements is called \"%.60s\" (option record)",
                       self->record);
    return SK_OK;
}

/* libiconv's tables are loaded while it may still open files; kept for the run. */
static void load_encodings(void)
{
    static const char *const names[] = {"windows-1252", "iso-8859-15"};

    for (size_t i = 0; i < SK_COUNT(names); i++)
        (void)xmlFindCharEncodingHandler(names[i]);
}

static enum sk_verdict run(struct reading *self, struct sk_error *err)
{
    struct stat status = {0};

    close_range(3, ~0U, 0);
    (void)fstat(STDIN_FILENO, &status);
    xmlInitParser();
    xmlSetExternalEntityLoader(load_nothing);
    load_encodings();
    SK_TRY(sk_xml_confine(status.st_size, err));
    self->reader =
        xmlReaderForFd(STDIN_FILENO, NULL, NULL, XML_PARSE_NONET | XML_PARSE_COMPACT);
    if (!self->reader)
        return sk_fail(err, SK_REJECT, "xml.syntax", "it cannot be read");
    xmlTextReaderSetStructuredErrorHandler(self->reader, on_error, self);
    return read_all(self, err);
}

/* Whatever its text holds, it is one line. */
static void say_error(const struct sk_error *err)
{
    putchar('!');
    for (const char *at = err->text; *at; at++)
        putchar((unsigned char)*at < ' ' ? ' ' : *at);
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct reading self = {.record = argc > 1 ? argv[1] : NULL};
    struct sk_error err = {0};

    if (run(&self, &err) == SK_OK)
        puts(".");
    else
        say_error(&err);
    _exit(fflush(stdout) == 0 ? 0 : 1); /* nothing of it is worth tidying up */
}
