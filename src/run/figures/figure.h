/* What can be drawn of one run or of several: a row for each of CHARTS (run/chart_kinds.h), and charts of other forms.
 * Files, reports, the screen's form, --help and the manual know them from here. */
#ifndef RUN_FIGURES_FIGURE_H
#define RUN_FIGURES_FIGURE_H

#include "plot/axis.h"
#include "plot/picture.h"
#include "run/chart_kinds.h"
#include "run/figures/run_data.h"

/* Position, name: beside those of CHARTS. */
#define FIGURES(X) \
    X(STEP_TIME, step_time) \
    X(LAYER_TIME, layer_time) \
    X(DEVICE_LOAD, device_load) \
    X(HEALTH, health)

#define FIGURE_POSITION(position, name) FIGURE_##position,
enum figure_position { CHARTS(FIGURE_POSITION) FIGURES(FIGURE_POSITION) FIGURE_COUNT };
#undef FIGURE_POSITION

struct figure_wish {
    enum axis axis;   /* of curves */
    bool logarithmic; /* of curves, where that makes sense */
};

struct run_set {
    int count; /* 1..RUNS_DRAWN_MAX */
    const struct run_data *runs;
};

enum { FIGURE_BLOCKS_MAX = 2 + RUNS_DRAWN_MAX * CHART_LINES_MAX };

/* One that is drawn: the picture's contents are in blocks of memory. figure_free() it. */
struct figure {
    struct picture picture;
    int n_blocks;
    void *blocks[FIGURE_BLOCKS_MAX];
};

struct figure_class {
    const char *name, *help;               /* "step-time"; what is in it, in one line. Of curves, those of their kind */
    const struct chart_kind *curves;       /* of those that are curves; else NULL */
    bool (*has)(const struct run_data *d); /* is there anything to draw? NULL: always */
    bool (*make)(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                 struct figure *out, struct error *e);
};

extern const struct figure_class *const figures[FIGURE_COUNT];
extern const struct figure_class figure_step_time, figure_layer_time, figure_device_load, figure_health;

const char *figure_name(enum figure_position position); /* "loss": the file is loss.png */
const char *figure_help(enum figure_position position);

/* At least one of the runs has it. */
bool figure_is_there(enum figure_position position, const struct run_set *set);

bool figure_make(enum figure_position position, const struct run_set *set, const struct figure_wish *wish,
                 struct figure *out, struct error *e);
void figure_free(struct figure *f);

/* For those who make one. Zeroed memory that goes with it; NULL with an error. */
void *figure_memory(struct figure *f, size_t count, size_t size, struct error *e);

/* Title, subtitle and footer: what runs these are. */
struct chart_texts;
void figure_describe(const struct run_set *set, struct chart_texts *out);

bool figure_make_curves(const struct figure_class *class, const struct run_set *set, const struct figure_wish *wish,
                        struct figure *out, struct error *e);

#endif
