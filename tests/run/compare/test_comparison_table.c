/* What is told of runs that are compared, from their folders: nothing that was not measured. */
#include "tests/support/check.h"

#include <stdio.h>

#include "run/compare/comparison_table.h"
#include "tests/support/folder.h"

enum { EPOCHS_MOST = 8 };

struct toy {
    const char *name, *device, *dataset, *extra; /* of [training] */
    int epochs;
    double ends[EPOCHS_MOST], accuracies[EPOCHS_MOST];
    const char *state; /* NULL: it has no summary */
    double features; /* seconds; 0: it says nothing of them */
};

static const char *put(const char *folder, const struct toy *t)
{
    char path[128], text[4096];
    size_t used;

    snprintf(path, sizeof path, "%s/recipe.ini", t->name);
    snprintf(text, sizeof text, "[data]\ndataset = %s\n[training]\nepochs = 4\ndevice = %s\n%s\n[layers]\nflatten =\n"
                                "dense = units=10\n", t->dataset ? t->dataset : "digits", t->device,
             t->extra ? t->extra : "");
    folder_put(folder, path, text);
    used = (size_t)snprintf(text, sizeof text, "{\"kind\":\"run\",\"name\":\"lesson\",\"dataset\":\"%s\"}\n",
                            t->dataset ? t->dataset : "digits");
    for (int i = 0; i < t->epochs; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "{\"kind\":\"epoch\",\"epoch\":%d,\"loss\":1,\"accuracy\":0.5,\"valid_loss\":1,"
                                 "\"valid_accuracy\":%g,\"seconds\":%g,\"images_per_second\":%g}\n",
                                 i + 1, t->accuracies[i], t->ends[i], 100.0 * (i + 1));
    snprintf(path, sizeof path, "%s/metrics.jsonl", t->name);
    folder_put(folder, path, text);
    snprintf(path, sizeof path, "%s/summary.json", t->name);
    snprintf(text, sizeof text, "{\"state\":\"%s\",\"dataset\":\"%s\",\"epochs\":%d,\"memory_peak_bytes\":1024,"
             "\"features_seconds\":%g}",
             t->state ? t->state : "", t->dataset ? t->dataset : "digits", t->epochs,
             t->features > 0 ? t->features : -1);
    if (t->state)
        folder_put(folder, path, text);
    return folder_path(folder, t->name);
}

struct compared {
    struct comparison *c;
    struct comparison_result results[4];
    struct comparison_table *t;
};

static struct compared compare(const char *folder, const struct toy *toys, int count)
{
    static char paths[4][PATH_SIZE];
    const char *folders[4] = { NULL };
    struct compared all;
    struct error e;

    for (int i = 0; i < count; i++)
        folders[i] = strcpy(paths[i], put(folder, &toys[i]));
    assert_good(all.c = comparison_of_runs(folders, count, &e), e);
    for (int i = 0; i < count; i++)
        comparison_result_read(&all.results[i], all.c->entries[i].folder);
    assert_good(all.t = comparison_table_make(all.c, all.results, &e), e);
    return all;
}

static void forget(struct compared *all)
{
    for (int i = 0; i < all->c->count; i++)
        comparison_result_free(&all->results[i]);
    comparison_table_free(all->t);
    comparison_free(all->c);
}

static void test_the_faster_one_is_told_with_what_both_reach(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, NULL, 4, { 30, 50, 68, 90 }, { 0.3, 0.5, 0.621, 0.61 }, "finished" },
        { "b", "cpu:2", NULL, NULL, 4, { 20, 30, 39, 50 }, { 0.3, 0.5, 0.61, 0.6255 }, "finished" },
    };
    struct compared all = compare(*state, toys, 2);
    const struct comparison_row *a = &all.t->rows[0], *b = &all.t->rows[1];

    assert_int_equal(all.t->count, 2);
    assert_true(a->warmed); /* the first epoch, of 30 s, is none of these */
    assert_int_equal(a->epoch_seconds.count, 3);
    assert_true(a->epoch_seconds.median == 20 && a->epoch_seconds.least == 18 && a->epoch_seconds.most == 22);
    assert_true(a->images_per_second.median == 300);
    assert_true(a->speedup == 1 && b->speedup == 2);
    assert_float_equal(a->best_accuracy.mean, 0.621, 1e-6);
    assert_float_equal(a->last_accuracy.mean, 0.61, 1e-6);
    assert_float_equal(all.t->common_accuracy, 0.621, 1e-6);
    assert_true(a->seconds_to_common.mean == 68 && b->seconds_to_common.mean == 50);
    assert_true(a->memory.mean == 1024 && a->energy.count == 0);
    assert_int_equal(all.t->n_notes, 0);
    assert_int_equal(all.t->n_differences, 1);
    assert_string_equal(all.t->differences[0].name, "training device");
    assert_string_equal(all.t->differences[0].values[1], "cpu:2");
    assert_string_equal(all.t->verdict, "b is 2.0 times as fast as a; both reach 62.1 %");
    forget(&all);
}

static void test_a_difference_within_the_spread_is_none(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, NULL, 3, { 30, 50, 72 }, { 0.3, 0.5, 0.6 }, "finished" },
        { "b", "cpu:2", NULL, NULL, 3, { 20, 38, 59 }, { 0.3, 0.5, 0.6 }, "finished" },
    };
    struct compared all = compare(*state, toys, 2);

    assert_string_equal(all.t->verdict, "b and a are as fast, as far as their epochs tell; both reach 60.0 %");
    forget(&all);
}

static void test_seeds_are_one_row_with_a_band(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu", NULL, "seed = 1", 2, { 10, 20 }, { 0.3, 0.5 }, "finished" },
        { "b", "cpu", NULL, "seed = 2", 2, { 10, 22 }, { 0.3, 0.6 }, "finished" },
        { "c", "cpu", NULL, "batch = 512", 2, { 10, 15 }, { 0.3, 0.4 }, "stopped" },
    };
    struct compared all = compare(*state, toys, 3);
    const struct comparison_row *row = &all.t->rows[0];

    assert_int_equal(all.t->count, 2);
    assert_int_equal(row->count, 2);
    assert_int_equal(all.t->row_of[1], 0);
    assert_int_equal(all.t->row_of[2], 1);
    assert_int_equal(row->best_accuracy.count, 2);
    assert_float_equal(row->best_accuracy.mean, 0.55, 1e-6);
    assert_float_equal(row->best_accuracy.least, 0.5, 1e-6);
    assert_float_equal(row->best_accuracy.most, 0.6, 1e-6);
    assert_true(row->epoch_seconds.median == 11 && row->epoch_seconds.count == 2);
    assert_int_equal(all.t->rows[1].state, RUN_STOPPED);
    assert_string_equal(all.t->differences[0].name, "training batch");
    assert_non_null(strstr(all.t->verdict, "55.0 % (50.0 % to 60.0 % over 2 seeds)"));
    forget(&all);
}

/* Of what its GPU was read to need, and of nothing else. */
static void test_energy_is_that_of_the_readings(void **state)
{
    static const char begin[] = "{\"kind\":\"run\",\"name\":\"lesson\",\"dataset\":\"digits\"}\n"
                                "{\"kind\":\"load\",\"seconds\":2,\"epoch\":1,\"memory_bytes\":900,"
                                "\"gpu_watts\":100}\n";
    struct comparison_result r;
    char text[1024];

    snprintf(text, sizeof text, "%s{\"kind\":\"load\",\"seconds\":5,\"epoch\":2,\"memory_bytes\":800,"
                                "\"gpu_memory_bytes\":7000,\"gpu_watts\":200}\n", begin);
    folder_put(*state, "a/metrics.jsonl", text);
    comparison_result_read(&r, folder_path(*state, "a"));
    assert_true(r.there && r.energy == 2 * 100 + 3 * 200);
    assert_true(r.memory == 900 && r.gpu_memory == 7000);
    comparison_result_free(&r);

    snprintf(text, sizeof text, "%s{\"kind\":\"load\",\"seconds\":5,\"epoch\":2,\"gpu_watts\":null}\n", begin);
    folder_put(*state, "a/metrics.jsonl", text);
    comparison_result_read(&r, folder_path(*state, "a"));
    assert_true(r.energy < 0 && r.gpu_memory < 0 && r.memory == 900);
    comparison_result_free(&r);
}

static bool is_noted(const struct comparison_table *t, const char *part)
{
    for (int i = 0; i < t->n_notes; i++)
        if (strstr(t->notes[i], part))
            return true;
    return false;
}

static void test_what_makes_them_differ_is_noted(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, NULL, 1, { 30 }, { 0.3 }, "finished" },
        { "b", "cpu:2", "cifar10", NULL, 2, { 10, 20 }, { 0.3, 0.35 }, "failed" },
    };
    struct compared all = compare(*state, toys, 2);

    assert_false(all.t->rows[0].warmed);
    assert_int_equal(all.t->rows[0].epoch_seconds.count, 1);
    assert_true(is_noted(all.t, "different data sets, digits and cifar10"));
    assert_true(is_noted(all.t, "of a single epoch"));
    assert_true(all.t->common_accuracy < 0 && all.t->rows[0].seconds_to_common.count == 0);
    assert_string_equal(all.t->verdict, "b is 3.0 times as fast as a, by a single epoch"); /* none of what they reach */
    forget(&all);
}

static void test_passes_of_other_sizes_are_noted(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, "accumulate = 1", 2, { 30, 60 }, { 0.3, 0.4 }, "finished" },
        { "b", "cpu:1", NULL, "accumulate = 4", 2, { 30, 60 }, { 0.3, 0.4 }, "finished" },
    };
    struct compared all = compare(*state, toys, 2);

    assert_string_equal(all.t->differences[0].name, "training accumulate");
    assert_true(is_noted(all.t, "in passes of different sizes (accumulate)"));
    forget(&all);
}

static void test_the_time_of_kept_features_is_noted(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, NULL, 1, { 30 }, { 0.3 }, "finished", 29.5 },
        { "b", "cpu:2", NULL, NULL, 3, { 20, 21, 22 }, { 0.3, 0.5, 0.6 }, "finished", 19 },
        { "c", "cpu:4", NULL, NULL, 3, { 10, 20, 30 }, { 0.3, 0.5, 0.6 }, "finished", 0 },
    };
    struct compared all = compare(*state, toys, 3);

    assert_true(is_noted(all.t, "a computed once what its frozen layers give, in 29.5 s: its first epoch counts that"));
    assert_true(is_noted(all.t, "b computed once what its frozen layers give, in 19.0 s: s/epoch and speed-up leave"));
    assert_false(is_noted(all.t, "c computed"));
    forget(&all);
}

/* Half of two cores is left to cpu:1, which needs no more; cpu:2 would have needed all. */
static void test_other_programs_in_the_way_are_noted(void **state)
{
    static const char load[] = "{\"kind\":\"load\",\"seconds\":50,\"epoch\":4,\"cpu_load\":0.5,\"others_load\":0.4}\n";
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, NULL, 2, { 30, 50 }, { 0.3, 0.5 }, "finished" },
        { "b", "cpu:2", NULL, NULL, 2, { 20, 40 }, { 0.3, 0.5 }, "finished" },
    };
    const char *folders[2];
    static char paths[2][PATH_SIZE], summary[128];
    struct compared all = { 0 };
    struct error e;

    for (int i = 0; i < 2; i++) {
        folders[i] = strcpy(paths[i], put(*state, &toys[i]));
        char *metrics = folder_text(paths[i], "metrics.jsonl"), *longer;

        assert_true(asprintf(&longer, "%s%s", metrics, load) > 0);
        folder_put(paths[i], "metrics.jsonl", longer);
        free(longer);
        free(metrics);
        snprintf(summary, sizeof summary, "{\"state\":\"finished\",\"epochs\":2,\"threads\":%d,\"cores_allotted\":2}",
                 i + 1);
        folder_put(paths[i], "summary.json", summary);
    }
    assert_good(all.c = comparison_of_runs(folders, 2, &e), e);
    for (int i = 0; i < 2; i++)
        comparison_result_read(&all.results[i], all.c->entries[i].folder);
    assert_good(all.t = comparison_table_make(all.c, all.results, &e), e);
    assert_float_equal(all.results[0].crowding, -0.1, 1e-9);
    assert_float_equal(all.results[1].crowding, 0.4, 1e-9);
    assert_true(is_noted(all.t, "other programs were in the way, most of b, where they and it wanted 40 % more cores"));
    forget(&all);
}

static void test_one_without_an_epoch_tells_nothing(void **state)
{
    const struct toy toys[] = {
        { "a", "cpu:1", NULL, NULL, 0, { 0 }, { 0 }, "stopped" },
        { "b", "cpu:2", NULL, NULL, 2, { 10, 20 }, { 0.3, 0.35 }, "finished" },
    };
    struct compared all = compare(*state, toys, 2);

    assert_int_equal(all.t->rows[0].epoch_seconds.count, 0);
    assert_true(all.t->rows[1].speedup < 0 && all.t->rows[0].best_accuracy.count == 0);
    assert_string_equal(all.t->verdict, "");
    forget(&all);
}

static void test_a_folder_that_is_not_whole_is_refused(void **state)
{
    const struct toy whole = { "a", "cpu", NULL, NULL, 1, { 3 }, { 0.5 }, "finished" };
    const char *folders[] = { put(*state, &whole), folder_path(*state, "half"), folder_path(*state, "absent") };
    struct error e;

    folder_put(*state, "half/recipe.ini", "[layers]\nflatten =\n");
    assert_bad(comparison_of_runs(folders, 2, &e), e, "half has no metrics.jsonl");
    folders[1] = folders[2];
    assert_bad(comparison_of_runs(folders, 2, &e), e, "absent is not the folder of a run");
    assert_bad(comparison_of_runs(folders, 1, &e), e, "from 2 to");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_faster_one_is_told_with_what_both_reach),
        TEST(test_a_difference_within_the_spread_is_none),
        TEST(test_seeds_are_one_row_with_a_band),
        TEST(test_energy_is_that_of_the_readings),
        TEST(test_what_makes_them_differ_is_noted),
        TEST(test_passes_of_other_sizes_are_noted),
        TEST(test_the_time_of_kept_features_is_noted),
        TEST(test_other_programs_in_the_way_are_noted),
        TEST(test_one_without_an_epoch_tells_nothing),
        TEST(test_a_folder_that_is_not_whole_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
