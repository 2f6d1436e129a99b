/* Archives of photographs as data sets: each is read once, and packed into a file in the cache folder, which is found
 * again by the archive's path, size and time. */
#ifndef DATA_ARCHIVE_CACHE_H
#define DATA_ARCHIVE_CACHE_H

#include "data/pack/pack_archive.h"

/* The path of the packed file, which is there or not. False with an error. */
bool archive_cache_path(const char *archive, char out[PATH_SIZE], struct error *e);

/* Is the path that of an archive that was not packed yet? */
bool archive_cache_is_missing(const char *path);

/* Packs it. False with an error. */
bool archive_cache_make(const char *archive, const struct pack_watch *watch, struct pack_report *report,
                        struct error *e);

#endif
