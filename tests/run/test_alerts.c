#include "tests/support/check.h"

#include <stdio.h>
#include <sys/mount.h>

#include "run/alerts.h"
#include "tests/support/fake_nvml.h"
#include "tests/support/folder.h"

struct scene {
    struct trainer_status status;
    struct run_gpus run_gpus;
    struct error trouble;
    struct recipe recipe;
    struct health health;
    struct alert_facts facts;
    struct alerts alerts;
    struct gpu_sampler *gpus; /* or NULL */
};

static struct scene s;

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    fake_nvml_reset();
    s = (struct scene){ .status = { .epoch = 1, .epochs = 10, .steps = 500, .seconds_left = -1,
                                    .recent_steps = LAST_STEPS, .recent_loss = 2 } };
    s.facts = (struct alert_facts){ .recipe = &s.recipe, .health = &s.health, .status = &s.status,
                                    .steps = series_new(), .means = series_new(), .job_seconds = -1,
                                    .folder = *state, .trouble = &s.trouble, .gpus = &s.run_gpus };
    for (int i = 0; i < LAST_STEPS; i++)
        assert_true(series_append((struct series *)s.facts.steps, (struct point){ .loss = 2.3f, .steps = 1 }));
    return s.facts.steps && s.facts.means ? 0 : -1;
}

static int teardown(void **state)
{
    gpu_sampler_stop(s.gpus);
    series_free((struct series *)s.facts.steps);
    series_free((struct series *)s.facts.means);
    return folder_teardown(state);
}

static void add_epochs(int count, float loss, float accuracy)
{
    for (int i = 0; i < count; i++)
        assert_true(series_append((struct series *)s.facts.means,
                                  (struct point){ .position = i + 1, .loss = loss, .accuracy = accuracy }));
}

static void assert_alert(enum alert_kind kind, const char *words)
{
    assert_true(alerts_look(&s.alerts, &s.facts, true));
    assert_int_equal(s.alerts.count, 1);
    assert_int_equal(s.alerts.list[0].kind, kind);
    assert_non_null(strstr(s.alerts.list[0].text, words));
    assert_false(alerts_look(&s.alerts, &s.facts, true)); /* once */
    assert_int_equal(s.alerts.count, 1);
}

static void test_a_run_that_learns_has_none(void **state)
{
    (void)state;
    add_epochs(1, 2.2f, 0.2f);
    add_epochs(5, 1.1f, 0.6f);
    assert_false(alerts_look(&s.alerts, &s.facts, true));
}

static void test_a_loss_that_explodes(void **state)
{
    (void)state;
    s.status.recent_loss = 6.8;
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    s.status.recent_loss = 7.5;
    assert_alert(ALERT_EXPLODING, "the loss explodes: 7.5 over the last 50 steps, 2.3 over the first");
}

static struct layer_health layer_of(float gradient, float dead)
{
    return (struct layer_health){ .gradient = gradient, .weight = 1, .update = 1e-3f, .dead = dead };
}

static void test_gradients_that_vanish_twice_in_a_row(void **state)
{
    (void)state;
    s.health = (struct health){ .step = 10, .n_layers = 2, .layers = { layer_of(1e-8f, 0), layer_of(1, 0) } };
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    assert_false(alerts_look(&s.alerts, &s.facts, true)); /* the same step */
    s.health.step = 20;
    assert_alert(ALERT_UNHEALTHY, "layer 1: gradient 1e-08 of the last layer's: it vanishes");
}

static void test_one_bad_step_is_no_alert(void **state)
{
    (void)state;
    for (uint64_t step = 1; step < 6; step++) {
        s.health = (struct health){ .step = step, .n_layers = 2,
                                    .layers = { layer_of(1, step % 2 ? 1 : 0), layer_of(1, 0) } };
        assert_false(alerts_look(&s.alerts, &s.facts, true));
    }
}

static void test_nothing_is_learned(void **state)
{
    (void)state;
    add_epochs(3, 2.3f, 0.1f);
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    add_epochs(1, 2.29f, 0.1f);
    assert_alert(ALERT_STUCK, "nothing is learned");
}

/* Of what was right from the first epoch on there is nothing left to learn. */
static void test_all_is_known_already(void **state)
{
    (void)state;
    add_epochs(8, 0.02f, 0.99f);
    assert_false(alerts_look(&s.alerts, &s.facts, true));
}

static void test_what_is_known_elsewhere(void **state)
{
    (void)state;
    error_set(&s.trouble, ERROR_IO, "cannot write there");
    assert_alert(ALERT_UNWRITTEN, "cannot write there");
    s.alerts = (struct alerts){ .count = 0 };
    s.trouble.kind = ERROR_NONE;
    s.status.diverged = true;
    error_set(&s.status.error, ERROR_RUN, "no longer a finite number");
    assert_alert(ALERT_DIVERGED, "no longer a finite number");
}

static void test_a_disk_that_is_nearly_full(void **state)
{
    if (mount("none", *state, "tmpfs", 0, "size=20m") != 0) {
        print_message("skipped: file systems cannot be mounted here\n");
        skip();
    }
    char *checkpoint = calloc(1, 1 << 20);

    assert_non_null(checkpoint);
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    for (int i = 0; i < 4; i++)
        folder_write(*state, i ? (char[]){ (char)('a' + i), '\0' } : "checkpoint.safetensors", checkpoint, 1 << 20);
    free(checkpoint);
    bool told = alerts_look(&s.alerts, &s.facts, true);

    assert_int_equal(umount(*state), 0);
    assert_true(told);
    assert_int_equal(s.alerts.list[0].kind, ALERT_DISK);
    assert_non_null(strstr(s.alerts.list[0].text, "the disk is nearly full: "));
}

static void read_gpus(const char *throttles)
{
    enum { LONG = 60 }; /* seconds: between readings, and for the first */
    struct error e = { 0 };

    gpu_sampler_stop(s.gpus);
    setenv("FAKE_NVML_THROTTLES", throttles, 1);
    assert_good((s.run_gpus.sampler = s.gpus = gpu_sampler_start(fake_nvml("nvml"), LONG, &e)) != NULL, e);
    assert_true(gpu_sampler_wait(s.gpus, 0, LONG));
}

/* A GPU that is slowed down for its power alone works as it should. */
static void test_a_gpu_that_stays_too_hot(void **state)
{
    const double long_ago = 21;
    (void)state;

    s.run_gpus.count = 1;
    strcpy(s.run_gpus.of[0].pci, "0000:3b:00.0");
    read_gpus("0x4");
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    assert_true(s.alerts.throttled_since == 0);
    read_gpus("0x40");
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    assert_true(s.alerts.throttled_since > 0);
    s.alerts.throttled_since -= long_ago;
    assert_alert(ALERT_THROTTLED, "is slowed down: ");
}

/* Those that are not the run's say nothing of it. */
static void test_any_gpu_of_a_run_can_be_too_hot(void **state)
{
    const double long_ago = 21;
    (void)state;

    setenv("FAKE_NVML_THROTTLED", "1", 1);
    s.run_gpus.count = 1;
    strcpy(s.run_gpus.of[0].uuid, "GPU-00ab0000-0000");
    strcpy(s.run_gpus.of[1].uuid, "GPU-00ab0001-0000");
    read_gpus("0x40");
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    assert_true(s.alerts.throttled_since == 0);
    s.run_gpus.count = 2;
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    assert_true(s.alerts.throttled_since > 0);
    s.alerts.throttled_since -= long_ago;
    assert_alert(ALERT_THROTTLED, "GPU 1 (");
}

/* Now and then any rank is late: the same one has to be for a while. */
static void test_a_rank_that_stays_behind(void **state)
{
    const double long_ago = 60;
    struct rank_summary *together = &s.status.together;
    (void)state;

    *together = (struct rank_summary){ .ranks = 3, .nodes = 2, .perfect = 0.8, .behind = 0.25, .slow = 25e-3,
                                       .usual = 20e-3, .slowest = "rank 1 on node b12" };
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    s.alerts.behind_since -= long_ago;
    strcpy(together->slowest, "rank 2 on node b12");
    assert_false(alerts_look(&s.alerts, &s.facts, true));
    s.alerts.behind_since -= long_ago;
    assert_alert(ALERT_BEHIND, "rank 2 on node b12 holds the others up: its own work takes 25 ms a step, ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_run_that_learns_has_none),
        TEST(test_a_loss_that_explodes),
        TEST(test_gradients_that_vanish_twice_in_a_row),
        TEST(test_one_bad_step_is_no_alert),
        TEST(test_nothing_is_learned),
        TEST(test_all_is_known_already),
        TEST(test_what_is_known_elsewhere),
        TEST(test_a_disk_that_is_nearly_full),
        TEST(test_a_gpu_that_stays_too_hot),
        TEST(test_any_gpu_of_a_run_can_be_too_hot),
        TEST(test_a_rank_that_stays_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
