/* cuvette data fetch: data sets from their servers. */
#ifndef CLI_DATA_FETCH_H
#define CLI_DATA_FETCH_H

#include <stdbool.h>

#include "base/error.h"

/* Prints which data sets can be fetched, how large they are and which are here, or the same as JSON. */
bool data_fetch_list(bool json, struct error *e);

/* Fetches one, into a folder or, with NULL, into that of the data sets; says what it is when it is there. A signal ends
 * it, ERROR_STOPPED. */
bool data_fetch_run(const char *name, const char *to, struct error *e);

#endif
