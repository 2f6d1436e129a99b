/* Convolutions by cuDNN: used where it is right, not used where it is wrong, and whatever fails the run goes on. On the
 * CUDA that the host plays, with a cuDNN that does what a test says. */
#include "tests/gpu/on_host_test.h"

#include "tests/gpu/gpu_cases.h"
#include "tests/support/lesson.h"
#include "tests/support/toy_data.h"

enum { CASES = 12, MANY_CALLS = 10000, TRAINED = 32 };

/* With as many rows as the plan allows: cuDNN is tried for no others. */
static void draw(struct op_case *c, enum op_kind kind, int seed, enum precision precision)
{
    struct error e = { 0 };

    assert_true(op_case_draw(c, kind, (uint64_t)seed));
    c->step.rows = c->plan.batch;
    c->op.precision = precision;
    assert_good(op_case_expect(c, &e), e);
}

/* How many convolutions cuDNN did while a case ran, with those of trials. */
static int runs_of(const struct op_case *c)
{
    int before = on_host_cudnn_runs();

    gpu_case_expect_agreement(c);
    return on_host_cudnn_runs() - before;
}

static void for_each_case(enum cudnn_on_host manner, void (*test)(const struct op_case *c))
{
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        for (int i = 0; op_is_convolution(kind) && i < CASES * GPU_PRECISIONS; i++) {
            struct op_case c;

            draw(&c, kind, i / GPU_PRECISIONS, (enum precision)(i % GPU_PRECISIONS));
            on_host_set_cudnn(manner);
            test(&c);
            op_case_free(&c);
        }
}

/* A trial's direct run and its two replays, and the step's own. */
enum { TRIAL = 3, CHOSEN = TRIAL + 1 };

static void expect_chosen(const struct op_case *c)
{
    const bool eights = c->op.window.out_channels % 8 == 0 &&
                        (c->op.kind != OP_CONV2D_INPUT_GRADIENT || c->op.window.channels % 8 == 0);

    assert_int_equal(runs_of(c), c->op.precision != PRECISION_BF16 || eights ? CHOSEN : 0);
}

static void test_is_used_where_it_is_right(void **state)
{
    (void)state;
    for_each_case(CUDNN_ON_HOST_RIGHT, expect_chosen);
}

static void draw_window(struct op_case *c, enum op_kind kind, const struct op_window *window, enum precision precision)
{
    struct error e = { 0 };

    assert_true(op_case_draw_window(c, kind, window, 1));
    c->step.rows = c->plan.batch;
    c->op.precision = precision;
    assert_good(op_case_expect(c, &e), e);
}

static void expect_chosen_in_eights(enum op_kind kind, int channels, bool pooled)
{
    const struct op_window window = { 9, 8, channels, 9, 8, 16, 3, 3, 1, 1, 1, ACTIVATION_LINEAR, 0.0f, pooled };
    struct op_case c;

    draw_window(&c, kind, &window, PRECISION_BF16);
    assert_int_equal(runs_of(&c), CHOSEN);
    op_case_free(&c);
}

static void test_is_used_for_halves(void **state)
{
    (void)state;
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++) {
        expect_chosen_in_eights(kind, 8, false);
        expect_chosen_in_eights(kind, 8, true);
    }
    for (int channels = 1; channels <= 11; channels += 2) {
        expect_chosen_in_eights(OP_CONV2D, channels, false);
        expect_chosen_in_eights(OP_CONV2D, channels, true);
        expect_chosen_in_eights(OP_CONV2D_WEIGHT_GRADIENT, channels, false);
        expect_chosen_in_eights(OP_CONV2D_WEIGHT_GRADIENT, channels, true);
    }
}

/* Of results that are too large to be compared as a whole. */
static void test_large_maps_are_judged_too(void **state)
{
    static const struct op_window window = { 262, 131, 1, 262, 131, 8, 3, 3, 1, 1, 1, ACTIVATION_LINEAR };
    struct op_case c;

    (void)state;
    draw_window(&c, OP_CONV2D, &window, PRECISION_FP32);
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    assert_int_equal(runs_of(&c), CHOSEN);
    on_host_set_cudnn(CUDNN_ON_HOST_WRONG);
    assert_true(runs_of(&c) % TRIAL == 0);
    op_case_free(&c);
}

static void expect_no_choice(const struct op_case *c)
{
    assert_true(runs_of(c) % TRIAL == 0);
}

static void test_is_not_used_where_it_is_wrong(void **state)
{
    (void)state;
    for_each_case(CUDNN_ON_HOST_WRONG, expect_no_choice);
}

static void expect_choice_where_it_rounds(const struct op_case *c)
{
    if (c->op.precision == PRECISION_FP32)
        expect_no_choice(c);
    else
        expect_chosen(c);
}

static void test_is_not_used_where_it_is_rough(void **state)
{
    (void)state;
    for_each_case(CUDNN_ON_HOST_ROUGH, expect_choice_where_it_rounds);
}

static void expect_direct_runs_at_most(const struct op_case *c)
{
    const int proposals = 2; /* that may be used */

    assert_true(runs_of(c) <= proposals * TRIAL);
}

static void test_is_not_used_where_it_cannot_be_captured(void **state)
{
    (void)state;
    for_each_case(CUDNN_ON_HOST_UNCAPTURABLE, expect_direct_runs_at_most);
}

static void test_is_not_asked_where_it_is_not_there(void **state)
{
    struct op_case c;

    (void)state;
    draw(&c, OP_CONV2D, 1, PRECISION_FP32);
    assert_int_equal(runs_of(&c), 0);
    op_case_free(&c);
}

static void test_steps_of_fewer_rows_do_without_it(void **state)
{
    struct op_case c;

    (void)state;
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        for (int seed = 0; op_is_convolution(kind) && seed < CASES; seed++) {
            gpu_case_draw(&c, kind, seed, PRECISION_FP32);
            assert_int_equal(runs_of(&c), c.step.rows == c.plan.batch ? CHOSEN : TRIAL);
            op_case_free(&c);
        }
}

/* Calls of one run of a plan: the pack is made, its three attributes are set, it is finished and run. */
enum { CALLS_OF_A_RUN = 6 };

static const struct op_window small = { 5, 4, 2, 5, 4, 3, 3, 3, 1, 1, 1, ACTIVATION_LINEAR };

/* Every call of a trial fails once. */
static void expect_agreement_whatever_fails(const struct op_case *c)
{
    int calls;

    on_host_fail_cudnn(MANY_CALLS);
    gpu_case_expect_agreement(c);
    calls = MANY_CALLS - on_host_cudnn_calls_to_failure() - CALLS_OF_A_RUN;
    assert_true(calls > CALLS_OF_A_RUN);
    for (int call = 0; call < calls; call++) {
        on_host_fail_cudnn(call);
        gpu_case_expect_agreement(c);
        assert_true(on_host_cudnn_calls_to_failure() < 0);
    }
}

static void test_whatever_fails_in_a_trial_the_run_goes_on(void **state)
{
    static const enum op_kind kinds[] = { OP_CONV2D, OP_CONV2D_INPUT_GRADIENT, OP_CONV2D_WEIGHT_GRADIENT };
    struct op_case c;

    (void)state;
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        draw_window(&c, kinds[i], &small, PRECISION_FP32);
        expect_agreement_whatever_fails(&c);
        op_case_free(&c);
    }
}

/* A failure after cuDNN has been chosen ends the run, and says what can be done. */
static void test_a_step_that_fails_says_what_helps(void **state)
{
    struct error e = { 0 };
    struct op_case c;
    unsigned char *after;

    (void)state;
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    draw_window(&c, OP_CONV2D, &small, PRECISION_FP32);
    after = test_malloc(c.plan.arena_bytes[ARENA_ACTIVATIONS]);
    on_host_fail_cudnn(MANY_CALLS);
    gpu_case_expect_agreement(&c);
    on_host_fail_cudnn(MANY_CALLS - on_host_cudnn_calls_to_failure() - 1);
    assert_false(op_case_run(&c, &cuda_backend_class, 1, after, &e));
    assert_non_null(strstr(e.text, "CUVETTE_CUDNN=0"));
    test_free(after);
    op_case_free(&c);
}

static void choose_little(struct recipe *recipe)
{
    static const struct lesson_layer layers[] = { { "conv2d", "filters=3 kernel=3" },
                                                  { "flatten", "" },
                                                  { "dense", "units=4" },
                                                  { NULL, NULL } };

    *recipe = lesson_recipe(layers);
    recipe->training.batch = TRAINED / 4;
}

/* What fails while a step is only captured has not run yet: it is then run directly. */
static void test_a_capture_that_fails_does_not_end_the_run(void **state)
{
    struct recipe recipe;
    struct source *source = toy_data(TRAINED, TOY_CLASSES, true);
    float losses[4], again[4];
    struct error e = { 0 };
    int calls;

    (void)state;
    on_host_set_cudnn(CUDNN_ON_HOST_RIGHT);
    choose_little(&recipe);
    on_host_fail_cudnn(MANY_CALLS);
    assert_good(lesson_train(&cuda_backend_class, &recipe, source, 1, 4, losses, NULL, &e), e);
    calls = MANY_CALLS - on_host_cudnn_calls_to_failure();
    for (int before_the_end = 1; before_the_end <= CALLS_OF_A_RUN; before_the_end++) {
        on_host_fail_cudnn(calls - before_the_end);
        assert_good(lesson_train(&cuda_backend_class, &recipe, source, 1, 4, again, NULL, &e), e);
        assert_true(on_host_cudnn_calls_to_failure() < 0);
        assert_memory_equal(losses, again, sizeof losses);
    }
    source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST_TEST(test_is_used_where_it_is_right),
        ON_HOST_TEST(test_is_used_for_halves),
        ON_HOST_TEST(test_large_maps_are_judged_too),
        ON_HOST_TEST(test_is_not_used_where_it_is_wrong),
        ON_HOST_TEST(test_is_not_used_where_it_is_rough),
        ON_HOST_TEST(test_is_not_used_where_it_cannot_be_captured),
        ON_HOST_TEST(test_is_not_asked_where_it_is_not_there),
        ON_HOST_TEST(test_steps_of_fewer_rows_do_without_it),
        ON_HOST_TEST(test_whatever_fails_in_a_trial_the_run_goes_on),
        ON_HOST_TEST(test_a_step_that_fails_says_what_helps),
        ON_HOST_TEST(test_a_capture_that_fails_does_not_end_the_run),
    };

    return cmocka_run_group_tests_name("convolutions by cuDNN", tests, NULL, NULL);
}
