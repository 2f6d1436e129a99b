/* cuvette runs, as a person and as a script use it. */
#include "tests/support/check.h"

#include <jansson.h>
#include <stdio.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

static void put_run(const char *folder, const char *name, int epochs, double accuracy)
{
    char path[256], text[512];

    snprintf(path, sizeof path, "runs/%s/recipe.ini", name);
    snprintf(text, sizeof text, "[training]\nepochs = %d\n[layers]\nflatten =\ndense = units=10\n", epochs);
    folder_put(folder, path, text);
    snprintf(path, sizeof path, "runs/%s/metrics.jsonl", name);
    folder_put(folder, path, "");
    snprintf(path, sizeof path, "runs/%s/summary.json", name);
    snprintf(text, sizeof text, "{\"name\":\"lesson\",\"dataset\":\"digits\",\"device\":\"cpu\",\"state\":\"finished\","
             "\"epochs\":%d,\"seconds_total\":61.5,\"best_valid_accuracy\":%g,\"best_valid_accuracy_epoch\":2}",
             epochs, accuracy);
    folder_put(folder, path, text);
}

static struct process *fine(struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s%s", p->exit_code, p->out, p->err);
    return p;
}

static void test_runs_are_listed_for_people(void **state)
{
    const char *folder = *state;
    char name[202];

    put_run(folder, "0001-digits-cpu", 4, 0.9);
    put_run(folder, "0002-digits-cpu", 8, 0.95);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    put_run(folder, name, 3, 0.5);

    struct process *p = fine(process_cuvette(folder, "runs", "runs", "--sort", "accuracy", NULL));
    assert_holds(p->out, "0002-digits-cpu");
    assert_holds(p->out, "95.0%");
    assert_holds(p->out, "1:02");
    assert_holds(p->out, name); /* lines for programs are whole */
    assert_true(strstr(p->out, "0002-digits") < strstr(p->out, "0001-digits"));
    process_free(p);

    p = fine(process_cuvette(folder, "runs", "runs", "0001", "LESSON", NULL));
    assert_holds(p->out, "0001-digits-cpu");
    assert_null(strstr(p->out, "0002-digits-cpu"));
    process_free(p);
    p = fine(process_cuvette(folder, "runs", "runs", "svhn", NULL));
    assert_string_equal(p->out, "no run fits\n");
    process_free(p);
}

static void test_runs_are_listed_for_scripts(void **state)
{
    const char *folder = *state;

    put_run(folder, "0001-digits-cpu", 4, 0.5);
    folder_put(folder, "runs/0002-torn/recipe.ini", "");
    folder_put(folder, "runs/0002-torn/summary.json", "{");

    struct process *p = fine(process_cuvette(folder, "runs", "runs", "--json", "--sort", "name", NULL));
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *first = json_array_get(all, 0), *second = json_array_get(all, 1);

    assert_int_equal(json_array_size(all), 2);
    assert_string_equal(json_string_value(json_object_get(first, "name")), "0001-digits-cpu");
    assert_string_equal(json_string_value(json_object_get(first, "state")), "finished");
    assert_true(json_number_value(json_object_get(first, "best_valid_accuracy")) == 0.5);
    assert_int_equal(json_integer_value(json_object_get(first, "best_valid_accuracy_epoch")), 2);
    assert_int_equal(json_integer_value(json_object_get(first, "epochs")), 4);
    assert_true(json_is_null(json_object_get(first, "note")));
    assert_true(json_is_object(json_object_get(first, "summary")));
    assert_string_equal(json_string_value(json_object_get(second, "state")), "damaged");
    assert_holds(json_string_value(json_object_get(second, "problem")), "not the summary of a run");
    assert_true(json_is_null(json_object_get(second, "summary")));
    json_decref(all);
    process_free(p);
}

static void test_the_recipes_of_runs_are_compared(void **state)
{
    const char *folder = *state;

    put_run(folder, "a", 4, 0.5);
    put_run(folder, "b", 8, 0.5);

    struct process *p = fine(process_cuvette(folder, "runs", "--diff", "runs/a", "runs/b/", NULL));
    assert_holds(p->out, "training epochs\n  a ");
    assert_null(strstr(p->out, "training batch"));
    process_free(p);

    p = fine(process_cuvette(folder, "runs", "--diff", "runs/a", "runs/b", "--json", NULL));
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *row = json_array_get(json_object_get(all, "differences"), 0);

    assert_string_equal(json_string_value(json_object_get(row, "name")), "training epochs");
    assert_string_equal(json_string_value(json_array_get(json_object_get(row, "values"), 1)), "8");
    json_decref(all);
    process_free(p);

    p = fine(process_cuvette(folder, "runs", "--diff", "runs/a", "runs/a", NULL));
    assert_string_equal(p->out, "their recipes have the same values\n");
    process_free(p);
    assert_refused(process_cuvette(folder, "runs", "--diff", "runs/a", NULL), 2, "from 2 to");
    assert_refused(process_cuvette(folder, "runs", "--diff", "runs/a", "runs/absent", NULL), 3, "no run");
    assert_refused(process_cuvette(folder, "runs", "--sort", "acuracy", NULL), 2, "did you mean accuracy?");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_runs_are_listed_for_people),
        TEST(test_runs_are_listed_for_scripts),
        TEST(test_the_recipes_of_runs_are_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
