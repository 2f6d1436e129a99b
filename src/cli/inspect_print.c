#include "cli/inspect_print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/preview.h"
#include "run/predictions/ranking.h"

enum {
    COLUMNS = 80,
    NAME_COLUMNS = 30,
    CLASSES_FEW = 40, /* that are all listed */
    CLASSES_WORST = 20,
    PAIRS_MOST = 10,
    ROW_NAME = 14 /* columns of a class in the matrix */
};

/* A figure of four places, or what is none. */
static const char *figure(char text[16], double number)
{
    if (isnan(number))
        return "n/a";
    snprintf(text, 16, "%.4f", number);
    return text;
}

/* A class in so many columns; 0: as long as it is, at the end of a line. A character may have several bytes. */
static void print_name(const struct run_inspection *r, int class, int columns)
{
    char name[CLASS_NAME_SIZE], text[CLASS_NAME_SIZE];
    int bytes = 0, used = 0;

    network_class_name(&r->network, class, name, sizeof name);
    for (int i = 0; name[i] && (columns == 0 || used < columns || (name[i] & 0xC0) == 0x80); i++) {
        used += (name[i] & 0xC0) != 0x80;
        text[bytes++] = name[i];
    }
    printf("%.*s%*s", bytes, text, int_max(columns - used, 0), "");
}

static void print_head(const struct run_inspection *r)
{
    const struct predict_result *found = &r->result;
    char name[sizeof r->info.name], file[PATH_SIZE], first[sizeof r->info.first_unreadable], one[16], two[16];

    text_sanitise(name, sizeof name, r->info.name);
    text_sanitise(file, sizeof file, r->network.file);
    text_sanitise(first, sizeof first, r->info.first_unreadable);
    printf("%s\n%u %s of %s, %d classes, %.0f images/s\n", file, found->predictions.n, inspect_run_images(r), name,
           r->confusion.classes, found->predictions.n / found->seconds);
    if (found->unreadable > 0)
        printf("%u more cannot be read, the first is %s\n", found->unreadable, first);
    printf("\naccuracy %s  ", figure(one, predictions_accuracy(&found->predictions, 1)));
    if (r->confusion.classes > PREDICTIONS_TOP)
        printf("top-5 %s  ", figure(one, predictions_accuracy(&found->predictions, PREDICTIONS_TOP)));
    printf("loss %s  calibration error %s\n", figure(one, found->loss), figure(two, r->calibration.error));
}

static void print_figures(const struct confusion_figures *f)
{
    char one[16], two[16], three[16];

    printf(" %9s %9s %9s %9u\n", figure(one, f->precision), figure(two, f->recall), figure(three, f->f1), f->support);
}

struct class_row {
    int class;
    struct confusion_figures figures;
};

/* The worst F1 first; a class without images is none of them. */
static int by_f1(const void *one, const void *other)
{
    const struct class_row *a = one, *b = other;
    const double first = a->figures.support > 0 ? a->figures.f1 : INFINITY,
                 second = b->figures.support > 0 ? b->figures.f1 : INFINITY;

    if (first != second)
        return first < second ? -1 : 1;
    return a->class - b->class;
}

static bool print_classes(const struct run_inspection *r, bool all, struct error *e)
{
    const int classes = r->confusion.classes, shown = all || classes <= CLASSES_FEW ? classes : CLASSES_WORST;
    struct class_row *rows = memory_new((size_t)classes, sizeof *rows, e);
    struct confusion_figures *figures = rows ? memory_new((size_t)classes, sizeof *figures, e) : NULL;
    struct confusion_figures macro, weighted;

    if (figures) {
        confusion_of_classes(&r->confusion, figures);
        for (int i = 0; i < classes; i++)
            rows[i] = (struct class_row){ i, figures[i] };
        if (shown < classes)
            qsort(rows, (size_t)classes, sizeof *rows, by_f1);
        printf("\n%-*s %9s %9s %9s %9s\n", NAME_COLUMNS, "class", "precision", "recall", "F1", "images");
        for (int i = 0; i < shown; i++) {
            print_name(r, rows[i].class, NAME_COLUMNS);
            print_figures(&rows[i].figures);
        }
        if (shown < classes)
            printf("(the %d with the least F1 of %d; --all lists every class)\n", shown, classes);
        confusion_means(&r->confusion, &macro, &weighted);
        printf("%-*s", NAME_COLUMNS, "mean of the classes");
        print_figures(&macro);
        printf("%-*s", NAME_COLUMNS, "mean by images");
        print_figures(&weighted);
    }
    free(figures);
    free(rows);
    return figures;
}

/* Columns of a number of the matrix, with a blank before it; 0: the matrix is too wide. */
static int matrix_column(const struct confusion *c)
{
    uint32_t most = 0;
    char text[16];

    for (size_t i = 0; i < (size_t)c->classes * (size_t)c->classes; i++)
        most = uint32_max(most, c->count[i]);

    const int column = int_max(snprintf(text, sizeof text, "%u", most), c->classes > 10 ? 2 : 1) + 1;

    return ROW_NAME + 3 + c->classes * column <= COLUMNS ? column : 0;
}

static void print_matrix(const struct run_inspection *r)
{
    const struct confusion *c = &r->confusion;
    const int column = matrix_column(c);

    if (column == 0)
        return;
    printf("\nanswers (columns) to the images of each class (rows)\n%*s", ROW_NAME + 3, "");
    for (int class = 0; class < c->classes; class++)
        printf("%*d", column, class);
    printf("\n");
    for (int label = 0; label < c->classes; label++) {
        printf("%2d ", label);
        print_name(r, label, ROW_NAME);
        for (int answer = 0; answer < c->classes; answer++)
            if (confusion_count(c, label, answer) > 0)
                printf("%*u", column, confusion_count(c, label, answer));
            else
                printf("%*s", column, ".");
        printf("\n");
    }
}

static void print_pairs(const struct run_inspection *r)
{
    struct confusion_pair pairs[PAIRS_MOST];
    const int n = confusion_pairs(&r->confusion, PAIRS_MOST, pairs);

    if (n == 0)
        return;
    printf("\nmost frequent mistakes\n%8s  %-30s  %s\n", "images", "of class", "taken for");
    for (int i = 0; i < n; i++) {
        printf("%8u  ", pairs[i].count);
        print_name(r, pairs[i].label, NAME_COLUMNS);
        printf("  ");
        print_name(r, pairs[i].answer, 0);
        printf("\n");
    }
}

static void print_calibration(const struct calibration *c)
{
    printf("\nhow often answers are right\n%15s %9s %9s %9s\n", "confidence", "mean", "right", "images");
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &c->bins[b];

        if (bin->n > 0)
            printf("  %5.3f - %5.3f %9.4f %9.4f %9u\n", (double)b / CALIBRATION_BINS, (b + 1.0) / CALIBRATION_BINS,
                   bin->confidence, bin->accuracy, bin->n);
    }
}

static void print_image(const struct run_inspection *r, uint32_t i)
{
    const struct predictions *p = &r->result.predictions;
    char path[PATH_SIZE];

    preview_name(r->source, r->split, p->index[i], path, sizeof path);
    printf("%8u  ", p->index[i]);
    print_name(r, p->label[i], 16);
    printf(" %7.4f  ", (double)p->of_label[i]);
    print_name(r, predictions_class(p, i), 16);
    printf(" %7.4f", (double)predictions_confidence(p, i));
    printf("%s%s\n", path[0] == '#' ? "" : "  ", path[0] == '#' ? "" : path);
}

static bool print_ranking(const struct run_inspection *r, enum ranking ranking, int each, struct error *e)
{
    const struct predictions *p = &r->result.predictions;
    uint32_t *order = memory_new(p->n, sizeof *order, e);
    const uint32_t n = order ? ranking_make(p, ranking, RANKING_ANY, RANKING_ANY, order) : 0;

    if (n > 0 && each > 0) {
        printf("\n%s\n%8s  %-16s %7s  %-16s %7s\n", ranking_labels[ranking], "image", "label", "chance", "answer",
               "chance");
        for (uint32_t i = 0; i < n && i < (uint32_t)each; i++)
            print_image(r, order[i]);
    }
    free(order);
    return order;
}

bool inspect_print(const struct run_inspection *r, bool all, int each, struct error *e)
{
    print_head(r);
    if (!print_classes(r, all, e))
        return false;
    print_matrix(r);
    print_pairs(r);
    print_calibration(&r->calibration);
    return print_ranking(r, RANKING_WORST, each, e) && print_ranking(r, RANKING_UNSURE, each, e);
}
