#include "run/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/claim.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "run/health_json.h"

struct metrics_writer {
    int descriptor;
    off_t flushed; /* bytes in the file, all of whole lines */
    bool has_rest; /* behind them are lines of a run that went on from before these: the first flush cuts them off */
    char *lines;   /* not written yet */
    size_t length, room;
    char path[PATH_SIZE];
};

/* Who writes it trains this run. */
static bool claim(const struct metrics_writer *w, struct error *e)
{
    return claim_take(w->descriptor) ||
           error_set(e, ERROR_INPUT, "another process trains this run: it writes %s", w->path);
}

bool metrics_are_claimed(const char *path)
{
    return claim_is_taken(path);
}

static struct metrics_writer *open_writer(const char *path, int flags, struct error *e)
{
    struct metrics_writer *w = memory_new(1, sizeof *w, e);

    if (!w)
        return NULL;
    text_copy(w->path, sizeof w->path, path);
    w->descriptor = open(path, flags | O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (w->descriptor < 0)
        error_set_errno(e, "cannot write %s", path);
    else if (claim(w, e))
        return w;
    else
        close(w->descriptor);
    free(w);
    return NULL;
}

struct metrics_writer *metrics_create(const char *path, struct error *e)
{
    return open_writer(path, O_CREAT | O_EXCL, e);
}

static bool no_memory(struct error *e)
{
    return error_set(e, ERROR_MEMORY, "no memory for a line of metrics");
}

static bool append(const char *bytes, size_t size, struct metrics_writer *w)
{
    if (w->room - w->length < size) {
        size_t room = (w->length + size) * 2;
        char *lines = realloc(w->lines, room);

        if (!lines)
            return false;
        w->lines = lines;
        w->room = room;
    }
    memcpy(w->lines + w->length, bytes, size);
    w->length += size;
    return true;
}

/* Appends an object, which it takes over, as a line. A line that is not whole is removed again. */
static bool append_line(struct metrics_writer *w, json_t *object, struct error *e)
{
    /* Nine digits are enough to tell any two floats apart. Jansson writes a decimal point in every locale. */
    const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(9);
    size_t before = w->length;
    char *text = json_text(object, flags);
    bool appended = text && append(text, strlen(text), w) && append("\n", 1, w);

    free(text);
    json_decref(object);
    if (appended)
        return true;
    w->length = before;
    return no_memory(e);
}

static json_t *number_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

bool metrics_run(struct metrics_writer *w, const struct summary *run, bool resumed, struct error *e)
{
    json_t *line = json_pack("{s:s}", "kind", resumed ? "resume" : "run"), *object = summary_to_json(run);

    if (!line || !object || json_object_update(line, object) != 0) {
        json_decref(line);
        line = NULL;
    }
    json_decref(object);
    return append_line(w, line, e);
}

/* What is told of a point of several steps alone. */
static bool add_extremes(json_t *line, struct point p)
{
    json_t *more = json_pack("{s:I, s:o, s:o, s:o, s:o}", "steps", (json_int_t)p.steps, "loss_low",
                             number_json(p.loss_low), "loss_high", number_json(p.loss_high), "accuracy_low",
                             number_json(p.accuracy_low), "accuracy_high", number_json(p.accuracy_high));
    bool added = more && json_object_update(line, more) == 0;

    json_decref(more);
    return added;
}

bool metrics_step(struct metrics_writer *w, struct point p, struct error *e)
{
    json_t *line = json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", "step", "step", (json_int_t)p.step,
                             "epoch", number_json(p.position), "loss", number_json(p.loss), "accuracy",
                             number_json(p.accuracy), "learning_rate", number_json(p.learning_rate), "seconds",
                             number_json(p.seconds), "images_per_second", number_json(p.images_per_second));

    if (line && p.steps > 1 && !add_extremes(line, p)) {
        json_decref(line);
        line = NULL;
    }
    return append_line(w, line, e);
}

bool metrics_epoch(struct metrics_writer *w, int epoch, struct point train, const struct point *valid, struct error *e)
{
    json_t *line = json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", "epoch", "epoch", epoch, "loss",
                             number_json(train.loss), "accuracy", number_json(train.accuracy), "valid_loss",
                             number_json(valid ? valid->loss : NAN), "valid_accuracy",
                             number_json(valid ? valid->accuracy : NAN), "learning_rate",
                             number_json(train.learning_rate), "seconds", number_json(train.seconds),
                             "images_per_second", number_json(train.images_per_second));

    return append_line(w, line, e);
}

bool metrics_load(struct metrics_writer *w, const struct load_point *p, struct error *e)
{
    json_t *line = json_pack("{s:s}", "kind", "load");
    bool whole = line != NULL;

#define LOAD_NUMBER(member, key) whole = whole && json_object_set_new(line, key, number_json(p->member)) == 0;
    LOAD_FIGURES(LOAD_NUMBER)
#undef LOAD_NUMBER
    if (!whole) {
        json_decref(line);
        line = NULL;
    }
    return append_line(w, line, e);
}

bool metrics_health(struct metrics_writer *w, const struct health *h, struct error *e)
{
    return append_line(w, health_json(h), e);
}

bool metrics_alert(struct metrics_writer *w, const char *name, double seconds, const char *text, struct error *e)
{
    char clean[512];

    text_sanitise(clean, sizeof clean, text); /* Jansson accepts valid UTF-8 only */
    return append_line(w, json_pack("{s:s, s:s, s:o, s:s}", "kind", "alert", "alert", name, "seconds",
                                    number_json(seconds), "text", clean), e);
}

/* What is written to a file without a name is lost. */
static bool is_there(const struct metrics_writer *w, struct error *e)
{
    struct stat status;

    return fstat(w->descriptor, &status) != 0 || status.st_nlink > 0 ||
           error_set(e, ERROR_IO, "cannot write %s: it was deleted", w->path);
}

bool metrics_flush(struct metrics_writer *w, struct error *e)
{
    ssize_t written = 0;

    if (w->length == 0)
        return true;
    if (!is_there(w, e)) {
        w->length = 0;
        return false;
    }
    if (w->has_rest && ftruncate(w->descriptor, w->flushed) != 0) {
        w->length = 0;
        return error_set_errno(e, "cannot write %s", w->path);
    }
    w->has_rest = false;
    do
        written = write(w->descriptor, w->lines, w->length);
    while (written < 0 && errno == EINTR);

    bool whole = written == (ssize_t)w->length;
    w->length = 0;
    if (whole) {
        w->flushed += written;
        return true;
    }
    /* A short write does not say why: the disk is full, or a limit is reached. */
    if (written >= 0)
        errno = ENOSPC;
    error_set_errno(e, "cannot write %s", w->path);
    if (written > 0 && ftruncate(w->descriptor, w->flushed) != 0)
        error_set_errno(e, "cannot take a half-written line out of %s", w->path);
    return false;
}

bool metrics_close(struct metrics_writer *w, struct error *e)
{
    if (!w)
        return true;
    bool written = metrics_flush(w, e);
    if (close(w->descriptor) != 0 && written)
        written = error_set_errno(e, "cannot write %s", w->path);
    free(w->lines);
    free(w);
    return written;
}

struct metrics_writer *metrics_reopen(const char *path, uint64_t last_step, uint64_t last_epoch,
                                      struct metrics_curves *out, struct error *e)
{
    struct metrics_writer *w = open_writer(path, 0, e);

    if (!w)
        return NULL;
    if (metrics_read_part(path, last_step, last_epoch, out, &w->flushed, e)) {
        w->has_rest = true;
        return w;
    }
    close(w->descriptor);
    free(w);
    return NULL;
}
