#include "cli/compare_print.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

enum { CELL_SIZE = COMPARISON_LABEL_SIZE, GAP = 2 };

static void put_label(const struct comparison_row *row, char out[CELL_SIZE])
{
    text_copy(out, CELL_SIZE, row->label);
}

static void put_state(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->waits || row->dropped || row->state != RUN_FINISHED)
        text_copy(out, CELL_SIZE,
                  row->dropped ? "dropped" : row->waits ? "waits" : run_state_word(row->state));
}

static void put_epochs(const struct comparison_row *row, char out[CELL_SIZE])
{
    snprintf(out, CELL_SIZE, "%d", row->epochs);
}

static void put_seconds(double seconds, char out[CELL_SIZE])
{
    text_append(out, CELL_SIZE, seconds < 10 ? "%.3f" : seconds < 100 ? "%.2f" : "%.1f", seconds);
}

static void put_epoch(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->epoch_seconds.count > 0)
        put_seconds(row->epoch_seconds.median, out);
}

static void put_spread(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->epoch_seconds.count < 2)
        return;
    put_seconds(row->epoch_seconds.least, out);
    text_append(out, CELL_SIZE, "..");
    put_seconds(row->epoch_seconds.most, out);
}

static void put_speed(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->images_per_second.count > 0)
        snprintf(out, CELL_SIZE, "%.0f", row->images_per_second.median);
}

static void put_speedup(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->speedup > 0)
        snprintf(out, CELL_SIZE, row->speedup < 9.995 ? "%.2fx" : "%.1fx", row->speedup);
}

static void put_accuracy(const struct comparison_band *b, char out[CELL_SIZE])
{
    if (b->count > 0)
        snprintf(out, CELL_SIZE, "%.2f%%", b->mean * 100);
}

static void put_best(const struct comparison_row *row, char out[CELL_SIZE])
{
    put_accuracy(&row->best_accuracy, out);
}

static void put_band(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->best_accuracy.count > 1)
        snprintf(out, CELL_SIZE, "%.2f..%.2f", row->best_accuracy.least * 100, row->best_accuracy.most * 100);
}

static void put_last(const struct comparison_row *row, char out[CELL_SIZE])
{
    put_accuracy(&row->last_accuracy, out);
}

static void put_to_common(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->seconds_to_common.count > 0)
        put_seconds(row->seconds_to_common.mean, out);
}

static void put_energy(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->energy.count > 0)
        snprintf(out, CELL_SIZE, "%.1f", row->energy.mean / 1000);
}

static void put_memory(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->memory.count > 0)
        text_bytes(out, CELL_SIZE, (uint64_t)row->memory.most);
}

static void put_gpu_memory(const struct comparison_row *row, char out[CELL_SIZE])
{
    if (row->gpu_memory.count > 0)
        text_bytes(out, CELL_SIZE, (uint64_t)row->gpu_memory.most);
}

/* In the order of the table. Those of the highest `rank` are left out first where there is too little room, and those
 * that are empty in every row. */
static const struct column {
    const char *heading;
    void (*put)(const struct comparison_row *row, char out[CELL_SIZE]);
    int rank;
    bool left;
} table_columns[] = {
    { "", put_label, 0, true },
    { "state", put_state, 1, true },
    { "epochs", put_epochs, 5, false },
    { "s/epoch", put_epoch, 1, false },
    { "least..most", put_spread, 4, false },
    { "images/s", put_speed, 3, false },
    { "speed-up", put_speedup, 1, false },
    { "best", put_best, 1, false },
    { "of seeds", put_band, 3, false },
    { "last", put_last, 6, false },
    { NULL, put_to_common, 2, false }, /* its heading says the accuracy */
    { "kJ", put_energy, 5, false },
    { "memory", put_memory, 7, false },
    { "GPU's", put_gpu_memory, 7, false },
};

enum { COLUMNS = sizeof table_columns / sizeof *table_columns };

static int characters(const char *text)
{
    int count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static void heading_of(const struct comparison_table *t, int column, char out[CELL_SIZE])
{
    text_copy(out, CELL_SIZE, table_columns[column].heading ? table_columns[column].heading : "");
    if (!table_columns[column].heading && t->common_accuracy >= 0)
        snprintf(out, CELL_SIZE, "s to %.2f%%", t->common_accuracy * 100);
}

static void measure(const struct comparison_table *t, int widths[COLUMNS])
{
    for (int c = 0; c < COLUMNS; c++) {
        char cell[CELL_SIZE];

        widths[c] = 0;
        for (int k = 0; k < t->count; k++) {
            cell[0] = '\0';
            table_columns[c].put(&t->rows[k], cell);
            widths[c] = int_max(widths[c], characters(cell));
        }
        heading_of(t, c, cell);
        widths[c] = widths[c] > 0 ? int_max(widths[c], characters(cell)) : 0;
    }
}

static int total(const int widths[COLUMNS])
{
    int sum = 0;

    for (int c = 0; c < COLUMNS; c++)
        sum += widths[c] > 0 ? widths[c] + (sum > 0 ? GAP : 0) : 0;
    return sum;
}

static void fit(int widths[COLUMNS], int columns)
{
    for (int rank = 7; columns > 0 && rank > 1 && total(widths) > columns; rank--)
        for (int c = 0; c < COLUMNS; c++)
            if (table_columns[c].rank == rank)
                widths[c] = 0;
}

/* `row`: NULL for the headings. No blanks at the end of a line. */
static void print_row(const struct comparison_table *t, const struct comparison_row *row, const int widths[COLUMNS])
{
    int owed = 0;
    char cell[CELL_SIZE];

    for (int c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0)
            continue;
        heading_of(t, c, cell);
        if (row) {
            cell[0] = '\0';
            table_columns[c].put(row, cell);
        }

        const int blanks = int_max(widths[c] - characters(cell), 0);

        owed += table_columns[c].left ? 0 : blanks;
        if (cell[0] != '\0') {
            printf("%*s%s", owed, "", cell);
            owed = 0;
        }
        owed += GAP + (table_columns[c].left ? blanks : 0);
    }
    putchar('\n');
}

/* The two keys that vary, of a comparison where nothing else does but the seed. */
static bool is_sweep(const struct comparison *c, int *down, int *across)
{
    int varied = 0;

    for (int k = 0; k < c->n_axes; k++)
        if (c->axes[k].count > 1 && k != comparison_seeds(c)) {
            *(varied == 0 ? down : across) = k;
            if (++varied > 2)
                return false;
        }
    return varied == 2;
}

static const struct comparison_row *row_at(const struct comparison *c, const struct comparison_table *t, int down,
                                           int i, int across, int k)
{
    for (int r = 0; r < t->count; r++)
        if (c->entries[t->rows[r].first].at[down] == i && c->entries[t->rows[r].first].at[across] == k)
            return &t->rows[r];
    return NULL;
}

static void print_grid(const struct comparison *c, const struct comparison_table *t, int down, int across,
                       const char *of, void (*put)(const struct comparison_row *row, char out[CELL_SIZE]))
{
    const struct comparison_axis *rows = &c->axes[down], *columns = &c->axes[across];
    char cell[CELL_SIZE];
    int wide = 7, first = characters(rows->key);

    for (int i = 0; i < rows->count; i++)
        first = int_max(first, characters(rows->values[i]));
    for (int k = 0; k < columns->count; k++)
        wide = int_max(wide, characters(columns->values[k]));
    printf("\n%s, %s across\n%-*s", of, columns->key, first, rows->key);
    for (int k = 0; k < columns->count; k++)
        printf("  %*s", wide, columns->values[k]);
    putchar('\n');
    for (int i = 0; i < rows->count; i++) {
        printf("%-*s", first, rows->values[i]);
        for (int k = 0; k < columns->count; k++) {
            const struct comparison_row *row = row_at(c, t, down, i, across, k);

            cell[0] = '\0';
            if (row)
                put(row, cell);
            printf("  %*s", wide, cell[0] ? cell : "n/a");
        }
        putchar('\n');
    }
}

static void print_differences(const struct comparison *c, const struct comparison_table *t)
{
    if (c->n_axes > 0) /* the labels say it */
        return;
    for (int i = 0; i < t->n_differences; i++) {
        printf("%s: ", t->differences[i].name);
        for (int k = 0; k < t->count; k++)
            printf("%s%s", k > 0 ? " | " : "", t->differences[i].values[k][0] ? t->differences[i].values[k] : "-");
        putchar('\n');
    }
    if (t->n_differences == 0)
        puts("their recipes have the same values");
    putchar('\n');
}

/* What more threads or GPUs gain, a line for each number of them. */
static void print_scaling(const struct comparison_scaling *s, const struct comparison_table *t)
{
    char reached[32] = "", cell[CELL_SIZE];
    int label = characters("scaling");

    for (int i = 0; i < s->count; i++)
        label = int_max(label, characters(t->rows[s->steps[i].row].label));
    if (t->common_accuracy >= 0)
        snprintf(reached, sizeof reached, "s to %.2f%%", t->common_accuracy * 100);
    printf("\n%-*s  %6ss  %9s  %9s  %10s%s%s\n", label, "scaling", s->unit, "images/s", "perfect", "efficiency",
           reached[0] ? "  " : "", reached);
    for (int i = 0; i < s->count; i++) {
        const struct scaling_step *step = &s->steps[i];
        const char *name = t->rows[step->row].label;

        printf("%s%*s  %7d  %9.0f  %9.0f  %8.1f %%", name, label - characters(name), "", step->units,
               step->speed.median, step->perfect, 100 * step->efficiency.median);
        cell[0] = '\0';
        if (step->seconds_to_common >= 0)
            put_seconds(step->seconds_to_common, cell);
        if (reached[0])
            printf("  %*s", characters(reached), cell);
        putchar('\n');
    }
}

void compare_print(const struct comparison *c, const struct comparison_table *t, int columns)
{
    int widths[COLUMNS], down = 0, across = 0;
    char words[256];

    print_differences(c, t);
    measure(t, widths);
    fit(widths, columns);
    print_row(t, NULL, widths);
    for (int k = 0; k < t->count; k++)
        print_row(t, &t->rows[k], widths);
    if (is_sweep(c, &down, &across)) {
        print_grid(c, t, down, across, "best accuracy", put_best);
        print_grid(c, t, down, across, "seconds an epoch", put_epoch);
    }
    if (t->scaling.count > 0)
        print_scaling(&t->scaling, t);
    comparison_scaling_words(&t->scaling, t->rows, words, sizeof words);
    if (t->n_notes > 0 || t->verdict[0])
        putchar('\n');
    for (int i = 0; i < t->n_notes; i++)
        printf("note: %s\n", t->notes[i]);
    if (t->verdict[0])
        puts(t->verdict);
    if (words[0])
        puts(words);
}
