/* What the CPU backend promises beside its numbers: several of them at once, errors in words. */
#include "tests/support/check.h"

#include <pthread.h>

#include "cpu/cpu_backend.h"
#include "cpu/variant.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/op_compare.h"

static struct plan *small_plan(void)
{
    static struct recipe recipe;
    static const char text[] = "[training]\nbatch = 6\nclip = 1\n[data]\nflip = yes\nshift = 2\n[layers]\n"
                               "conv2d = filters=8 kernel=3 activation=relu\nmaxpool2d =\nbatch_norm =\n"
                               "residual = filters=12 stride=2\nflatten =\ndense = units=16 activation=gelu\n"
                               "dropout = rate=0.2\ndense = units=4\n";
    struct error e = { 0 };
    struct plan *plan;

    recipe_preset(&recipe);
    assert_good(recipe_parse(&recipe, text, "small", &e), e);
    plan = compile_recipe(&recipe, shape_image(12, 12, 3), 4, true, &e);
    assert_good(plan, e);
    return plan;
}

struct runner {
    bool good;
    struct error error;
};

static void *run_cases(void *argument)
{
    struct runner *r = argument;

    r->good = op_cases_agree(&cpu_backend_class, 2, OP_CONV2D_WEIGHT_GRADIENT, 40, 1e-5, &r->error) &&
              op_cases_agree(&cpu_backend_class, 2, OP_BATCH_NORM, 40, 1e-5, &r->error) &&
              op_cases_agree(&cpu_backend_class, 2, OP_DENSE, 40, 1e-5, &r->error);
    return NULL;
}

static void test_two_backends_run_at_once_on_two_threads(void **state)
{
    struct runner runners[2] = { 0 };
    pthread_t threads[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_cases, &runners[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 2; i++)
        assert_good(runners[i].good, runners[i].error);
}

static void test_too_little_memory_is_an_error_that_stays(void **state)
{
    struct error e = { 0 };
    struct backend *b = cpu_backend_class.open(&(struct device_choice){ .threads = 1 }, &e);
    struct buffer buffer, second;

    (void)state;
    assert_good(b, e);
    assert_false(b->ops->alloc(b, (size_t)1 << 60, &buffer));
    assert_bad(b->ops->wait(b, &e), e, "not enough memory");
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_non_null(strstr(e.text, "1152921504606.8 MB"));
    assert_false(b->ops->alloc(b, 64, &second));
    b->ops->upload(b, buffer, 0, "x", 1);
    assert_bad(b->ops->wait(b, &e), e, "1152921504606.8 MB");
    b->ops->free(b, buffer);
    b->ops->close(b);
}

static void test_a_buffer_is_aligned_and_zero(void **state)
{
    static const size_t sizes[] = { 1, 100, 4096, 5 << 20 };
    struct error e = { 0 };
    struct backend *b = cpu_backend_class.open(&(struct device_choice){ .threads = 2 }, &e);

    (void)state;
    assert_good(b, e);
    for (int i = 0; i < 4; i++) {
        struct buffer buffer;
        unsigned char last = 1;

        assert_true(b->ops->alloc(b, sizes[i], &buffer));
        assert_int_equal(buffer.handle % 64, 0);
        b->ops->download(b, &last, buffer, sizes[i] - 1, 1);
        assert_int_equal(last, 0);
        b->ops->free(b, buffer);
    }
    b->ops->close(b);
}

static void test_a_step_that_does_not_fit_the_plan_is_an_error(void **state)
{
    struct plan *plan = small_plan();
    struct step step = { .rows = 7, .number = 1 };
    struct executor x;
    struct error e = { 0 };

    (void)state;
    assert_good(executor_open(&x, &cpu_backend_class, &(struct device_choice){ .threads = 1 }, plan, &e), e);
    x.backend->ops->run(x.backend, 0, 1, &step);
    assert_bad(x.backend->ops->wait(x.backend, &e), e, "7 images in a plan for at most 6");
    executor_close(&x);
    plan_free(plan);
}

/* The vector unit that each processor of this kind has. */
#if defined(__aarch64__)
static const char on_all[] = "neon";
#else
static const char on_all[] = "portable";
#endif

static void test_the_device_describes_itself(void **state)
{
    struct device_info info;
    char why[200] = "";

    (void)state;
    assert_int_equal(cpu_backend_class.devices(&info, 1, why, sizeof why), 1);
    assert_string_equal(info.id, "cpu");
    assert_string_not_equal(info.name, "");
    assert_in_range(info.threads, 1, info.threads_all);
    setenv("CUVETTE_CPU", on_all, 1);
    assert_int_equal(cpu_backend_class.devices(&info, 1, why, sizeof why), 1);
    unsetenv("CUVETTE_CPU");
    assert_string_equal(info.unit, on_all);
}

static void test_a_missing_vector_unit_is_an_error(void **state)
{
    struct device_choice choice = { .threads = 1 };
    struct error e = { 0 };

    (void)state;
    setenv("CUVETTE_CPU", "abacus", 1);
    assert_null(cpu_backend_class.open(&choice, &e));
    assert_int_equal(e.kind, ERROR_DEVICE);
    assert_non_null(strstr(e.text, "CUVETTE_CPU is 'abacus': it may be "));
    assert_non_null(strstr(e.text, on_all));
    for (int i = 0; i < variant_count(); i++)
        assert_non_null(strstr(e.text, variant_name(i)));
    for (int i = 0; i < variant_count(); i++) {
        setenv("CUVETTE_CPU", variant_name(i), 1);
        struct backend *b = cpu_backend_class.open(&choice, &e);

        assert_int_equal(b != NULL, variant_supported(i));
        if (b)
            b->ops->close(b);
    }
    unsetenv("CUVETTE_CPU");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_backends_run_at_once_on_two_threads),
        cmocka_unit_test(test_too_little_memory_is_an_error_that_stays),
        cmocka_unit_test(test_a_buffer_is_aligned_and_zero),
        cmocka_unit_test(test_a_step_that_does_not_fit_the_plan_is_an_error),
        cmocka_unit_test(test_the_device_describes_itself),
        cmocka_unit_test(test_a_missing_vector_unit_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
