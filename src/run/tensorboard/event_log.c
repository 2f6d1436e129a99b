#include "run/tensorboard/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "run/tensorboard/event_files.h"
#include "run/tensorboard/event_scalars.h"

struct event_log {
    const struct trainer *trainer;
    struct event_progress written;
    int descriptor; /* -1: there is no file yet */
    off_t size;     /* of the file, all of whole records */
    struct event_records records;
    char folder[PATH_SIZE], path[PATH_SIZE];
};

struct event_log *event_log_new(const char *folder, const struct trainer *trainer, struct event_progress before,
                                struct error *e)
{
    struct event_log *l = memory_new(1, sizeof *l, e);

    if (!l)
        return NULL;
    l->trainer = trainer;
    l->descriptor = -1;
    l->written = before;
    text_copy(l->folder, sizeof l->folder, folder);
    return l;
}

void event_log_free(struct event_log *l)
{
    if (!l)
        return;
    if (l->descriptor >= 0)
        close(l->descriptor);
    event_records_free(&l->records);
    free(l);
}

static uint64_t last_step(const struct event_log *l, size_t points)
{
    return points > 0 ? series_at(trainer_steps(l->trainer), points - 1).step : 0;
}

static bool open_file(struct event_log *l, struct error *e)
{
    if (l->descriptor >= 0)
        return true;
    if (!event_files_live(l->path, l->folder, e) ||
        (l->written.goes_on && !event_files_take_back(l->folder, last_step(l, l->written.steps), e)))
        return false;
    l->descriptor = open(l->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    return l->descriptor >= 0 || error_set_errno(e, "cannot write %s", l->path);
}

static bool introduce(struct event_log *l, struct error *e)
{
    const double now = clock_now();
    const struct event_time goes_on = { now, last_step(l, l->written.steps) + 1 };

    return event_records_begin(&l->records, (struct event_time){ now, 0 }, e) &&
           (!l->written.goes_on || event_records_go_on(&l->records, goes_on, e));
}

/* The file ends with a whole record, also when the disk is full. */
static bool write_records(struct event_log *l, struct error *e)
{
    if (file_write(l->descriptor, l->records.bytes, l->records.size)) {
        l->size += (off_t)l->records.size;
        return true;
    }
    error_set(e, ERROR_IO, "cannot write %s: %s", l->path, file_reason());
    if (ftruncate(l->descriptor, l->size) != 0)
        error_set_errno(e, "cannot take a half-written record out of %s", l->path);
    return false;
}

/* When the run would have begun without pauses, so that its newest point is of now. */
static double began(const struct event_log *l, const struct event_progress *there)
{
    double seconds = 0;

    if (there->steps > 0)
        seconds = series_at(trainer_steps(l->trainer), there->steps - 1).seconds;
    return clock_now() - seconds;
}

static bool add_epochs(struct event_log *l, const struct event_progress *there, double start, struct error *e)
{
    const struct point any = series_at(trainer_steps(l->trainer), there->steps - 1);
    const struct series *validations = trainer_epochs(l->trainer);
    bool added = true;

    for (size_t i = l->written.epochs; added && i < there->epochs; i++) {
        struct point train = series_at(trainer_means(l->trainer), i), valid;
        bool validated = i < series_length(validations);

        if (validated)
            valid = series_at(validations, i);
        added = event_scalars_epoch(&l->records, start, &train, validated ? &valid : NULL, &any, e);
    }
    return added;
}

static bool add_new(struct event_log *l, const struct event_progress *there, const struct health *health,
                    struct error *e)
{
    const double start = began(l, there);
    bool added = l->size > 0 || introduce(l, e);

    for (size_t i = l->written.steps; added && i < there->steps; i++) {
        const struct point p = series_at(trainer_steps(l->trainer), i);

        added = event_scalars_step(&l->records, start, &p, e);
    }
    if (added && there->steps > 0)
        added = add_epochs(l, there, start, e);
    if (added && health->step != l->written.looked)
        added = event_scalars_health(&l->records, start, health, trainer_recipe(l->trainer), e);
    return added;
}

bool event_log_append(struct event_log *l, size_t epochs, struct error *e)
{
    struct health health;

    trainer_health(l->trainer, &health);

    const struct event_progress there = { .goes_on = l->written.goes_on,
                                          .epochs = epochs,
                                          .steps = series_length(trainer_steps(l->trainer)),
                                          .looked = health.step };

    if (there.steps == l->written.steps && there.epochs == l->written.epochs && there.looked == l->written.looked)
        return true;

    bool written = open_file(l, e) && add_new(l, &there, &health, e) && write_records(l, e);

    event_records_free(&l->records);
    if (written)
        l->written = there;
    return written;
}
