#include "run/metrics_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "nn/train/step_group.h"
#include "run/health_json.h"
#include "run/metrics_scan.h"

/* A growing array of points. */
struct points {
    size_t count, room;
    struct point *at;
};

/* Memory for one element more; NULL with an error, and what there was stays. */
static void *grow(void *at, size_t count, size_t *room, size_t size, struct error *e)
{
    size_t more = *room ? *room * 2 : 1024;
    void *grown = count < *room ? at : realloc(at, more * size);

    if (!grown)
        error_set(e, ERROR_MEMORY, "no memory for %zu points", more);
    else if (count == *room)
        *room = more;
    return grown;
}

static bool points_add(struct points *p, struct point point, struct error *e)
{
    struct point *at = grow(p->at, p->count, &p->room, sizeof *at, e);

    if (!at)
        return false;
    p->at = at;
    p->at[p->count++] = point;
    return true;
}

struct loads {
    size_t count, room;
    struct load_point *at;
};

/* A run has hundreds; a file that has more of them than that is not allowed more memory. */
enum { LOOKS_MOST = 2048 };

struct looks {
    size_t count, room;
    struct health *at;
};

/* Every second one makes room. */
static void thin(struct looks *l)
{
    for (size_t i = 1; i < l->count / 2; i++)
        l->at[i] = l->at[2 * i];
    l->count /= 2;
}

static bool looks_add(struct looks *l, const struct health *h, struct error *e)
{
    if (l->count == LOOKS_MOST)
        thin(l);

    struct health *at = grow(l->at, l->count, &l->room, sizeof *at, e);

    if (!at)
        return false;
    l->at = at;
    l->at[l->count++] = *h;
    return true;
}

struct reading {
    bool introduced;
    struct summary run;
    struct points steps, train, valid;
    struct loads loads;
    struct looks looks;
    uint64_t last_step, last_epoch; /* what comes behind these is not read, */
    bool whole_groups;              /* nor the steps at the end that were too few for a point */
    bool past;                      /* there was such a line */
};

/* A number, or NaN for null and for a key that is missing. */
static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static struct point read_point(const json_t *object, const char *loss, const char *accuracy)
{
    return (struct point){
        .position = number(object, "epoch"),
        .loss = (float)number(object, loss),
        .accuracy = (float)number(object, accuracy),
        .learning_rate = (float)number(object, "learning_rate"),
        .seconds = number(object, "seconds"),
        .images_per_second = (float)number(object, "images_per_second"),
        .steps = 1,
    };
}

static bool take_run(struct reading *r, const json_t *object, struct error *e)
{
    return r->introduced = summary_from_json(&r->run, object, e);
}

static bool has_epoch(const json_t *object, struct error *e)
{
    return json_is_number(json_object_get(object, "epoch")) ||
           error_set(e, ERROR_INPUT, "not a line of metrics: it has no number \"epoch\"");
}

static bool is_between(double number, double least, double most)
{
    return number >= least && number <= most;
}

/* `step`, `steps`: as the line says, which may be nonsense. */
static bool add_step(struct reading *r, double step, double steps, struct point point, struct error *e)
{
    const double exact = 0x1p53;
    uint64_t before = r->steps.count > 0 ? r->steps.at[r->steps.count - 1].step : 0;

    point.steps = is_between(steps, 1, UINT32_MAX) ? (uint32_t)steps : 1;
    point.step = is_between(step, 1, exact) ? (uint64_t)step : before + point.steps;
    r->past = step > (double)r->last_step || (r->whole_groups && point.steps < step_group_size(r->steps.count));
    return r->past || points_add(&r->steps, point, e);
}

static bool take_step(struct reading *r, const json_t *object, struct error *e)
{
    struct point point = read_point(object, "loss", "accuracy");

    point.loss_low = (float)number(object, "loss_low");
    point.loss_high = (float)number(object, "loss_high");
    point.accuracy_low = (float)number(object, "accuracy_low");
    point.accuracy_high = (float)number(object, "accuracy_high");
    return has_epoch(object, e) && add_step(r, number(object, "step"), number(object, "steps"), point, e);
}

static bool take_epoch(struct reading *r, const json_t *object, struct error *e)
{
    if ((r->past = number(object, "epoch") > (double)r->last_epoch))
        return true;
    return has_epoch(object, e) && points_add(&r->train, read_point(object, "loss", "accuracy"), e) &&
           points_add(&r->valid, read_point(object, "valid_loss", "valid_accuracy"), e);
}

static bool take_load(struct reading *r, const json_t *object, struct error *e)
{
    struct load_point *at = grow(r->loads.at, r->loads.count, &r->loads.room, sizeof *at, e);

    if (!at)
        return false;
    r->loads.at = at;
    r->loads.at[r->loads.count++] = (struct load_point){
#define LOAD_NUMBER(member, key) .member = number(object, key),
        LOAD_FIGURES(LOAD_NUMBER)
#undef LOAD_NUMBER
    };
    return true;
}

/* It stands behind the steps before it, so that those that are behind it are later ones. */
static bool take_health(struct reading *r, const json_t *object, struct error *e)
{
    struct health h;

    if (!health_json_read(object, &h, e))
        return false;
    r->past = h.step > r->last_step;
    return r->past || looks_add(&r->looks, &h, e);
}

static const struct {
    const char *name;
    bool (*take)(struct reading *r, const json_t *object, struct error *e);
} kinds[] = { { "run", take_run },   { "step", take_step },   { "epoch", take_epoch },
              { "load", take_load }, { "health", take_health } };

static bool take_object(struct reading *r, const json_t *object, struct error *e)
{
    const char *kind = json_string_value(json_object_get(object, "kind"));

    if (!kind)
        return error_set(e, ERROR_INPUT, "not a line of metrics: it has no \"kind\"");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i].name) == 0)
            return kinds[i].take(r, object, e);
    return true;
}

static bool take_line(struct reading *r, const char *line, size_t length, struct error *e)
{
    json_error_t problem;
    struct point point;
    double step, steps;

    if (metrics_scan_step(line, length, &step, &steps, &point))
        return add_step(r, step, steps, point, e);

    json_t *object = json_loadb(line, length, 0, &problem);

    if (!object)
        return error_set(e, ERROR_INPUT, "not a line of metrics: %s", problem.text);
    bool taken = take_object(r, object, e);
    json_decref(object);
    return taken;
}

static bool is_wanted(const atomic_bool *stopped, struct error *e)
{
    return !stopped || !atomic_load_explicit(stopped, memory_order_relaxed) ||
           error_set(e, ERROR_STOPPED, "nobody waits for it any more");
}

/* *whole: the bytes of the lines that were taken. */
static bool read_lines(struct reading *r, FILE *file, const char *path, const atomic_bool *stopped, off_t *whole,
                       struct error *e)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 1;
    bool good = true;

    *whole = 0;
    for (int number_of_line = 1; good && !r->past && (length = getline(&line, &room, file)) > 0; number_of_line++) {
        /* It is being written, or was cut off when the job ended. */
        if (line[length - 1] != '\n')
            break;
        good = (is_wanted(stopped, e) && take_line(r, line, (size_t)length, e)) ||
               error_context(e, "%s:%d", path, number_of_line);
        *whole += r->past ? 0 : length;
    }
    /* No line for want of memory is no end: whoever goes on with the run cuts off what is behind the last line. */
    if (good && length < 0 && !feof(file))
        good = error_set_errno(e, "cannot read %s", path);
    free(line);
    return good;
}

/* `r` says how far. */
static bool read_up_to(struct reading r, const char *path, off_t from, const atomic_bool *stopped,
                       struct metrics_curves *out, off_t *whole, struct error *e)
{
    FILE *file = file_open_stream(path);

    *out = (struct metrics_curves){ 0 };
    if (!file)
        return error_set_errno(e, "cannot read %s", path);
    bool good = (from == 0 || fseeko(file, from, SEEK_SET) == 0 || error_set_errno(e, "cannot read %s", path)) &&
                read_lines(&r, file, path, stopped, whole, e);
    fclose(file);
    *out = (struct metrics_curves){
        .introduced = r.introduced,
        .run = r.run,
        .n_steps = r.steps.count,
        .n_epochs = r.train.count,
        .n_loads = r.loads.count,
        .steps = r.steps.at,
        .train = r.train.at,
        .valid = r.valid.at,
        .loads = r.loads.at,
        .n_looks = r.looks.count,
        .looks = r.looks.at,
    };
    if (!good)
        metrics_read_free(out);
    return good;
}

bool metrics_read_on(const char *path, off_t from, const atomic_bool *stopped, struct metrics_curves *out,
                     off_t *whole, struct error *e)
{
    const struct reading all = { .last_step = UINT64_MAX, .last_epoch = UINT64_MAX };

    return read_up_to(all, path, from, stopped, out, whole, e);
}

bool metrics_read(const char *path, const atomic_bool *stopped, struct metrics_curves *out, struct error *e)
{
    off_t whole;

    return metrics_read_on(path, 0, stopped, out, &whole, e);
}

bool metrics_read_run(const char *path, struct summary *out, struct error *e)
{
    const struct reading none = { .last_step = 0, .last_epoch = 0 };
    struct metrics_curves curves;
    off_t whole;

    if (!read_up_to(none, path, 0, NULL, &curves, &whole, e))
        return false;
    bool introduced = curves.introduced;

    *out = curves.run;
    metrics_read_free(&curves);
    return introduced || error_set(e, ERROR_INPUT, "%s does not say what run it is of", path);
}

bool metrics_read_part(const char *path, uint64_t last_step, uint64_t last_epoch, struct metrics_curves *out,
                       off_t *whole, struct error *e)
{
    const struct reading part = { .last_step = last_step, .last_epoch = last_epoch, .whole_groups = true };

    return read_up_to(part, path, 0, NULL, out, whole, e);
}

void metrics_read_free(struct metrics_curves *c)
{
    free(c->steps);
    free(c->train);
    free(c->valid);
    free(c->loads);
    free(c->looks);
    *c = (struct metrics_curves){ 0 };
}
