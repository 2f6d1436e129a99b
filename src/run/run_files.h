/* The files of a run's folder: those that it begins with, its recipe and the metrics, by which it has the folder to
 * itself, and those of its end. */
#ifndef RUN_RUN_FILES_H
#define RUN_RUN_FILES_H

#include "base/atomic_file.h"
#include "run/resume.h"
#include "run/run_folder.h"

/* In a folder that was made for it. False with an error and nothing left of the folder. */
bool run_files_create(const struct run_folder *folder, const struct recipe *recipe, struct metrics_writer **metrics,
                      struct error *e);

/* Of a run that was left: the recipe may have more epochs now. `again`: from its first step. False with an error. */
bool run_files_open(const char *folder, const struct recipe *recipe, bool again, struct resume *out, struct error *e);

/* A model file, "model.h5" or "best.h5". `wish` as in atomic_file_write_parts(). False with an error. */
bool run_files_weights(const char *folder, const char *name, const struct recipe *recipe,
                       const struct trainer_weights *weights, const struct atomic_wish *wish, struct error *e);

/* The recipe, with other shares of the batch; false where it cannot be written. */
bool run_files_shares(const char *folder, const struct recipe *recipe, const char *shares);
bool run_files_summary(const char *folder, const struct summary *summary, struct error *e); /* false with an error */
bool run_files_read_summary(const char *folder, struct summary *out); /* false: there is none that can be read */
void run_files_remove_summary(const char *folder);

#endif
