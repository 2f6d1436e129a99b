#include "tests/support/check.h"

#include "cpu/cpu_backend.h"
#include "nn/recipe/compile.h"
#include "nn/train/profile.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/queue_backend.h"
#include "tests/support/toy_data.h"

static struct plan *plan_of(const char *preset, struct shape input)
{
    static struct recipe recipe;
    struct error e = { 0 };

    assert_good(recipe_load(&recipe, preset, &e), e);

    struct plan *plan = compile_recipe(&recipe, input, 10, true, &e);

    assert_good(plan, e);
    return plan;
}

/* The cost of the n-th operation of a kind, from 0 on. */
static struct op_cost cost_of(const struct plan *plan, enum op_kind kind, int n, int rows)
{
    for (int i = plan->spans[SPAN_STEP].first; i < plan->spans[SPAN_STEP].end; i++)
        if (plan->ops[i].kind == kind && n-- == 0)
            return plan_cost(plan, &plan->ops[i], rows);
    fail_msg("the plan has too few %s", op_name(kind));
    return (struct op_cost){ 0 };
}

static void assert_number(double found, double wanted)
{
    if (found != wanted)
        fail_msg("%.0f, not %.0f", found, wanted);
}

/* By hand: two operations a product, one product a tap, channel and output. */
static void test_products_of_known_layers_are_counted(void **state)
{
    struct plan *plan = plan_of("cifar10-lesson", shape_image(32, 32, 3));
    double flops = 0;

    (void)state;
    assert_number(cost_of(plan, OP_CONV2D, 0, 250).flops, 250 * 2.0 * 32 * 32 * 32 * 27);
    assert_number(cost_of(plan, OP_CONV2D, 3, 250).flops, 250 * 2.0 * 4 * 4 * 256 * 9 * 128);
    assert_number(cost_of(plan, OP_CONV2D_WEIGHT_GRADIENT, 0, 250).flops, 250 * 2.0 * 4 * 4 * 256 * 9 * 128);
    assert_number(cost_of(plan, OP_CONV2D_INPUT_GRADIENT, 0, 7).flops, 7 * 2.0 * 4 * 4 * 256 * 9 * 128);
    assert_number(cost_of(plan, OP_DENSE, 0, 250).flops, 250 * 2.0 * 1024 * 256);
    assert_number(cost_of(plan, OP_DENSE_INPUT_GRADIENT, 0, 250).flops, 250 * 2.0 * 512 * 10);
    assert_number(cost_of(plan, OP_DENSE_WEIGHT_GRADIENT, 2, 1).flops, 2.0 * 1024 * 256);

    /* A whole step: forward, and twice that backward but for the first layer's input. */
    for (int i = plan->spans[SPAN_STEP].first; i < plan->spans[SPAN_STEP].end; i++)
        flops += plan_cost(plan, &plan->ops[i], 1).flops;
    assert_number(flops, 2.0 * (2 * 884736 + 3 * (3 * 4718592.0 + 1024 * 256 + 256 * 512 + 512 * 10)));
    plan_free(plan);
}

static void test_moved_bytes_of_known_operations_are_counted(void **state)
{
    const double weights = 784 * 128 + 128 + 128 * 10 + 16; /* places are whole cache lines */
    struct plan *plan = plan_of("mnist-mlp", shape_image(28, 28, 1));

    (void)state;
    /* Bytes of images and an index in, floats out; the normalisation is no part of an image. */
    assert_number(cost_of(plan, OP_GATHER, 0, 32).bytes, 32 * (784 + 4 + 784 * 4) + 2 * 4);
    assert_number(cost_of(plan, OP_GATHER, 0, 8).bytes, 8 * (784 + 4 + 784 * 4) + 2 * 4);
    assert_number(cost_of(plan, OP_DENSE, 0, 32).bytes, 4.0 * (32 * 784 + 784 * 128 + 128 + 32 * 128));
    /* Parameters and two moments are read and written, gradients read. */
    assert_number(cost_of(plan, OP_ADAM, 0, 32).bytes, 4.0 * 7 * weights);
    assert_number(cost_of(plan, OP_ADAM, 0, 32).flops, 0);
    plan_free(plan);
}

/* Opens the toy network on a device and profiles it. */
static struct profile *profile_toy(struct plan *plan, const struct backend_class *backend, const struct recipe *recipe,
                                   uint32_t images, struct error *e)
{
    struct source *source = toy_data(images, 4, true);
    const struct loader_options options = { .subset = SUBSET_TRAIN, .batch = recipe->training.batch, .shuffle = true };
    struct loader *loader = loader_open(source, &options, e);
    struct executor x;
    struct profile *p;

    assert_good(loader, *e);
    assert_good(executor_open(&x, backend, &(struct device_choice){ .threads = 1 }, plan, e), *e);
    p = profile_measure(&x, loader, NULL, 1, 0.001, 0, e);
    executor_close(&x);
    loader_close(loader);
    source_close(source);
    return p;
}

static void assert_complete(const struct backend_class *backend, uint32_t images, int batch, int images_a_step)
{
    static struct recipe recipe;
    struct error e = { 0 };
    double sum = 0;

    assert_good(recipe_parse(&recipe, "[layers]\nconv2d = filters=4\nflatten =\ndense = units=4\n", "toy", &e), e);
    recipe.training.batch = batch;

    struct plan *plan = compile_recipe(&recipe, shape_image(TOY_SIZE, TOY_SIZE, 1), TOY_CLASSES, true, &e);

    assert_good(plan, e);

    struct profile *p = profile_toy(plan, backend, &recipe, images, &e);

    assert_good(p, e);
    assert_int_equal(p->n_rows, plan->spans[SPAN_STEP].end - plan->spans[SPAN_STEP].first);
    for (int i = 0; i < p->n_rows; i++) {
        assert_ptr_equal(p->rows[i].op, &plan->ops[plan->spans[SPAN_STEP].first + i]);
        assert_true(p->rows[i].seconds > 0);
        sum += p->rows[i].seconds;
    }
    assert_true(p->rows_seconds == sum);
    assert_true(p->step_seconds > 0);
    assert_true(p->steps >= 5 && p->steps % 2 == 1);
    assert_int_equal(p->images, images_a_step);
    assert_int_equal(p->queued, backend->ahead > 1);
    free(p);
    plan_free(plan);
}

static void test_every_operation_of_the_step_is_timed(void **state)
{
    (void)state;
    assert_complete(&cpu_backend_class, 64, 16, 16);
}

static void test_short_batches_are_left_out(void **state)
{
    (void)state;
    assert_complete(&cpu_backend_class, 20, 16, 16); /* an epoch of 16 and 4 */
    assert_complete(&cpu_backend_class, 10, 16, 10); /* there is no longer one */
}

/* A device that measures is believed, and no operation of it is waited for. */
static bool measure(struct backend *b, int first, int end, const struct step *step, struct op_work *out,
                    struct error *e)
{
    b->ops->run(b, first, end, step);
    for (int i = first; i < end; i++)
        out[i - first] = (struct op_work){ .seconds = i + 1, .launches = i + 2 };
    return b->ops->wait(b, e);
}

static struct backend *open_measuring(const struct device_choice *choice, struct error *e)
{
    static struct backend_ops ops;
    struct backend *b = queue_backend_class.open(choice, e);

    if (b) {
        ops = *b->ops;
        ops.measure = measure;
        b->ops = &ops;
    }
    return b;
}

static void test_a_device_that_measures_is_believed(void **state)
{
    struct backend_class class = queue_backend_class;
    struct recipe recipe;
    struct error e = { 0 };

    (void)state;
    queue_settings = (struct queue_settings){ 0 };
    class.open = open_measuring;
    assert_good(recipe_parse(&recipe, "[layers]\nflatten =\ndense = units=4\n", "toy", &e), e);
    recipe.training.batch = 16;

    struct plan *plan = compile_recipe(&recipe, shape_image(TOY_SIZE, TOY_SIZE, 1), TOY_CLASSES, true, &e);

    assert_good(plan, e);

    struct profile *p = profile_toy(plan, &class, &recipe, 64, &e);
    int first = plan->spans[SPAN_STEP].first, launches = 0;

    assert_good(p, e);
    assert_false(p->queued);
    for (int i = 0; i < p->n_rows; i++) {
        assert_true(p->rows[i].seconds == first + i + 1);
        assert_int_equal(p->rows[i].launches, first + i + 2);
        launches += p->rows[i].launches;
    }
    assert_int_equal(p->launches, launches);
    assert_true(p->step_seconds < 1);
    free(p);
    plan_free(plan);
}

/* A device that only begins when it is waited for is timed to the end, one operation at a time. */
static void test_a_device_with_a_queue_is_waited_for(void **state)
{
    (void)state;
    queue_settings = (struct queue_settings){ 0 };
    assert_complete(&queue_backend_class, 64, 16, 16);
    assert_int_equal(queue_account.runs_done, queue_account.runs_asked);
    assert_int_equal(queue_account.most_waiting, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products_of_known_layers_are_counted),
        cmocka_unit_test(test_moved_bytes_of_known_operations_are_counted),
        cmocka_unit_test(test_every_operation_of_the_step_is_timed),
        cmocka_unit_test(test_short_batches_are_left_out),
        cmocka_unit_test(test_a_device_with_a_queue_is_waited_for),
        cmocka_unit_test(test_a_device_that_measures_is_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
