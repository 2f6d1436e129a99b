#include "tests/support/desk.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "nn/recipe/device_name.h"
#include "nn/recipe/recipe_file.h"
#include "tests/support/folder.h"
#include "tui/actions.h"
#include "tui/dialogs/dialog.h"
#include "tui/screen.h"

struct app *desk_app;
void (*desk_machine)(struct app *app);

static struct canvas canvas;

/* As the recipe says. */
static void choose_threads(struct app *a)
{
    int64_t replicas, threads;

    if (strncmp(a->draft.recipe.training.device, "cpu:", 4) == 0 &&
        device_name_read(a->draft.recipe.training.device + 4, &replicas, &threads))
        a->machine.device.choice = (struct device_choice){ .threads = (int)threads, .replicas = (int)replicas };
}

void desk_plain_machine(struct app *a)
{
    a->machine.n_devices = 1;
    a->machine.devices[0].info = (struct device_info){
        .id = "cpu",
        .name = "Imaginary 9000 16-Core Processor",
        .threads = 4,
        .threads_all = 16,
    };
    a->machine.device.info = a->machine.devices[0].info;
    a->machine.device.choice = (struct device_choice){ .threads = 4 };
    choose_threads(a);
    a->machine.device_error.kind = ERROR_NONE;
    a->machine.cores = (struct cores){ .usable = 4, .all = 16, .limit = "cgroup quota" };
    a->machine.job = (struct job){ .inside = true, .id = "4711" };
    a->node.host = (struct host_readings){ .resident = { true, 410 << 20 },
                                           .memory.used = { true, 3e9 },
                                           .memory.limit = { true, 16.0 * (1 << 30) } };
    snprintf(a->machine.missing, sizeof a->machine.missing, "cuda: no NVIDIA driver on this node");
}

/* Every look adds one, and the loop of the workbench would follow it. */
static int rung;

static void ring(void *context)
{
    const ssize_t written = write(*(int *)context, &(uint64_t){ 1 }, sizeof(uint64_t));
    (void)written;
}

static bool is_looked_at_closely(const struct gallery *g)
{
    int step;

    gallery_study(g, &step);
    return (!g->study || step == STUDY_MEASURED || g->study_error.kind != ERROR_NONE) && !g->coming;
}

static bool is_settled(const struct datasets *d, const struct gallery *g)
{
    for (int i = 0; i < datasets_count(d); i++)
        if (!datasets_entry(d, i, NULL)->looked)
            return false;
    return !d->listing && !d->own && is_looked_at_closely(g) && !desk_app->past_runs.reader &&
           !desk_app->charts.exporting;
}

void desk_settle(void)
{
    uint64_t rings;

    while (actions_follow(desk_app), !is_settled(&desk_app->datasets, &desk_app->gallery))
        assert_int_equal(read(rung, &rings, sizeof rings), sizeof rings);
}

void desk_end_fetching(void)
{
    uint64_t rings;

    while (actions_follow(desk_app), desk_app->fetching.going)
        assert_int_equal(read(rung, &rings, sizeof rings), sizeof rings);
    desk_settle();
}

/* Two readable data sets (the built-in digits and a colour one) and one that is not. */
int desk_open(void **state)
{
    static unsigned char record[3073];
    struct recipe recipe;
    struct error e = { 0 };

    setlocale(LC_ALL, "C.UTF-8");
    if (folder_setup(state) != 0)
        return -1;
    for (int i = 1; i <= 5; i++) {
        char name[32];

        snprintf(name, sizeof name, "data_batch_%d.bin", i);
        folder_put(*state, "colour/unused", "");
        folder_write(folder_path(*state, "colour"), name, record, sizeof record);
    }
    folder_write(folder_path(*state, "colour"), "test_batch.bin", record, sizeof record);
    folder_put(*state, "torn.h5", "this is not an HDF5 file");
    setenv("CUVETTE_DATA", *state, 1);
    setenv("CUVETTE_HOME", folder_path(*state, ".home"), 1);

    if (!recipe_load(&recipe, "mnist-cnn", &e))
        return -1;
    rung = eventfd(0, EFD_CLOEXEC);
    desk_app = app_new(&recipe, (struct trainer_events){ .changed = ring, .context = &rung }, &e);
    if (!desk_app) {
        print_error("%s\n", e.text);
        return -1;
    }
    offers_free(&desk_app->fetching.offers);
    desk_app->contest.program = "/bin/true"; /* not the test's own program */
    desk_machine = desk_plain_machine;
    desk_machine(desk_app);
    app_resize(desk_app, 24, 80, true);
    desk_settle();
    return 0;
}

void desk_end_run(void)
{
    run_wait(desk_app->live.run);
    actions_follow(desk_app);
    assert_true(desk_app->live.over);
}

int desk_open_to_train(void **state, const char *recipe)
{
    struct error e = { 0 };

    if (desk_open(state) != 0)
        return -1;
    setenv("CUVETTE_RUNS", *state, 1);
    if (!recipe_load(&desk_app->draft.recipe, folder_put(*state, "desk.ini", recipe), &e)) {
        print_error("%s\n", e.text);
        return -1;
    }
    app_recipe_changed(desk_app);
    desk_settle();
    return 0;
}

int desk_close(void **state)
{
    if (desk_app)
        dialog_close_all(desk_app);
    app_free(desk_app);
    close(rung);
    desk_app = NULL;
    canvas_free(&canvas);
    unsetenv("CUVETTE_DATA");
    unsetenv("CUVETTE_HOME");
    unsetenv("CUVETTE_RUNS");
    return folder_teardown(state);
}

/* Whatever changed the recipe, what is shown of data set and layers is that of the recipe as it now stands. */
static void assert_recipe_is_inferred(void)
{
    static struct draft fresh;
    const struct draft *shown = &desk_app->draft;

    fresh.recipe = shown->recipe;
    draft_infer(&fresh, datasets_info(&desk_app->datasets));
    assert_string_equal(desk_app->datasets.looked_at, shown->recipe.data.dataset);
    assert_int_equal(shown->model_error.kind, fresh.model_error.kind);
    assert_int_equal(shown->model.n_layers, fresh.model.n_layers);
    assert_int_equal(shown->model.parameters, fresh.model.parameters);
    assert_int_equal(shown->model.bad_layer, fresh.model.bad_layer);
}

void desk_press(int key)
{
    actions_key(desk_app, key);
    if (!is_settled(&desk_app->datasets, &desk_app->gallery))
        desk_settle();
    assert_recipe_is_inferred();
    desk_machine(desk_app);
}

void desk_type(const char *text)
{
    for (; *text; text++)
        desk_press((unsigned char)*text);
}

void desk_go_to(enum place place)
{
    desk_press('1' + (int)place);
}

const struct canvas *desk_draw(void)
{
    struct error e;

    canvas_free(&canvas);
    assert_true(canvas_new(&canvas, desk_app->display.rows, desk_app->display.columns, desk_app->display.unicode, &e));
    screen_draw(desk_app, &canvas);
    return &canvas;
}

static bool is_drawn(const char *text, bool told)
{
    char *screen = canvas_to_text(desk_draw());
    bool found;

    assert_non_null(screen);
    found = strstr(screen, text) != NULL;
    if (!found && told)
        fprintf(stderr, "'%s' is not on the screen:\n%s\n", text, screen); /* print_message() cuts what is long */
    free(screen);
    return found;
}

bool desk_shows(const char *text)
{
    return is_drawn(text, true);
}

bool desk_hides(const char *text)
{
    return !is_drawn(text, false);
}

void desk_await(const char *text)
{
    uint64_t rings;

    while (actions_follow(desk_app), desk_hides(text))
        assert_int_equal(read(rung, &rings, sizeof rings), sizeof rings);
}
