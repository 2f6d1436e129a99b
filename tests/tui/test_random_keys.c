/* Keys that nobody would press, at any size, among names that nobody would give: nothing crashes, leaks or leaves the
 * terminal as it should not be. `make check` presses some thousands of them.
 *
 *     CUVETTE_RANDOM_KEYS=100000   how many, of each of the two tests
 *     CUVETTE_SEED=7               other ones
 *
 * The keys can type: what is written lands in a folder of the test's own. */
#include "tests/support/check.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <termios.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nn/recipe/recipe_file.h"
#include "tests/support/chance.h"
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/screen.h"
#include "tui/actions.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/utf8.h"
#include "tui/keys.h"
#include "tui/screen.h"
#include "tui/term/mouse.h"

enum { KEYS_USUAL = 2000, PARAMETERS_MOST = 100000, NAMES_MOST = 8, ROWS_MOST = 70, COLUMNS_MOST = 220 };

static const char small[] = "[data]\ndataset = digits\n"
                            "[training]\nepochs = 2\nbatch = 500\ndevice = cpu:1\n"
                            "[layers]\nconv2d = filters=2 kernel=3 stride=4\nflatten =\ndense = units=10\n";

/* Names of files and folders that try to be more: sequences that set a title, leave the screen or ask the terminal,
 * marks that combine or turn the direction, halves of characters, wide ones, and very long ones. */
static const char *const hostile[NAMES_MOST] = {
    "\033]0;title\007\033[?1049lleft",
    "\033[5n\033[6n\033[c",
    "e\xCC\x81\xCC\x82\xCC\x83\xCC\x84 combined",
    "\xE2\x80\xAE" "drawkcab\xE2\x81\xA6",
    "\xC3(\xFF\xFE\xED\xA0\x80 invalid",
    "\xE6\xB0\xB4\xE6\xB0\xB4\xF0\x9F\x98\x80 wide",
    "new\nline\ttab\r\b\x7F",
    "a name that is long, and longer, and longer still, so that no screen of any width has any room for it, "
    "not even one of two hundred columns, which is as wide as they come these days on the desks of those who "
    "have the money",
};

static int keys_wanted(void)
{
    const char *count = getenv("CUVETTE_RANDOM_KEYS");

    return count ? atoi(count) : KEYS_USUAL;
}

static struct chance begin(void)
{
    const char *seed = getenv("CUVETTE_SEED");

    return (struct chance){ .seed = seed ? strtoull(seed, NULL, 10) : 1 };
}

/* Data sets, recipes and runs with such names. */
static void put_hostile_names(const char *home)
{
    char name[512];

    for (int i = 0; i < NAMES_MOST; i++) {
        snprintf(name, sizeof name, "datasets/%s.h5", hostile[i]);
        folder_put(home, name, "no HDF5 file");
        snprintf(name, sizeof name, "datasets/%s/images/%s.png", hostile[i], hostile[(i + 1) % NAMES_MOST]);
        folder_put(home, name, "no PNG file");
        snprintf(name, sizeof name, "%s.ini", hostile[i]);
        folder_put(home, name, small);
        snprintf(name, sizeof name, "runs/%04d-%s/recipe.ini", i + 1, hostile[i]);
        folder_put(home, name, small);
    }
}

/* Most keys mean something; the others are characters of any kind, and codes that no terminal sends. */
static int any_key(struct chance *c)
{
    static const int usual[] = {
        KEYCODE_ENTER, KEYCODE_ENTER, KEYCODE_ENTER,     KEYCODE_ESCAPE,   KEYCODE_ESCAPE,  KEYCODE_TAB,
        KEYCODE_UP,    KEYCODE_DOWN,  KEYCODE_DOWN,      KEYCODE_LEFT,     KEYCODE_RIGHT,   KEYCODE_HOME,
        KEYCODE_END,   KEYCODE_INSERT, KEYCODE_DELETE,   KEYCODE_PAGE_UP,  KEYCODE_PAGE_DOWN, KEYCODE_BACK_TAB,
        KEYCODE_F5,    KEYCODE_F5,    KEYCODE_BACKSPACE, ' ',
    };
    static const int odd[] = { 0x301, 0x202E, 0x6C34, 0x1F600, 0xFFFD, 0x10FFFF, 0xE9, 0x7F, 0x9B };

    switch (chance_int(c, 0, 9)) {
    case 0:
    case 1:
    case 2:
        return usual[chance_int(c, 0, sizeof usual / sizeof *usual - 1)];
    case 3:
        return chance_int(c, KEYCODE_UP, KEYCODE_F10);
    case 4:
        return odd[chance_int(c, 0, sizeof odd / sizeof *odd - 1)];
    case 5:
        return chance_int(c, 1, 31);
    case 6:
        return chance_int(c, 'a', 'z') | (chance_toss(c) ? KEYCODE_ALT : 0);
    case 7:
        return mouse_code((enum mouse_event)chance_int(c, MOUSE_PRESS, MOUSE_WHEEL_DOWN), chance_int(c, 0, ROWS_MOST),
                          chance_int(c, 0, COLUMNS_MOST));
    default:
        return chance_int(c, ' ', '~');
    }
}

/* Runs are small ones: the test is about keys. */
static void keep_small(void)
{
    const struct draft *d = &desk_app->draft;

    if (d->model.parameters <= PARAMETERS_MOST && d->recipe.training.batch <= 1000 && d->recipe.n_layers <= 8 &&
        strcmp(d->recipe.data.dataset, "digits") == 0)
        return;

    struct recipe fresh;
    struct error e;

    assert_good(recipe_load(&fresh, "small.ini", &e), e);
    app_change_recipe(desk_app, &desk_app->draft.recipe, &fresh, sizeof fresh);
}

static void press_any(struct chance *c)
{
    keep_small();
    actions_key(desk_app, any_key(c));
    if (chance_int(c, 0, 9) == 0)
        app_resize(desk_app, chance_int(c, 1, ROWS_MOST), chance_int(c, 1, COLUMNS_MOST), chance_toss(c));
    if (chance_int(c, 0, 19) == 0)
        app_tick(desk_app);
    actions_follow(desk_app);
    desk_app->display.leave = false;
    desk_draw();
}

/* Whatever is pressed, no job is handed in to the cluster that the tests may run on. */
static void put_own_sbatch(const char *home)
{
    const char *path = getenv("PATH");
    char with[2 * PATH_SIZE];

    assert_int_equal(chmod(folder_put(home, "bin/sbatch", "#!/bin/sh\necho 4711\n"), 0755), 0);
    snprintf(with, sizeof with, "%s/bin:%s", home, path ? path : "/usr/bin:/bin");
    setenv("PATH", with, 1);
}

static int open_desk(void **state)
{
    static char small_file[] = "small.ini";

    if (desk_open_to_train(state, small) != 0)
        return -1;
    put_hostile_names(*state);
    put_own_sbatch(*state);
    folder_put(*state, "deep/in/here/small.ini", small);
    assert_int_equal(chdir(folder_path(*state, "deep/in/here")), 0);
    assert_true(path_is_file(small_file));
    setenv("CUVETTE_DATA", folder_path(*state, "datasets"), 1);
    setenv("CUVETTE_RUNS", folder_path(*state, "runs"), 1);
    setenv("HOME", *state, 1);
    return 0;
}

static int close_desk(void **state)
{
    assert_int_equal(chdir("/"), 0);
    return desk_close(state);
}

static void test_any_keys_at_any_size(void **state)
{
    struct chance c = begin();
    struct error e;
    (void)state;

    assert_good(datasets_read_again(&desk_app->datasets, &e), e);
    for (int i = 0; i < keys_wanted(); i++)
        press_any(&c);
    live_stop(&desk_app->live);
}

/* The same as bytes, to the program in a terminal. */
static size_t any_bytes(struct chance *c, char *out, size_t size)
{
    static const char *const sequences[] = {
        "\r", "\r", "\033[A", "\033[B", "\033[C", "\033[D", "\033[15~", "\t", "\033[Z", "\033[5~", "\033[6~", "\033OP",
        "\033[13~", "\033[24~", "\033[0n", "\033[1;1R", "\033[200~", "\033[201~", "\033[?1;2c", "\033[", "\033",
    };

    switch (chance_int(c, 0, 5)) {
    case 0:
    case 1:
        return (size_t)snprintf(out, size, "%s", sequences[chance_int(c, 0, sizeof sequences / sizeof *sequences - 1)]);
    case 2: /* a mouse, also where no screen is */
        return (size_t)snprintf(out, size, "\033[<%d;%d;%d%c", chance_int(c, 0, 70), chance_int(c, 0, 250),
                                chance_int(c, 0, 80), chance_toss(c) ? 'M' : 'm');
    case 3: /* any byte, but none that the terminal makes a signal of once the program has left */
        out[0] = (char)chance_int(c, 1, 255);
        out[0] = strchr("\003\023\032\034C", out[0]) ? 'j' : out[0];
        return 1;
    default: /* no comparison: its process would train on where the test has removed its folder */
        out[0] = (char)chance_int(c, ' ', '~');
        out[0] = out[0] == 'C' ? 'c' : out[0];
        return 1;
    }
}

struct walk {
    const char *home;
    struct screen *screen;
    struct termios before;
    int presses;
};

static void start_program(struct walk *w)
{
    static char home[PATH_SIZE + 16], user[PATH_SIZE + 16], sanitizer[3 * PATH_SIZE];
    const char *program = getenv("CUVETTE_BINARY"), *options = getenv("ASAN_OPTIONS");

    snprintf(home, sizeof home, "CUVETTE_HOME=%s", w->home);
    snprintf(user, sizeof user, "HOME=%s", w->home);
    snprintf(sanitizer, sizeof sanitizer, "ASAN_OPTIONS=%s:soft_rss_limit_mb=2000:log_path=%s/sanitizer",
             options ? options : "", w->home);

    const char *const arguments[] = { program ? program : "build/check/cuvette", "--recipe", "small.ini", NULL };
    const char *const environment[] = { home,           user,           sanitizer,      "CUVETTE_NVML=/nowhere",
                                        "CUVETTE_DATA", "CUVETTE_RUNS", "SLURM_JOB_ID", NULL };

    /* An emulator of the largest size: libvterm 0.1 can fail where a frame for one size comes after a smaller one. */
    w->screen = screen_start(&(struct screen_options){
        .arguments = arguments,
        .environment = environment,
        .rows = ROWS_MOST,
        .columns = COLUMNS_MOST,
    });
    screen_mode(w->screen, &w->before);
    screen_wait_text(w->screen, "cuvette");
}

/* However it ended, it did so by itself, and the terminal is as it was. Our SIGTERM may come when it has left the
 * terminal already, and only leaks are still looked for. */
static void assert_left_well(struct walk *w)
{
    int status = screen_wait_exit(w->screen);
    struct termios after;

    if (!WIFEXITED(status) && WTERMSIG(status) != SIGTERM) {
        char *text = screen_text(w->screen);

        fail_msg("after %d presses: signal %d\n%s", w->presses, WTERMSIG(status), text);
    }
    assert_false(screen_is_alternate(w->screen));
    assert_true(screen_cursor_is_visible(w->screen));
    assert_false(screen_reports_mouse(w->screen));
    screen_mode(w->screen, &after);
    assert_int_equal(after.c_lflag, w->before.c_lflag);
    assert_int_equal(after.c_iflag, w->before.c_iflag);
    assert_int_equal(after.c_oflag, w->before.c_oflag);
    screen_close(w->screen);
    w->screen = NULL;
}

static bool has_ended(const struct screen *s)
{
    siginfo_t info = { .si_pid = 0 };

    return waitid(P_PID, (id_t)screen_process(s), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

static void press_any_bytes(struct walk *w, struct chance *c)
{
    char bytes[64];

    for (int burst = chance_int(c, 1, 12); burst > 0; burst--) {
        bytes[any_bytes(c, bytes, sizeof bytes - 1)] = '\0';
        screen_send(w->screen, bytes);
        w->presses++;
    }
    if (chance_int(c, 0, 9) == 0)
        screen_tell_size(w->screen, chance_int(c, 1, ROWS_MOST), chance_int(c, 1, COLUMNS_MOST));
    screen_take(w->screen);
}

static int open_walk(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    put_hostile_names(*state);
    put_own_sbatch(*state);
    folder_put(*state, "deep/in/here/small.ini", small);
    return chdir(folder_path(*state, "deep/in/here"));
}

static int close_walk(void **state)
{
    assert_int_equal(chdir("/"), 0);
    return folder_teardown(state);
}

static void assert_no_report(const char *home)
{
    char line[PATH_SIZE + 64];

    snprintf(line, sizeof line, "cat '%s'/sanitizer.* 2>/dev/null | head -n 60 | grep .", home);
    assert_int_not_equal(system(line), 0);
}

static void test_any_bytes_on_a_terminal(void **state)
{
    struct chance c = begin();
    struct walk w = { .home = *state };

    while (w.presses < keys_wanted()) {
        start_program(&w);
        while (w.presses < keys_wanted() && !has_ended(w.screen))
            press_any_bytes(&w, &c);
        if (screen_is_alternate(w.screen))
            kill(screen_process(w.screen), SIGTERM); /* saves a run that goes on */
        assert_left_well(&w);
        assert_no_report(w.home);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_any_keys_at_any_size, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_any_bytes_on_a_terminal, open_walk, close_walk),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
