/* Which runs the view of all runs shows, in which order, and how their rows look. */
#ifndef TUI_RUNS_ROWS_H
#define TUI_RUNS_ROWS_H

#include "nn/recipe/recipe_differences.h"
#include "run/run_order.h"
#include "run/run_table.h"
#include "tui/draw/canvas.h"
#include "tui/state/past_runs.h"

enum { RUNS_MARKED_MOST = RECIPE_DIFFERENCES_MOST };

struct runs_rows {
    const struct run_entry **shown; /* those that fit the filter, in their order */
    int count;
    enum run_order order;
    char filter[512];
    char selected[PATH_SIZE];                  /* folder */
    int row;                                   /* where it is; where it is not shown, the row that was its */
    char marked[RUNS_MARKED_MOST][PATH_SIZE];  /* folders */
    int n_marked;
    struct run_table table; /* for so many columns */
    int columns;
    unsigned version; /* of the runs that `shown` is made of */
};

/* Call it after each change of the runs, the order, the filter or the width: rows are only valid then. */
void runs_rows_make(struct runs_rows *r, const struct past_runs *runs, int columns);
void runs_rows_free(struct runs_rows *r);
void runs_rows_resize(struct runs_rows *r, int columns); /* only the width */

int runs_rows_selected(const struct runs_rows *r);
const struct run_entry *runs_rows_entry(const struct runs_rows *r); /* the selected one; NULL: none is shown */
void runs_rows_select(struct runs_rows *r, int row);

bool runs_rows_is_marked(const struct runs_rows *r, const char *folder);
bool runs_rows_mark(struct runs_rows *r, const char *folder); /* or no longer; false: too many are */

/* A row of the canvas each: the headings, and a run. */
void runs_rows_draw_headings(const struct runs_rows *r, struct canvas *c, int row);
void runs_rows_draw(const struct runs_rows *r, struct canvas *c, int row, int position);

#endif
