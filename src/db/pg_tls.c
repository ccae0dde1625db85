/* SPDX-License-Identifier: Apache-2.0 */
/* What a TLS connection needs only until it is made: for each one libpq loads the whole bundle of
 * certificates into a context of its own, most of a megabyte. */
#include "db/pg.h"

#include <openssl/ssl.h>

void pg_tls_slim(PGconn *conn)
{
	SSL *ssl = PQsslInUse(conn) ? PQgetssl(conn) : NULL;
	X509_STORE *none = ssl ? X509_STORE_new() : NULL;

	if (!none)
		return;
	/* A second handshake would find nobody to vouch for the server: there is none. */
	SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
	SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_cert_store(SSL_get_SSL_CTX(ssl), none);
}
