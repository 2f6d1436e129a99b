/* Where a data set will lie, and whether there is room. */
#ifndef FETCH_DESTINATION_H
#define FETCH_DESTINATION_H

#include "base/path.h"
#include "fetch/offer.h"

struct destination {
    char folder[PATH_SIZE]; /* absolute: that of the data sets or of networks, or another one that the user names */
    char path[PATH_SIZE];   /* the data set's own: folder/NAME */
    char known[PATH_SIZE];  /* in the folder of its kind, where names are looked for: `path`, or a link to it */
};

/* `to` is a folder as a person types it; NULL: that of its kind. Nothing is created. */
bool destination_find(struct destination *p, const char *name, const char *to, struct error *e);

bool destination_is_link(const struct destination *p); /* `known` is a link */

/* Bytes that have come already; 0 for none. */
uint64_t destination_here(const struct destination *p, const struct offer *o);

/* Is there room for what has still to come and for what is made of it? False with ERROR_IO, which says what can be
 * done. */
bool destination_check(const struct destination *p, const struct offer *o, struct error *e);

/* A sentence, "" when there is nothing to say: the place is in the home folder, the data set is large for it, and there
 * is a scratch folder that has another file system. */
void destination_advise(const struct destination *p, const struct offer *o, char *out, size_t size);

/* The command that puts it there: "cuvette data fetch NAME", with --to where that is needed. */
void destination_command(const struct destination *p, const struct offer *o, char *out, size_t size);

#endif
