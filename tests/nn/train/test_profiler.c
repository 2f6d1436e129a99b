/* Where the time of a step goes: what is made of times that are told. */
#include "tests/support/check.h"

#include <math.h>

#include "nn/recipe/compile.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/profiler.h"

/* A network whose first and last layer compute, and a profiler of its steps. */
struct bench {
    struct recipe recipe;
    struct plan *plan;
    struct profiler profiler;
};

static struct bench bench;

static const char network[] = "[layers]\ndense = units=8\nactivation = function=tanh\ndense = units=4\n";

static int begin(void **state, bool queued)
{
    struct error e = { 0 };
    (void)state;

    assert_good(recipe_parse(&bench.recipe, network, "toy.ini", &e), e);
    bench.plan = compile_recipe(&bench.recipe, shape_flat(16), 4, true, &e);
    assert_good(bench.plan != NULL, e);
    assert_good(profiler_open(&bench.profiler, bench.plan, bench.plan->step, queued, &e), e);
    return 0;
}

static int begin_on_host(void **state)
{
    return begin(state, false);
}

static int begin_on_device(void **state)
{
    return begin(state, true);
}

static int end(void **state)
{
    (void)state;
    profiler_close(&bench.profiler);
    plan_free(bench.plan);
    return 0;
}

/* A step of so many seconds, of which the host waits, copies and works. */
static void step(double seconds, double read, double copy, double work)
{
    profiler_waited(&bench.profiler, read, NULL);
    profiler_begun(&bench.profiler, copy, work);
    profiler_ended(&bench.profiler, seconds);
}

/* Operations of a layer, by its number, take `own` seconds each and all others one millisecond. */
static void sample(int layer, double own, double clock)
{
    int first = bench.plan->spans[SPAN_STEP].first;

    for (int i = first; i < bench.plan->spans[SPAN_STEP].end; i++)
        bench.profiler.sample[i - first].seconds = bench.plan->ops[i].layer == layer ? own : 1e-3;
    profiler_sampled(&bench.profiler, clock, 0);
}

static struct step_profile shown(void)
{
    static struct step_profile p;
    double sum = 0, layers = 0;

    profiler_show(&bench.profiler, true, &p);
    for (int i = 0; i < STEP_PARTS_COUNT; i++) {
        assert_true(p.part[i] >= 0);
        sum += p.part[i];
    }
    assert_true(fabs(sum - p.step) <= 1e-9 * p.step);
    for (int i = 0; i <= p.n_layers; i++)
        layers += step_profile_layer_share(&p, i);
    if (p.sampled)
        assert_true(fabs(layers * p.step - p.part[STEP_FORWARD] - p.part[STEP_BACKWARD] - p.part[STEP_UPDATE]) < 1e-9);
    return p;
}

static void assert_verdict(const struct step_profile *p, const char *verdict)
{
    char text[160];
    int slowest = step_profile_slowest(p);

    step_profile_verdict(p, slowest >= 0 ? bench.recipe.layers[slowest].class->name : "", text, sizeof text);
    assert_string_equal(text, verdict);
}

static void test_nothing_is_said_before_a_step(void **state)
{
    struct step_profile p = shown();
    (void)state;

    assert_true(p.step == 0 && !p.sampled);
    assert_verdict(&p, "");
}

static void test_the_parts_of_a_step_on_the_host(void **state)
{
    struct step_profile p;
    (void)state;

    step(0.1, 0.062, 0.008, 0.025);
    step(0.1, 0.062, 0.008, 0.025);
    sample(2, 1e-3, 1);
    p = shown();
    assert_true(fabs(p.step - 0.1) < 1e-12);
    assert_true(fabs(p.part[STEP_READ] - 0.062) < 1e-12 && fabs(p.part[STEP_COPY] - 0.008) < 1e-12);
    assert_true(fabs(p.part[STEP_OTHER] - 0.005) < 1e-12);
    assert_true(p.part[STEP_FORWARD] > 0 && p.part[STEP_BACKWARD] > 0 && p.part[STEP_UPDATE] > 0);
    assert_verdict(&p, "62 % of a step waits for images to be read");
}

/* Two threads had a second each: half of it they decoded, a fifth they read. */
static void test_a_wait_is_parted_by_what_the_decoders_did(void **state)
{
    const struct source_effort effort = {
        .available = 2, .reading = 0.4, .decoding = 1, .processor = 0.09, .threads = 2
    };
    struct step_profile p;
    (void)state;

    bench.profiler.from_files = true;
    profiler_waited(&bench.profiler, 0.06, &effort);
    step(0.1, 0, 0, 0.03);
    sample(2, 1e-3, 1);
    p = shown();
    assert_true(fabs(p.part[STEP_READ] - 0.012) < 1e-12 && fabs(p.part[STEP_DECODE] - 0.03) < 1e-12);
    assert_true(fabs(p.part[STEP_WAIT] - 0.018) < 1e-12 && fabs(p.part[STEP_OTHER] - 0.01) < 1e-12);
    assert_verdict(&p, "60 % of a step waits for images to be decoded: 0.9 of 2 cores decode; import them as raw, or "
                       "ask for more cores");
}

static void test_what_can_be_done_about_reading_depends_on_what_is_read(void **state)
{
    struct source_effort effort = { .available = 1, .reading = 1, .processor = 0.01, .threads = 1 };
    struct step_profile p;
    (void)state;

    profiler_waited(&bench.profiler, 0.06, &effort);
    step(0.1, 0, 0, 0.03);
    sample(2, 1e-3, 1);
    bench.profiler.from_files = true;
    p = shown();
    assert_verdict(&p, "60 % of a step waits for images to be read: 0.1 of 1 core decode; import them into one file");
    p.decoding_threads = 0;
    assert_verdict(&p, "60 % of a step waits for images to be read; with more memory the set could be held");
    p.from_files = false;
    assert_verdict(&p, "60 % of a step waits for images to be read");
}

static void test_the_slowest_layer_is_named(void **state)
{
    struct step_profile p;
    (void)state;

    step(0.1, 0, 0, 0.1);
    sample(2, 1, 1);
    p = shown();
    assert_int_equal(step_profile_slowest(&p), 2);
    assert_true(p.layer[2][STEP_FORWARD] > 0 && p.layer[2][STEP_BACKWARD] > p.layer[2][STEP_FORWARD]);
    assert_verdict(&p, "layer 3 (dense) takes 100 % of a step");
}

static void test_a_sample_in_which_the_node_stalled_counts_no_more_than_another(void **state)
{
    struct step_profile p;
    (void)state;

    step(0.1, 0, 0, 0.1);
    sample(2, 100, 1);
    for (int i = 0; i < 4; i++)
        sample(0, 1, 2 + i);
    p = shown();
    assert_int_equal(step_profile_slowest(&p), 0);
}

/* Images that are read while the device works keep nobody waiting. */
static void test_what_a_device_hides_is_not_counted(void **state)
{
    struct step_profile p;
    double work = 0;
    (void)state;

    sample(0, 1e-3, 1);
    for (int i = bench.plan->spans[SPAN_STEP].first; i < bench.plan->spans[SPAN_STEP].end; i++)
        work += 1e-3;
    step(work + 0.001, work, 0, 0.0001);
    p = shown();
    assert_true(fabs(p.part[STEP_READ] - 0.001) < 1e-9 && p.part[STEP_OTHER] < 1e-9);
}

/* What a rank waits in the middle of its work is none of it. */
static void test_waiting_for_other_ranks_is_a_part_of_its_own(void **state)
{
    struct step_profile p;
    (void)state;

    bench.profiler.tells_sums = true;
    profiler_begun(&bench.profiler, 0, 0.08);
    profiler_exchanged(&bench.profiler, (struct profiler_exchange){ .awaited = 0.02, .told = 0.01, .summing = 0.05 });
    profiler_ended(&bench.profiler, 0.1);
    sample(0, 1, 1);
    p = shown();
    assert_true(fabs(p.part[STEP_RANKS] - 0.03) < 1e-12);
    assert_true(fabs(p.part[STEP_FORWARD] + p.part[STEP_BACKWARD] + p.part[STEP_UPDATE] - 0.06) < 1e-9);
    assert_true(fabs(p.part[STEP_OTHER] - 0.01) < 1e-9);
    assert_true(fabs(p.summing - 0.05) < 1e-12 && fabs(p.hidden - 0.03) < 1e-12);
    bench.profiler.tells_sums = false;
    assert_true(shown().summing < 0);
}

static void test_samples_cost_less_than_half_a_percent(void **state)
{
    struct profiler *p = &bench.profiler;
    (void)state;

    for (int i = 0; i < 10; i++)
        step(0.1, 0, 0, 0.1);
    assert_true(profiler_due(p, 100));
    profiler_sampled(p, 100, 0.02);
    assert_false(profiler_due(p, 100 + 0.02 / 0.005));
    assert_true(profiler_due(p, 105.1));
    profiler_sampled(p, 105.1, -0.01); /* shorter than others: by chance */
    profiler_sampled(p, 110, -0.01);
    assert_false(profiler_due(p, 110.1));
    assert_true(profiler_due(p, 110.3));
}

#define ON_HOST(test) cmocka_unit_test_setup_teardown(test, begin_on_host, end)
#define ON_DEVICE(test) cmocka_unit_test_setup_teardown(test, begin_on_device, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_HOST(test_nothing_is_said_before_a_step),
        ON_HOST(test_the_parts_of_a_step_on_the_host),
        ON_HOST(test_a_wait_is_parted_by_what_the_decoders_did),
        ON_HOST(test_what_can_be_done_about_reading_depends_on_what_is_read),
        ON_HOST(test_the_slowest_layer_is_named),
        ON_HOST(test_a_sample_in_which_the_node_stalled_counts_no_more_than_another),
        ON_DEVICE(test_what_a_device_hides_is_not_counted),
        ON_HOST(test_waiting_for_other_ranks_is_a_part_of_its_own),
        ON_HOST(test_samples_cost_less_than_half_a_percent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
