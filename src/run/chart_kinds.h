/* The kinds of chart of a run's curves: what each draws, its axis, its lines and its legend. The PNG files
 * (run/figures) and the charts on the screen are made from this table, and a test compares the manual with it. */
#ifndef RUN_CHART_KINDS_H
#define RUN_CHART_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/train/health.h"
#include "nn/train/series.h"
#include "run/load_point.h"
#include "run/summary.h"

/* The curves that a run has. */
enum run_curve {
    CURVE_STEPS,      /* each training step */
    CURVE_VALIDATION, /* each validation */
    CURVE_COUNT,
    /* Measured now and then, and no series: */
    CURVE_LOADS = CURVE_COUNT, /* what it asks of its device */
    CURVE_LOOKS                /* steps whose health was looked at */
};

enum chart_style {
    STYLE_LINE,  /* as it is */
    STYLE_NOISY, /* many noisy points: a smoothed line over a light one through every point */
    STYLE_MARKS  /* few points: a line with a mark on each */
};

enum { CHART_LINES_MAX = 4 };

struct chart_line {
    const char *name;  /* in the legend: "training" */
    const char *brief; /* where there is little room: "train" */
    enum run_curve curve; /* of validations, their names are those for images that were held out */
    enum chart_style style;
};

/* Which values are the good ones. */
enum chart_better { BETTER_NONE, BETTER_LOWER, BETTER_HIGHER };

struct chart_kind {
    const char *name;    /* "loss": the file is loss.png */
    const char *label;   /* of the axis, with the unit: "accuracy (%)" */
    double factor;       /* from values to the axis's unit: 100 from a fraction to percent */
    double low, high;    /* which values there can be; when equal, any */
    bool from_zero;      /* the axis begins at 0: heights are compared */
    enum chart_better better;
    bool always;         /* every training step has a value: one that is no number is worth a word */
    bool linear;         /* a logarithmic axis would make no sense */
    bool powers;         /* no other axis would */
    bool partial;        /* a line without a value is not told of */
    int n_lines;
    struct chart_line lines[CHART_LINES_MAX]; /* in the order of the colours */
    float (*value)(const struct point *p); /* NULL: of points that are none of a series, one of the next two */
    double (*load)(const struct load_point *p, int line); /* NaN: unknown, and so below */
    double (*look)(const struct health *h, int line);
    /* Appends the result of the run, " · test loss 0.0312", or nothing while it is unknown. NULL: there is no result
     * to tell. */
    void (*outcome)(const struct summary *s, char *to, size_t size);
};

/* The kinds, in the order in which they are listed. */
#define CHARTS(X) \
    X(LOSS, loss) \
    X(ACCURACY, accuracy) \
    X(LEARNING_RATE, learning_rate) \
    X(THROUGHPUT, throughput)

/* Those of the screen alone: in files they have another form (run/figures). */
#define SCREEN_CHARTS(X) \
    X(DEVICE_LOAD, device_load) \
    X(GRADIENTS, gradients)

#define CHART_POSITION(position, name) CHART_##position,
enum chart_position { CHARTS(CHART_POSITION) SCREEN_CHARTS(CHART_POSITION) CHART_COUNT };
#undef CHART_POSITION

/* The names of a line in a run whose validations are on images that were held out, or on the test images. */
const char *chart_line_name(const struct chart_line *line, bool held_out);
const char *chart_line_brief(const struct chart_line *line, bool held_out);

#define CHART_DECLARATION(position, name) extern const struct chart_kind chart_##name;
CHARTS(CHART_DECLARATION)
SCREEN_CHARTS(CHART_DECLARATION)
#undef CHART_DECLARATION

/* Begins the definition of a kind: `CHART_KIND(loss) = { … };`. A kind without a row above does not compile. */
#define CHART_KIND(name) \
    _Static_assert(sizeof chart_##name > 0, "chart_" #name " has no row in CHARTS, run/chart_kinds.h"); \
    const struct chart_kind chart_##name

extern const struct chart_kind *const chart_kinds[CHART_COUNT];

#endif
