#include "batch/batch_queue.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "host/slurm_program.h"

enum { ANSWER_SIZE = 1024 };

static const double patience_seconds = 30;

/* The answer is "4711" or "4711;cluster", behind whatever a site's own words are. */
static bool number_of(char *answer, char number[BATCH_NUMBER_SIZE])
{
    for (char *line; (line = strsep(&answer, "\n"));) {
        size_t digits = strspn(line, "0123456789");

        if (digits == 0 || digits >= BATCH_NUMBER_SIZE || (line[digits] != '\0' && line[digits] != ';'))
            continue;
        memcpy(number, line, digits);
        number[digits] = '\0';
        return true;
    }
    return false;
}

bool batch_queue_submit(const char *script, char number[BATCH_NUMBER_SIZE], struct error *e)
{
    static const char *const words[] = { "sbatch", "--parsable", NULL };
    const struct slurm_program sbatch = {
        .words = words, .input = script, .seconds = patience_seconds, .outside = true
    };
    char answer[ANSWER_SIZE];

    return slurm_program_run(&sbatch, answer, sizeof answer, e) &&
           (number_of(answer, number) || error_set(e, ERROR_RUN, "sbatch did not tell the number of the job"));
}

static bool still_runs(const char *number, struct error *e)
{
    const char *const words[] = { "squeue", "--noheader", "--jobs", number, "--format", "%T", NULL };
    const struct slurm_program squeue = { .words = words, .seconds = patience_seconds };
    char answer[ANSWER_SIZE];

    return slurm_program_run(&squeue, answer, sizeof answer, e) &&
           (strcmp(text_trim(answer), "RUNNING") == 0 || error_set(e, ERROR_STOPPED, "it was ended from outside"));
}

bool batch_queue_again(struct error *e)
{
    const char *number = getenv("SLURM_JOB_ID");

    if (!number || number[0] == '\0')
        return error_set(e, ERROR_USAGE, "there is no Slurm job around this process");

    const char *const words[] = { "scontrol", "requeue", number, NULL };
    const struct slurm_program scontrol = { .words = words, .seconds = patience_seconds, .outlives_job = true };
    char answer[ANSWER_SIZE];

    return still_runs(number, e) && slurm_program_run(&scontrol, answer, sizeof answer, e);
}
