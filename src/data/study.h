/* What there is to know of one data set beyond its headers, found out as an errand (base/errand.h) step by step: the
 * balance of its classes, its size on disk, and mean and deviation of its pixels. */
#ifndef DATA_STUDY_H
#define DATA_STUDY_H

#include <stdatomic.h>

#include "data/inspect.h"
#include "data/statistics.h"

/* How far a study is: what each step has found is complete when it is past. */
enum { STUDY_OPENING, STUDY_OPENED, STUDY_COUNTED, STUDY_WEIGHED, STUDY_MEASURED };

struct study {
    char name[PATH_SIZE]; /* as it was asked for */
    struct source_wish wish;
    atomic_int step;
    struct dataset_info info;                         /* opened; class_names is NULL */
    char class_names[CLASSES_MAX][CLASS_NAME_SIZE];   /* safe to show; a class without a name has its number */
    uint32_t of_class[SPLIT_COUNT][CLASSES_MAX];      /* counted */
    uint64_t bytes;                                   /* weighed: on disk; 0: built in */
    bool more_bytes;                                  /* and files that there was no time for */
    struct statistics statistics;                     /* measured */
    uint32_t measured;                                /* of so many training images */
};

struct errand *study_start(const char *name_or_path, const struct source_wish *wish, struct inspect_listener listener,
                           struct error *e);
const struct study *study_found(const struct errand *r); /* also while it goes on */

#endif
