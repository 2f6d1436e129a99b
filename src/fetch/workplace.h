/* The hidden folder, beside where a data set will lie, in which it is put together: FOLDER/.NAME.fetch, with what has
 * come so far. One process at a time has it; what is left there is where the next one goes on. */
#ifndef FETCH_WORKPLACE_H
#define FETCH_WORKPLACE_H

#include "base/path.h"

struct workplace {
    char path[PATH_SIZE];
    int lock; /* a descriptor; -1: closed */
};

/* Makes it, and its parents. False with an error, which names the process that has it. */
bool workplace_open(struct workplace *w, const char *folder, const char *name, struct error *e);
void workplace_close(struct workplace *w); /* what is in it stays */

/* FOLDER/.NAME.fetch */
bool workplace_path(char out[PATH_SIZE], const char *folder, const char *name, struct error *e);

/* Removes a folder of the workplace, or, with "", all of it, and what is in there. */
bool workplace_remove(const struct workplace *w, const char *name, struct error *e);

#endif
