#include "run/run_table.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static const struct {
    const char *heading;
    int least;
    bool right;
} columns_of_runs[RUN_COLUMN_COUNT] = {
#define RUN_COLUMN(COLUMN, heading, least, right) [RUN_COLUMN_##COLUMN] = { heading, least, right },
    RUN_COLUMNS(RUN_COLUMN)
#undef RUN_COLUMN
};

const char *run_table_heading(enum run_column column)
{
    return columns_of_runs[column].heading;
}

bool run_table_is_right(enum run_column column)
{
    return columns_of_runs[column].right;
}

static void write_begun(const struct run_table *t, time_t begun, char out[RUN_CELL_SIZE])
{
    struct tm local, today;
    const char *format = "%Y-%m-%d %H:%M";

    out[0] = '\0';
    if (begun == 0 || !localtime_r(&begun, &local) || !localtime_r(&t->now, &today))
        return;
    if (t->brief)
        format = local.tm_year != today.tm_year ? "%Y-%m" : local.tm_yday != today.tm_yday ? "%m-%d" : "%H:%M";
    strftime(out, RUN_CELL_SIZE, format, &local);
}

static void write_epochs(const struct run_entry *entry, char out[RUN_CELL_SIZE])
{
    if (entry->planned > 0 && entry->planned != entry->progress.epochs)
        snprintf(out, RUN_CELL_SIZE, "%d/%d", entry->progress.epochs, entry->planned);
    else if (entry->progress.epochs > 0)
        snprintf(out, RUN_CELL_SIZE, "%d", entry->progress.epochs);
}

static void write_number(const struct run_table *t, const struct run_entry *entry, enum run_column column,
                         char out[RUN_CELL_SIZE])
{
    const struct run_progress *p = &entry->progress;

    switch (column) {
    case RUN_COLUMN_BEST:
        if (p->best_accuracy >= 0)
            snprintf(out, RUN_CELL_SIZE, "%.1f%%", 100 * p->best_accuracy);
        break;
    case RUN_COLUMN_AT:
        if (p->best_accuracy >= 0)
            snprintf(out, RUN_CELL_SIZE, "%d", p->best_epoch);
        break;
    case RUN_COLUMN_EPOCHS:
        write_epochs(entry, out);
        break;
    case RUN_COLUMN_BEGUN:
        write_begun(t, entry->begun, out);
        break;
    default:
        if (p->seconds >= 0)
            text_duration(out, RUN_CELL_SIZE, p->seconds);
        break;
    }
}

static const char *text_of(const struct run_entry *entry, enum run_column column)
{
    switch (column) {
    case RUN_COLUMN_NAME: return path_name(entry->folder);
    case RUN_COLUMN_STATE: return run_state_word(entry->state);
    case RUN_COLUMN_DATASET: return path_name(entry->summary.dataset);
    case RUN_COLUMN_RECIPE: return entry->summary.name;
    case RUN_COLUMN_DEVICE: return entry->summary.device;
    case RUN_COLUMN_NOTE: return entry->problem[0] ? entry->problem : entry->note;
    default: return NULL;
    }
}

void run_table_cell(const struct run_table *t, const struct run_entry *entry, enum run_column column,
                    char out[RUN_CELL_SIZE])
{
    const char *text = text_of(entry, column);

    out[0] = '\0';
    if (text)
        text_sanitise(out, RUN_CELL_SIZE, text);
    else
        write_number(t, entry, column, out);
    if (out[0] == '\0' && column != RUN_COLUMN_NOTE)
        text_copy(out, RUN_CELL_SIZE, "-");
}

static int characters(const char *text)
{
    int count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static void measure(struct run_table *t, struct run_entry *const *entries, int count)
{
    char cell[RUN_CELL_SIZE];

    for (int c = 0; c < RUN_COLUMN_COUNT; c++) {
        t->widths[c] = 0;
        for (int i = 0; i < count; i++) {
            run_table_cell(t, entries[i], (enum run_column)c, cell);
            t->widths[c] = int_max(t->widths[c], characters(cell));
        }
        if (t->widths[c] > 0 || c != RUN_COLUMN_NOTE)
            t->widths[c] = int_max(t->widths[c], characters(columns_of_runs[c].heading));
    }
}

/* `least`: when what can be cut is. */
static int total(const struct run_table *t, bool least)
{
    int sum = -t->gap;

    for (int c = 0; c < RUN_COLUMN_COUNT; c++) {
        int width = t->widths[c], low = columns_of_runs[c].least;

        sum += width == 0 ? 0 : t->gap + (least && low > 0 ? int_min(width, low) : width);
    }
    return sum;
}

static void leave_out(struct run_table *t, int columns)
{
    static const enum run_column least_needed[] = { RUN_COLUMN_NOTE,   RUN_COLUMN_DEVICE, RUN_COLUMN_DATASET,
                                                    RUN_COLUMN_RECIPE, RUN_COLUMN_LENGTH, RUN_COLUMN_EPOCHS,
                                                    RUN_COLUMN_AT,     RUN_COLUMN_BEGUN };

    for (size_t i = 0; i < sizeof least_needed / sizeof *least_needed && total(t, true) > columns; i++)
        t->widths[least_needed[i]] = 0;
}

/* The widest first, so that short names stay whole. */
static void cut(struct run_table *t, int columns)
{
    while (total(t, false) > columns) {
        int widest = -1;

        for (int c = 0; c < RUN_COLUMN_COUNT; c++)
            if (columns_of_runs[c].least > 0 && t->widths[c] > columns_of_runs[c].least &&
                (widest < 0 || t->widths[c] >= t->widths[widest]))
                widest = c;
        if (widest < 0)
            return;
        t->widths[widest]--;
    }
}

struct run_table run_table_make(struct run_entry *const *entries, int count, int columns, time_t now)
{
    struct run_table t = { .gap = 2, .now = now };

    measure(&t, entries, count);
    if (columns == 0 || total(&t, false) <= columns)
        return t;
    t.brief = true;
    t.gap = 1;
    measure(&t, entries, count);
    leave_out(&t, columns);
    cut(&t, columns);
    return t;
}
