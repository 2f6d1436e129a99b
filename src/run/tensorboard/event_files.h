/* The names of event files in the folder of a run. TensorBoard reads all of a folder, in the order of their names, and
 * names the run after the folder. */
#ifndef RUN_TENSORBOARD_EVENT_FILES_H
#define RUN_TENSORBOARD_EVENT_FILES_H

#include <stdint.h>

#include "base/path.h"

/* Of one that is written while the run trains: events.out.tfevents.SECONDS.NODE.cuvette. Each time the run goes on
 * there is another one. */
bool event_files_live(char out[PATH_SIZE], const char *folder, struct error *e);

/* Of one that is made afterwards of the run in the folder `run`, which may be "": the same name each time, and another
 * one for each run. */
bool event_files_export(char out[PATH_SIZE], const char *folder, const char *run, struct error *e);

/* Is there one in the folder that was made afterwards of another run? */
bool event_files_of_another(const char *folder, const char *run);

/* Takes what is of steps behind `step` out of those that were written while the run trained, and half a record that a
 * kill left: it goes on from there. TensorBoard is told by event_records_go_on() too, but drops a scalar only when
 * another of its tag comes. False with an error. */
bool event_files_take_back(const char *folder, uint64_t step, struct error *e);

/* One that was written while the run trained; "": there is none. */
void event_files_find(const char *folder, char name[PATH_SIZE]);

/* Removes all of either kind, but none that another program has written. False with an error. */
bool event_files_remove(const char *folder, struct error *e);

#endif
