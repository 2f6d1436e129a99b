/* How a data set is to be packed. */
#ifndef DATA_PACK_OPTIONS_H
#define DATA_PACK_OPTIONS_H

#include "data/pack/pack_image.h"

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

/* What each image of a set becomes. */
struct pack_wanted pack_options_wanted(const struct pack_options *o, const struct dataset_info *info);

/* How many images of each split are packed. */
void pack_options_count(const struct pack_options *o, const struct dataset_info *info, uint32_t count[SPLIT_COUNT]);

#endif
