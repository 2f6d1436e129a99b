/* The functions of libcurl in use. The system's own library is loaded when something is fetched, and not before: it
 * brings the system's certificates and its security updates, and where it is missing all else works. */
#ifndef FETCH_CURL_LIBRARY_H
#define FETCH_CURL_LIBRARY_H

#define CURL_DISABLE_DEPRECATION /* the older names of options are those that older libraries know */
#include <curl/curl.h>

#include "base/error.h"

#define CURL_CALLS(X) \
    X(global_init) \
    X(easy_init) \
    X(easy_setopt) \
    X(easy_perform) \
    X(easy_getinfo) \
    X(easy_strerror) \
    X(easy_cleanup) \
    X(slist_append) \
    X(slist_free_all)

struct curl_library {
#define CURL_CALL(name) __typeof__(curl_##name) *name;
    CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

/* Lives as long as the program. NULL with an error that says what to install. From any thread. */
const struct curl_library *curl_library_load(struct error *e);

#endif
