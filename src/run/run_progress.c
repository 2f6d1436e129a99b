#include "run/run_progress.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "run/metrics_scan.h"

/* A line that is longer is none of ours. */
enum { BLOCK = 256 << 10, LINE_MOST = 2048 };

struct reading {
    struct run_progress progress;
    char last_step[LINE_MOST]; /* the last line of a step so far */
    size_t last_length;        /* 0: there was none */
    char block[BLOCK];
};

static bool begins(const char *line, size_t length, const char *with)
{
    return length >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

static void take_epoch(struct run_progress *p, const char *line, size_t length)
{
    json_t *object = json_loadb(line, length, 0, NULL);
    const json_t *epoch = json_object_get(object, "epoch"), *accuracy = json_object_get(object, "valid_accuracy"),
                 *seconds = json_object_get(object, "seconds");

    if (json_is_integer(epoch)) {
        p->epochs = (int)json_integer_value(epoch);
        if (json_is_number(accuracy) && json_number_value(accuracy) > p->best_accuracy) {
            p->best_accuracy = json_number_value(accuracy);
            p->best_epoch = p->epochs;
        }
        if (json_is_number(seconds))
            p->seconds = json_number_value(seconds);
    }
    json_decref(object);
}

static void take_line(struct reading *r, const char *line, size_t length)
{
    if (begins(line, length, "{\"kind\":\"epoch\"")) {
        take_epoch(&r->progress, line, length);
        r->last_length = 0;
    } else if (length <= LINE_MOST && begins(line, length, "{\"kind\":\"step\"")) {
        memcpy(r->last_step, line, length);
        r->last_length = length;
    }
}

/* Of all steps, only the time of the last one matters. */
static void take_last_step(struct reading *r)
{
    double step, steps;
    struct point point;

    if (r->last_length > 0 && metrics_scan_step(r->last_step, r->last_length, &step, &steps, &point) &&
        isfinite(point.seconds))
        r->progress.seconds = point.seconds;
}

/* The bytes of the whole lines at the beginning of a block. */
static size_t take_lines(struct reading *r, size_t size)
{
    const char *block = r->block, *end;
    size_t at = 0;

    while (at < size && (end = memchr(block + at, '\n', size - at))) {
        size_t length = (size_t)(end - block) + 1 - at;

        take_line(r, block + at, length);
        at += length;
    }
    return at;
}

/* False with errno set. A last line that is not whole is left for the next look. */
static bool read_on(struct reading *r, int descriptor, off_t size, const atomic_bool *stopped)
{
    while (r->progress.read < size && !(stopped && atomic_load_explicit(stopped, memory_order_relaxed))) {
        size_t left = (size_t)(size - r->progress.read), wanted = left < BLOCK ? left : BLOCK;

        if (!file_read_at(descriptor, r->block, wanted, r->progress.read))
            return errno == ENODATA; /* it was cut meanwhile */
        size_t taken = take_lines(r, wanted);

        if (taken == 0 && wanted < BLOCK)
            break;
        r->progress.read += (off_t)(taken > 0 ? taken : wanted);
    }
    take_last_step(r);
    return true;
}

static bool goes_on(int descriptor, off_t read, off_t size)
{
    char before = '\n';

    return read <= size && (read == 0 || (file_read_at(descriptor, &before, 1, read - 1) && before == '\n'));
}

/* False with an error. */
static bool read_file(struct reading *r, int descriptor, const char *path, const atomic_bool *stopped, struct error *e)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0)
        return error_set_errno(e, "cannot read %s", path);
    if (!S_ISREG(status.st_mode))
        return error_set(e, ERROR_INPUT, "%s is not a plain file", path);
    if (!goes_on(descriptor, r->progress.read, status.st_size))
        r->progress = RUN_PROGRESS_NONE;
    return read_on(r, descriptor, status.st_size, stopped) || error_set_errno(e, "cannot read %s", path);
}

bool run_progress_read(struct run_progress *p, const char *path, const atomic_bool *stopped, struct error *e)
{
    struct reading *r = memory_new(1, sizeof *r, e);
    int descriptor;
    bool good;

    if (!r)
        return false;
    r->progress = *p;
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    good = descriptor >= 0 ? read_file(r, descriptor, path, stopped, e) : error_set_errno(e, "cannot read %s", path);
    if (descriptor >= 0)
        close(descriptor);
    if (good)
        *p = r->progress;
    free(r);
    return good;
}
