#include "run/figures/event_export.h"

#include <stdio.h>
#include <time.h>

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "run/tensorboard/event_files.h"
#include "run/tensorboard/event_scalars.h"

/* A run's first line has the minute of its start. */
static double start_of(const struct run_data *run)
{
    struct tm date = { .tm_isdst = -1 };

    return run->curves.introduced && strptime(run->curves.run.date, "%Y-%m-%d %H:%M", &date) ? (double)mktime(&date)
                                                                                              : clock_now();
}

static bool add_all(struct event_records *r, const struct run_data *run, struct error *e)
{
    const struct metrics_curves *c = &run->curves;
    const double start = start_of(run);
    bool added = event_records_begin(r, (struct event_time){ start, 0 }, e);

    for (size_t i = 0; added && i < c->n_steps; i++)
        added = event_scalars_step(r, start, &c->steps[i], e);
    for (size_t i = 0; added && c->n_steps > 0 && i < c->n_epochs; i++)
        added = event_scalars_epoch(r, start, &c->train[i], &c->valid[i], &c->steps[c->n_steps - 1], e);
    for (size_t i = 0; added && i < c->n_looks; i++)
        added = event_scalars_health(r, start, &c->looks[i], &run->recipe, e);
    return added;
}

/* Of the run's name, with a number behind it where a run from another place has that name. */
static bool choose_below(const struct run_data *run, const char *into, char out[PATH_SIZE], struct error *e)
{
    char name[sizeof run->label + 16];

    text_copy(name, sizeof name, run->label);
    for (int number = 2;; number++) {
        if (!path_join(out, into, name, e))
            return false;
        if (!event_files_of_another(out, run->folder))
            return path_make_folders(out, e);
        snprintf(name, sizeof name, "%s-%d", run->label, number);
    }
}

static bool choose_folder(const struct run_data *run, const char *into, char out[PATH_SIZE], struct error *e)
{
    char live[PATH_SIZE];

    if (into)
        return choose_below(run, into, out, e);
    event_files_find(run->folder, live);
    if (live[0] != '\0')
        return error_set(e, ERROR_INPUT, "%s has %s already, written while it trained: TensorBoard reads that; "
                                         "another one goes elsewhere with --out DIR", run->folder, live);
    return text_copy(out, PATH_SIZE, run->folder);
}

bool event_export(const struct run_data *run, const char *into, char out[PATH_SIZE], struct error *e)
{
    struct event_records records = { .bytes = NULL };
    char folder[PATH_SIZE];
    bool written = choose_folder(run, into, folder, e) && event_files_export(out, folder, into ? run->folder : "", e) &&
                   add_all(&records, run, e) && atomic_file_write(out, records.bytes, records.size, e);

    event_records_free(&records);
    return written;
}
