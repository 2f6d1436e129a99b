#include "tests/support/check.h"

#include "nn/recipe/recipe_file.h"
#include "tui/state/draft.h"

static struct draft draft;
static char words[256];

static int begin(void **state)
{
    struct error e = { 0 };
    (void)state;

    draft = (struct draft){ 0 };
    if (!recipe_load(&draft.recipe, "mnist-mlp", &e))
        return -1;
    draft_note(&draft);
    return 0;
}

static int end(void **state)
{
    (void)state;
    draft_close(&draft);
    return 0;
}

static void set_seed(int seed)
{
    draft.recipe.training.seed = seed;
    draft_note(&draft);
}

static void every_change_is_undone_and_done_again(void **state)
{
    enum { CHANGES = 500 };
    (void)state;

    for (int i = 0; i < CHANGES; i++)
        set_seed(1000 + i);
    for (int i = CHANGES - 1; i > 0; i--) {
        assert_true(draft_undo(&draft, words, sizeof words));
        assert_int_equal(draft.recipe.training.seed, 1000 + i - 1);
    }
    assert_string_equal(words, "training seed 1000 → 1001");
    assert_true(draft_undo(&draft, words, sizeof words));
    assert_int_equal(draft.recipe.training.seed, 1);
    assert_false(draft_undo(&draft, words, sizeof words));

    for (int i = 0; i < CHANGES; i++)
        assert_true(draft_redo(&draft, words, sizeof words));
    assert_string_equal(words, "training seed 1498 → 1499");
    assert_int_equal(draft.recipe.training.seed, 1000 + CHANGES - 1);
    assert_false(draft_redo(&draft, words, sizeof words));
}

static void a_change_after_an_undo_ends_what_can_be_done_again(void **state)
{
    (void)state;
    set_seed(2);
    set_seed(3);
    draft_undo(&draft, words, sizeof words);
    set_seed(4);
    assert_false(draft_redo(&draft, words, sizeof words));
    assert_true(draft_undo(&draft, words, sizeof words));
    assert_int_equal(draft.recipe.training.seed, 2);
    assert_true(draft_undo(&draft, words, sizeof words));
    assert_int_equal(draft.recipe.training.seed, 1);
}

static void what_changes_nothing_is_no_step(void **state)
{
    (void)state;
    set_seed(2);
    draft_note(&draft);
    draft_note(&draft);
    assert_true(draft_undo(&draft, words, sizeof words));
    draft_note(&draft); /* as an app does after an undo: what was undone stays */
    assert_true(draft_redo(&draft, words, sizeof words));
    assert_int_equal(draft.recipe.training.seed, 2);
}

static void the_oldest_versions_go_when_there_is_no_room(void **state)
{
    struct layer layer = layer_new(&layer_dropout);
    int undone = 0;
    (void)state;

    while (recipe_insert_layer(&draft.recipe, 0, &layer))
        continue;
    for (int i = 0; i < 2000; i++)
        set_seed(10 + i);
    assert_true(draft.versions.bytes <= VERSIONS_BYTES);
    while (draft_undo(&draft, words, sizeof words))
        undone++;
    assert_true(undone >= 200 && undone < 2000);
    assert_int_equal(draft.recipe.training.seed, 10 + 1999 - undone);
}

static void without_any_version_nothing_is_undone(void **state)
{
    struct draft none = { 0 };
    (void)state;

    assert_false(draft_undo(&none, words, sizeof words));
    assert_false(draft_redo(&none, words, sizeof words));
    draft_close(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_change_is_undone_and_done_again, begin, end),
        cmocka_unit_test_setup_teardown(a_change_after_an_undo_ends_what_can_be_done_again, begin, end),
        cmocka_unit_test_setup_teardown(what_changes_nothing_is_no_step, begin, end),
        cmocka_unit_test_setup_teardown(the_oldest_versions_go_when_there_is_no_room, begin, end),
        cmocka_unit_test(without_any_version_nothing_is_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
