/* A comparison on the screen: its table and its curves, as a thread reads them from the folders of the runs. It looks
 * again at those that have changed, as long as the comparison is open. */
#ifndef TUI_COMPARING_H
#define TUI_COMPARING_H

#include "nn/train/trainer_status.h"
#include "run/compare/comparison_table.h"
#include "run/run_entry.h"
#include "tui/state/curves.h"

struct comparing_reader;

/* How far a run is. */
struct comparing_progress {
    bool there; /* it has begun */
    enum run_state state;
    int epochs, planned; /* that are over; 0: unknown */
};

struct comparing {
    struct comparing_reader *reader;      /* NULL: it is closed */
    const struct comparison *comparison;  /* the reader's; NULL: it is not known yet */
    struct comparison_table *table;       /* NULL: not yet */
    struct curves *curves;                /* of each entry of the comparison; one without points has not begun */
    struct comparing_progress *progress;  /* of each entry, as old as the table */
    bool going;                           /* one of its runs trains */
    struct error error;                   /* why there is none; of kind ERROR_NONE: nothing is wrong */
};

/* Of runs, or of a comparison that has a folder. `events` is rung by the thread. False with an error; a zeroed struct
 * is closed. */
bool comparing_runs(struct comparing *c, const char *const *folders, int count, const struct trainer_events *events,
                    struct error *e);
bool comparing_folder(struct comparing *c, const char *folder, const struct trainer_events *events, struct error *e);
void comparing_close(struct comparing *c); /* waits for nothing */

/* Takes what was found; where nothing was yet, it waits for that at most so many seconds. True when something is
 * different. */
bool comparing_follow(struct comparing *c, double seconds);

#endif
