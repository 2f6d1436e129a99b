#include "cli/compare_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/json_out.h"
#include "cli/progress.h"
#include "nn/train/recipe_images.h"
#include "run/figures/batch_figure.h"
#include "run/figures/export.h"

struct probing {
    struct device devices[DEVICES_MAX];
    int n_devices;
    struct dataset_info info;
    struct batch_probe found;
    struct progress line;
};

static bool add_device(struct probing *p, const char *name, struct error *e)
{
    if (p->n_devices == BATCH_DEVICES_MAX)
        return error_set(e, ERROR_USAGE, "--batch-probe compares at most %d devices", BATCH_DEVICES_MAX);
    if (!devices_choose(name, &p->devices[p->n_devices], e) ||
        !devices_is_alone(&p->devices[p->n_devices], "--batch-probe measures", e))
        return false;
    /* "cpu:1" and "cpu" are the same device with its own name each. */
    text_copy(p->devices[p->n_devices].info.id, sizeof p->devices[p->n_devices].info.id, name);
    p->n_devices++;
    return true;
}

static bool choose_devices(struct probing *p, const char *names, struct error *e)
{
    char missing[256], *words = names ? strdup(names) : NULL, *rest = words, *word;
    bool good = true;

    if (!names) {
        p->n_devices = int_min(devices_list(p->devices, missing, sizeof missing), BATCH_DEVICES_MAX);
        return true;
    }
    if (!words)
        return error_set(e, ERROR_MEMORY, "no memory for the names of devices");
    while (good && (word = strsep(&rest, ",")))
        good = add_device(p, text_trim(word), e);
    free(words);
    return good;
}

static bool tell_rate(void *context, const struct batch_curve *curve, const struct batch_rate *rate)
{
    struct probing *p = context;

    if (progress_due(&p->line)) {
        progress_add(&p->line, "%d images a step on %s: %.0f images/s", rate->batch, curve->device, rate->median);
        progress_show(&p->line);
    }
    return !interrupt_came();
}

static bool go_on(void *context)
{
    (void)context;
    return !interrupt_came();
}

static int largest(const struct batch_probe *p)
{
    int count = 0;

    for (int i = 0; i < p->count; i++)
        count = int_max(count, p->curves[i].count);
    return count;
}

static void print(const struct batch_probe *p)
{
    char verdict[512];

    printf("%8s", "batch");
    for (int i = 0; i < p->count; i++)
        printf("  %12s", p->curves[i].device);
    puts("   images/s");
    for (int k = 0; k < largest(p); k++) {
        printf("%8d", 1 << k);
        for (int i = 0; i < p->count; i++)
            if (k < p->curves[i].count)
                printf("  %12.0f", p->curves[i].rates[k].median);
            else
                printf("  %12s", "");
        putchar('\n');
    }
    putchar('\n');
    for (int i = 0; i < p->count; i++)
        printf("%s ends there: %s\n", p->curves[i].device, p->curves[i].why_end);
    batch_probe_verdict(p, verdict, sizeof verdict);
    if (verdict[0])
        printf("\n%s\n", verdict);
}

static json_t *curve_json(const struct batch_curve *curve)
{
    json_t *rates = json_array();

    for (int i = 0; rates && i < curve->count; i++) {
        const struct batch_rate *r = &curve->rates[i];

        json_array_append_new(rates, json_pack("{s:i, s:f, s:f, s:f}", "batch", r->batch, "images_per_second",
                                               r->median, "least", r->least, "most", r->most));
    }
    return json_pack("{s:o, s:o, s:o}", "device", json_out_text(curve->device), "batches", rates, "why_end",
                     json_out_text(curve->why_end));
}

/* From which batch on each device is faster than the first; null where it never is. */
static json_t *crossovers_json(const struct batch_probe *p)
{
    json_t *all = json_array();

    for (int i = 1; all && i < p->count; i++) {
        const double batch = batch_probe_crossover(&p->curves[0], &p->curves[i]);

        json_array_append_new(all, json_pack("{s:o, s:o, s:o}", "device", json_out_text(p->curves[i].device),
                                             "faster_than", json_out_text(p->curves[0].device), "from_batch",
                                             batch > 0 ? json_real(batch) : json_null()));
    }
    return all;
}

static bool print_json(const struct batch_probe *p, struct error *e)
{
    json_t *devices = json_array();
    char verdict[512];

    for (int i = 0; devices && i < p->count; i++)
        json_array_append_new(devices, curve_json(&p->curves[i]));
    batch_probe_verdict(p, verdict, sizeof verdict);
    return json_out_print(json_pack("{s:o, s:o, s:o}", "devices", devices, "crossovers", crossovers_json(p), "verdict",
                                    json_out_text(verdict)),
                          JSON_INDENT(2) | JSON_REAL_PRECISION(6), "the speeds over batches", e);
}

static bool draw(const struct batch_probe *p, const struct recipe *r, const char *folder, bool quiet, struct error *e)
{
    const struct export_wish wish = { .formats = { [PICTURE_PNG] = true, [PICTURE_SVG] = true, [PICTURE_CSV] = true } };
    struct export_files *files = memory_new(1, sizeof *files, e);
    struct figure figure = { 0 };
    bool drawn = files && path_make_folders(folder, e) && batch_figure_make(p, r, &figure, e) &&
                 export_picture(&figure.picture, BATCH_FIGURE_NAME, &wish, folder, files, e);

    for (int i = 0; drawn && !quiet && i < files->count; i++) {
        char shown[PATH_SIZE];

        text_sanitise(shown, sizeof shown, files->path[i]);
        puts(shown);
    }
    figure_free(&figure);
    free(files);
    return drawn;
}

static bool measure(struct probing *p, const struct recipe *r, struct error *e)
{
    const struct batch_probe_listener listener = { .rate = tell_rate, .go_on = go_on, .context = p };

    interrupt_begin();
    p->line = progress_begin(true);

    bool measured = batch_probe_measure(r, p->devices, p->n_devices, &p->info, &listener, &p->found, e);

    progress_clear(&p->line);
    return measured;
}

bool compare_batch(struct recipe *r, const char *devices, bool json, const char *folder, struct error *e)
{
    struct probing *p = memory_new(1, sizeof *p, e);
    bool good = p && recipe_check(r, e) && choose_devices(p, devices, e) && recipe_images_look(r, &p->info, e) &&
                measure(p, r, e);

    if (good && json)
        good = print_json(&p->found, e);
    else if (good)
        print(&p->found);
    good = good && (!folder || draw(&p->found, r, folder, json, e));
    free(p);
    return good;
}
