/* How large a packed file will be, before it is made. */
#ifndef DATA_PACK_ESTIMATE_H
#define DATA_PACK_ESTIMATE_H

#include "data/pack/pack_options.h"

/* What the file will take. */
struct pack_estimate {
    uint64_t bytes;  /* of the file, at most */
    uint64_t beside; /* more, while it is written */
    bool about;      /* from some of the images: it may be more or less */
};
struct pack_estimate pack_estimate(const struct source *from, const struct pack_options *o);

#endif
