/* A source with every image in memory, as bytes. Other sources are read into it; tests and benchmarks fill it. */
#ifndef DATA_SOURCE_MEMORY_H
#define DATA_SOURCE_MEMORY_H

#include "data/sources/source.h"

/* Allocates a source of the described size for the caller to fill; class names are copied. NULL with an error. */
struct source *source_memory_new(const struct dataset_info *info, struct error *e);
uint8_t *source_memory_images(struct source *s, enum split split); /* [count][H][W][C] */
int32_t *source_memory_labels(struct source *s, enum split split); /* [count] */

/* Reads all of `from`, in its order, into a new source. `progress` (may be NULL) gets 0…1 and returns false to cancel
 * (ERROR_STOPPED). `from` stays open and the caller's. NULL with an error; source_close() it. */
struct source *source_memory_load(struct source *from, bool (*progress)(void *context, double done), void *context,
                                  struct error *e);

#endif
