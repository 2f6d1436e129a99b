/* What the model of a run gets wrong (run/predictions/inspect_run.h): found out by a thread of its own while the screen
 * goes on, and images of it, read by errands (data/sheet.h). */
#ifndef TUI_FINDINGS_H
#define TUI_FINDINGS_H

#include "data/sheet.h"
#include "nn/train/trainer.h"
#include "run/predictions/inspect_run.h"
#include "run/predictions/ranking.h"

enum { FINDINGS_PAIRS = 200 };

struct findings_search;

struct findings {
    struct trainer_events events;
    char folder[PATH_SIZE];         /* of the run; "": none */
    struct findings_search *search; /* over or not */
    const struct run_inspection *found; /* NULL: not yet, or it failed */
    struct error error;                 /* why it did */

    struct confusion_figures *figures;  /* [classes] */
    struct confusion_pair pairs[FINDINGS_PAIRS];
    int n_pairs;
    uint32_t *order, n_order;           /* of the images that were ranked last: positions in the predictions */

    struct errand *coming, *sheet;      /* images on their way, and those that have come */
    struct sheet_wish asked;            /* of `coming`, or of what came last */
    struct error sheet_error;
};

/* `events` is rung when something is found. A zeroed one is fine to close. */
void findings_open(struct findings *f, struct trainer_events events);
void findings_close(struct findings *f);

/* Looks at the run's model from now on, as it is now; NULL: at none. `trains`: a run goes on here, and the device stays
 * its own: the model is run on the CPU. Never waits. */
void findings_look(struct findings *f, const char *folder, bool trains);
bool findings_follow(struct findings *f); /* true when something was found since the last call */
bool findings_wait(struct findings *f, double seconds); /* at most so long until it is known; true when it is */
int findings_percent(const struct findings *f); /* of the images that have been looked at */

/* Once it is found: ranks images into `order`, as ranking_make(). */
void findings_rank(struct findings *f, enum ranking ranking, int label, int answer);

/* Asks for images order[first..first + n), of at most `side` pixels, unless they were asked for last. */
void findings_ask(struct findings *f, uint32_t first, int n, int side);

/* What was asked for last; NULL: it has not come, or failed. */
const struct sheet *findings_sheet(const struct findings *f);

#endif
