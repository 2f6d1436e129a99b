/* Which device a name means, and what is said where there is none. */
#include "tests/support/check.h"

#include <stdio.h>

#include "host/cores.h"
#include "run/devices.h"

static void test_there_is_always_a_cpu(void **state)
{
    struct device list[DEVICES_MAX];
    char missing[256];
    (void)state;

    assert_true(devices_list(list, missing, sizeof missing) >= 1);
    assert_string_equal(list[0].info.id, "cpu");
    assert_int_equal(list[0].info.threads, cores_count().usable);
    assert_int_equal(list[0].info.threads_all, cores_count().all);
    assert_true(strlen(list[0].info.name) > 0);
}

static void test_threads_are_those_asked_for(void **state)
{
    struct device d;
    struct error e = { 0 };
    char all[32];
    (void)state;

    assert_true(devices_choose("cpu", &d, &e));
    assert_int_equal(d.choice.threads, 0);
    assert_true(devices_choose("cpu:1", &d, &e));
    assert_int_equal(d.choice.threads, 1);
    snprintf(all, sizeof all, "cpu:%d", d.info.threads);
    assert_true(devices_choose(all, &d, &e));
    assert_int_equal(d.choice.threads, d.info.threads);
}

static void test_more_threads_than_allowed_are_refused(void **state)
{
    static const char *const names[] = { "cpu:100000", "cpu:0", "cpu:-1" };
    struct device d;
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error e = { 0 };
        char may[32];

        assert_false(devices_choose(names[i], &d, &e));
        assert_int_equal(e.kind, ERROR_DEVICE);
        snprintf(may, sizeof may, "1 to %d threads", cores_count().usable);
        assert_non_null(strstr(e.text, may));
    }
}

static struct recipe *of_batch(int batch)
{
    static struct recipe r;

    recipe_preset(&r);
    r.training.batch = batch;
    return &r;
}

static void choose(const char *name, int threads, struct device *d)
{
    struct device list[1];
    struct error e = { 0 };

    list[0] = (struct device){ .backend = backend_classes[0],
                               .info = { .id = "cpu", .threads = threads, .threads_all = 2 * threads } };
    if (!devices_choose_among(list, 1, "", name, d, &e))
        fail_msg("%s", e.text);
}

static void refuse(const char *name, int threads, const char *words)
{
    struct device list[1], d;
    struct error e = { 0 };

    list[0] = (struct device){ .backend = backend_classes[0],
                               .info = { .id = "cpu", .threads = threads, .threads_all = 2 * threads } };
    assert_false(devices_choose_among(list, 1, "", name, &d, &e));
    assert_int_equal(e.kind, ERROR_DEVICE);
    if (!strstr(e.text, words) || !strstr(e.text, name))
        fail_msg("%s: %s", name, e.text);
}

static void test_replicas_have_as_many_threads_each(void **state)
{
    struct device d;
    char label[DEVICES_LABEL_SIZE], words[96];
    (void)state;

    choose("cpu:2x4", 8, &d);
    assert_int_equal(d.choice.replicas, 2);
    assert_int_equal(d.choice.threads, 4);
    assert_int_equal(devices_threads(&d), 8);
    assert_int_equal(devices_alone(&d).threads, 8);
    assert_int_equal(devices_alone(&d).replicas, 0);
    devices_label(&d, label);
    assert_string_equal(label, "cpu:2x4");
    devices_share_words(&d, of_batch(128), words, sizeof words);
    assert_string_equal(words, "2 replicas of 4 threads, 64 images each");
    choose("cpu:3x1", 8, &d);
    devices_share_words(&d, of_batch(128), words, sizeof words);
    assert_string_equal(words, "3 replicas of 1 thread, 42 or 43 images each");
    choose("cpu:1x4", 8, &d);
    assert_int_equal(devices_replicas(&d), 1);
    devices_label(&d, label);
    assert_string_equal(label, "cpu");
    devices_share_words(&d, of_batch(128), words, sizeof words);
    assert_string_equal(words, "");
    choose("cpu:4", 8, &d);
    assert_int_equal(devices_replicas(&d), 1);
}

static void test_replicas_that_cannot_be_are_refused(void **state)
{
    static const char *const no_numbers[] = { "cpu:0x1", "cpu:1x0", "cpu:-2x1", "cpu:2x", "cpu:x2", "cpu:axb",
                                              "cpu:2x2x2", "cpu:x", "cpu:99999999999999999999999999x1" };
    (void)state;

    for (size_t i = 0; i < sizeof no_numbers / sizeof *no_numbers; i++)
        refuse(no_numbers[i], 8, "cpu:RxN is R replicas of N threads each, both from 1; this process may use 1 to 8");
    refuse("cpu:3x3", 8, "3 replicas of 3 threads: this process may use 1 to 8 threads (of 16 processors");
    refuse("cpu:9x1", 8, "9 replicas of 1 thread: this process may use");
    refuse("cpu:9223372036854775807x9223372036854775807", 8, "this process may use");
    refuse("cpu:65x1", 128, "at most 64 replicas train in one process");
}

static void test_replicas_have_an_image_of_a_batch_each(void **state)
{
    struct device d;
    struct error e = { 0 };
    (void)state;

    choose("cpu:4x2", 8, &d);
    assert_true(devices_share_batch(&d, of_batch(4), &e));
    assert_false(devices_share_batch(&d, of_batch(3), &e));
    assert_string_equal(e.text, "device \"cpu:4x2\": 4 replicas cannot share a batch of 3 images (training.batch): "
                                "each needs one at least");
    assert_false(devices_is_alone(&d, "--batch-probe measures", &e));
    assert_string_equal(e.text, "device \"cpu:4x2\": --batch-probe measures on one replica alone: take cpu:8");
}

static int with_gpus(struct device list[4])
{
    static const char *const ids[] = { "cpu", "cuda:0", "cuda:1", "cuda:3" }; /* cuda:2 is too old */

    for (int i = 0; i < 4; i++) {
        list[i] = (struct device){ .backend = backend_classes[i > 0],
                                   .choice = { .index = i > 0 ? i - 1 : 0 },
                                   .info = { .threads = i > 0 ? 0 : 8, .memory = 1000 - (uint64_t)i } };
        snprintf(list[i].info.id, sizeof list[i].info.id, "%s", ids[i]);
    }
    return 4;
}

static void assert_gpus(const char *name, uint64_t among, const char *expected, const char *words)
{
    struct device list[4], d;
    struct error e = { 0 };
    char label[DEVICES_LABEL_SIZE], shares[96];
    int count = with_gpus(list);

    assert_good(devices_choose_among(list, count, "", name, &d, &e), e);
    assert_true(d.choice.among == among);
    assert_int_equal(devices_replicas(&d), __builtin_popcountll(among));
    devices_label(&d, label);
    assert_string_equal(label, expected);
    devices_share_words(&d, of_batch(32), shares, sizeof shares);
    assert_string_equal(shares, words);
}

static void test_several_gpus_are_those_that_are_named(void **state)
{
    struct device list[4], d;
    struct error e = { 0 };
    int count = with_gpus(list);
    (void)state;

    assert_gpus("cuda:0-1", 0x3, "cuda:0-1", "2 GPUs, 16 images each");
    assert_gpus("cuda:3,0", 0x5, "cuda:0,3", "2 GPUs, 16 images each");
    assert_gpus("cuda:0-1,3", 0x7, "cuda:0-1,3", "3 GPUs, 10 or 11 images each");
    assert_gpus("cuda:all", 0x7, "cuda:0-1,3", "3 GPUs, 10 or 11 images each");
    assert_gpus("cuda:1-1", 0x2, "cuda:1", "");
    assert_good(devices_choose_among(list, count, "", "cuda:all", &d, &e), e);
    assert_int_equal(d.info.memory, 997); /* the least */
    assert_true(devices_has(&d, &list[3]) && !devices_has(&d, &list[0]));
    assert_int_equal(devices_alone(&d).index, 0);
    assert_int_equal(devices_alone(&d).replicas, 0);
}

/* By speed, unless the recipe says otherwise. */
static void test_gpus_of_different_models_share_by_speed(void **state)
{
    struct device list[4], d;
    struct error e = { 0 };
    struct recipe *r = of_batch(32);
    int count = with_gpus(list);
    char words[96];
    (void)state;

    for (int i = 1; i < count; i++)
        snprintf(list[i].info.name, sizeof list[i].info.name, "NVIDIA %s", i == 2 ? "L4" : "A100");
    assert_good(devices_choose_among(list, count, "", "cuda:0,3", &d, &e), e);
    devices_share_words(&d, r, words, sizeof words);
    assert_string_equal(words, "2 GPUs, 16 images each");
    assert_good(devices_choose_among(list, count, "", "cuda:0-1", &d, &e), e);
    devices_share_words(&d, r, words, sizeof words);
    assert_string_equal(words, "2 GPUs, images by speed");
    snprintf(r->training.shares, sizeof r->training.shares, "equal");
    devices_share_words(&d, r, words, sizeof words);
    assert_string_equal(words, "2 GPUs, 16 images each");
    snprintf(r->training.shares, sizeof r->training.shares, "24,8");
    devices_share_words(&d, r, words, sizeof words);
    assert_string_equal(words, "2 GPUs, 8 to 24 images each");
    assert_true(devices_share_batch(&d, r, &e));
    snprintf(r->training.shares, sizeof r->training.shares, "2x12,8");
    assert_bad(devices_share_batch(&d, r, &e), e, "training.shares = 2x12,8 is for 3 that train together, and there "
                                                  "are 2: give as many shares, or auto");
}

/* By memory's speed, cores and memory; what is the same, or unknown, stays in its order. */
static void test_better_gpus_come_first(void **state)
{
    static const struct device_info infos[] = {
        { .id = "cpu", .threads = 8, .memory = 1 },
        { .id = "cuda:0", .bandwidth = 3e11, .cores = 7424, .memory = 24 },
        { .id = "cuda:1", .bandwidth = 3.35e12, .cores = 16896, .memory = 80 },
        { .id = "cuda:2", .bandwidth = 2e12, .cores = 6912, .memory = 40 },
        { .id = "cuda:3", .bandwidth = 2e12, .cores = 6912, .memory = 80 },
        { .id = "cuda:4", .bandwidth = 2e12, .cores = 8192, .memory = 40 },
        { .id = "cuda:5", .memory = 48 },
        { .id = "cuda:6", .bandwidth = 3.35e12, .cores = 16896, .memory = 80 },
    };
    static const char *const expected[] = { "cpu", "cuda:1", "cuda:6", "cuda:4", "cuda:3", "cuda:2", "cuda:0",
                                            "cuda:5" };
    enum { COUNT = sizeof infos / sizeof *infos };
    struct device list[COUNT], d;
    struct error e = { 0 };
    (void)state;

    for (int i = 0; i < COUNT; i++)
        list[i] = (struct device){ .backend = backend_classes[i > 0], .choice = { .index = i > 0 ? i - 1 : 0 },
                                   .info = infos[i] };
    devices_rank(list, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_string_equal(list[i].info.id, expected[i]);
    assert_good(devices_choose_among(list, COUNT, "", "cuda", &d, &e), e);
    assert_string_equal(d.info.id, "cuda:0"); /* names mean what they mean elsewhere */
    assert_good(devices_choose_among(list, COUNT, "", "cuda:0-1", &d, &e), e);
    assert_true(d.choice.among == 3);
}

static void test_gpus_that_are_not_there_are_told(void **state)
{
    static const char *const unreadable[] = { "cuda:1-0", "cuda:0-", "cuda:0,", "cuda:0,,1", "cuda:0-1x", "cuda:0-64",
                                              "cuda:0-99999999999999999999" };
    struct device list[4], d;
    int count = with_gpus(list);
    (void)state;

    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
        struct error e = { 0 };

        assert_bad(devices_choose_among(list, count, "", unreadable[i], &d, &e), e, "device \"cuda:");
        assert_non_null(strstr(e.text, "several GPUs are cuda:0-3, cuda:0,2 or cuda:all, with numbers from 0 to 63"));
    }
    for (int i = 0; i < 2; i++) {
        struct error e = { 0 };

        assert_bad(devices_choose_among(list, i ? 1 : count, "cuda: none", i ? "cuda:all" : "cuda:0-3", &d, &e), e,
                   i ? "there is no device \"cuda:all\" on this node; there is cpu, cpu:1 to cpu:8; cuda: none"
                     : "device \"cuda:0-3\": of these GPUs this node has only cuda:0-1,3");
        assert_int_equal(e.kind, ERROR_DEVICE);
    }
}

static void test_a_cpu_and_gpus_do_not_mix(void **state)
{
    static const char *const names[] = { "cpu,cuda:0", "cuda:0,cpu", "cuda:0-1,cpu:4", "cpu:2x2, cuda:all",
                                         "cpu,cuda" };
    struct device list[4], d;
    int count = with_gpus(list);
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error e = { 0 };

        assert_bad(devices_choose_among(list, count, "", names[i], &d, &e), e, "a CPU and GPUs do not share a batch");
        assert_bad(devices_choose(names[i], &d, &e), e, "take GPUs alone, as cuda:0, cuda:0,2 or cuda:all, or cpu");
    }
}

static void test_a_device_that_is_not_there_is_told_with_those_that_are(void **state)
{
    static const char *const names[] = { "cuda:7", "", "cp", "cpu:", "cpu:two", "cpus", "cpu:1:2", "CPU" };
    struct device d;
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error e = { 0 };

        assert_false(devices_choose(names[i], &d, &e));
        assert_int_equal(e.kind, ERROR_DEVICE);
        assert_non_null(strstr(e.text, "there is cpu"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_is_always_a_cpu),
        cmocka_unit_test(test_threads_are_those_asked_for),
        cmocka_unit_test(test_more_threads_than_allowed_are_refused),
        cmocka_unit_test(test_replicas_have_as_many_threads_each),
        cmocka_unit_test(test_replicas_that_cannot_be_are_refused),
        cmocka_unit_test(test_replicas_have_an_image_of_a_batch_each),
        cmocka_unit_test(test_several_gpus_are_those_that_are_named),
        cmocka_unit_test(test_gpus_of_different_models_share_by_speed),
        cmocka_unit_test(test_better_gpus_come_first),
        cmocka_unit_test(test_gpus_that_are_not_there_are_told),
        cmocka_unit_test(test_a_cpu_and_gpus_do_not_mix),
        cmocka_unit_test(test_a_device_that_is_not_there_is_told_with_those_that_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
