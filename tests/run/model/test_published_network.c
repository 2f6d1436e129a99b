/* What published networks call their weights: every array of each preset has the name and the shape that torchvision,
 * timm and Keras Applications give it (tests/peers/published_names.py, and published_keras.py with --names, write the
 * fixture). */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/recipe/model.h"
#include "run/model/keras/keras_model.h"
#include "run/model/published/published_model.h"
#include "run/model/published/published_state.h"
#include "run/model/torch/state_dict.h"

static void test_braces_are_written_out_as_in_a_shell(void **state)
{
    static const char *const written[] = { "stem", "a.0.x", "a.0.y", "a.1.x", "a.1.y", "b9.c", "b10.c" };
    const struct published_network made = { .name = "made", .layers = "stem a.{0,1}.{x,y} b{9..10}.c" };
    struct published_names names;
    struct error e;

    (void)state;
    assert_good(published_network_names(&made, &names, &e), e);
    assert_int_equal(names.n, sizeof written / sizeof *written);
    for (int i = 0; i < names.n; i++)
        assert_string_equal(names.names[i], written[i]);
    published_names_free(&names);
}

static FILE *open_fixture(void)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/tests/run/model/fixtures/published.txt", getenv("CUVETTE_SOURCE"));
    file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

/* To the line behind "[NAME]"; false: there is none. */
static bool seek_network(FILE *file, const char *name)
{
    char line[256], head[128];

    snprintf(head, sizeof head, "[%s]\n", name);
    while (fgets(line, sizeof line, file))
        if (strcmp(line, head) == 0)
            return true;
    return false;
}

static const struct state_array *find_array(const struct state_dict *d, const char *name)
{
    const struct state_array *found = NULL;

    for (int i = 0; i < d->n; i++)
        if (strcmp(d->arrays[i].name, name) == 0) {
            if (found)
                fail_msg("two arrays are called %s", name);
            found = &d->arrays[i];
        }
    return found;
}

/* A dense layer may be a convolution there, as large as its image. */
static void assert_shape(const char *network, const struct state_array *a, const char *dims)
{
    char ours[64] = "", kernel[64] = "";
    size_t used = 0;

    for (int i = 0; i < a->rank; i++)
        used += (size_t)snprintf(ours + used, sizeof ours - used, "%s%d", i ? "x" : "", a->dims[i]);
    if (a->rank == 2 && a->pixels > 0) {
        int side = 1;

        while (side * side < a->pixels)
            side++;
        snprintf(kernel, sizeof kernel, "%dx%dx%dx%d", a->dims[0], a->dims[1] / a->pixels, side, side);
    }
    if (strcmp(dims, ours) != 0 && strcmp(dims, kernel) != 0)
        fail_msg("%s: %s is %s, not %s", network, a->name, ours, dims);
}

static void assert_named(const struct published_network *p, const struct stored_model *m, FILE *file)
{
    struct state_dict d;
    struct error e = { 0 };
    char line[256], name[128], dims[64];
    int count = 0;

    assert_good(state_dict_make(&m->header.recipe, m->plan, &d, &e), e);
    assert_good(published_state_rename(p, &m->header, "", &d, &e), e);
    for (; fgets(line, sizeof line, file) && line[0] != '['; count++) {
        assert_int_equal(sscanf(line, "%127s %63s", name, dims), 2);
        const struct state_array *a = find_array(&d, name);

        if (!a)
            fail_msg("%s: nothing is called %s", p->name, name);
        assert_shape(p->name, a, dims);
    }
    assert_int_equal(count, d.n);
    state_dict_free(&d);
}

/* In Keras "layer/weight", and shapes as they are here. */
static bool is_in_keras(const struct keras_model *k, const struct published_names *names, const char *array,
                        const char *dims)
{
    char name[128], shape[64];

    for (int i = 0, next = 0; i < k->n_layers; i++)
        for (int j = 0; k->layers[i].n_weights > 0 && j <= k->layers[i].n_weights; j++) {
            const struct keras_weight *w = &k->layers[i].weights[j];

            if (j == k->layers[i].n_weights) {
                next++;
                break;
            }
            snprintf(name, sizeof name, "%s/%s", names->names[next], w->name);
            shape[0] = '\0';
            for (int d = 0; d < w->rank; d++)
                snprintf(shape + strlen(shape), sizeof shape - strlen(shape), "%s%d", d ? "x" : "", w->dims[d]);
            if (strcmp(name, array) == 0)
                return strcmp(shape, dims) == 0;
        }
    return false;
}

/* A bias in front of a normalisation, which is taken off its mean. */
static bool is_surplus_bias(const struct keras_model *k, const struct published_names *names, const char *array)
{
    char name[128];

    for (int i = 0, next = 0; i < k->n_layers; next += k->layers[i].n_weights > 0, i++) {
        if (k->layers[i].kind != KERAS_CONV2D || k->layers[i].n_weights != 1)
            continue;
        snprintf(name, sizeof name, "%s/bias", names->names[next]);
        if (strcmp(name, array) == 0)
            return true;
    }
    return false;
}

static void assert_named_in_keras(const struct published_network *p, const struct stored_model *m, FILE *file)
{
    struct published_names names;
    struct error e = { 0 };
    struct keras_model *k = keras_model_new(&m->header.recipe, m->plan, &e);
    char line[256], name[128], dims[64];
    int count = 0, arrays = 0;

    assert_non_null(k);
    assert_good(published_network_names(p, &names, &e), e);
    for (int i = 0; i < k->n_layers; i++) {
        count += k->layers[i].n_weights > 0;
        arrays += k->layers[i].n_weights;
    }
    assert_int_equal(count, names.n);
    while (fgets(line, sizeof line, file) && line[0] != '[') {
        assert_int_equal(sscanf(line, "%127s %63s", name, dims), 2);
        if (is_surplus_bias(k, &names, name))
            continue;
        if (!is_in_keras(k, &names, name, dims))
            fail_msg("%s: nothing is called %s and is %s", p->name, name, dims);
        arrays--;
    }
    assert_int_equal(arrays, 0);
    published_names_free(&names);
    keras_model_free(k);
}

static void test_every_array_is_named_once_and_has_its_shape(void **state)
{
    (void)state;
    for (const struct published_network *p = published_networks; p->name; p++) {
        const struct model_wish nothing = { .recipe = NULL };
        struct stored_model m = { .format = NULL };
        struct error e = { 0 };
        FILE *file = open_fixture();

        if (!seek_network(file, p->name))
            fail_msg("the fixture has no %s", p->name);
        assert_good(published_model_header(p, 1000, &nothing, &m, &e), e);
        assert_good(stored_model_plan(&m, &e), e);
        if (p->layout == PUBLISHED_TORCH)
            assert_named(p, &m, file);
        else
            assert_named_in_keras(p, &m, file);
        stored_model_free(&m);
        fclose(file);
    }
}

static void test_a_thousand_classes_are_imagenets(void **state)
{
    static struct stored_model m;
    const struct model_wish nothing = { .recipe = NULL };
    struct error e = { 0 };

    (void)state;
    assert_good(published_model_header(&published_networks[0], 1000, &nothing, &m, &e), e);
    assert_true(m.header.named);
    assert_string_equal(m.header.class_names[0], "tench");
    assert_string_equal(m.header.class_names[999], "toilet tissue");
    m = (struct stored_model){ .format = NULL };
    assert_good(published_model_header(&published_networks[0], 37, &nothing, &m, &e), e);
    assert_int_equal(m.header.classes, 37);
    assert_false(m.header.named);
}

/* Images are flattened channel by channel in PyTorch, pixel by pixel here. */
static void test_a_flattened_image_is_turned(void **state)
{
    enum { OUT = 2, CHANNELS = 3, PIXELS = 4, IN = CHANNELS * PIXELS };
    const struct state_array a = { .rank = 2, .dims = { OUT, IN }, .count = OUT * IN, .pixels = PIXELS };
    float torch[OUT * IN], plan[OUT * IN];

    (void)state;
    for (int i = 0; i < OUT * IN; i++)
        torch[i] = (float)i;
    state_array_turn_in(&a, torch, plan);
    for (int o = 0; o < OUT; o++)
        for (int c = 0; c < CHANNELS; c++)
            for (int p = 0; p < PIXELS; p++)
                assert_true(plan[(p * CHANNELS + c) * OUT + o] == torch[o * IN + c * PIXELS + p]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_braces_are_written_out_as_in_a_shell),
        cmocka_unit_test(test_every_array_is_named_once_and_has_its_shape),
        cmocka_unit_test(test_a_thousand_classes_are_imagenets),
        cmocka_unit_test(test_a_flattened_image_is_turned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
