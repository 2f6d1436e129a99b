#include "fetch/certificates.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/path.h"

const char *certificates_file(void)
{
    static const char *const variables[] = { "CURL_CA_BUNDLE", "SSL_CERT_FILE" };
    static const char *const places[] = {
        "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Red Hat and its relatives */
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/var/lib/ca-certificates/ca-bundle.pem", /* SUSE */
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem", /* Alpine */
    };

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *chosen = getenv(variables[i]);

        if (chosen && *chosen)
            return chosen;
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (path_is_file(places[i]))
            return places[i];
    return NULL;
}
