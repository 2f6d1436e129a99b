/* Another place for a run whose folder cannot be written: a folder like its own, from which it can go on, in one of
 * the places of shelter_place.h. Nothing of it is there until it is needed. */
#ifndef RUN_SHELTER_H
#define RUN_SHELTER_H

#include "base/atomic_file.h"
#include "run/run_folder.h"
#include "run/run_lines.h"

struct shelter {
    const char *home;         /* the run's folder */
    struct run_folder folder; /* its path is "" while there is none */
    struct run_lines lines;
    int place;                /* which of the places is in use, or is tried next */
    char since[32];           /* the date; "": nothing is there yet */
};

/* What is written beside the curves; NULL: is not. */
struct shelter_content {
    const struct snapshot *snapshot;
    const struct trainer_weights *weights;
    const struct summary *summary;
};

/* Folder, trainer and device must outlive the shelter. shelter_close() it. */
void shelter_begin(struct shelter *s, const char *home, const struct trainer *trainer, const struct device *device);

/* Writes into the first place that takes it. One that is full is left with what it has for the next one. `wish` as in
 * atomic_file_write_parts(). False with the last place's error: it is nowhere. */
bool shelter_write(struct shelter *s, const struct shelter_content *c, const struct atomic_wish *wish, struct error *e);

/* Appends "; since DATE it is kept in FOLDER"; nothing while there is none, or where that is said already. */
void shelter_tell(const struct shelter *s, char *to, size_t size);

void shelter_remove(struct shelter *s); /* it is not needed any more */
void shelter_close(struct shelter *s);  /* what is there stays */

#endif
