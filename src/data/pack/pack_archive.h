/* Packs the photographs of an archive (tar, also compressed, or zip), which is read once. What class and split each is
 * of follows from its name (data/sources/image_paths.h). */
#ifndef DATA_PACK_ARCHIVE_H
#define DATA_PACK_ARCHIVE_H

#include "data/pack/pack.h"

/* How their names end, as a source_class has it. */
#define PACK_ARCHIVE_SUFFIXES                                                                                          \
    {                                                                                                                  \
        ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".tzst", ".zip", NULL           \
    }

/* Is it one, by its name? */
bool pack_archive_is(const char *path);

/* As pack_write(), as PACK_JPEG and without limits. The progress knows no number of all images. */
bool pack_archive_write(const char *archive, const struct pack_options *o, const char *path,
                        const struct pack_watch *watch, struct pack_report *report, struct error *e);

#endif
