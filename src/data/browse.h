/* What is in a folder, and which of it are data sets, found out as an errand (base/errand.h). */
#ifndef DATA_BROWSE_H
#define DATA_BROWSE_H

#include <stdatomic.h>

#include "data/inspect.h"

enum { BROWSE_MOST = 2000, BROWSE_NAME_SIZE = 256, BROWSE_FORMAT_SIZE = 16 };

struct browse_entry {
    char name[BROWSE_NAME_SIZE];     /* foreign text: sanitise */
    bool folder;                     /* also by a link */
    char format[BROWSE_FORMAT_SIZE]; /* of the data set that it is, by its names and first bytes; "": it is none */
};

struct browse {
    char folder[PATH_SIZE];
    atomic_int count; /* entries, in order; hidden ones and plain files without a data set's suffix are left out */
    atomic_int known; /* of so many it is known what they are */
    bool more;        /* than BROWSE_MOST */
    struct browse_entry entries[BROWSE_MOST];
};

struct errand *browse_start(const char *folder, struct inspect_listener listener, struct error *e);
const struct browse *browse_found(const struct errand *r); /* also while it goes on */

#endif
