/* `cuvette watch` without the screen: a line an epoch, or JSON. */
#ifndef CLI_WATCH_LINES_H
#define CLI_WATCH_LINES_H

#include "base/error.h"

/* Until the run is over. False with an error: ERROR_STOPPED when it was stopped, ERROR_RUN when it failed or was cut
 * off. */
bool watch_lines_plain(const char *folder, struct error *e);

/* An object a line: one, or with `follow` one after each change, until the run is over. */
bool watch_lines_json(const char *folder, bool follow, struct error *e);

#endif
