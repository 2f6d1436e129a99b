/* `cuvette inspect RUN --health`: the health of a run's network at the last step that was looked at. */
#ifndef CLI_INSPECT_HEALTH_H
#define CLI_INSPECT_HEALTH_H

#include "base/error.h"

/* `run` as run_folder_find() takes it. Prints a table and a sentence, or one JSON object; an error where no step was
 * looked at. */
bool inspect_health(const char *run, bool json, struct error *e);

#endif
