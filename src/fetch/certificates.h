/* Which certificates a server's is held against. */
#ifndef FETCH_CERTIFICATES_H
#define FETCH_CERTIFICATES_H

/* The file of them: that of CURL_CA_BUNDLE, as the curl program has it, else of SSL_CERT_FILE, else the system's,
 * wherever it has that: libcurl knows the place of the system alone that it was built on. NULL where none is found. The
 * text stays where it is. */
const char *certificates_file(void);

#endif
