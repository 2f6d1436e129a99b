/* Which runs a comparison has, what its file keeps of them, and in which order they are trained. */
#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "nn/recipe/recipe_file.h"
#include "run/compare/comparison_file.h"
#include "run/compare/comparison_next.h"
#include "run/compare/comparison_plan.h"
#include "tests/support/folder.h"

static struct recipe lesson(int epochs)
{
    struct recipe r;
    struct error e;
    char text[256];

    snprintf(text, sizeof text, "[data]\ndataset = digits\n[training]\nepochs = %d\nseed = 7\n[layers]\nflatten =\n"
                                "dense = units=10\n", epochs);
    assert_good(recipe_parse(&r, text, "lesson.ini", &e), e);
    return r;
}

static struct comparison *plan(const char *devices, const char *const *varied, int n_varied, int seeds, int halving)
{
    const struct recipe recipe = lesson(9);
    const struct comparison_wish wish = { .recipe = &recipe, .devices = devices, .varied = varied,
                                          .n_varied = n_varied, .seeds = seeds, .halving = halving };
    struct comparison *c;
    struct error e;

    assert_good(c = comparison_plan(&wish, &e), e);
    return c;
}

static void test_each_value_meets_each_other(void **state)
{
    static const char *const varied[] = { "batch=32,64", "train.precision=fp32" };
    struct comparison *c = plan("cpu:1, cpu", varied, 2, 2, 0);
    struct recipe r;
    struct error e;
    (void)state;

    assert_int_equal(c->count, 8);
    assert_string_equal(c->entries[0].label, "cpu:1 batch 32 seed 7");
    assert_string_equal(c->entries[0].group, "cpu:1 batch 32");
    assert_string_equal(c->entries[7].label, "cpu batch 64 seed 8");
    assert_int_equal(c->entries[7].seed, 8);
    assert_true(c->entries[6].alike == c->entries[7].alike && c->entries[5].alike != c->entries[6].alike);
    assert_good(comparison_recipe(c, 3, &r, &e), e);
    assert_string_equal(r.training.device, "cpu:1");
    assert_int_equal(r.training.batch, 64);
    assert_int_equal(r.training.seed, 8);
    assert_int_equal(r.training.epochs, 9);
    comparison_free(c);
}

static void test_what_cannot_be_is_refused(void **state)
{
    static const struct {
        const char *devices, *varied, *says;
        int seeds, halving;
    } cases[] = {
        { "cpu", NULL, "what is to be compared?", 0, 0 },
        { "cpu,cpu", NULL, "is there twice", 0, 0 },
        { "cpu,,cpu:1", NULL, "between the commas", 0, 0 },
        { NULL, "batch", "it must be SECTION.KEY=VALUE,VALUE", 0, 0 },
        { NULL, "btach=1,2", "did you mean batch?", 0, 0 },
        { NULL, "trianing.batch=1,2", "no section 'trianing'", 0, 0 },
        { NULL, "batch=32,many", "batch", 0, 0 },
        { "cpu,cpu:1", "device=cpu,cpu:1", "varies twice", 0, 0 },
        { "cpu,cpu:1", NULL, "--seeds takes", 1000, 0 },
        { "cpu,cpu:1", NULL, "--halving takes", 0, 9 },
    };
    const struct recipe recipe = lesson(4);
    struct error e;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct comparison_wish wish = { .recipe = &recipe, .devices = cases[i].devices,
                                              .varied = &cases[i].varied, .n_varied = cases[i].varied != NULL,
                                              .seeds = cases[i].seeds, .halving = cases[i].halving };

        assert_bad(comparison_plan(&wish, &e), e, cases[i].says);
        assert_int_equal(e.kind, ERROR_USAGE);
    }
}

static void test_a_folder_keeps_all_of_it(void **state)
{
    static const char *const varied[] = { "batch=32,64" };
    struct comparison *c = plan("cpu:1,cpu", varied, 1, 0, 2), *again;
    char found[PATH_SIZE];
    struct error e;

    assert_good(comparison_create(c, folder_path(*state, "c"), &e), e);
    assert_true(comparison_find(folder_path(*state, "c"), found));
    assert_false(comparison_find(*state, found));
    assert_good(again = comparison_open(found, &e), e);
    assert_int_equal(again->count, 4);
    assert_int_equal(again->halving, 2);
    assert_string_equal(again->recipe.name, "lesson");
    for (int i = 0; i < 4; i++) {
        assert_string_equal(again->entries[i].folder, c->entries[i].folder);
        assert_string_equal(again->entries[i].label, c->entries[i].label);
        assert_true(again->entries[i].alike == c->entries[i].alike);
    }
    assert_non_null(strstr(c->entries[3].folder, "c/04-cpu-batch-64"));
    assert_bad(comparison_create(c, folder_path(*state, "c"), &e), e, "holds a comparison already");
    comparison_free(again);
    comparison_free(c);

    folder_put(*state, "c/comparison.json", "{\"recipe\":\"lesson\",\"axes\":[],\"runs\":[{\"run\":\"../x\"}]}");
    assert_bad(comparison_open(found, &e), e, "damaged");
    folder_put(*state, "c/comparison.json", "{");
    assert_bad(comparison_open(found, &e), e, "comparison.json: line 1");
}

static void test_one_process_trains_it(void **state)
{
    struct comparison *c = plan("cpu:1,cpu", NULL, 0, 0, 0);
    const char *folder = c->folder;
    struct error e;
    int claim;

    assert_good(comparison_create(c, folder_path(*state, "c"), &e), e);
    assert_false(comparison_is_claimed(folder));
    assert_true((claim = comparison_claim(folder, &e)) >= 0);
    assert_true(comparison_is_claimed(folder));
    assert_bad(comparison_claim(folder, &e) >= 0, e, "another process trains this comparison");
    close(claim);
    assert_false(comparison_is_claimed(folder));
    comparison_free(c);
}

/* So far, with such an accuracy at each epoch. */
static void reach(struct comparison_result *r, int epochs, float accuracy, enum run_state to)
{
    struct point *points = realloc(r->curves.valid, 16 * sizeof *points);

    assert_non_null(points);
    for (int i = 0; i < epochs; i++)
        points[i] = (struct point){ .accuracy = accuracy };
    *r = (struct comparison_result){ .there = true, .state = to, .epochs = epochs, .curves.valid = points };
}

static void expect_next(const struct comparison *c, const struct comparison_result *results, const bool *given_up,
                        int entry, int epochs)
{
    struct comparison_turn turns[4];
    struct error e;

    assert_good(comparison_turns(c, results, given_up, turns, &e), e);
    assert_int_equal(comparison_next(c, results, turns, given_up), entry);
    if (entry >= 0)
        assert_int_equal(turns[entry].epochs, epochs);
}

static void test_one_after_another(void **state)
{
    struct comparison *c = plan("cpu:1,cpu", NULL, 0, 0, 0);
    struct comparison_result results[2] = { { .there = false } };
    bool given_up[2] = { false };
    (void)state;

    expect_next(c, results, given_up, 0, 9);
    reach(&results[0], 4, 0.5F, RUN_STOPPED);
    expect_next(c, results, given_up, 0, 9);
    reach(&results[0], 5, 0.5F, RUN_TRAINS); /* in another process */
    expect_next(c, results, given_up, 1, 9);
    reach(&results[0], 9, 0.5F, RUN_CUT_OFF); /* its model was not saved */
    expect_next(c, results, given_up, 0, 9);
    reach(&results[0], 7, 0.5F, RUN_FINISHED); /* early, for want of patience */
    reach(&results[1], 2, 0.5F, RUN_FAILED);
    expect_next(c, results, given_up, 1, 9);
    given_up[1] = true;
    expect_next(c, results, given_up, -1, 0);
    for (int i = 0; i < 2; i++)
        comparison_result_free(&results[i]);
    comparison_free(c);
}

/* Four, of which the better half goes on after each part of nine epochs: 2, 4 and 9 of them. */
static void test_the_hopeless_are_stopped_early(void **state)
{
    static const char *const varied[] = { "batch=1,2,3,4" };
    struct comparison *c = plan(NULL, varied, 1, 0, 2);
    struct comparison_result results[4] = { { .there = false } };
    struct comparison_turn turns[4];
    bool given_up[4] = { false };
    struct error e;
    (void)state;

    for (int i = 0; i < 4; i++) {
        expect_next(c, results, given_up, i, 2);
        reach(&results[i], 2, (float)i / 8, RUN_STOPPED);
    }
    expect_next(c, results, given_up, 2, 4);
    reach(&results[2], 4, 0.9F, RUN_STOPPED);
    expect_next(c, results, given_up, 3, 4);
    assert_good(comparison_turns(c, results, given_up, turns, &e), e);
    assert_true(turns[0].dropped && turns[1].dropped && !turns[2].dropped && !turns[3].dropped);
    reach(&results[3], 4, 0.4F, RUN_STOPPED);
    expect_next(c, results, given_up, 2, 9);
    reach(&results[2], 9, 0.9F, RUN_FINISHED);
    expect_next(c, results, given_up, -1, 0);
    assert_good(comparison_turns(c, results, given_up, turns, &e), e);
    assert_true(turns[3].dropped && turns[3].epochs == 4 && turns[1].epochs == 2);
    for (int i = 0; i < 4; i++)
        comparison_result_free(&results[i]);
    comparison_free(c);
}

/* Others do not wait for what cannot be trained. */
static void test_one_that_fails_holds_up_none(void **state)
{
    static const char *const varied[] = { "batch=1,2" };
    struct comparison *c = plan(NULL, varied, 1, 0, 2);
    struct comparison_result results[2] = { { .there = false } };
    bool given_up[2] = { true, false };
    (void)state;

    expect_next(c, results, given_up, 1, 4);
    reach(&results[1], 4, 0.5F, RUN_STOPPED);
    expect_next(c, results, given_up, 1, 9);
    comparison_result_free(&results[1]);
    comparison_free(c);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_each_value_meets_each_other),
        TEST(test_what_cannot_be_is_refused),
        TEST(test_a_folder_keeps_all_of_it),
        TEST(test_one_process_trains_it),
        TEST(test_one_after_another),
        TEST(test_the_hopeless_are_stopped_early),
        TEST(test_one_that_fails_holds_up_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
