/* Spans of the CUDA backend: a replayed graph computes what its operations compute one by one, bit for bit, and a lost
 * device ends the run with an error. On a CUDA that does its work as late as it may. */
#include "tests/gpu/on_host_test.h"

#include <stdio.h>

#include <cuda_runtime_api.h>

#include "gpu/core/gpu_graph.h"
#include "gpu/core/gpu_laps.h"
#include "gpu/gpu_backend.h"
#include "nn/plan/plan_initialise.h"
#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"

enum { SIDE = 8, CHANNELS = 3, CLASSES = 4, BATCH = 6, IMAGE = SIDE * SIDE * CHANNELS };

/* A plan on the device, with weights and a batch in it. */
struct rig {
    struct plan *plan;
    struct backend *b;
    struct buffer arenas[ARENA_COUNT];
    struct buffer held; /* the batch's images once more */
};

static struct plan *plan_of(const char *text)
{
    static struct recipe recipe;
    struct error e = { 0 };
    struct plan *plan;

    recipe_preset(&recipe);
    assert_good(recipe_parse(&recipe, text, "small", &e), e);
    plan = compile_recipe(&recipe, shape_image(SIDE, SIDE, CHANNELS), CLASSES, true, &e);
    assert_good(plan, e);
    return plan;
}

/* With everything that differs from step to step: augmentation, dropout, a learning rate, Adam's correction. */
static struct plan *new_plan(int units)
{
    char text[512];

    snprintf(text, sizeof text,
             "[training]\nbatch = %d\nclip = 1\n[data]\nflip = yes\nshift = 2\n[layers]\n"
             "conv2d = filters=4 kernel=3 activation=relu\nmaxpool2d =\nbatch_norm =\nflatten =\n"
             "dense = units=%d activation=tanh\ndropout = rate=0.3\ndense = units=%d\n",
             BATCH, units, CLASSES);
    return plan_of(text);
}

static struct plan *small_plan(void)
{
    return new_plan(10);
}

/* Convolutions of one size after each other, pooled and not. */
static struct plan *plan_of_convolutions(void)
{
    return plan_of("[training]\nbatch = 6\nprecision = bf16\n[layers]\n"
                   "conv2d = filters=8 kernel=3 activation=relu\nconv2d = filters=8 kernel=3 activation=relu\n"
                   "conv2d = filters=8 kernel=3 activation=relu\nmaxpool2d =\n"
                   "conv2d = filters=16 kernel=3 activation=relu\nmaxpool2d =\nflatten =\ndense = units=4\n");
}

static void write_weights(struct rig *r)
{
    const struct plan *plan = r->plan;
    float *parameters = calloc(1, plan->arena_bytes[ARENA_PARAMETERS]);
    float *statistics = calloc(1, plan->arena_bytes[ARENA_STATISTICS]);
    float *normalisation = statistics + plan->values[plan->normalisation].offset / sizeof *statistics;

    plan_initialise(plan, 5, parameters, statistics);
    for (int c = 0; c < CHANNELS; c++) {
        normalisation[c] = 0.5F;
        normalisation[CHANNELS + c] = 3;
    }
    r->b->ops->upload(r->b, r->arenas[ARENA_PARAMETERS], 0, parameters, plan->arena_bytes[ARENA_PARAMETERS]);
    r->b->ops->upload(r->b, r->arenas[ARENA_STATISTICS], 0, statistics, plan->arena_bytes[ARENA_STATISTICS]);
    free(parameters);
    free(statistics);
}

static void write_batch(struct rig *r)
{
    const struct plan *plan = r->plan;
    unsigned char images[BATCH * IMAGE];
    int32_t labels[BATCH];
    uint32_t index[BATCH];
    struct buffer to = r->arenas[ARENA_BATCH];

    for (int i = 0; i < BATCH * IMAGE; i++)
        images[i] = (unsigned char)(i * 37 % 251 + i / IMAGE);
    for (int n = 0; n < BATCH; n++) {
        labels[n] = n % CLASSES;
        index[n] = (uint32_t)n;
    }
    r->b->ops->upload(r->b, to, plan->values[plan->images].offset, images, sizeof images);
    r->b->ops->upload(r->b, to, plan->values[plan->labels].offset, labels, sizeof labels);
    r->b->ops->upload(r->b, to, plan->values[plan->index].offset, index, sizeof index);
    assert_true(r->b->ops->alloc(r->b, sizeof images, &r->held));
    r->b->ops->upload(r->b, r->held, 0, images, sizeof images);
}

static void rig_open(struct rig *r, struct plan *plan)
{
    struct error e = { 0 };

    *r = (struct rig){ .plan = plan };
    r->b = cuda_backend_class.open(&(struct device_choice){ 0 }, &e);
    assert_good(r->b, e);
    for (int a = 0; a < ARENA_COUNT; a++)
        assert_true(r->b->ops->alloc(r->b, r->plan->arena_bytes[a], &r->arenas[a]));
    write_weights(r);
    write_batch(r);
    r->b->ops->prepare(r->b, r->plan, r->arenas);
    assert_good(r->b->ops->wait(r->b, &e), e);
}

static void rig_close(struct rig *r)
{
    for (int a = 0; a < ARENA_COUNT; a++)
        r->b->ops->free(r->b, r->arenas[a]);
    r->b->ops->free(r->b, r->held);
    r->b->ops->close(r->b);
    plan_free(r->plan);
    assert_int_equal(on_host_alive(), 0);
    assert_string_equal(on_host_complaint(), "");
}

/* Full batches, and smaller ones as at the end of an epoch. */
static const int rows_of_step[] = { 6, 6, 6, 4, 6, 4, 6, 4, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6 };
enum { STEPS = sizeof rows_of_step / sizeof *rows_of_step };

enum manner { WHOLE, ONE_BY_ONE, HELD, MEASURED };

/* A kernel takes a microsecond on the host's CUDA, and products and convolutions of libraries longer. */
static void measure_step(struct rig *r, const struct step *step)
{
    int first = r->plan->spans[SPAN_STEP].first, end = r->plan->spans[SPAN_STEP].end;
    struct op_work *work = calloc((size_t)(end - first), sizeof *work);
    struct error e;

    assert_non_null(work);
    assert_good(r->b->ops->measure(r->b, first, end, step, work, &e), e);
    for (int i = 0; i < end - first; i++) {
        assert_true(work[i].launches > 0);
        assert_true(work[i].seconds > 0.999e-6 * work[i].launches);
        if (!op_multiplies(r->plan->ops[first + i].kind))
            assert_true(work[i].seconds < 1.001e-6 * work[i].launches);
    }
    free(work);
}

static void run_step(struct rig *r, int i, enum manner manner)
{
    struct step step = { .rows = rows_of_step[i], .number = (uint64_t)i + 1, .seed = (uint64_t)(i / 5),
                         .learning_rate = 0.01 / (i + 1), .images = manner == HELD ? r->held : (struct buffer){ 0 } };
    int first = r->plan->spans[SPAN_STEP].first, end = r->plan->spans[SPAN_STEP].end;

    if (manner == MEASURED && i > 0)
        measure_step(r, &step);
    else if (manner != ONE_BY_ONE)
        r->b->ops->run(r->b, first, end, &step);
    for (int k = first; manner == ONE_BY_ONE && k < end; k++)
        r->b->ops->run(r->b, k, k + 1, &step);
}

/* The loss and all weights after every step. free() it. */
static char *train(struct plan *(*plan)(void), enum manner manner, size_t *bytes)
{
    struct rig r;
    struct error e;
    size_t weights, metrics = 2 * sizeof(float);
    char *all;

    rig_open(&r, plan());
    weights = r.plan->arena_bytes[ARENA_PARAMETERS];
    *bytes = STEPS * (weights + metrics);
    all = calloc(1, *bytes);
    assert_non_null(all);
    for (int i = 0; i < STEPS; i++) {
        char *to = all + (size_t)i * (weights + metrics);

        run_step(&r, i, manner);
        r.b->ops->download(r.b, to, r.arenas[ARENA_PARAMETERS], 0, weights);
        r.b->ops->download(r.b, to + weights, r.arenas[ARENA_METRICS], r.plan->values[r.plan->metrics].offset, metrics);
        assert_good(r.b->ops->wait(r.b, &e), e);
        assert_true(i == 0 || memcmp(to, to - weights - metrics, weights) != 0); /* something was learnt */
    }
    rig_close(&r);
    return all;
}

static void expect_same_bits(struct plan *(*plan)(void))
{
    static const enum manner manners[] = { WHOLE, HELD, MEASURED };
    size_t bytes;
    char *expected = train(plan, ONE_BY_ONE, &bytes);

    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
        on_host_set_seed(i + 7);
        char *got = train(plan, manners[i], &bytes);

        assert_memory_equal(got, expected, bytes);
        free(got);
    }
    free(expected);
}

static void test_a_replayed_span_computes_what_its_operations_do(void **state)
{
    (void)state;
    expect_same_bits(small_plan);
}

/* The two gradients of a convolution share what the first made, unless they run one by one. */
static void test_what_is_left_for_the_next_is_the_same(void **state)
{
    (void)state;
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    expect_same_bits(plan_of_convolutions);
}

static void test_few_graphs_are_kept(void **state)
{
    struct rig r;
    struct error e;
    int before, spans = 0;
    (void)state;

    rig_open(&r, small_plan());
    run_step(&r, 0, WHOLE); /* chooses algorithms and makes no graph */
    before = on_host_alive();
    run_step(&r, 1, WHOLE);
    run_step(&r, 2, WHOLE);
    assert_int_equal(on_host_alive(), before + 1);
    for (int first = 0; first < r.plan->n_ops; first++)
        for (int end = first + 2; end <= r.plan->n_ops; end++, spans++)
            for (int again = 0; again < 2; again++)
                r.b->ops->run(r.b, first, end, &(struct step){ .rows = BATCH, .number = 1 });
    assert_true(spans > GPU_GRAPHS);
    assert_int_equal(on_host_alive(), before + GPU_GRAPHS);
    assert_true(r.b->ops->prepare(r.b, r.plan, r.arenas));
    assert_good(r.b->ops->wait(r.b, &e), e);
    assert_int_equal(on_host_alive(), before);
    rig_close(&r);
}

static void test_another_plan_can_follow(void **state)
{
    struct rig r;
    struct error e;
    struct plan *first;
    (void)state;

    rig_open(&r, small_plan());
    for (int i = 0; i < 3; i++)
        run_step(&r, i, WHOLE);
    first = r.plan;
    for (int a = 0; a < ARENA_COUNT; a++)
        r.b->ops->free(r.b, r.arenas[a]);
    r.b->ops->free(r.b, r.held);
    r.plan = new_plan(3);
    for (int a = 0; a < ARENA_COUNT; a++)
        assert_true(r.b->ops->alloc(r.b, r.plan->arena_bytes[a], &r.arenas[a]));
    write_weights(&r);
    write_batch(&r);
    assert_true(r.b->ops->prepare(r.b, r.plan, r.arenas));
    plan_free(first);
    for (int i = 0; i < 3; i++)
        run_step(&r, i, WHOLE);
    assert_good(r.b->ops->wait(r.b, &e), e);
    rig_close(&r);
}

static void test_a_step_that_does_not_fit_the_plan_is_an_error(void **state)
{
    struct rig r;
    struct error e;
    (void)state;

    rig_open(&r, small_plan());
    r.b->ops->run(r.b, 0, 1, &(struct step){ .rows = BATCH + 1, .number = 1 });
    assert_bad(r.b->ops->wait(r.b, &e), e, "7 images in a plan for at most 6");
    rig_close(&r);
}

/* Whenever it is lost: in the first step, which runs directly, while a graph is captured, or in a replay. */
static void test_a_lost_device_ends_with_an_error(void **state)
{
    (void)state;
    for (int kernels = 0; kernels < 120; kernels += 7) {
        struct op_work work;
        struct rig r;
        struct error e = { 0 };

        on_host_reset();
        rig_open(&r, small_plan());
        on_host_lose_device(kernels, cudaErrorIllegalAddress);
        for (int i = 0; i < STEPS; i++) {
            run_step(&r, i, WHOLE);
            r.b->ops->reach(r.b, r.b->ops->mark(r.b), &e);
        }
        assert_false(r.b->ops->measure(r.b, 0, 1, &(struct step){ .rows = BATCH, .number = 1 }, &work, &e));
        assert_bad(r.b->ops->wait(r.b, &e), e, "cuda:0 failed while ");
        assert_int_equal(e.kind, ERROR_DEVICE);
        assert_non_null(strstr(e.text, "(cudaErrorIllegalAddress); start cuvette again to use this GPU"));
        assert_null(r.b->ops->stage(r.b, 100));
        rig_close(&r);
    }
}

/* A span that does what cannot be captured. */
struct stubborn {
    struct gpu gpu;
    struct gpu_laps *laps; /* or NULL */
    int times;
};

static void queue_stubbornly(void *context, const struct gpu_span *span)
{
    struct stubborn *s = context;

    s->times++;
    gpu_good(&s->gpu, cudaStreamSynchronize(s->gpu.stream), "waiting");
    for (int i = span->first; s->laps && i < span->end; i++)
        gpu_laps_behind(s->laps, &s->gpu);
}

static void test_what_cannot_be_captured_is_run_directly(void **state)
{
    struct stubborn s = { .times = 0 };
    struct gpu_graphs graphs = { .refused = false };
    struct gpu_span span = { .end = 2, .rows = 1 };
    struct gpu_laps laps = { .behind = NULL };
    struct op_work work[2] = { { .launches = 1 }, { .launches = 1 } };
    (void)state;

    assert_int_equal(cudaStreamCreateWithFlags(&s.gpu.stream, cudaStreamNonBlocking), cudaSuccess);
    for (int i = 0; i < 4; i++)
        gpu_graph_run(&graphs, &s.gpu, &span, queue_stubbornly, &s);
    assert_int_equal(s.gpu.error.kind, ERROR_NONE);
    assert_int_equal(s.times, 5); /* once more for the capture that failed */
    assert_true(graphs.refused);
    s.laps = &laps;
    assert_true(gpu_laps_measure(&laps, &s.gpu, &span, true, queue_stubbornly, &s, work));
    assert_int_equal(s.times, 7);
    assert_int_equal(work[0].launches + work[1].launches, 0);
    gpu_graph_drop_all(&graphs);
    assert_int_equal(cudaStreamDestroy(s.gpu.stream), cudaSuccess);
    assert_int_equal(cudaGetLastError(), cudaSuccess);
    assert_int_equal(on_host_alive(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_a_replayed_span_computes_what_its_operations_do),
        ON_HOST_TEST(test_what_is_left_for_the_next_is_the_same),
        ON_HOST_TEST(test_few_graphs_are_kept),
        ON_HOST_TEST(test_another_plan_can_follow),
        ON_HOST_TEST(test_a_step_that_does_not_fit_the_plan_is_an_error),
        ON_HOST_TEST(test_a_lost_device_ends_with_an_error),
        ON_HOST_TEST(test_what_cannot_be_captured_is_run_directly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
