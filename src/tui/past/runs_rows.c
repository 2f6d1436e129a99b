#include "tui/past/runs_rows.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/text.h"

enum { MARK = 2 }; /* columns in front of a row */

void runs_rows_free(struct runs_rows *r)
{
    free(r->shown);
    r->shown = NULL;
    r->count = 0;
}

void runs_rows_resize(struct runs_rows *r, int columns)
{
    r->table = run_table_make((struct run_entry *const *)r->shown, r->count, columns > MARK ? columns - MARK : 1,
                              time(NULL));
    r->columns = columns;
}

/* Where the selected run is now. */
static int find_selected(const struct runs_rows *r)
{
    for (int i = 0; r->selected[0] && i < r->count; i++)
        if (strcmp(r->shown[i]->folder, r->selected) == 0)
            return i;
    return int_clamp(r->row, 0, r->count - 1);
}

/* Without memory nothing is shown. */
void runs_rows_make(struct runs_rows *r, const struct past_runs *runs, int columns)
{
    struct run_entry **shown = malloc((size_t)(runs->count + 1) * sizeof *shown);

    runs_rows_free(r);
    for (int i = 0; shown && i < runs->count; i++)
        if (run_order_fits(runs->entries[i], r->filter))
            shown[r->count++] = runs->entries[i];
    if (shown)
        run_order_sort(r->order, shown, r->count);
    r->shown = (const struct run_entry **)shown;
    runs_rows_resize(r, columns);
    r->version = runs->version;
    r->row = find_selected(r);
    runs_rows_select(r, r->row);
}

int runs_rows_selected(const struct runs_rows *r)
{
    return r->row;
}

const struct run_entry *runs_rows_entry(const struct runs_rows *r)
{
    return r->count > 0 ? r->shown[runs_rows_selected(r)] : NULL;
}

void runs_rows_select(struct runs_rows *r, int row)
{
    if (row < 0 || row >= r->count)
        return;
    text_copy(r->selected, sizeof r->selected, r->shown[row]->folder);
    r->row = row;
}

static int mark_of(const struct runs_rows *r, const char *folder)
{
    for (int i = 0; i < r->n_marked; i++)
        if (strcmp(r->marked[i], folder) == 0)
            return i;
    return -1;
}

bool runs_rows_is_marked(const struct runs_rows *r, const char *folder)
{
    return mark_of(r, folder) >= 0;
}

bool runs_rows_mark(struct runs_rows *r, const char *folder)
{
    int at = mark_of(r, folder);

    if (at >= 0)
        memmove(r->marked[at], r->marked[at + 1], (size_t)(--r->n_marked - at) * sizeof r->marked[0]);
    else if (r->n_marked < RUNS_MARKED_MOST)
        text_copy(r->marked[r->n_marked++], PATH_SIZE, folder);
    else
        return false;
    return true;
}

static enum role role_of(const struct run_entry *entry, enum run_column column)
{
    static const enum role states[RUN_STATE_COUNT] = {
        [RUN_TRAINS] = ROLE_TRAIN,    [RUN_CUT_OFF] = ROLE_WARN, [RUN_FINISHED] = ROLE_GOOD,
        [RUN_STOPPED] = ROLE_NORMAL, [RUN_FAILED] = ROLE_BAD,   [RUN_DAMAGED] = ROLE_BAD,
    };

    return column == RUN_COLUMN_STATE ? states[entry->state] : column == RUN_COLUMN_NOTE ? ROLE_DIM : ROLE_NORMAL;
}

/* `entry`: NULL for the headings. */
static void draw_cells(const struct runs_rows *r, struct canvas *c, int row, const struct run_entry *entry)
{
    char text[RUN_CELL_SIZE];
    int column = MARK;

    for (int i = 0; i < RUN_COLUMN_COUNT; i++) {
        enum run_column kind = (enum run_column)i;
        int width = r->table.widths[i];
        struct canvas cell = canvas_part(c, (struct rectangle){ row, column, 1, width });

        if (width == 0)
            continue;
        text_copy(text, sizeof text, run_table_heading(kind));
        if (entry)
            run_table_cell(&r->table, entry, kind, text);

        enum role role = entry ? role_of(entry, kind) : ROLE_DIM;

        if (run_table_is_right(kind))
            canvas_text_right(&cell, 0, width, role, text);
        else
            canvas_text(&cell, 0, 0, role, text);
        column += width + r->table.gap;
    }
}

void runs_rows_draw_headings(const struct runs_rows *r, struct canvas *c, int row)
{
    draw_cells(r, c, row, NULL);
}

void runs_rows_draw(const struct runs_rows *r, struct canvas *c, int row, int position)
{
    const struct run_entry *entry = r->shown[position];

    if (runs_rows_is_marked(r, entry->folder))
        canvas_text(c, row, 0, ROLE_STRONG, "*");
    draw_cells(r, c, row, entry);
    if (position == runs_rows_selected(r))
        canvas_row_role(c, row, ROLE_SELECTED);
}
