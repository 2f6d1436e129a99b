/* Writes the charts of a run as files on a thread of its own: a long run is read again for them, and a file system can
 * be slow. */
#ifndef TUI_EXPORTING_H
#define TUI_EXPORTING_H

#include "run/figures/export.h"

struct exporting;

/* `written` is called on that thread when it is done, and must not block. The wish is copied, its folder too. NULL with
 * an error when the thread cannot be started; exporting_close() it. */
struct exporting *exporting_start(const char *run_folder, const struct export_wish *wish,
                                  void (*written)(void *context), void *context, struct error *e);

/* True when it is done: then `out` has the files, or e says why there are none (its kind is ERROR_NONE otherwise). */
bool exporting_take(struct exporting *x, struct export_files *out, struct error *e);

/* Waits for what is being written, but not for a file system that hangs: what has not come after ten seconds goes on
 * without anybody, and frees itself. Takes NULL. */
void exporting_close(struct exporting *x);

#endif
