#include "cli/inspect_health.h"

#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/json_out.h"
#include "run/figures/run_data.h"
#include "run/health_json.h"
#include "run/health_words.h"
#include "run/run_folder.h"

enum { NAME_COLUMNS = 22 };

static const char *type_of(const struct run_data *d, int layer)
{
    return layer < d->recipe.n_layers ? d->recipe.layers[layer].class->name : "?";
}

static void print_figure(const char *format, int columns, double number)
{
    char text[16] = "n/a";

    if (!isnan(number))
        snprintf(text, sizeof text, format, number);
    printf("%*s", columns, text);
}

static void print_layer(const struct run_data *d, const struct health *h, int layer)
{
    const struct layer_health *l = &h->layers[layer];
    char name[64];

    snprintf(name, sizeof name, "%3d %s", layer + 1, type_of(d, layer));
    printf("%-*s", NAME_COLUMNS, name);
    print_figure("%.2e", 12, (double)l->gradient);
    print_figure("%.1e", 12, health_words_relative(h, layer));
    print_figure("%.1e", 12, layer_health_ratio(l));
    print_figure("%.0f %%", 10, 100 * (double)l->dead);
    printf("  %s\n", health_words[health_words_layer(h, layer)]);
}

static void print_table(const struct run_data *d, const struct health *h)
{
    char sentence[256], label[sizeof d->label];

    text_sanitise(label, sizeof label, d->label);
    printf("%s, step %llu (epoch %.2f), %d images; looking took %.2g %% of the time\n\n", label,
           (unsigned long long)h->step, h->position, h->images, 100 * h->cost);
    printf("%-*s%12s%12s%12s%10s\n", NAME_COLUMNS, "layer", "gradient", "of last's", "step/weight", "dead");
    for (int i = 0; i < h->n_layers; i++)
        if (layer_health_any(&h->layers[i]))
            print_layer(d, h, i);
    health_words_network(h, &d->recipe, sentence, sizeof sentence);
    printf("\n%s\n", sentence);
}

static void describe_layers(const struct run_data *d, const struct health *h, json_t *layers)
{
    json_t *row;
    size_t i;

    json_array_foreach(layers, i, row)
    {
        int layer = (int)json_integer_value(json_object_get(row, "layer")) - 1;

        json_object_set_new(row, "type", json_string(type_of(d, layer)));
        json_object_set_new(row, "relative_gradient", json_out_figure(health_words_relative(h, layer)));
        json_object_set_new(row, "update_ratio", json_out_figure(layer_health_ratio(&h->layers[layer])));
        json_object_set_new(row, "word", json_string(health_words[health_words_layer(h, layer)]));
    }
}

/* Jansson refuses NULL: a lack of memory shows when all is printed. */
static bool print_json(const struct run_data *d, const struct health *h, struct error *e)
{
    json_t *all = health_json(h);
    char sentence[256];
    enum health_fault fault = health_words_network(h, &d->recipe, sentence, sizeof sentence);

    json_object_del(all, "kind");
    json_object_set_new(all, "run", json_out_text(d->folder));
    json_object_set_new(all, "word", json_string(health_words[fault]));
    json_object_set_new(all, "sentence", json_string(sentence));
    describe_layers(d, h, json_object_get(all, "layers"));
    return json_out_print(all, JSON_INDENT(1) | JSON_REAL_PRECISION(9), "the health", e);
}

bool inspect_health(const char *run, bool json, struct error *e)
{
    char folder[PATH_SIZE];
    struct run_data d;
    bool good;

    if (!run_folder_find(run, folder, e) || !run_data_read(&d, folder, e))
        return false;
    if (d.curves.n_looks == 0)
        good = error_set(e, ERROR_INPUT, "no step of %s was looked at: it was too short, or of an earlier version",
                         d.label);
    else if (json)
        good = print_json(&d, &d.curves.looks[d.curves.n_looks - 1], e);
    else {
        print_table(&d, &d.curves.looks[d.curves.n_looks - 1]);
        good = true;
    }
    run_data_free(&d);
    return good;
}
