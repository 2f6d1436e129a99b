/* What can be fetched, in the Dataset panel: asked for, watched, stopped, failed, here. */
#include "tests/support/check.h"

#include <stdio.h>

#include "tests/support/desk.h"
#include "tests/support/file_server.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/toy_offer.h"
#include "tui/actions.h"
#include "tui/keys.h"

enum { FILES = TOY_MNIST_FILES };

static struct served files[FILES];
static struct file_server *server;

/* A toy MNIST is all that can be fetched; its row is the last one, and selected. */
static int begin(void **state)
{
    if (desk_open(state) != 0)
        return -1;
    toy_mnist_served(folder_path(*state, ".from"), files, 300, 40);
    server = file_server_start(files, FILES);

    const char *const mirrors[] = { file_server_url(server) };

    toy_offer_read(&desk_app->fetching.offers, "toy", mirrors, 1, files, FILES, "help = toys for a test\n");
    desk_go_to(PANEL_DATASET);
    desk_press(KEYCODE_END);
    return 0;
}

static int end(void **state)
{
    int closed = desk_close(state);

    file_server_stop(server);
    toy_served_free(files, FILES);
    return closed;
}

static const struct dataset_info *info_of(const char *name)
{
    for (int i = 0; i < datasets_count(&desk_app->datasets); i++) {
        const struct catalogue_entry *entry = datasets_entry(&desk_app->datasets, i, NULL);

        if (strcmp(entry->name, name) == 0)
            return entry->readable ? &entry->info : NULL;
    }
    return NULL;
}

/* Who reads the list meanwhile knows that more will come, and cannot choose what is here already. */
static void test_nothing_is_offered_before_the_folder_is_read(void **state)
{
    (void)state;
    assert_true(desk_shows("toy "));
    assert_false(desk_shows("looking …"));
    desk_app->datasets.listed = false;
    assert_true(desk_shows("looking …"));
    assert_false(desk_shows("toy "));
}

static void test_enter_asks_and_fetches(void **state)
{
    (void)state;
    assert_true(desk_shows("toy "));
    assert_true(desk_shows("get "));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("Fetch it?"));
    assert_true(desk_shows("toys for a test."));
    assert_true(desk_shows("from 127.0.0.1:"));
    desk_press(KEYCODE_ESCAPE);
    assert_false(desk_app->fetching.going);

    desk_press(KEYCODE_ENTER);
    desk_press(KEYCODE_ENTER);
    desk_end_fetching();
    assert_true(desk_shows("toy is here"));
    assert_int_equal(info_of("toy")->count[SPLIT_TRAIN], 300);
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");
    assert_non_null(datasets_info(&desk_app->datasets));
}

static void test_it_can_be_watched_and_stopped(void **state)
{
    (void)state;
    file_server_lock(server);
    files[2].stalls_after = files[2].size / 2;
    file_server_unlock(server);
    desk_press(KEYCODE_ENTER);
    desk_press('f');
    file_server_expect(server, &files[2], 1);
    actions_follow(desk_app);
    assert_true(desk_shows("%"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("Stop fetching?"));
    assert_true(desk_shows("What has come is kept."));
    desk_press('s');
    desk_end_fetching();
    assert_true(desk_shows("stopped: what has come of toy is kept"));
    assert_null(info_of("toy"));

    file_server_lock(server);
    files[2].stalls_after = 0;
    file_server_unlock(server);
    desk_press(KEYCODE_ENTER);
    desk_press('f');
    desk_end_fetching();
    assert_int_equal(info_of("toy")->count[SPLIT_TEST], 40);
    file_server_lock(server);
    int asked = files[0].asked;
    file_server_unlock(server);
    assert_int_equal(asked, 1);
}

static void test_an_error_stays_readable(void **state)
{
    (void)state;
    file_server_lock(server);
    files[1].status = 404;
    file_server_unlock(server);
    desk_press(KEYCODE_ENTER);
    desk_press('f');
    desk_end_fetching();
    assert_true(desk_shows("has no train-labels"));
    desk_press(KEYCODE_ESCAPE);
    assert_true(desk_shows("failed"));
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("has no train-labels"));

    file_server_lock(server);
    files[1].status = 0;
    file_server_unlock(server);
    desk_press('f');
    desk_end_fetching();
    assert_non_null(info_of("toy"));
}

/* Leaving does not wait for the server. */
static void test_leaving_ends_it(void **state)
{
    (void)state;
    file_server_lock(server);
    files[0].silent = true;
    file_server_unlock(server);
    desk_press(KEYCODE_ENTER);
    desk_press('f');
    file_server_expect(server, &files[0], 1);
    assert_true(desk_app->fetching.going);
}

static void test_offers_cannot_be_forgotten_or_chosen(void **state)
{
    (void)state;
    desk_press('d');
    assert_true(desk_shows("only a path that is not chosen can leave the list"));
    assert_string_equal(desk_app->draft.recipe.data.dataset, "digits");
}

/* As a preset on a data set that is not here. When it has come it is the chosen one, and readable. */
static void test_the_recipes_own_data_set_is_fetched_from_its_row(void **state)
{
    struct recipe recipe = desk_app->draft.recipe;
    (void)state;

    strcpy(recipe.data.dataset, "toy");
    app_change_recipe(desk_app, &desk_app->draft.recipe, &recipe, sizeof recipe);
    desk_settle();
    golden_check_canvas("fetch-chosen", desk_draw()); /* it has one row, with what it takes to get it */
    desk_press(KEYCODE_END);
    desk_press(KEYCODE_ENTER);
    assert_true(desk_shows("Fetch it?"));
    desk_press('f');
    desk_end_fetching();
    assert_int_equal(datasets_info(&desk_app->datasets)->count[SPLIT_TRAIN], 300);
}

static void test_what_can_be_fetched_comes_last(void **state)
{
    struct error e;
    (void)state;

    offers_free(&desk_app->fetching.offers);
    assert_good(offers_read(&desk_app->fetching.offers, &e), e);
    desk_press(KEYCODE_HOME);
    app_whole(desk_app, true);
    golden_check_canvas("fetch-80x24", desk_draw());
    app_resize(desk_app, 12, 40, true);
    golden_check_canvas("fetch-40x12", desk_draw());
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_offered_before_the_folder_is_read),
        TEST(test_enter_asks_and_fetches),
        TEST(test_it_can_be_watched_and_stopped),
        TEST(test_an_error_stays_readable),
        TEST(test_leaving_ends_it),
        TEST(test_offers_cannot_be_forgotten_or_chosen),
        TEST(test_the_recipes_own_data_set_is_fetched_from_its_row),
        TEST(test_what_can_be_fetched_comes_last),
    };

    return cmocka_run_group_tests_name("what can be fetched, in the panel", tests, NULL, NULL);
}
