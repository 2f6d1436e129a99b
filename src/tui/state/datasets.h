/* The data sets known by name, and what there is to know of the one that the recipe names. */
#ifndef TUI_DATASETS_H
#define TUI_DATASETS_H

#include "data/catalogue.h"

struct datasets {
    struct catalogue catalogue;
    char looked_at[512];      /* the name that `info` or `error` is about */
    struct dataset_info info;
    struct error error;       /* kind ERROR_NONE: `info` is known */
};

/* A zeroed one is fine to close. */
bool datasets_open(struct datasets *d, struct error *e);
void datasets_close(struct datasets *d);

/* Reads the catalogue again, and the next look is a fresh one; nothing changes when that fails. */
bool datasets_read_again(struct datasets *d, struct error *e);

/* Looks at the headers of a data set, by name or path, unless it is the one looked at last. */
void datasets_look(struct datasets *d, const char *name);
const struct dataset_info *datasets_info(const struct datasets *d); /* NULL: it cannot be read, see `error` */

#endif
