/* The charts as they are looked at: the curves of which runs, which part of them, along which axis, and how smooth.
 * What they show is fitted to the data when points come and when the user changes something; drawing changes
 * nothing. */
#ifndef TUI_CHARTS_H
#define TUI_CHARTS_H

#include "plot/columns.h"
#include "plot/scale.h"
#include "run/measured.h"
#include "tui/state/curves_reader.h"
#include "tui/state/layout.h"
#include "tui/state/smoothing.h"

struct exporting;
struct recipe;

/* The runs whose curves can be shown together, from the front to the back. */
enum charts_run {
    CHARTS_NOW,    /* the one that goes on, or was the last */
    CHARTS_PINNED, /* chosen from the runs' folder */
    CHARTS_BEFORE, /* the one before it in this workbench */
    CHARTS_RUNS
};

struct charts {
    struct curves runs[CHARTS_RUNS]; /* one without a name is not shown */
    unsigned number;                 /* of the run, as live.h counts them */
    unsigned begun_anew;             /* as in struct run_curves */
    size_t loads, looks;             /* of the run, that were taken */
    int epochs;                      /* that the run is going to have */
    bool over;                       /* it is */
    bool without_before;             /* the user does not want to see the run before */
    struct curves_reader *reader;    /* of the run that is going to be the pinned one; NULL: none */
    struct exporting *exporting; /* writes charts as files; NULL: nobody does */

    enum chart_position first;       /* the uppermost chart; the others follow in their order */
    enum axis axis;
    enum smoothing smoothing;
    bool logarithmic;                /* charts that can be are */
    bool zoomed;                     /* the window is the user's and holds still */
    bool pointing;                   /* there is a cursor */
    double cursor;                   /* where, on the axis */

    int points, cells, ticks;        /* a chart's columns of dots and of cells, and ticks up; 0: not known yet */
    struct window whole, window;     /* what is shown without zoom; what is shown */
    struct scale scales[CHART_COUNT]; /* of those that are shown */
};

void charts_free(struct charts *c); /* the curves of all runs, and those that are being read */

/* A new run of a recipe: the one so far becomes the one before. */
void charts_begin(struct charts *c, unsigned number, const char *name, const struct recipe *recipe);
/* The same run from its beginning: what was there before no longer holds. */
void charts_again(struct charts *c);
/* Takes what came of the run; true when there was something. */
bool charts_follow(struct charts *c, const struct series *const series[CURVE_COUNT], bool over);

/* Takes what was measured of the run since the last call; true when there was something. */
bool charts_take_measured(struct charts *c, const struct measured *measured);

/* How large charts are drawn; `rows` and `cells` of the plot, and columns of dots. */
void charts_resize(struct charts *c, int rows, int cells, int points);

/* Begins to read a run's curves, which are to be pinned; or takes them away when they are there or are being read. The
 * run before is shown or not. `read` is called on another thread when there is something for charts_take_read(). False
 * with an error. */
bool charts_toggle(struct charts *c, const char *folder, void (*read)(void *context), void *context, struct error *e);
void charts_stop_reading(struct charts *c);

/* Takes the curves that are being read, for which it waits at most so many seconds, as those of the pinned run or,
 * where there is no other, of the one in front, which is over. True when that is done; e has a kind when they cannot
 * be read. */
bool charts_take_read(struct charts *c, enum charts_run place, double seconds, struct error *e);

void charts_next(struct charts *c, int by); /* another chart becomes the uppermost */
void charts_next_axis(struct charts *c);
void charts_next_smoothing(struct charts *c);
void charts_toggle_logarithmic(struct charts *c);
void charts_zoom(struct charts *c, double times); /* around the cursor, else the middle */
void charts_pan(struct charts *c, double share);  /* of the window */
void charts_show_all(struct charts *c);
void charts_move_cursor(struct charts *c, int cells); /* from the end of the curves when there was none */
void charts_point_at(struct charts *c, int cell);     /* of the plot */
void charts_hide_cursor(struct charts *c);

bool charts_shows(const struct charts *c, enum charts_run run);
enum chart_position charts_kind(const struct charts *c, int place); /* of the chart at a place, 0 is the uppermost */
/* The scale of a kind is logarithmic. */
bool charts_logarithmic(const struct charts *c, enum chart_position kind);

/* A line as it is drawn, in as many columns as charts_resize() said. `raw`: as it was measured, without smoothing. */
void charts_columns(const struct charts *c, enum charts_run run, enum chart_position kind, int line, bool raw,
                    struct columns *out);
int charts_cursor_point(const struct charts *c); /* the cursor's column of dots; -1: none, or out of sight */

#endif
