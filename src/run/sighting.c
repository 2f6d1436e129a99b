#include "run/sighting.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "host/job.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/run_folder.h"
#include "run/summary.h"

/* Seconds without a word. A network file system shows a file some seconds late, and a busy node writes it late; without
 * its lock a process on this host is no more. */
static const double silent_most = 15, silent_unlocked = 4;

/* From the end of a process that let a run go to the first word of the one that goes on: it reads its data first. */
static const double silent_handed_over = 120;

/* "gpu03" and "gpu03.cluster.local" are one. */
static bool same_host(const char *a, const char *b)
{
    size_t length = strcspn(a, ".");

    return length > 0 && length == strcspn(b, ".") && strncmp(a, b, length) == 0;
}

static off_t size_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : -1;
}

/* The first time, by the clocks of both hosts; from then on by this one's alone. */
static void listen(struct sighting_signs *s, const struct run_status *status, off_t log)
{
    double now = clock_seconds(), age = s->status ? clock_now() - status->written : 0;

    if (!s->looked)
        s->heard = now - (age > silent_most ? age : 0);
    else if (log != s->log || (s->status && status->written != s->written))
        s->heard = now;
    s->looked = true;
    s->log = log;
    if (s->status)
        s->written = status->written;
}

void sighting_look(struct sighting_signs *s, const char *folder, struct sighting *out)
{
    char metrics[PATH_SIZE], summary[PATH_SIZE];
    struct run_status status;
    struct error ignored;
    struct job job;
    bool there;

    if (!s->looked) {
        job_read(&job);
        text_copy(s->host, sizeof s->host, job.node);
    }
    s->folder = path_is_folder(folder);
    if (run_status_read(&status, folder, &there, &ignored))
        out->status = status;
    s->status = there && out->status.process != 0; /* one that cannot be read just now is there all the same */
    s->summary = path_file_in(summary, folder, "summary.json");
    s->locked = path_file_in(metrics, folder, "metrics.jsonl") && metrics_are_claimed(metrics);
    s->was_locked = s->was_locked || s->locked;
    listen(s, &out->status, size_of(metrics));
}

static void tell_who(const struct run_status *status, char *out, size_t size)
{
    out[0] = '\0';
    if (status->process == 0)
        return;
    snprintf(out, size, "%s, process %d", status->host, status->process);
    if (status->job[0])
        text_append(out, size, ", job %s", status->job);
}

static void tell_end(const char *folder, struct sighting *out)
{
    snprintf(out->words, sizeof out->words, "killed: %s trains it no more", out->who[0] ? out->who : "nobody");
    if (checkpoint_exists(folder))
        text_append(out->words, sizeof out->words, "; 'cuvette resume %.160s' goes on from its checkpoint",
                    run_folder_known_as(folder));
}

static void tell_silence(const struct sighting_signs *s, struct sighting *out)
{
    snprintf(out->words, sizeof out->words, "no word for %.0f s from %s: ", out->silent,
             out->who[0] ? out->who : "whoever trains it");
    if (s->locked)
        text_append(out->words, sizeof out->words, "it holds its lock, so it hangs or cannot write");
    else
        text_append(out->words, sizeof out->words, "killed, or its node or file system does not answer: its lock "
                                                   "cannot be seen from here");
    if (out->status.job[0])
        text_append(out->words, sizeof out->words, "; 'squeue -j %s' may tell", out->status.job);
}

static double patience(const struct sighting_signs *s, const struct sighting *out)
{
    if (out->status.handed_over)
        return silent_handed_over;
    return out->here && !s->locked ? silent_unlocked : silent_most;
}

/* Nothing came for long, or there is no status, as of versions that wrote none. */
static enum sighting_state judge_silence(const struct sighting_signs *s, const struct sighting *out)
{
    if (!s->status && s->locked)
        return SIGHTING_TRAINS;
    if (!s->status)
        return s->summary ? SIGHTING_ENDED : SIGHTING_CUT_OFF;
    return !s->locked && (out->here || s->was_locked) ? SIGHTING_CUT_OFF : SIGHTING_SILENT;
}

void sighting_judge(const struct sighting_signs *s, const char *folder, struct sighting *out)
{
    tell_who(&out->status, out->who, sizeof out->who);
    out->here = out->status.process == 0 || same_host(out->status.host, s->host);
    out->silent = clock_seconds() - s->heard;
    out->words[0] = '\0';
    if (!s->folder)
        out->state = SIGHTING_GONE;
    else if (s->status && out->silent < patience(s, out))
        out->state = SIGHTING_TRAINS;
    else
        out->state = judge_silence(s, out);

    if (out->state == SIGHTING_GONE)
        snprintf(out->words, sizeof out->words, "the folder %.200s is not there", folder);
    else if (out->state == SIGHTING_CUT_OFF)
        tell_end(folder, out);
    else if (out->state == SIGHTING_SILENT)
        tell_silence(s, out);
}

static void take_ranks(const struct summary *s, struct rank_summary *to)
{
    *to = (struct rank_summary){ .ranks = s->ranks, .nodes = s->nodes, .perfect = s->perfect,
                                 .hidden = s->sums_hidden, .behind = s->slowest_longer, .slow = s->slowest_seconds,
                                 .usual = s->median_seconds };
    text_copy(to->slowest, sizeof to->slowest, s->slowest_rank);
}

void sighting_take_summary(const char *folder, struct sighting *out)
{
    struct trainer_status *t = &out->status.trainer;
    enum trainer_state state;
    char path[PATH_SIZE];
    struct summary s;
    struct error e;

    t->state = trainer_over(t->state) ? t->state : TRAINER_STOPPED;
    if (!path_join(path, folder, "summary.json", &e) || !summary_read(&s, path, &e)) {
        text_sanitise(out->error, sizeof out->error, e.text);
        return;
    }
    if (trainer_state_find(s.state, &state) && trainer_over(state))
        t->state = state;
    text_sanitise(out->error, sizeof out->error, s.error);
    text_copy(out->status.device, sizeof out->status.device, s.device);
    take_ranks(&s, &t->together);
    t->best_epoch = s.best_epoch;
    t->parameters = s.parameters;
    t->seconds = s.seconds_total;
    t->seconds_per_epoch = s.seconds_per_epoch;
    t->speed = fmax(s.images_per_second, 0);
    t->train_loss = s.train_loss;
    t->train_accuracy = s.train_accuracy;
    t->valid_loss = s.valid_loss;
    t->valid_accuracy = s.valid_accuracy;
    t->test_loss = s.test_loss;
    t->test_accuracy = s.test_accuracy;
}

bool sighting_trains(const char *folder)
{
    struct sighting_signs signs = { .looked = false };
    struct sighting view = { .state = SIGHTING_LOOKING };

    sighting_look(&signs, folder, &view);
    sighting_judge(&signs, folder, &view);
    /* Who watches waits for the last word of a process that ends; who wants to go on with its run does not. */
    return view.state == SIGHTING_TRAINS && (signs.locked || !view.here || view.status.handed_over);
}
