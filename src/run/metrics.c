#include "run/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

struct metrics_writer {
    int descriptor;
    off_t flushed; /* bytes of the file: whole lines */
    char *lines;   /* to be written */
    size_t length, room;
    char path[PATH_SIZE];
};

struct metrics_writer *metrics_create(const char *path, struct error *e)
{
    struct metrics_writer *w = memory_new(1, sizeof *w, e);

    if (!w)
        return NULL;
    text_copy(w->path, sizeof w->path, path);
    w->descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
    if (w->descriptor < 0) {
        error_set_errno(e, "cannot write %s", path);
        free(w);
        return NULL;
    }
    return w;
}

static bool no_memory(struct error *e)
{
    return error_set(e, ERROR_MEMORY, "no memory for a line of metrics");
}

static int append(const char *bytes, size_t size, void *writer)
{
    struct metrics_writer *w = writer;

    if (w->room - w->length < size) {
        size_t room = (w->length + size) * 2;
        char *lines = realloc(w->lines, room);

        if (!lines)
            return -1;
        w->lines = lines;
        w->room = room;
    }
    memcpy(w->lines + w->length, bytes, size);
    w->length += size;
    return 0;
}

/* A line made of an object that is given away; one that could not be made whole is taken back. */
static bool append_line(struct metrics_writer *w, json_t *object, struct error *e)
{
    /* Nine digits tell any two floats apart. Jansson writes a decimal point in every locale. */
    const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(9);
    size_t before = w->length;
    bool appended = object && json_dump_callback(object, append, w, flags) == 0 && append("\n", 1, w) == 0;

    json_decref(object);
    if (appended)
        return true;
    w->length = before;
    return no_memory(e);
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

bool metrics_run(struct metrics_writer *w, const struct summary *run, struct error *e)
{
    json_t *line = json_pack("{s:s}", "kind", "run"), *object = summary_to_json(run);

    if (!line || !object || json_object_update(line, object) != 0) {
        json_decref(line);
        line = NULL;
    }
    json_decref(object);
    return append_line(w, line, e);
}

bool metrics_step(struct metrics_writer *w, size_t step, struct point p, struct error *e)
{
    return append_line(w,
                       json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "kind", "step", "step", (json_int_t)step,
                                 "epoch", number(p.position), "loss", number(p.loss), "accuracy", number(p.accuracy),
                                 "learning_rate", number(p.learning_rate), "seconds", number(p.seconds)),
                       e);
}

bool metrics_epoch(struct metrics_writer *w, int epoch, struct point train, const struct point *valid, struct error *e)
{
    return append_line(w,
                       json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", "epoch", "epoch", epoch, "loss",
                                 number(train.loss), "accuracy", number(train.accuracy), "valid_loss",
                                 number(valid ? valid->loss : NAN), "valid_accuracy",
                                 number(valid ? valid->accuracy : NAN), "learning_rate", number(train.learning_rate),
                                 "seconds", number(train.seconds)),
                       e);
}

bool metrics_flush(struct metrics_writer *w, struct error *e)
{
    ssize_t written = 0;

    if (w->length == 0)
        return true;
    do
        written = write(w->descriptor, w->lines, w->length);
    while (written < 0 && errno == EINTR);

    bool whole = written == (ssize_t)w->length;
    w->length = 0;
    if (whole) {
        w->flushed += written;
        return true;
    }
    /* A write that stopped short says nothing of why: the disk is full, or a limit is reached. */
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
