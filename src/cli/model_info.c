#include "cli/model_info.h"

#include <jansson.h>
#include <stdio.h>

#include "base/path.h"
#include "base/text.h"
#include "cli/json_out.h"
#include "nn/recipe/model.h"

struct findings {
    const char *file;
    const struct stored_model *model;
    struct model shapes;
};

/* A row of the normalisation: the channels' means, or 1 / deviation. */
static const float *normalisation(const struct stored_model *m, int row)
{
    return m->statistics + plan_place(m->plan, m->plan->normalisation)->offset / sizeof(float) +
           row * m->header.input.channels;
}

static void class_name(const struct model_header *h, int class, char *to, size_t size)
{
    const struct dataset_info info = { .class_names = h->class_names };

    source_class_name(&info, class, to, size);
}

static void print_classes(const struct model_header *h)
{
    enum { SHOWN = 12 };
    char name[CLASS_NAME_SIZE];

    printf("%d classes", h->classes);
    for (int i = 0; h->named && i < h->classes && i < SHOWN; i++) {
        class_name(h, i, name, sizeof name);
        printf("%s%s", i ? ", " : ": ", name);
    }
    printf("%s\n", h->named && h->classes > SHOWN ? ", …" : h->named ? "" : ", without names");
}

static bool is_identity(const float *mean, const float *inverse, int channels)
{
    bool is = true;

    for (int c = 0; c < channels; c++)
        is = is && mean[c] == 0 && inverse[c] == 1;
    return is;
}

static void print_normalisation(const struct stored_model *m)
{
    const float *mean = normalisation(m, 0), *inverse = normalisation(m, 1);
    int channels = m->header.input.channels;

    printf("of pixels from 0 to 1");
    if (is_identity(mean, inverse, channels)) {
        printf(", as they are%s\n", m->assumed.pixels ? ", which is assumed" : "");
        return;
    }
    printf(", mean");
    for (int c = 0; c < channels; c++)
        printf(" %.4g", (double)mean[c]);
    printf(" is taken away, and what is left divided by");
    for (int c = 0; c < channels; c++)
        printf(" %.4g", 1 / (double)inverse[c]);
    printf("\n");
}

static void print_layers(const struct findings *f)
{
    const struct recipe *r = &f->model->header.recipe;
    char what[64], shape[32];

    printf("\n    %-28s %-12s %12s\n", "layer", "output", "parameters");
    for (int i = 0; i < r->n_layers; i++) {
        layer_summary(&r->layers[i], false, what, sizeof what);
        shape_format(f->shapes.layers[i].out, false, shape, sizeof shape);
        printf("%3d %-28s %-12s %12zu\n", i + 1, what, shape, f->shapes.layers[i].parameters);
    }
    printf("%3s %-28s %-12s %12zu\n", "", "all", "", f->shapes.parameters);
}

static void print_text(const struct findings *f)
{
    const struct stored_model *m = f->model;
    char file[PATH_SIZE], writer[MODEL_WRITER_SIZE], dataset[sizeof m->dataset], shape[32];

    text_sanitise(file, sizeof file, f->file);
    text_sanitise(writer, sizeof writer, m->writer);
    text_sanitise(dataset, sizeof dataset, m->dataset);
    shape_format(m->header.input, false, shape, sizeof shape);
    if (m->network)
        printf("%s: %s, %s%s\n", file, m->format, m->network, m->assumed.network ? ", which is assumed" : "");
    else
        printf("%s: %s, written by %s%s%s\n", file, m->format, writer, dataset[0] ? ", trained on " : "", dataset);
    printf("images of %s in ", shape);
    print_classes(&m->header);
    print_normalisation(m);
    print_layers(f);
}

static json_t *reals(const float *numbers, int count, bool inverse)
{
    json_t *array = json_array();

    for (int i = 0; i < count; i++)
        json_array_append_new(array, json_out_figure(inverse ? 1 / (double)numbers[i] : (double)numbers[i]));
    return array;
}

static json_t *shape_json(struct shape s)
{
    return s.rank == 1 ? json_pack("[i]", s.channels) : json_pack("[i, i, i]", s.height, s.width, s.channels);
}

static json_t *layers_json(const struct findings *f)
{
    const struct recipe *r = &f->model->header.recipe;
    json_t *array = json_array();
    char settings[512];

    for (int i = 0; i < r->n_layers; i++) {
        layer_format(&r->layers[i], settings, sizeof settings);
        json_array_append_new(array, json_pack("{s:s, s:s, s:o, s:I}", "layer", r->layers[i].class->name, "settings",
                                               settings, "output", shape_json(f->shapes.layers[i].out), "parameters",
                                               (json_int_t)f->shapes.layers[i].parameters));
    }
    return array;
}

static json_t *names_json(const struct model_header *h)
{
    char name[CLASS_NAME_SIZE];
    json_t *array = h->named ? json_array() : json_null();

    for (int i = 0; h->named && i < h->classes; i++) {
        class_name(h, i, name, sizeof name);
        json_array_append_new(array, json_string(name));
    }
    return array;
}

/* Jansson's setters fail on NULL, so a lack of memory makes the dump at the end fail. */
static bool print_json(const struct findings *f, struct error *e)
{
    const struct stored_model *m = f->model;
    int channels = m->header.input.channels;
    json_t *all =
        json_pack("{s:o, s:s, s:s?, s:b, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:b, s:o, s:I}", "file",
                  json_out_text(f->file), "format", m->format, "network", m->network, "network_assumed",
                  m->assumed.network != NULL, "writer", m->writer[0] ? json_out_text(m->writer) : json_null(),
                  "dataset", m->dataset[0] ? json_out_text(m->dataset) : json_null(), "input",
                  shape_json(m->header.input), "classes", m->header.classes, "class_names", names_json(&m->header),
                  "mean", reals(normalisation(m, 0), channels, false), "deviation",
                  reals(normalisation(m, 1), channels, true), "pixels_assumed", (int)m->assumed.pixels, "layers",
                  layers_json(f), "parameters", (json_int_t)f->shapes.parameters);

    return json_out_print(all, JSON_INDENT(2) | JSON_REAL_PRECISION(7), "what is known of the model", e);
}

bool model_info_print(const char *file, const struct stored_model *m, bool json, struct error *e)
{
    struct findings f = { .file = file, .model = m };

    if (!model_infer(&m->header.recipe, m->header.input, m->header.classes, &f.shapes, e))
        return false;
    if (json)
        return print_json(&f, e);
    print_text(&f);
    return true;
}
