#include "run/usage_words.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"

static void append_cores(char *out, size_t size, const struct usage *u)
{
    if (u->cores < 0)
        text_append(out, size, "n/a");
    else
        text_append(out, size, "%.1f", u->cores);
    text_append(out, size, " of %d core%s", u->cores_allotted, u->cores_allotted == 1 ? "" : "s");
}

static void append_bytes(char *out, size_t size, uint64_t bytes)
{
    char text[32] = "n/a";

    if (bytes > 0)
        text_bytes(text, sizeof text, bytes);
    text_append(out, size, "%s", text);
}

static void append_gpus(char *out, size_t size, const struct usage *u, int gpus)
{
    text_append(out, size, ", %d GPU%s ", gpus, gpus == 1 ? "" : "s");
    if (u->gpu_load < 0)
        text_append(out, size, "n/a");
    else
        text_append(out, size, "%.0f %% busy", 100 * u->gpu_load);
}

void usage_words_used(const struct usage *u, const struct job *job, char *out, size_t size)
{
    double used = job_seconds_used(job), left = job_seconds_left(job);
    uint64_t limit = u->memory_limit ? u->memory_limit : job->memory;
    char text[32];

    out[0] = '\0';
    append_cores(out, size, u);
    text_append(out, size, ", ");
    append_bytes(out, size, u->memory_peak);
    text_append(out, size, " of ");
    append_bytes(out, size, limit);
    if (job->gpu_count > 0)
        append_gpus(out, size, u, job->gpu_count);
    text_duration(text, sizeof text, used >= 0 ? used : u->seconds);
    text_append(out, size, ", %s", text);
    text_duration(text, sizeof text, used >= 0 && left >= 0 ? used + left : -1);
    text_append(out, size, " of %s", text);
}

static uint64_t enough_memory(uint64_t peak)
{
    const size_t small = 256 << 20, large = 1024 << 20;
    size_t more = peak + size_max(peak / 5, small);

    return peak > 0 ? size_round_up(more, more < 4 * large ? small : large) : 0;
}

/* A run that was stopped has no forecast any more. The epoch it was in counts as a whole one. */
static double seconds_left(const struct trainer_status *s)
{
    double epochs = s->state == TRAINER_FINISHED ? 0 : fmin(s->epochs - s->epoch + 1, s->epochs);

    return trainer_over(s->state) ? epochs * fmax(s->seconds_per_epoch, 0) : fmax(s->seconds_left, 0);
}

static double enough_time(const struct usage *u, const struct trainer_status *s)
{
    const double step = 300; /* seconds */
    double whole = fmax(u->seconds, s->seconds) + seconds_left(s);

    return whole > 0 ? ceil(1.25 * whole / step) * step : 0;
}

struct job_request usage_words_request(const struct usage *u, const struct trainer_status *s, const struct job *job,
                                       bool on_gpu)
{
    return (struct job_request){
        .cores = u->cores < 0 ? 0 : int_clamp((int)ceil(1.1 * u->cores), 1, int_max(u->cores_allotted, 1)),
        .gpus = on_gpu && job->gpu_count > 0 ? 1 : 0,
        .memory = enough_memory(u->memory_peak),
        .seconds = enough_time(u, s),
    };
}

void usage_words_next(const struct usage *u, const struct trainer_status *s, const struct job *job, bool on_gpu,
                      char *out, size_t size)
{
    const struct job_request request = usage_words_request(u, s, job, on_gpu);
    char options[160];

    out[0] = '\0';
    if (!job->inside)
        return;
    job_request_options(&request, options, sizeof options);
    snprintf(out, size, "%s %s", job->interactive ? "srun" : "sbatch", options);
}
