/* Times training steps on a CUDA device, as the peers of bench/compare_gpu.py do (bench/peers/worker.py).
 *
 *   step_gpu PRECISION HEIGHT WIDTH CHANNELS CLASSES BATCH LAYER…     each layer quoted: "conv2d filters=32 kernel=3"
 *   step_gpu --profile …   the same words; the time of each operation, as cuvette train --profile prints it
 *   step_gpu --count …     the same words; the work of a step as its plan counts it, for which no device is needed
 *   step_gpu --device      prints which GPU it would use, and on a second line its address on the PCI bus
 *
 * Steps are queued ahead, as in training; every time that is printed is the mean over a group of steps with one wait at
 * its end. Needs no library but CUDA's, and so no recipe file: compare_gpu.py reads that. Figures are those of
 * figure.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cuda_runtime_api.h>

#include "base/clock.h"
#include "base/version.h"
#include "bench/figure.h"
#include "bench/noise.h"
#include "cli/profile_table.h"
#include "gpu/cudnn/cudnn_library.h"
#include "gpu/gpu_backend.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe.h"

#define RATE            0.001
#define PROFILE_SECONDS 2.0

enum { GROUP = 20, PRECISION = 1, HEIGHT, WIDTH, CHANNELS, CLASSES, BATCH, LAYERS };

static int fail(const struct error *e)
{
    fprintf(stderr, "step_gpu: %s\n", e->text);
    return error_exit_code(e->kind);
}

static bool read_layer(struct recipe *r, const char *text, struct error *e)
{
    char name[32] = "";
    const struct layer_class *class;
    struct layer layer;

    sscanf(text, "%31s", name);
    class = layer_class_find(name);
    if (!class)
        return error_set(e, ERROR_USAGE, "there is no layer \"%s\"", name);
    layer = layer_new(class);
    if (!layer_parse(&layer, text + strlen(name), e))
        return false;
    return recipe_insert_layer(r, r->n_layers, &layer) || error_set(e, ERROR_USAGE, "too many layers");
}

static bool read_precision(struct recipe *r, const char *text, struct error *e)
{
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        const struct field *field = fields_find(*recipe_sections[i].fields, "precision");

        if (field)
            return field_parse(field, recipe_settings(r, &recipe_sections[i]), text, e);
    }
    return error_set(e, ERROR_USAGE, "recipes know no precision");
}

static bool read_recipe(struct recipe *r, char **arguments, int count, struct error *e)
{
    if (count <= LAYERS)
        return error_set(e, ERROR_USAGE, "usage: step_gpu PRECISION HEIGHT WIDTH CHANNELS CLASSES BATCH LAYER...");
    recipe_preset(r);
    if (!read_precision(r, arguments[PRECISION], e))
        return false;
    r->training.batch = atoi(arguments[BATCH]);
    for (int i = LAYERS; i < count; i++)
        if (!read_layer(r, arguments[i], e))
            return false;
    return true;
}

static struct shape image_shape(char **arguments)
{
    return shape_image(atoi(arguments[HEIGHT]), atoi(arguments[WIDTH]), atoi(arguments[CHANNELS]));
}

/* Milliseconds of a step, as the mean over a group of them. */
static double timed(struct executor *x, struct step *step, struct error *e)
{
    int first = x->plan->spans[SPAN_STEP].first, end = x->plan->spans[SPAN_STEP].end;
    double start = clock_seconds();

    for (int i = 0; i < GROUP; i++) {
        step->number++;
        x->backend->ops->run(x->backend, first, end, step);
    }
    return x->backend->ops->wait(x->backend, e) ? (clock_seconds() - start) * 1e3 / GROUP : -1;
}

static void tell_ready(void)
{
    const int major = CUDART_VERSION / 1000, minor = CUDART_VERSION % 1000 / 10;
    struct error e = { 0 };
    const struct cudnn_library *library = cudnn_library(&e);
    const unsigned cudnn = library ? (unsigned)library->cudnnGetVersion() : 0;

    printf("ready cuvette %s (CUDA %d.%d, ", CUVETTE_VERSION, major, minor);
    if (cudnn)
        printf("cuDNN %u.%u.%u)\n", cudnn / 10000, cudnn % 10000 / 100, cudnn % 100);
    else
        printf("no cuDNN)\n");
    fflush(stdout);
}

static bool serve(struct executor *x, struct step *step, struct error *e)
{
    char line[32];

    if (timed(x, step, e) < 0)
        return false;
    tell_ready();
    while (fgets(line, sizeof line, stdin)) {
        double end = clock_seconds() + atof(line) / 1e3, taken;

        do {
            taken = timed(x, step, e);
            if (taken < 0)
                return false;
            printf("%.4f ", taken);
        } while (clock_seconds() < end);
        putchar('\n');
        fflush(stdout);
    }
    return true;
}

static bool tell_device(struct error *e)
{
    struct device_info device;
    char why[256] = "";

    if (cuda_backend_class.devices(&device, 1, why, sizeof why) < 1)
        return error_set(e, ERROR_DEVICE, "%s", why);
    printf("%s, %s, %.1f GB\n%s\n", device.name, device.unit, (double)device.memory / 1e9, device.pci);
    return true;
}

static void count(const struct plan *plan)
{
    struct op_cost all = { 0 };

    for (int i = plan->spans[SPAN_STEP].first; i < plan->spans[SPAN_STEP].end; i++) {
        const struct op_cost cost = plan_cost(plan, &plan->ops[i], plan->batch);

        all.flops += cost.flops;
        all.bytes += cost.bytes;
    }
    figure_print("flops", all.flops, "FLOP");
    figure_print("bytes", all.bytes, "B");
}

static bool profile(struct executor *x, struct loader *loader, const struct recipe *recipe, struct error *e)
{
    struct profile *p = profile_measure(x, loader, NULL, 1, RATE, PROFILE_SECONDS, e);

    if (!p)
        return false;
    profile_table_print(p, recipe, stdout);
    figure_print("step", p->step_seconds * 1e3, "ms");
    figure_print("operations", p->rows_seconds * 1e3, "ms");
    figure_print("launches", p->launches, "launches");
    figure_print("flops", p->cost.flops, "FLOP");
    figure_print("bytes", p->cost.bytes, "B");
    free(p);
    return true;
}

/* Serves, or profiles. */
static bool work(const struct plan *plan, const struct recipe *recipe, bool profiling, struct error *e)
{
    struct step step = { .rows = plan->batch, .seed = 1, .learning_rate = RATE };
    struct source *source = noise_new(plan, plan->classes, e);
    struct loader *loader = source ? loader_open(source, &(struct loader_options){ .batch = plan->batch }, e) : NULL;
    struct executor x = { 0 };
    bool good =
        loader && executor_open(&x, &cuda_backend_class, &(struct device_choice){ 0 }, plan, e) && noise_weights(&x, e);

    if (good && profiling)
        good = profile(&x, loader, recipe, e);
    else if (good)
        good = noise_batch(&x, loader, e) && serve(&x, &step, e);
    executor_close(&x);
    loader_close(loader);
    source_close(source);
    return good;
}

int main(int argc, char **argv)
{
    static struct recipe recipe;
    bool profiling = argc > 1 && !strcmp(argv[1], "--profile"), counting = argc > 1 && !strcmp(argv[1], "--count");
    char **arguments = argv + (profiling || counting);
    struct error e = { 0 };

    if (argc == 2 && !strcmp(argv[1], "--device"))
        return tell_device(&e) ? 0 : fail(&e);

    struct plan *plan = NULL;
    bool good = read_recipe(&recipe, arguments, argc - (profiling || counting), &e) &&
                (plan = compile_recipe(&recipe, image_shape(arguments), atoi(arguments[CLASSES]), true, &e));

    if (good && counting)
        count(plan);
    else if (good)
        good = work(plan, &recipe, profiling, &e);
    plan_free(plan);
    return good ? 0 : fail(&e);
}
