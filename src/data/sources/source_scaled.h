/* The images of another source as they are wished: of another size, in other colours, random parts of them. */
#ifndef DATA_SOURCE_SCALED_H
#define DATA_SOURCE_SCALED_H

#include "data/sources/source.h"

/* Takes `from`, and gives it back where nothing is to be done. A crew scales them at each reading. NULL with
 * an error, and `from` is closed; source_close() it. */
struct source *source_scaled_open(struct source *from, const struct source_wish *wish, struct error *e);

#endif
