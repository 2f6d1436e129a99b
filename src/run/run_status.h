/* status.json: how a run that trains stands, for whoever watches it. It is there as long as a process trains the run,
 * which writes it anew every second beside its place and renames it: a reader always finds a whole one, and a file that
 * no longer changes means a process that is no more. */
#ifndef RUN_RUN_STATUS_H
#define RUN_RUN_STATUS_H

#include "nn/train/rank_report.h"
#include "nn/train/step_profile.h"
#include "nn/train/trainer_status.h"
#include "run/control.h"

/* What became of a command. */
struct run_answer {
    char id[CONTROL_ID_SIZE];
    double taken; /* clock_now() */
    bool good;    /* else it was refused */
    char text[160];
};

enum { RUN_ANSWERS_MOST = 8 };

struct run_status {
    char host[64], job[32], device[64], device_name[128], version[32];
    int process;
    double begun, written;         /* clock_now() of that process and of this file */
    struct trainer_status trainer; /* its error is never told here */
    double checkpoint;             /* clock_now() of the newest; negative: none yet by this process */
    uint64_t checkpoint_steps;
    double memory_used, memory_limit; /* bytes of the control group; negative: it has no limit */
    double memory_kills;           /* as in cgroup.h, when the process began */
    double job_end;                /* seconds since the epoch; 0: unknown */
    bool handed_over;              /* its process has let it go, and another is about to go on with it */
    char trouble[512];             /* what cannot be written at the moment, else "" */
    struct step_profile profile;   /* without its layers */
    struct rank_rows ranks;        /* that train together */
    int n_answers;
    struct run_answer answers[RUN_ANSWERS_MOST]; /* to the last commands, the oldest first */
};

bool run_status_write(const struct run_status *s, const char *folder, struct error *e);

/* False with an error, ERROR_IO where the file cannot be read; *there: there is one. */
bool run_status_read(struct run_status *s, const char *folder, bool *there, struct error *e);
void run_status_remove(const char *folder);

/* NULL: not answered yet. */
const struct run_answer *run_status_answer(const struct run_status *s, const char *id);

/* The same as an object of Jansson's, for other programs. json_decref() it; NULL without memory. */
struct json_t;
struct json_t *run_status_to_json(const struct run_status *s);

#endif
