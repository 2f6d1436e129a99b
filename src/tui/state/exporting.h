/* Writes charts as files on a thread of its own: the runs are read again for them, and a file system can be slow. */
#ifndef TUI_EXPORTING_H
#define TUI_EXPORTING_H

#include "nn/train/trainer_status.h"
#include "run/figures/comparison_export.h"

struct exporting;

/* Of a run, and of a comparison. `events` is rung by the thread when it is done. What is asked is copied, its folder
 * and the comparison too; the wish's `stopped` is not heeded. NULL with an error; exporting_close() it. */
struct exporting *exporting_run(const char *run_folder, const struct export_wish *wish,
                                const struct trainer_events *events, struct error *e);
struct exporting *exporting_comparison(const struct comparison *c, const struct comparison_choice *choice,
                                       const struct export_wish *wish, const struct trainer_events *events,
                                       struct error *e);

/* True when it is done: then `out` has the files, or e says why there are none (its kind is ERROR_NONE otherwise). */
bool exporting_take(struct exporting *x, struct export_files *out, struct error *e);

/* Done or not: the file that is being written is finished, no other is begun, and nobody waits longer than a second
 * for it. Takes NULL. */
void exporting_close(struct exporting *x);

#endif
