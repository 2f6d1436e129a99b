/* The recipe as a Slurm job: what the user wants of one, kept for the next session beside the recipe, the script that
 * comes of it, and sbatch's answer, which is waited for by an errand. */
#ifndef TUI_SUBMISSION_H
#define TUI_SUBMISSION_H

#include "base/path.h"
#include "batch/batch_job.h"
#include "batch/batch_queue.h"
#include "batch/batch_wait.h"
#include "nn/recipe/recipe.h"

struct errand;

struct submission {
    bool read;             /* what was kept has been read */
    struct batch_job wish; /* what the user said; the rest is at its preset, and follows the recipe */
    struct batch_job job;  /* all of it, as the script says it */
    char *script;          /* NULL: none yet */
    struct recipe recipe;  /* that it trains */
    char file[PATH_SIZE];  /* with that recipe: written when the script is, or is handed in */
    struct errand *errand; /* hands it in; NULL: nothing is handed in */
    struct batch_wait *wait; /* for the run of the job that was handed in last; NULL: nobody waits for one */
    char number[BATCH_NUMBER_SIZE], run[PATH_SIZE]; /* of that job: its number, and its run's folder */
};

/* What was kept, once. Harmless to call again. */
void submission_read(struct submission *s);

/* Keeps what the user has changed of what was filled in. False with an error; it holds for this session all the
 * same. */
bool submission_keep(struct submission *s, const struct batch_job *filled, const struct batch_job *wanted,
                     struct error *e);

/* Makes the script for a recipe, which is copied; nothing is written. False with an error. */
bool submission_make(struct submission *s, const struct batch_job *job, const struct recipe *r, struct error *e);

/* Writes the recipe's file, which must not exist. */
bool submission_write_recipe(struct submission *s, struct error *e);

/* Hands the script in; `changed` is called on another thread when there is an answer. */
bool submission_send(struct submission *s, void (*changed)(void *context), void *context, struct error *e);

/* True when the answer has come, once: the job's number and the folder of its run are there, or *e has sbatch's
 * sentence and the recipe's file is gone again. */
bool submission_take(struct submission *s, struct error *e);

/* Waits for the run of the job that was handed in; `changed` as above. False with an error: nobody does. */
bool submission_await(struct submission *s, void (*changed)(void *context), void *context, struct error *e);
void submission_forget(struct submission *s); /* waits no longer */

/* How that job stands, in a few words: "job 4711 waits: Priority"; "" where nobody waits for one. */
void submission_words(const struct submission *s, char *out, size_t size);

void submission_close(struct submission *s); /* a zeroed one is fine */

#endif
