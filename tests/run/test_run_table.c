/* Lists of runs: which are in them, in what order, and the columns of their tables. */
#include "tests/support/check.h"

#include <stdio.h>

#include "run/run_list.h"
#include "run/run_order.h"
#include "run/run_table.h"
#include "tests/support/folder.h"

static struct run_entry entry_of(const char *folder, double accuracy, double seconds, time_t begun)
{
    struct run_entry entry = { .state = RUN_FINISHED, .begun = begun, .planned = 12,
                               .progress = { .best_accuracy = accuracy, .best_epoch = 3, .epochs = 10,
                                             .seconds = seconds },
                               .summary = { .name = "lenet5", .dataset = "/data/digits.h5", .device = "cpu" } };

    strcpy(entry.folder, folder);
    return entry;
}

static void assert_order(enum run_order order, struct run_entry *entries, const char *wanted)
{
    struct run_entry *sorted[] = { &entries[0], &entries[1], &entries[2] };
    char names[256] = "";

    run_order_sort(order, sorted, 3);
    for (int i = 0; i < 3; i++)
        sprintf(names + strlen(names), "%s ", path_name(sorted[i]->folder));
    assert_string_equal(names, wanted);
}

static void test_runs_are_sorted_and_what_is_unknown_comes_last(void **state)
{
    struct run_entry entries[] = { entry_of("runs/0009-a", 0.5, 10, 1000), entry_of("runs/0010-b", -1, -1, 3000),
                                   entry_of("runs/0002-c", 0.9, 30, 2000) };
    (void)state;

    assert_order(RUN_ORDER_WHEN, entries, "0010-b 0002-c 0009-a ");
    assert_order(RUN_ORDER_ACCURACY, entries, "0002-c 0009-a 0010-b ");
    assert_order(RUN_ORDER_NAME, entries, "0002-c 0009-a 0010-b ");
    assert_order(RUN_ORDER_LENGTH, entries, "0002-c 0009-a 0010-b ");
}

static void test_every_word_of_a_filter_must_be_found(void **state)
{
    struct run_entry entry = entry_of("runs/0009-a", 0.5, 10, 1000);
    (void)state;

    strcpy(entry.note, "for the paper");
    assert_true(run_order_fits(&entry, ""));
    assert_true(run_order_fits(&entry, " LeNet digits "));
    assert_true(run_order_fits(&entry, "finished paper"));
    assert_false(run_order_fits(&entry, "lenet svhn"));
}

static int width_of(const struct run_table *t)
{
    int sum = -t->gap;

    for (int c = 0; c < RUN_COLUMN_COUNT; c++)
        sum += t->widths[c] > 0 ? t->widths[c] + t->gap : 0;
    return sum;
}

/* With a name of 200 characters and a note as long. */
static void test_a_table_fits_its_terminal(void **state)
{
    struct run_entry entries[] = { entry_of("0009-a", 0.5, 10, 1000), entry_of("0010-b", 0.75, 36000, 2000) };
    struct run_entry *all[] = { &entries[0], &entries[1] };
    (void)state;

    memset(entries[0].folder, 'x', 200);
    memset(entries[1].note, 'n', 200);
    for (int columns = 40; columns < 200; columns++) {
        struct run_table t = run_table_make(all, 2, columns, 3000);

        assert_true(width_of(&t) <= columns);
        assert_true(t.widths[RUN_COLUMN_STATE] == 8 && t.widths[RUN_COLUMN_BEST] == 5);
        assert_true(columns < 80 || t.widths[RUN_COLUMN_DATASET] > 0);
    }
    struct run_table whole = run_table_make(all, 2, 0, 3000);
    assert_int_equal(whole.widths[RUN_COLUMN_NAME], 200);
    assert_int_equal(whole.widths[RUN_COLUMN_NOTE], 200);
}

static void test_cells_are_safe_and_say_what_is_unknown(void **state)
{
    struct run_entry entry = entry_of("runs/0009-\x1b[2J", -1, -1, 0);
    const struct run_table t = { .gap = 2 };
    char cell[RUN_CELL_SIZE];
    (void)state;

    run_table_cell(&t, &entry, RUN_COLUMN_NAME, cell);
    assert_string_equal(cell, "0009-?[2J");
    run_table_cell(&t, &entry, RUN_COLUMN_EPOCHS, cell);
    assert_string_equal(cell, "10/12");
    for (int c = RUN_COLUMN_BEST; c <= RUN_COLUMN_LENGTH; c++) {
        run_table_cell(&t, &entry, (enum run_column)c, cell);
        assert_string_equal(cell, c == RUN_COLUMN_EPOCHS ? "10/12" : "-");
    }
    strcpy(entry.note, "for the paper");
    run_table_cell(&t, &entry, RUN_COLUMN_NOTE, cell);
    assert_string_equal(cell, "for the paper");
    strcpy(entry.problem, "its summary is damaged"); /* no note hides that */
    run_table_cell(&t, &entry, RUN_COLUMN_NOTE, cell);
    assert_string_equal(cell, "its summary is damaged");
}

static void test_a_folder_of_runs_is_listed(void **state)
{
    struct run_list l;
    struct error e;

    assert_good(run_list_read(&l, folder_path(*state, "absent"), &e), e);
    assert_int_equal(l.count, 0);
    run_list_free(&l);
    folder_put(*state, "runs/0010-b/recipe.ini", "");
    folder_put(*state, "runs/0009-a/recipe.ini", "");
    folder_put(*state, "runs/0011/other.txt", "");
    folder_put(*state, "runs/readme", "");
    assert_good(run_list_read(&l, folder_path(*state, "runs"), &e), e);
    assert_int_equal(l.count, 2);
    assert_string_equal(path_name(l.entries[0]->folder), "0010-b");
    run_list_free(&l);
    assert_bad(run_list_read(&l, folder_path(*state, "runs/readme"), &e), e, "readme");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_runs_are_sorted_and_what_is_unknown_comes_last),
        TEST(test_every_word_of_a_filter_must_be_found),
        TEST(test_a_table_fits_its_terminal),
        TEST(test_cells_are_safe_and_say_what_is_unknown),
        TEST(test_a_folder_of_runs_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
