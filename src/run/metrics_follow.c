#include "run/metrics_follow.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "run/metrics_read.h"

struct curves_set {
    struct series *steps, *means, *epochs;
    struct measured *measured;
    struct curves_set *before; /* somebody may still read them */
};

struct metrics_follow {
    char path[PATH_SIZE];
    struct curves_set *now;
    struct health health;
    unsigned begun_anew;
    off_t taken; /* bytes, of whole lines */
    dev_t device;
    ino_t inode; /* of the file of which they are */
};

static void free_sets(struct curves_set *set)
{
    while (set) {
        struct curves_set *before = set->before;

        series_free(set->steps);
        series_free(set->means);
        series_free(set->epochs);
        measured_free(set->measured);
        free(set);
        set = before;
    }
}

/* Empty curves in place of those of now. */
static bool begin(struct metrics_follow *f, struct error *e)
{
    struct curves_set *set = memory_new(1, sizeof *set, e);

    if (!set)
        return false;
    *set = (struct curves_set){ series_new(), series_new(), series_new(), measured_new(), NULL };
    if (!set->steps || !set->means || !set->epochs || !set->measured) {
        free_sets(set);
        return error_set(e, ERROR_MEMORY, "no memory for the curves of a run");
    }
    set->before = f->now;
    f->health = (struct health){ .step = 0 };
    f->now = set;
    f->taken = 0;
    return true;
}

struct metrics_follow *metrics_follow_open(const char *path, struct error *e)
{
    struct metrics_follow *f = memory_new(1, sizeof *f, e);

    if (f && begin(f, e)) {
        text_copy(f->path, sizeof f->path, path);
        return f;
    }
    free(f);
    return NULL;
}

void metrics_follow_turn(struct metrics_follow *f, const char *path)
{
    text_copy(f->path, sizeof f->path, path);
    f->device = 0;
    f->inode = 0;
}

void metrics_follow_close(struct metrics_follow *f)
{
    if (!f)
        return;
    free_sets(f->now);
    free(f);
}

static double end_of(const struct series *s)
{
    size_t length = series_length(s);

    return length > 0 ? series_at(s, length - 1).position : -1;
}

/* Behind a place in the file there is only what comes later in the run; else the run went back to a checkpoint. */
static bool goes_on(const struct metrics_follow *f, const struct metrics_curves *more)
{
    return (more->n_steps == 0 || more->steps[0].position > end_of(f->now->steps)) &&
           (more->n_epochs == 0 || more->train[0].position > end_of(f->now->means));
}

static bool append(struct metrics_follow *f, const struct metrics_curves *more, struct error *e)
{
    bool good = true;

    for (size_t i = 0; good && i < more->n_steps; i++)
        good = series_append(f->now->steps, more->steps[i]);
    for (size_t i = 0; good && i < more->n_epochs; i++)
        good = series_append(f->now->means, more->train[i]) &&
               (isnan(more->valid[i].loss) || series_append(f->now->epochs, more->valid[i]));
    for (size_t i = 0; good && i < more->n_loads; i++)
        good = measured_add_load(f->now->measured, &more->loads[i]);
    for (size_t i = 0; good && i < more->n_looks; i++)
        good = measured_add_look(f->now->measured, &more->looks[i]);
    return good || error_set(e, ERROR_MEMORY, "no memory for the curves of a run");
}

static bool read_from(struct metrics_follow *f, off_t from, const atomic_bool *stopped, bool *came, struct error *e)
{
    struct metrics_curves more;
    off_t read = 0;

    if (!metrics_read_on(f->path, from, stopped, &more, &read, e))
        return false;
    bool good = goes_on(f, &more) || error_set(e, ERROR_INPUT, "%s went back to an earlier step", f->path);

    if (good) {
        f->taken = from + read;
        *came = *came || read > 0;
        good = append(f, &more, e);
        if (more.n_looks > 0)
            f->health = more.looks[more.n_looks - 1];
    }
    metrics_read_free(&more);
    return good;
}

/* Of a file that is not the one of before, or no longer goes on where that was read. */
static bool read_anew(struct metrics_follow *f, const atomic_bool *stopped, bool *came, struct error *e)
{
    if (f->taken > 0) {
        if (!begin(f, e))
            return false;
        f->begun_anew++;
        *came = true;
    }
    return read_from(f, 0, stopped, came, e);
}

bool metrics_follow_look(struct metrics_follow *f, const atomic_bool *stopped, bool *came, struct error *e)
{
    struct stat status;

    *came = false;
    if (stat(f->path, &status) != 0)
        return error_set_errno(e, "cannot read %s", f->path);
    if (!S_ISREG(status.st_mode))
        return error_set(e, ERROR_INPUT, "%s is not a file", f->path);

    bool same = status.st_ino == f->inode && status.st_dev == f->device && status.st_size >= f->taken;

    if (same && status.st_size == f->taken)
        return true;
    f->inode = status.st_ino;
    f->device = status.st_dev;
    return (same && read_from(f, f->taken, stopped, came, e)) || read_anew(f, stopped, came, e);
}

struct run_curves metrics_follow_curves(const struct metrics_follow *f)
{
    return (struct run_curves){ f->now->steps, f->now->means, f->now->epochs, f->now->measured, f->begun_anew };
}

const struct health *metrics_follow_health(const struct metrics_follow *f)
{
    return &f->health;
}
