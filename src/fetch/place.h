/* Where a data set will lie, and whether there is room. */
#ifndef FETCH_PLACE_H
#define FETCH_PLACE_H

#include "base/path.h"
#include "fetch/offer.h"

struct place {
    char folder[PATH_SIZE]; /* absolute: that of the data sets, or another one that the user names */
    char path[PATH_SIZE];   /* the data set's own: folder/NAME */
    char known[PATH_SIZE];  /* in the folder of the data sets, where names are looked for: `path`, or a link to it */
};

/* `to` is a folder as a person types it; NULL: the folder of the data sets. Nothing is created. */
bool place_find(struct place *p, const char *name, const char *to, struct error *e);

bool place_is_link(const struct place *p); /* `known` is a link */

/* Bytes that have come already; 0 for none. */
uint64_t place_here(const struct place *p, const struct offer *o);

/* Is there room for what has still to come and for what is made of it? False with ERROR_IO, which says what can be
 * done. */
bool place_check(const struct place *p, const struct offer *o, struct error *e);

/* A sentence, "" when there is nothing to say: the place is in the home folder, the data set is large for it, and there
 * is a scratch folder that has another file system. */
void place_advise(const struct place *p, const struct offer *o, char *out, size_t size);

/* The command that puts it there: "cuvette data fetch NAME", with --to where that is needed. */
void place_command(const struct place *p, const struct offer *o, char *out, size_t size);

#endif
