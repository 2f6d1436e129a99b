/* The names of event files in the folder of a run. TensorBoard reads all of a folder, in the order of their names, and
 * names the run after the folder. */
#ifndef RUN_TENSORBOARD_EVENT_FILES_H
#define RUN_TENSORBOARD_EVENT_FILES_H

#include "base/path.h"

/* Of one that is written while the run trains: events.out.tfevents.SECONDS.NODE.cuvette. Each time the run goes on
 * there is another one. */
bool event_files_live(char out[PATH_SIZE], const char *folder, struct error *e);

/* Of one that is made afterwards: the same name each time. */
bool event_files_export(char out[PATH_SIZE], const char *folder, struct error *e);

/* One that was written while the run trained; "": there is none. */
void event_files_find(const char *folder, char name[PATH_SIZE]);

/* Removes all of either kind, but none that another program has written. False with an error. */
bool event_files_remove(const char *folder, struct error *e);

#endif
