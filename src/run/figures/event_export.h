/* The curves of a run that is there already, as an event file for TensorBoard. */
#ifndef RUN_FIGURES_EVENT_EXPORT_H
#define RUN_FIGURES_EVENT_EXPORT_H

#include "base/path.h"
#include "run/figures/run_data.h"

/* Into the run's folder, or into a folder of the run's name in `into`, which is made (NULL: none), and has a number
 * behind the name where another run's is there. out: the file; one that was written before is replaced. False with an
 * error, also where the run's folder has a file that was written while it trained: TensorBoard would show everything
 * twice. */
bool event_export(const struct run_data *run, const char *into, char out[PATH_SIZE], struct error *e);

#endif
