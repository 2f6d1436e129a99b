#include "tests/support/check.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "base/random.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/executor.h"
#include "tests/support/agreement.h"

enum { STEPS = 20, CLASSES = 10, SEED = 17, CHANNELS = 3, CELLS = 4 /* of a side */, BATCH_MOST = 16, SIDE_MOST = 32 };
static const double near = 1e-4;

#define NORM "conv2d = filters=8 bias=no\nbatch_norm = momentum=0.9\nactivation = function=relu\nmaxpool2d =\n" \
             "conv2d = filters=16 bias=no\nbatch_norm = momentum=0.9\nactivation = function=relu\n" \
             "global_avgpool =\ndense = units=10\n"
#define RESIDUAL "conv2d = filters=8 bias=no\nbatch_norm =\nactivation = function=relu\n" \
                 "residual = filters=8\nresidual = filters=16 stride=2\nglobal_avgpool =\ndense = units=10\n"

static const struct subject {
    const char *name, *optimiser, *layers; /* layers NULL: those of cifar10-lesson, without dropout */
    int side, batch;
} subjects[] = {
    { "lesson_sgd", "kind = sgd\nlearning_rate = 0.01\nmomentum = 0.9\n", NULL, 32, 8 },
    { "lesson_adam", "kind = adam\nlearning_rate = 0.001\nepsilon = 1e-3\n", NULL, 32, 8 },
    { "norm_nesterov", "kind = sgd\nlearning_rate = 0.05\nmomentum = 0.9\nnesterov = yes\n", NORM, 12, 16 },
    { "norm_adamw", "kind = adamw\nlearning_rate = 0.01\nweight_decay = 0.01\nepsilon = 1e-4\n", NORM, 12, 16 },
    { "norm_rmsprop", "kind = rmsprop\nlearning_rate = 0.0005\nrho = 0.9\nepsilon = 1e-12\n", NORM, 12, 16 },
    { "residual_sgd", "kind = sgd\nlearning_rate = 0.02\nmomentum = 0.9\n", RESIDUAL, 12, 16 },
    { "residual_adam", "kind = adam\nlearning_rate = 0.003\nepsilon = 1e-4\n", RESIDUAL, 12, 16 },
};

static const struct subject *find(const char *name)
{
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        if (strcmp(subjects[i].name, name) == 0)
            return &subjects[i];
    fail_msg("there is no case %s", name);
    return NULL;
}

static void make_recipe(const struct subject *s, struct recipe *recipe)
{
    struct error e = { 0 };
    char text[1000];

    if (!s->layers)
        assert_good(recipe_load(recipe, "cifar10-lesson", &e), e);
    for (int i = 0; !s->layers && i < recipe->n_layers;)
        if (strcmp(recipe->layers[i].class->name, "dropout") == 0)
            recipe_remove_layer(recipe, i);
        else
            i++;

    struct recipe values;

    snprintf(text, sizeof text, "[training]\nbatch = %d\n[optimiser]\n%s[layers]\n%s", s->batch, s->optimiser,
             s->layers ? s->layers : "flatten =\ndense = units=10\n");
    recipe_preset(&values);
    assert_good(recipe_parse(&values, text, s->name, &e), e);
    if (s->layers)
        *recipe = values;
    recipe->training = values.training;
    recipe->optimiser = values.optimiser;
}

/* Word `index` of a sequence of the fixture's images. */
static uint32_t word(uint32_t salt, int step, int index)
{
    return random_block(SEED, RANDOM_SPLIT, salt, (uint32_t)step, (uint64_t)index / 4).word[index % 4];
}

/* Noise on the pattern of the image's class. */
static void draw_image(int image, int side, uint8_t *out)
{
    for (int i = 0; i < side * side * CHANNELS; i++) {
        const int y = i / CHANNELS / side * CELLS / side, x = i / CHANNELS % side * CELLS / side;
        const int cell = (y * CELLS + x) * CHANNELS + i % CHANNELS;

        out[i] = (uint8_t)(40 + (word(0, image, i) >> 26) + (word(1, image % CLASSES, cell) >> 25));
    }
}

struct drawn {
    uint8_t images[BATCH_MOST * SIDE_MOST * SIDE_MOST * CHANNELS];
    int32_t labels[BATCH_MOST];
    uint32_t index[BATCH_MOST];
    struct batch batch;
};

static const struct batch *draw_batch(struct drawn *d, const struct subject *s, int step)
{
    const int size = s->side * s->side * CHANNELS;

    for (int i = 0; i < s->batch; i++) {
        const int image = step * s->batch + i;

        draw_image(image, s->side, d->images + i * size);
        d->labels[i] = image % CLASSES;
        d->index[i] = (uint32_t)image;
    }
    d->batch = (struct batch){ .images = d->images, .labels = d->labels, .index = d->index, .count = s->batch };
    return &d->batch;
}

static void open_executor(struct executor *x, const struct backend_class *backend, const struct plan *plan)
{
    const struct statistics measured = { .mean = { 0.4f, 0.45f, 0.5f }, .deviation = { 0.2f, 0.25f, 0.3f } };
    float *parameters = test_malloc(plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = test_malloc(plan->arena_bytes[ARENA_STATISTICS]);
    struct error e = { 0 };

    assert_good(executor_open(x, backend, &(struct device_choice){ .threads = 2 }, plan, &e), e);
    plan_initialise(plan, SEED, parameters, statistics);
    executor_normalise(plan, &measured, statistics);
    assert_good(executor_write_weights(x, parameters, statistics, &e), e);
    test_free(parameters);
    test_free(statistics);
}

/* losses[STEPS]: of an evaluation after the steps, of the first batch. */
static void train(const struct subject *s, const struct backend_class *backend, float losses[STEPS + 1])
{
    static struct recipe recipe;
    static struct drawn drawn;
    static struct executor x;
    struct error e = { 0 };
    float correct;

    make_recipe(s, &recipe);
    struct plan *plan = compile_recipe(&recipe, shape_image(s->side, s->side, CHANNELS), CLASSES, true, &e);
    assert_good(plan, e);
    open_executor(&x, backend, plan);
    for (int i = 0; i <= STEPS; i++) {
        const struct step step = { .rows = s->batch, .number = (uint64_t)i + 1, .seed = SEED,
                                   .learning_rate = recipe.optimiser.learning_rate };

        assert_good(executor_step(&x, i < STEPS ? SPAN_STEP : SPAN_EVALUATE, draw_batch(&drawn, s, i % STEPS), &step,
                                  &losses[i], &correct, &e), e);
    }
    executor_close(&x);
    plan_free(plan);
}

static void expect_near(const char *name, int step, float loss, const char *peer, const json_t *theirs)
{
    assert_true(json_is_number(theirs));
    if (!(fabs((double)loss - json_number_value(theirs)) <= near))
        fail_msg("%s, step %d: the loss is %.6f, and %.6f in %s", name, step + 1, (double)loss,
                 json_number_value(theirs), peer);
}

void agreement_expect(const struct backend_class *backend, const char *name)
{
    static const char *const peers[] = { "keras", "torch" };
    char path[4096];
    float losses[STEPS + 1];

    snprintf(path, sizeof path, "%s/tests/nn/train/fixtures/agreement.json", getenv("CUVETTE_SOURCE"));
    json_t *fixture = json_load_file(path, 0, NULL);
    const json_t *theirs = json_object_get(json_object_get(fixture, "losses"), name);

    train(find(name), backend, losses);
    for (int k = 0; k < 2; k++) {
        const json_t *list = json_object_get(theirs, peers[k]);

        assert_int_equal(json_array_size(list), STEPS);
        for (int i = 0; i < STEPS; i++)
            expect_near(name, i, losses[i], peers[k], json_array_get(list, (size_t)i));
    }
    expect_near(name, STEPS, losses[STEPS], "Keras", json_object_get(theirs, "after"));
    json_decref(fixture);
}
