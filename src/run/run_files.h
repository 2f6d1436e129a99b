/* The files that a run begins with: its recipe, and the metrics, by which it has its folder to itself. */
#ifndef RUN_RUN_FILES_H
#define RUN_RUN_FILES_H

#include "run/resume.h"
#include "run/run_folder.h"

/* In a folder that was made for it. False with an error and nothing left of the folder. */
bool run_files_create(const struct run_folder *folder, const struct recipe *recipe, struct metrics_writer **metrics,
                      struct error *e);

/* Of a run that was left: the recipe may have more epochs now. `again`: from its first step. False with an error. */
bool run_files_open(const char *folder, const struct recipe *recipe, bool again, struct resume *out, struct error *e);

#endif
