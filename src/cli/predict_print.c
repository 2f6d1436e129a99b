#include "cli/predict_print.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cli/json_out.h"

/* The names of classes are made safe to show once: there may be many images. */
struct printing {
    const struct network *network;
    char (*names)[CLASS_NAME_SIZE]; /* [classes] */
    bool exact; /* no terminal reads it: names of files may be as they are */
};

/* Of a class of an answer, 0 the likeliest. */
static int class_of(const struct predict_answer *a, int place)
{
    return a->in->class[(size_t)a->at * (size_t)a->in->top + (size_t)place];
}

static double chance_of(const struct predict_answer *a, int place)
{
    return (double)a->in->probability[(size_t)a->at * (size_t)a->in->top + (size_t)place];
}

/* Images of a data set have a label. */
static void print_text(const struct printing *p, const struct predict_answer *a)
{
    char name[PATH_SIZE];

    predict_images_name(a->image, name, sizeof name);
    printf("%s", name);
    if (!a->image->path)
        printf(", labelled %s", p->names[a->in->label[a->at]]);
    printf("\n");
    for (int place = 0; place < a->in->top; place++)
        printf("  %.4f  %s\n", chance_of(a, place), p->names[class_of(a, place)]);
}

/* RFC 4180: a field with a comma, a quotation mark or a line's end is quoted, and its quotation marks are doubled. */
static void print_field(const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        printf("%s", text);
        return;
    }
    putchar('"');
    for (; *text; text++)
        printf(*text == '"' ? "\"\"" : "%c", *text);
    putchar('"');
}

static void print_csv_head(int top)
{
    printf("image,class,probability");
    for (int place = 2; place <= top; place++)
        printf(",class_%d,probability_%d", place, place);
    printf("\n");
}

static void print_csv(const struct printing *p, const struct predict_answer *a)
{
    char name[PATH_SIZE];

    predict_images_name(a->image, name, sizeof name);
    print_field(a->image->path && p->exact ? a->image->path : name);
    for (int place = 0; place < a->in->top; place++) {
        putchar(',');
        print_field(p->names[class_of(a, place)]);
        printf(",%.6f", chance_of(a, place));
    }
    printf("\n");
}

static json_t *top_json(const struct printing *p, const struct predict_answer *a)
{
    json_t *top = json_array();

    for (int place = 0; place < a->in->top; place++)
        json_array_append_new(top, json_pack("{s:i, s:s, s:f}", "class", class_of(a, place), "name",
                                             p->names[class_of(a, place)], "probability", chance_of(a, place)));
    return top;
}

/* As it is, so that programs find the file; names that are no text cannot be in JSON. */
static json_t *name_json(const struct predict_image *image)
{
    char name[PATH_SIZE];
    json_t *exact = image->path ? json_string(image->path) : NULL;

    if (exact)
        return exact;
    predict_images_name(image, name, sizeof name);
    return json_string(name);
}

static json_t *image_json(const struct printing *p, const struct predict_answer *a)
{
    if (a->problem)
        return json_pack("{s:o, s:o}", "image", name_json(a->image), "problem", json_out_text(a->problem));
    return json_pack("{s:o, s:o, s:o}", "image", name_json(a->image), "label",
                     a->image->path ? json_null() : json_integer(a->in->label[a->at]), "top", top_json(p, a));
}

static bool print_json(const struct printing *p, const struct predict_answer *answers, uint32_t count, struct error *e)
{
    json_t *images = json_array(), *unreadable = json_array();

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(answers[i].problem ? unreadable : images, image_json(p, &answers[i]));

    json_t *all = json_pack("{s:o, s:o, s:o}", "model", json_out_text(p->network->file), "images", images, "unreadable",
                            unreadable);

    return json_out_print(all, JSON_INDENT(1) | JSON_REAL_PRECISION(9), "the result", e);
}

static bool print_all(enum predict_form form, const struct printing *p, const struct predict_answer *answers,
                      uint32_t count, struct error *e)
{
    static void (*const prints[])(const struct printing *, const struct predict_answer *) = {
        [PREDICT_TEXT] = print_text, [PREDICT_CSV] = print_csv
    };

    if (form == PREDICT_JSON)
        return print_json(p, answers, count, e);
    if (form == PREDICT_CSV)
        print_csv_head(int_min(p->network->header.classes, PREDICTIONS_TOP));
    for (uint32_t i = 0; i < count; i++)
        if (!answers[i].problem)
            prints[form](p, &answers[i]);
    return true;
}

bool predict_print(enum predict_form form, const struct network *n, const struct predict_answer *answers,
                   uint32_t count, struct error *e)
{
    const int classes = n->header.classes;
    struct printing p = { n, memory_new((size_t)classes, sizeof *p.names, e), !isatty(STDOUT_FILENO) };

    for (int class = 0; p.names && class < classes; class++)
        network_class_name(n, class, p.names[class], sizeof *p.names);

    const bool good = p.names && print_all(form, &p, answers, count, e);

    free(p.names);
    return good;
}
