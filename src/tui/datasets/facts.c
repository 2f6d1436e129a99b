#include "tui/datasets/facts.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"

/* Of a line, with parts that canvas_parts() can leave out (", "). */
enum { FACTS_SIZE = 160 };

static void write_size(const struct study *study, int step, bool unicode, char out[FACTS_SIZE])
{
    char train[FIGURE_SIZE], test[FIGURE_SIZE], shape[FIGURE_SIZE], bytes[FIGURE_SIZE];
    const struct dataset_info *info = &study->info;

    out[0] = '\0';
    if (step < STUDY_OPENED)
        return;
    figure_count(train, info->count[SPLIT_TRAIN]);
    figure_count(test, info->count[SPLIT_TEST]);
    shape_format(shape_image(info->height, info->width, info->channels), unicode, shape, sizeof shape);
    snprintf(out, FACTS_SIZE, "%s + %s images of %s, %d classes", train, test, shape, info->classes);
    if (step < STUDY_WEIGHED || study->bytes == 0)
        return;
    text_bytes(bytes, sizeof bytes, study->bytes);
    text_append(out, FACTS_SIZE, ", %s%s on disk", study->more_bytes ? "more than " : "", bytes);
}

static void append_channels(char *out, const float *values, int channels)
{
    for (int i = 0; i < channels; i++)
        text_append(out, FACTS_SIZE, " %.3f", (double)values[i]);
}

static void write_pixels(const struct study *study, int step, char out[FACTS_SIZE])
{
    char measured[FIGURE_SIZE];

    out[0] = '\0';
    if (step < STUDY_MEASURED)
        return;
    text_append(out, FACTS_SIZE, "mean");
    append_channels(out, study->statistics.mean, study->info.channels);
    text_append(out, FACTS_SIZE, ", deviation");
    append_channels(out, study->statistics.deviation, study->info.channels);
    if (study->measured != study->info.count[SPLIT_TRAIN]) {
        figure_count(measured, study->measured);
        text_append(out, FACTS_SIZE, ", of %s images", measured);
    }
    if (study->info.stored)
        text_append(out, FACTS_SIZE, ", in the file %s", study->info.stored);
}

/* "451 (grass) to 903 (sea) in a class" */
static void write_balance(const struct study *study, int step, char out[FACTS_SIZE])
{
    const uint32_t *of_class = study->of_class[SPLIT_TRAIN];
    int least = 0, most = 0;

    out[0] = '\0';
    if (step < STUDY_COUNTED)
        return;
    for (int i = 1; i < study->info.classes; i++) {
        least = of_class[i] < of_class[least] ? i : least;
        most = of_class[i] > of_class[most] ? i : most;
    }
    if (of_class[least] == of_class[most])
        snprintf(out, FACTS_SIZE, "%u images in each class", of_class[most]);
    else
        snprintf(out, FACTS_SIZE, "%u (%s) to %u (%s) in a class", of_class[least], study->class_names[least],
                 of_class[most], study->class_names[most]);
}

uint32_t facts_largest_class(const struct study *study, enum split split)
{
    uint32_t most = 1;

    for (int i = 0; i < study->info.classes; i++)
        most = study->of_class[split][i] > most ? study->of_class[split][i] : most;
    return most;
}

/* One column a class where there is room for all; else each is the mean of as many as fall into it. */
static void draw_bars(struct canvas *c, int row, int rows, const struct study *study)
{
    const int classes = study->info.classes, columns = int_min(classes, c->clip.columns);
    const int wide = classes * 3 <= c->clip.columns ? 3 : classes * 2 <= c->clip.columns ? 2 : 1;
    const double most = facts_largest_class(study, SPLIT_TRAIN);

    for (int column = 0; column < columns; column++) {
        int first = (int)((int64_t)classes * column / columns), end = (int)((int64_t)classes * (column + 1) / columns);
        double sum = 0;

        for (int i = first; i < end; i++)
            sum += study->of_class[SPLIT_TRAIN][i];
        for (int i = 0; i < int_max(wide - 1, 1); i++)
            shape_level(c, row, column * wide + i, rows, sum / (end - first) / most);
    }
}

void facts_lines(struct canvas *c, const struct study *study, int step)
{
    char line[FACTS_SIZE];

    write_size(study, step, c->unicode, line);
    canvas_parts(c, 0, 0, ROLE_NORMAL, line, ", ");
    write_pixels(study, step, line);
    canvas_parts(c, 1, 0, ROLE_DIM, line, ", ");
}

void facts_draw(struct canvas *c, const struct study *study, int step)
{
    const int rows = c->clip.rows - FACTS_ROWS + 1;
    char line[FACTS_SIZE];

    facts_lines(c, study, step);
    if (step >= STUDY_COUNTED)
        draw_bars(c, 2, rows, study);
    write_balance(study, step, line);
    canvas_text(c, 2 + rows, 0, ROLE_DIM, line);
}
