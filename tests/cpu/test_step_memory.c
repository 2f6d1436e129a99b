/* A training step needs no new memory: after the first steps nothing is allocated, and no page is touched for the first
 * time, from the loader's batch to the loss that is read back. */
#include "tests/support/check.h"

#include <stdatomic.h>
#include <sys/resource.h>

#include "cpu/cpu_backend.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/data_files.h"

/* Counts every allocation of the program. Not under sanitizers, which have an allocator and memory of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
enum { COUNTED = 0 };
static atomic_long allocations;
#else
enum { COUNTED = 1 };
static atomic_long allocations;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_memalign(alignment, size);
}
#endif

/* A network on small data, ready to step. */
struct scene {
    struct plan *plan;
    struct source *source;
    struct loader *loader;
    struct executor x;
    uint32_t epoch;
    struct step step;
};

static void begin(struct scene *s, const struct recipe *recipe, int size, int channels, uint32_t images)
{
    const struct loader_options options = { .subset = SUBSET_TRAIN, .batch = recipe->training.batch, .shuffle = true };
    struct device_choice two_threads = { .threads = 2 };
    struct error e = { 0 };

    *s = (struct scene){ .step = { .learning_rate = 0.001 } };
    s->source = data_memory(images, 4, size, size, channels, 10);
    s->plan = compile_recipe(recipe, shape_image(size, size, channels), 10, true, &e);
    assert_good(s->plan, e);
    s->loader = loader_open(s->source, &options, &e);
    assert_good(s->loader, e);
    assert_good(executor_open(&s->x, &cpu_backend_class, &two_threads, s->plan, &e), e);
}

static void end(struct scene *s)
{
    executor_close(&s->x);
    loader_close(s->loader);
    source_close(s->source);
    plan_free(s->plan);
}

/* As the trainer does. */
static void train_epoch(struct scene *s)
{
    const struct batch *batch;
    struct error e = { 0 };
    float loss, correct;

    assert_good(loader_start(s->loader, ++s->epoch, 0, &e), e);
    while ((batch = loader_next(s->loader, &e))) {
        s->step.rows = batch->count;
        s->step.number++;
        assert_good(executor_step(&s->x, SPAN_STEP, batch, &s->step, &loss, &correct, &e), e);
    }
    assert_int_equal(e.kind, ERROR_NONE);
}

static long page_faults(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

/* A page that every step touches for the first time, or gives back and needs again, is a page fault in every epoch. Now
 * and then the system causes faults itself, in a burst (it joins pages into huge ones, moves them, reclaims idle ones):
 * so not all epochs have to be without a fault, but most. */
static void assert_steps_need_no_memory(struct scene *s, int epochs)
{
    const int warm_up = 2;
    int quiet = 0;

    for (int i = 0; i < warm_up; i++)
        train_epoch(s);

    long allocated = atomic_load(&allocations);

    for (int i = 0; i < epochs; i++) {
        long faults = page_faults();

        train_epoch(s);
        quiet += page_faults() == faults;
    }
    assert_int_equal(atomic_load(&allocations) - allocated, 0);
    if (4 * quiet < 3 * epochs)
        fail_msg("%d of %d epochs have page faults", epochs - quiet, epochs);
}

static void check_preset(const char *preset, int batch, int size, int channels, uint32_t images, int epochs)
{
    static struct recipe recipe;
    struct error e = { 0 };
    struct scene scene;

    if (!COUNTED)
        skip();
    assert_good(recipe_load(&recipe, preset, &e), e);
    recipe.training.batch = batch;
    begin(&scene, &recipe, size, channels, images);
    assert_steps_need_no_memory(&scene, epochs);
    end(&scene);
}

static void test_the_perceptron_of_mnist(void **state)
{
    (void)state;
    check_preset("mnist-mlp", 32, 28, 1, 330, 40);
}

static void test_the_lesson_of_cifar10(void **state)
{
    (void)state;
    check_preset("cifar10-lesson", 16, 32, 3, 80, 20);
}

static void test_a_network_of_every_kind(void **state)
{
    static struct recipe recipe;
    static const char text[] = "[training]\nbatch = 6\nclip = 1\n[data]\nflip = yes\nshift = 2\n[layers]\n"
                               "conv2d = filters=8 kernel=3 activation=relu\nmaxpool2d =\nbatch_norm =\n"
                               "residual = filters=12 stride=2\nflatten =\ndense = units=16 activation=gelu\n"
                               "dropout = rate=0.2\ndense = units=10\n";
    struct error e = { 0 };
    struct scene scene;

    (void)state;
    if (!COUNTED)
        skip();
    assert_good(recipe_parse(&recipe, text, "every", &e), e);
    begin(&scene, &recipe, 12, 3, 45);
    assert_steps_need_no_memory(&scene, 20);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_perceptron_of_mnist),
        cmocka_unit_test(test_the_lesson_of_cifar10),
        cmocka_unit_test(test_a_network_of_every_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
