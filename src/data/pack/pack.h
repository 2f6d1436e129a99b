/* Packs any source into one HDF5 file, as encoded images (data/sources/packed_layout.h) or as pixels in the layout of
 * the Keras lessons (data/sources/keras_layout.h).
 *
 * Several threads read, decode and encode; the file is the same whatever their number. It appears whole or not at all,
 * and what is done stays beside its place when the work is cut short: the same work goes on with it. */
#ifndef DATA_PACK_H
#define DATA_PACK_H

#include "data/pack/pack_progress.h"
#include "data/pack/pack_report.h"

enum { PACK_QUALITY_USUAL = 90 };

struct pack_options {
    enum pack_as as;
    struct source_wish wish; /* raw: as the source was opened with. Else larger images become so large (pack_image.h) */
    int quality;             /* of JPEGs that are made, 1 to 100 */
    bool compressed;         /* raw: in chunks of whole images, with gzip */
    bool strict;             /* an image that is broken, empty or there twice is an error, once all were looked at */
    int threads;             /* 0: as many as there are cores */
    uint32_t limit[SPLIT_COUNT]; /* images of a split, the first ones; 0: all */
};

/* What the file will take. */
struct pack_estimate {
    uint64_t bytes;  /* of the file, at most */
    uint64_t beside; /* more, while it is written */
    bool about;      /* from the sizes of some of the images */
};
struct pack_estimate pack_estimate(const struct source *from, const struct pack_options *o);

/* Writes the file. Fills the report, which is the caller's to free in any case. False with an error: ERROR_INPUT too
 * when nothing is left to pack, and ERROR_IO where there is no room for it. */
bool pack_write(struct source *from, const struct pack_options *o, const char *path, const struct pack_watch *watch,
                struct pack_report *report, struct error *e);

#endif
