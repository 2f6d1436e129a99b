/* The view of what a model gets wrong shows what the tables of the same run say. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/text.h"
#include "run/predictions/inspect_run.h"
#include "run/predictions/ranking.h"
#include "run/run_folder.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tui/dialogs/dialog.h"
#include "tui/inspect/inspect_view.h"

static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 1\nbatch = 50\ndevice = cpu:1\n"
                             "[layers]\nflatten =\ndense = units=10\n";

/* The run on the screen, looked at without the screen. */
static struct run_inspection expected;

static int open_desk(void **state)
{
    struct inspect_setup setup = { .network = { .device = "cpu:1" } };
    struct error e;

    if (desk_open_to_train(state, recipe) != 0)
        return -1;
    app_resize(desk_app, 24, 80, true);
    desk_press(KEYCODE_F5);
    desk_end_run();
    setup.network.from = run_folder(desk_app->live.run);
    return inspect_run(&expected, &setup, &e) ? 0 : -1;
}

static int close_desk(void **state)
{
    inspect_run_close(&expected);
    return desk_close(state);
}

static void look(void)
{
    desk_press('I');
    assert_true(findings_wait(&desk_app->findings, 120));
}

static void test_the_matrix_has_the_counts_of_the_run(void **state)
{
    char line[160] = "0           ", text[64]; /* the columns of a name */
    (void)state;

    look();
    for (int answer = 0; answer < 10; answer++) {
        const uint32_t count = confusion_count(&expected.confusion, 0, answer);

        snprintf(text, sizeof text, "%u", count);
        text_append(line, sizeof line, "%*s%s", 4 - (int)strlen(text), "", count > 0 ? text : "·");
    }
    assert_true(desk_shows(line));
    desk_press(KEYCODE_RIGHT);
    desk_press(KEYCODE_DOWN);
    snprintf(text, sizeof text, "%u of %u (", confusion_count(&expected.confusion, 1, 1), 126);
    assert_true(desk_shows(text));
    assert_true(desk_shows("of 1 taken for 1"));
}

/* Each with its label, the answer and how sure that was. */
static void test_the_worst_five_images_are_two_keys_away(void **state)
{
    static uint32_t order[1000];
    const struct predictions *p = &expected.result.predictions;
    const uint32_t n = ranking_make(p, RANKING_WORST, RANKING_ANY, RANKING_ANY, order);
    char text[64];
    (void)state;

    look();
    desk_press('w');
    snprintf(text, sizeof text, "most wrong: 1 to 6 of %u", n);
    assert_true(desk_shows(text));
    assert_true(n >= 5);
    for (int i = 0; i < 5; i++) {
        snprintf(text, sizeof text, "%d → %d", p->label[order[i]], predictions_class(p, order[i]));
        assert_true(desk_shows(text));
        snprintf(text, sizeof text, "%.1f %%  #%u", 100 * (double)predictions_confidence(p, order[i]),
                 p->index[order[i]]);
        assert_true(desk_shows(text));
    }
}

static void test_a_line_opens_the_images_of_that_mistake(void **state)
{
    struct confusion_pair worst;
    char text[96];
    (void)state;

    assert_int_equal(confusion_pairs(&expected.confusion, 1, &worst), 1);
    look();
    desk_press('c');
    assert_true(desk_shows("most frequent mistakes"));
    desk_press(KEYCODE_ENTER);
    snprintf(text, sizeof text, "%d taken for %d: 1 to ", worst.label, worst.answer);
    assert_true(desk_shows(text));
    snprintf(text, sizeof text, " of %u", worst.count);
    assert_true(desk_shows(text));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("most frequent mistakes"));
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

static void test_tables_of_classes_and_of_confidence(void **state)
{
    struct confusion_figures figures[10];
    char text[64];
    (void)state;

    confusion_of_classes(&expected.confusion, figures);
    look();
    desk_press('t');
    snprintf(text, sizeof text, "%.4f    %.4f    %.4f", figures[3].precision, figures[3].recall, figures[3].f1);
    assert_true(desk_shows(text));
    assert_true(desk_shows("mean of classes"));
    desk_press('s');
    snprintf(text, sizeof text, "calibration error %.4f", expected.calibration.error);
    assert_true(desk_shows(text));
}

/* Closed while it looks, asked again, and closed with the app: nothing is waited for, and nothing is left. */
static void test_the_view_may_close_before_anything_is_found(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        inspect_view_open(desk_app, run_folder(desk_app->live.run));
        dialog_close_all(desk_app);
        assert_null(desk_app->findings.found);
    }
    inspect_view_open(desk_app, run_folder(desk_app->live.run));
}

static void test_a_run_without_a_model_is_told(void **state)
{
    const char *run = run_folder(desk_app->live.run);
    (void)state;

    remove(folder_path(run, "model.h5"));
    remove(folder_path(run, "best.h5"));
    remove(folder_path(run, "checkpoint.safetensors"));
    look();
    assert_true(desk_shows("has no model"));
    desk_press('w');
    desk_press('r');
    desk_press(KEYCODE_ESCAPE);
    assert_null(desk_app->display.dialog);
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(test_the_matrix_has_the_counts_of_the_run),
        AT_A_DESK(test_the_worst_five_images_are_two_keys_away),
        AT_A_DESK(test_a_line_opens_the_images_of_that_mistake),
        AT_A_DESK(test_tables_of_classes_and_of_confidence),
        AT_A_DESK(test_the_view_may_close_before_anything_is_found),
        AT_A_DESK(test_a_run_without_a_model_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
