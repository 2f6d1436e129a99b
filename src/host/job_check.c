#include "host/job_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/disk_space.h"
#include "base/text.h"

enum { WORDS_SIZE = sizeof((struct job_finding *)0)->words };

/* Each writes what is odd, and what to type; or nothing. */
static void check_login_node(const struct job_facts *f, char *words)
{
    if (f->login_node)
        snprintf(words, WORDS_SIZE,
                 "a login node, where sites kill what trains: srun -c 4 --time=1:00:00 --pty cuvette");
}

static void check_gpu_not_bound(const struct job_facts *f, char *words)
{
    int n = f->job.gpu_count;

    if (n > 0 && f->job.gpus_bound == 0)
        snprintf(words, WORDS_SIZE, "the job has %d GPU%s, this step none: start it with srun --gres=gpu:%d", n,
                 n == 1 ? "" : "s", n);
}

static void check_gpu_not_usable(const struct job_facts *f, char *words)
{
    int n = f->job.gpu_count;

    if (n > 0 && f->job.gpus_bound != 0 && f->gpus == 0)
        snprintf(words, WORDS_SIZE, "the job has %d GPU%s that cannot be used: cuvette devices says why", n,
                 n == 1 ? "" : "s");
}

static void check_gpu_idle(const struct job_facts *f, char *words)
{
    if (f->job.gpu_count > 0 && f->gpu_idle >= JOB_CHECK_IDLE_SECONDS)
        snprintf(words, WORDS_SIZE,
                 "a GPU of the job idles for %.0f min: sites cancel such jobs after 15 min to 2 h; train, or end it",
                 f->gpu_idle / 60);
}

static void check_gpu_unused(const struct job_facts *f, char *words)
{
    int n = f->job.gpu_count;

    if (n > 0 && f->gpus > 0 && f->on_gpus == 0)
        snprintf(words, WORDS_SIZE, "the job holds %d GPU%s and the CPU trains: --device cuda:0", n, n == 1 ? "" : "s");
    else if (n > f->on_gpus && f->gpus > 0 && f->ranks <= 1)
        snprintf(words, WORDS_SIZE, "the job holds %d GPUs and %d train%s: --gres=gpu:%d is enough", n, f->on_gpus,
                 f->on_gpus == 1 ? "s" : "", f->on_gpus);
}

static void check_memory(const struct job_facts *f, char *words)
{
    const double nearly_full = 0.9, gibibyte = 1 << 30;
    double used = f->memory_used.value, limit = f->memory_limit.value;

    if (f->memory_used.known && f->memory_limit.known && used > nearly_full * limit)
        snprintf(words, WORDS_SIZE, "memory is %.0f %% full: ask for more with --mem=%.0fG, or set data.memory lower",
                 100 * used / limit, 1.25 * limit / gibibyte + 1);
}

static void check_step_cores(const struct job_facts *f, char *words)
{
    if (f->ranks <= 1 && f->job.cores > f->cores.usable)
        snprintf(words, WORDS_SIZE, "the job has %d cores, this step %d: start it with srun --cpus-per-task=%d",
                 f->job.cores, f->cores.usable, f->job.cores);
}

static void check_threads(const struct job_facts *f, char *words)
{
    int usable = f->cores.usable;

    if (f->threads > usable)
        snprintf(words, WORDS_SIZE, "%d threads share %d core%s: --device cpu uses as many as there are", f->threads,
                 usable, usable == 1 ? "" : "s");
    else if (f->job.inside && f->threads > 0 && f->threads < usable)
        snprintf(words, WORDS_SIZE, "%d thread%s train%s and %d cores are there: --device cpu uses all", f->threads,
                 f->threads == 1 ? "" : "s", f->threads == 1 ? "s" : "", usable);
}

static void check_throttling(const struct job_facts *f, char *words)
{
    const double often = 0.2;

    if (f->throttled.known && f->throttled.value > often)
        snprintf(words, WORDS_SIZE, "the CPU quota stopped all in %.0f %% of its periods: --device cpu:%d",
                 100 * f->throttled.value, f->cores.usable);
}

static void check_room(const struct job_facts *f, char *words)
{
    const double little = 1 << 30;
    char left[32];

    if (!f->room.known || f->room.value > little)
        return;
    text_bytes(left, sizeof left, (uint64_t)f->room.value);
    snprintf(words, WORDS_SIZE, "%s left for runs in %.80s, by disk or quota: CUVETTE_RUNS=DIR puts them elsewhere",
             left, f->runs);
}

/* In the folder that a variable names? */
static bool is_in(const char *path, const char *variable)
{
    const char *folder = getenv(variable);

    return folder && folder[0] == '/' && path_is_below(path, folder);
}

static void check_purged(const struct job_facts *f, char *words)
{
    bool of_job = strncmp(f->runs, "/tmp/", 5) == 0 || is_in(f->runs, "SLURM_TMPDIR");
    bool scratch = strstr(f->runs, "/scratch") || is_in(f->runs, "SCRATCH") || is_in(f->runs, "PSCRATCH");

    if (of_job && f->job.inside)
        snprintf(words, WORDS_SIZE, "runs are in %.80s, which may go with the job: CUVETTE_RUNS=DIR keeps them",
                 f->runs);
    else if (scratch)
        snprintf(words, WORDS_SIZE, "runs are in %.80s, where sites delete old files: copy what is to stay", f->runs);
}

int job_check_look(const struct job_facts *f, struct job_finding out[JOB_CHECK_COUNT])
{
    static void (*const checks[JOB_CHECK_COUNT])(const struct job_facts *f, char *words) = {
#define JOB_CHECK_ROW(name) [JOB_CHECK_##name] = check_##name,
        JOB_CHECKS(JOB_CHECK_ROW)
#undef JOB_CHECK_ROW
    };
    int count = 0;

    for (enum job_check check = 0; check < JOB_CHECK_COUNT; check++) {
        out[count] = (struct job_finding){ .check = check };
        checks[check](f, out[count].words);
        count += out[count].words[0] != '\0';
    }
    return count;
}

/* The folder of runs is made with the first of them: until then it is the nearest that is there. */
void job_check_look_at_runs(struct job_facts *f)
{
    struct disk_space space;
    struct error ignored;

    f->room = (struct reading){ .known = false };
    if (!path_runs(f->runs, &ignored)) {
        f->runs[0] = '\0';
        return;
    }
    if (disk_space_nearest(f->runs, &space, &ignored))
        f->room = reading_of((double)disk_space_left(&space));
}
