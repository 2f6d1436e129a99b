#include "tui/state/charts.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/path.h"
#include "nn/recipe/recipe.h"
#include "tui/state/exporting.h"

static const double least_seconds = 30;
static const double share_wanted = 0.5, share_held = 0.4; /* of the height, that curves fill */

void charts_free(struct charts *c)
{
    charts_stop_reading(c);
    exporting_close(c->exporting);
    for (int run = 0; run < CHARTS_RUNS; run++)
        curves_free(&c->runs[run]);
}

bool charts_shows(const struct charts *c, enum charts_run run)
{
    return c->runs[run].name[0] != '\0' && !(run == CHARTS_BEFORE && c->without_before);
}

enum chart_position charts_kind(const struct charts *c, int place)
{
    return (enum chart_position)(((int)c->first + place) % CHART_COUNT);
}

bool charts_logarithmic(const struct charts *c, enum chart_position kind)
{
    return chart_kinds[kind]->powers || (c->logarithmic && !chart_kinds[kind]->linear);
}

/* All that could be shown: to the end of the run while it goes on, then to the end of what there is. */
static struct window all_of(const struct charts *c)
{
    const struct curves *now = &c->runs[CHARTS_NOW];
    double end = curves_end(now, c->axis);

    if (!c->over && now->name[0] != '\0') {
        double planned = c->axis == AXIS_EPOCH  ? c->epochs
                         : c->axis == AXIS_STEP ? c->epochs * now->steps_an_epoch
                                                : 0;

        return (struct window){ 0, fmax(planned, end) };
    }
    for (int run = 0; run < CHARTS_RUNS; run++)
        if (charts_shows(c, (enum charts_run)run))
            end = fmax(end, curves_end(&c->runs[run], c->axis));
    return (struct window){ 0, end > 0 ? end : 1 };
}

/* A cell is not narrower than a step, and the width is that of some seconds, so that it lasts for these. */
static double least_width(const struct charts *c)
{
    const struct curves *now = &c->runs[CHARTS_NOW];
    double steps = curves_end(now, AXIS_STEP), seconds = curves_end(now, AXIS_TIME), end = curves_end(now, c->axis);
    double of_steps = steps > 0 ? c->cells * end / steps : 0;
    double of_seconds = seconds > 0 ? least_seconds * end / seconds : 0;

    return c->axis == AXIS_TIME ? least_seconds : fmax(of_steps, of_seconds);
}

static struct window fitted(const struct charts *c)
{
    struct window all = all_of(c);
    double data = curves_end(&c->runs[CHARTS_NOW], c->axis);

    if (c->over || c->runs[CHARTS_NOW].name[0] == '\0')
        return all;
    return window_hold(c->whole, window_fit(data, least_width(c), c->axis == AXIS_TIME ? 0 : all.high), data);
}

void charts_columns(const struct charts *c, enum charts_run run, enum chart_position kind, int line, bool raw,
                    struct columns *out)
{
    columns_fill(out, c->points, &c->runs[run].lines[kind][line], c->axis, c->window);
    if (!raw && chart_kinds[kind]->lines[line].style == STYLE_NOISY)
        smoothing_apply(c->smoothing, out);
}

static void fit_scale(struct charts *c, enum chart_position kind, double share)
{
    const struct chart_kind *k = chart_kinds[kind];
    struct scale_wish wish = { .low = INFINITY, .high = -INFINITY, .floor = k->low * k->factor,
                               .ceiling = k->high * k->factor, .ticks = c->ticks,
                               .share = share, .logarithmic = charts_logarithmic(c, kind) };

    for (int run = 0; run < CHARTS_RUNS; run++)
        for (int line = 0; charts_shows(c, (enum charts_run)run) && line < k->n_lines; line++) {
            struct columns columns;

            charts_columns(c, (enum charts_run)run, kind, line, true, &columns);
            columns_range(&columns, c->window.low <= 0, wish.logarithmic, &wish.low, &wish.high);
        }
    if (k->from_zero && !wish.logarithmic && wish.low > 0 && wish.low <= wish.high)
        wish.low = 0;
    scale_hold(&c->scales[kind], &wish);
}

/* The scales of what is shown. Bounds are held while points come, not when the user changes something. Another window
 * is drawn anew in any case: then the scales may be, too. */
static void fit(struct charts *c, bool anew)
{
    struct window before = c->window;
    bool same;

    if (c->points == 0)
        return;
    if (anew)
        c->whole = (struct window){ 0 };
    c->whole = fitted(c);
    if (!c->zoomed)
        c->window = c->whole;
    same = c->window.low == before.low && c->window.high == before.high;
    for (int i = 0; i < CHARTS_TOGETHER; i++) {
        enum chart_position kind = charts_kind(c, i);

        if (anew)
            c->scales[kind] = (struct scale){ 0 };
        fit_scale(c, kind, same ? share_held : share_wanted);
    }
}

/* A run that made no step takes no other's place. */
void charts_begin(struct charts *c, unsigned number, const char *name, const struct recipe *recipe)
{
    if (curves_end(&c->runs[CHARTS_NOW], AXIS_EPOCH) > 0) {
        curves_free(&c->runs[CHARTS_BEFORE]);
        c->runs[CHARTS_BEFORE] = c->runs[CHARTS_NOW];
        c->runs[CHARTS_NOW] = (struct curves){ 0 };
    }
    curves_begin(&c->runs[CHARTS_NOW], name, recipe->data.validation > 0);
    c->epochs = recipe->training.epochs;
    c->over = c->zoomed = c->pointing = false;
    c->number = number;
    c->loads = c->looks = 0;
    fit(c, true);
}

void charts_again(struct charts *c)
{
    struct curves *now = &c->runs[CHARTS_NOW];
    char name[sizeof now->name];

    memcpy(name, now->name, sizeof name);
    curves_begin(now, name, now->held_out);
    c->loads = c->looks = 0;
    fit(c, true);
}

bool charts_follow(struct charts *c, const struct series *const series[CURVE_COUNT], bool over)
{
    bool came = curves_follow(&c->runs[CHARTS_NOW], series), ended = over && !c->over;

    c->over = over;
    if (came || ended)
        fit(c, ended);
    return came || ended;
}

bool charts_take_measured(struct charts *c, const struct measured *measured)
{
    const size_t before = c->loads + c->looks;
    struct load_point load;
    struct health look;

    for (; measured_load(measured, c->loads, &load); c->loads++)
        curves_take_load(&c->runs[CHARTS_NOW], &load);
    for (; measured_look(measured, c->looks, &look); c->looks++)
        curves_take_look(&c->runs[CHARTS_NOW], &look);
    if (c->loads + c->looks > before)
        fit(c, false);
    return c->loads + c->looks > before;
}

void charts_resize(struct charts *c, int rows, int cells, int points)
{
    enum { ROWS_A_TICK = 2, TICKS_LEAST = 3, TICKS_MOST = 8 };
    int ticks = int_clamp(rows / ROWS_A_TICK + 1, TICKS_LEAST, TICKS_MOST);

    if (points == c->points && cells == c->cells && ticks == c->ticks)
        return;
    c->cells = cells;
    c->points = int_clamp(points, 1, COLUMNS_MAX);
    c->ticks = ticks;
    fit(c, true);
}

static bool is_run(const struct charts *c, enum charts_run run, const char *folder)
{
    return strcmp(c->runs[run].name, path_name(folder)) == 0;
}

void charts_stop_reading(struct charts *c)
{
    curves_reader_stop(c->reader);
    c->reader = NULL;
}

/* Another run that is being read is no longer wanted. */
static bool begin_to_read(struct charts *c, const char *folder, void (*read)(void *context), void *context,
                          struct error *e)
{
    bool stopped = c->reader && strcmp(curves_reader_name(c->reader), path_name(folder)) == 0;

    charts_stop_reading(c);
    if (!stopped)
        c->reader = curves_reader_start(folder, read, context, e);
    return stopped || c->reader;
}

bool charts_take_read(struct charts *c, enum charts_run place, double seconds, struct error *e)
{
    if (!c->reader || !curves_reader_take(c->reader, seconds, &c->runs[place], e))
        return false;
    c->over |= place == CHARTS_NOW;
    charts_stop_reading(c);
    fit(c, true);
    return true;
}

bool charts_toggle(struct charts *c, const char *folder, void (*read)(void *context), void *context, struct error *e)
{
    if (is_run(c, CHARTS_NOW, folder))
        return error_set(e, ERROR_USAGE, "the curves of %s are those in front already", path_name(folder));
    if (is_run(c, CHARTS_BEFORE, folder))
        c->without_before = !c->without_before;
    else if (is_run(c, CHARTS_PINNED, folder))
        curves_free(&c->runs[CHARTS_PINNED]);
    else
        return begin_to_read(c, folder, read, context, e);
    fit(c, true);
    return true;
}

void charts_next(struct charts *c, int by)
{
    c->first = (enum chart_position)(((int)c->first + by + CHART_COUNT) % CHART_COUNT);
    fit(c, true);
}

/* The same place on another axis: that of the nearest step. */
static double translated(const struct charts *c, double at, enum axis from, enum axis to)
{
    const struct trace *steps = &c->runs[CHARTS_NOW].lines[CHART_LOSS][0];
    size_t i = trace_find(steps, from, at);

    return steps->count == 0 ? 0 : steps->points[i < steps->count ? i : steps->count - 1].x[to];
}

void charts_next_axis(struct charts *c)
{
    enum axis next = (enum axis)((c->axis + 1) % AXIS_COUNT);

    c->cursor = translated(c, c->cursor, c->axis, next);
    c->window.low = c->window.low > 0 ? translated(c, c->window.low, c->axis, next) : 0;
    c->window.high = translated(c, c->window.high, c->axis, next);
    c->zoomed = c->zoomed && c->window.low < c->window.high;
    c->axis = next;
    fit(c, true);
}

void charts_next_smoothing(struct charts *c)
{
    c->smoothing = smoothing_next(c->smoothing);
}

void charts_toggle_logarithmic(struct charts *c)
{
    c->logarithmic = !c->logarithmic;
    fit(c, true);
}

static void show(struct charts *c, struct window w)
{
    struct window all = c->whole;

    c->window = w;
    c->zoomed = w.low > all.low || w.high < all.high;
    fit(c, true);
}

void charts_zoom(struct charts *c, double times)
{
    const double parts = 1000; /* of what is fitted: no closer */
    struct window all = c->whole;
    double middle = (c->window.low + c->window.high) / 2;
    bool seen = c->pointing && window_holds(c->window, c->cursor);

    show(c, window_zoom(c->window, all, seen ? c->cursor : middle, times, (all.high - all.low) / parts));
}

void charts_pan(struct charts *c, double share)
{
    show(c, window_pan(c->window, c->whole, share));
}

void charts_show_all(struct charts *c)
{
    c->zoomed = false;
    fit(c, true);
}

/* Zoomed in, the window follows the cursor. */
static void follow_cursor(struct charts *c)
{
    const double margin = 0.25;
    double at = window_fraction(c->window, c->cursor);

    if (c->zoomed && (at < 0 || at > 1))
        charts_pan(c, at < 0 ? at - margin : at - 1 + margin);
}

void charts_move_cursor(struct charts *c, int cells)
{
    double cell = (c->window.high - c->window.low) / int_max(c->cells, 1);
    double end = charts_shows(c, CHARTS_NOW) ? curves_end(&c->runs[CHARTS_NOW], c->axis) : c->whole.high;

    c->cursor = c->pointing ? fmin(fmax(c->cursor + cells * cell, 0), end) : fmin(end, c->window.high);
    c->pointing = true;
    follow_cursor(c);
}

void charts_point_at(struct charts *c, int cell)
{
    c->cursor = c->window.low + (cell + 0.5) * (c->window.high - c->window.low) / int_max(c->cells, 1);
    c->pointing = true;
}

void charts_hide_cursor(struct charts *c)
{
    c->pointing = false;
}

int charts_cursor_point(const struct charts *c)
{
    return c->pointing && window_holds(c->window, c->cursor) ? columns_at(c->points, c->window, c->cursor) : -1;
}
