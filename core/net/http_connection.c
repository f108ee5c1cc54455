/* SPDX-License-Identifier: Apache-2.0 */
/* http_connection - GnuTLS as libmicrohttpd uses it; nothing of it runs without TLS. */
#include "net/http_connection.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"

enum { LARGEST_PEM = 1024 * 1024, LONGEST_NAME = 256 };

static enum sk_verdict read_pem(const char *path, struct sk_buffer *out,
                                struct sk_error *err)
{
    struct sk_error cause = {0};

    if (sk_file_read(path, LARGEST_PEM, out, &cause) != SK_OK)
        return sk_fail(err, SK_FATAL, "http.tls", "%s", cause.text);
    if (!strstr(sk_buffer_string(out), "-----BEGIN "))
        return sk_fail(err, SK_FATAL, "http.tls", "%s is no PEM file", path);
    return SK_OK;
}

enum sk_verdict sk_http_tls_read(struct sk_http_tls *tls, const char *certificate,
                                 const char *key, const char *authority,
                                 struct sk_error *err)
{
    if (!certificate != !key || (authority && !certificate))
        return sk_fail(err, SK_FATAL, "http.tls",
                       "TLS takes a certificate and its key, both or neither");
    if (!certificate)
        return SK_OK;
    SK_TRY(read_pem(certificate, &tls->certificate, err));
    SK_TRY(read_pem(key, &tls->key, err));
    if (authority)
        SK_TRY(read_pem(authority, &tls->authority, err));
    tls->used = true;
    tls->asks_peer = authority != NULL;
    return SK_OK;
}

void sk_http_tls_fini(struct sk_http_tls *tls)
{
    sk_buffer_fini(&tls->certificate);
    sk_buffer_fini(&tls->key);
    sk_buffer_fini(&tls->authority);
}

static char *common_name(const gnutls_datum_t *der)
{
    gnutls_x509_crt_t certificate;
    char name[LONGEST_NAME];
    size_t size = sizeof(name);
    char *found = NULL;

    if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
        return NULL;
    if (gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) ==
            GNUTLS_E_SUCCESS &&
        gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0,
                                      name, &size) == GNUTLS_E_SUCCESS)
        found = sk_strndup(name, size);
    gnutls_x509_crt_deinit(certificate);
    return found;
}

char *sk_http_tls_peer(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned status = 0, count = 0;

    if (!info || !info->tls_session)
        return NULL;
    gnutls_session_t session = info->tls_session;
    if (gnutls_certificate_verify_peers2(session, &status) != GNUTLS_E_SUCCESS || status)
        return NULL;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    return chain && count > 0 ? common_name(&chain[0]) : NULL;
}
