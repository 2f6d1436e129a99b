/* A job script that trains: what the job asks for, in lines for Slurm, and one command. Whatever is in names and paths,
 * Slurm and the shell take them as they are. */
#ifndef BATCH_SCRIPT_H
#define BATCH_SCRIPT_H

#include "base/path.h"
#include "batch/batch_job.h"

struct batch_task {
    const char *recipe;       /* a preset's name, or an absolute path */
    const char *const *words; /* what else `cuvette train` is told; ends with NULL */
};

struct batch_script {
    const struct batch_job *job; /* checked, with a name */
    const char *program;         /* cuvette's path, absolute */
    const char *folder;          /* where the job starts: relative paths in recipes are from here; absolute */
    const struct batch_task *tasks;
    int n_tasks;                 /* several: an array of as many jobs, each with a run of its own */
};

/* The whole script; free() it. NULL with an error: without memory, and for a path that Slurm cannot take. */
char *batch_script_text(const struct batch_script *s, struct error *e);

/* The folder of a task's run (counted from 1) when the job has this number, and beside it the file with what the job
 * prints. */
bool batch_script_run(const struct batch_script *s, const char *job_number, int task, char out[PATH_SIZE],
                      struct error *e);
bool batch_script_log(const struct batch_script *s, const char *job_number, int task, char out[PATH_SIZE],
                      struct error *e);

/* Makes the folder into which the job's output goes: Slurm does not. */
bool batch_script_prepare(const struct batch_script *s, struct error *e);

/* Makes a name one of letters that need no quoting, in place: others become dashes. */
void batch_script_plain(char *name);

#endif
