/* A data set that is looked at closely: what there is to know of it (data/study.h) and some of its images
 * (data/sheet.h), both found out by errands while the screen goes on. */
#ifndef TUI_GALLERY_H
#define TUI_GALLERY_H

#include "data/sheet.h"
#include "data/study.h"
#include "nn/train/trainer.h"
#include "run/augmented_images.h"

struct gallery {
    struct inspect_listener listener;
    char name[PATH_SIZE]; /* of the data set; "": none */
    struct source_wish wish;
    struct errand *study; /* over or not */
    struct error study_error; /* why it failed, or could not be begun */
    struct errand *coming, *sheet; /* images on their way, and those that have come */
    struct sheet_wish asked;       /* of `coming`, or of what came last */
    struct augmented_preview augmented; /* as which they are wanted; its step is 0: they are as they are */
    struct error sheet_error;      /* why that failed */
};

/* `events` is rung when something is found. A zeroed one is fine to close. */
void gallery_open(struct gallery *g, struct trainer_events events);
void gallery_close(struct gallery *g);

/* Looks at this one from now on, unless it does already. NULL: at none. */
void gallery_show(struct gallery *g, const char *name, const struct source_wish *wish);
void gallery_forget(struct gallery *g); /* the next look at the same one is a fresh one */

/* Asks for images of the one that is looked at, unless they were asked for last; its name and its wish are filled in.
 * They are augmented as in that step of training the recipe (0: not at all). They may be there at once. */
void gallery_ask(struct gallery *g, const struct sheet_wish *wish, const struct recipe *recipe, uint64_t step);

bool gallery_follow(struct gallery *g); /* true when something was found since the last call */

/* What is known; *step: how far it is, STUDY_OPENING: nothing yet. */
const struct study *gallery_study(const struct gallery *g, int *step);

/* What was asked for last; NULL: it has not come, or failed. */
const struct sheet *gallery_sheet(const struct gallery *g);

#endif
