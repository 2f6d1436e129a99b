/* What one session leaves to the next: the recipe as it was, however the session ended. */
#include "tests/support/check.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/support/folder.h"
#include "tests/support/screen.h"

#define ENTER "\r"
#define DOWN "\033[B"
#define PASTE "\033[200~"
#define PASTE_END "\033[201~"

static const char *home;

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    home = *state;
    return 0;
}

static struct screen *start(const char *option, const char *value)
{
    static char own_home[PATH_SIZE + 16];
    const char *program = getenv("CUVETTE_BINARY");

    snprintf(own_home, sizeof own_home, "CUVETTE_HOME=%s", home);

    const char *const arguments[] = { program ? program : "build/check/cuvette", option, value, NULL };
    const char *const environment[] = { own_home, "CUVETTE_NVML=/nowhere", "CUVETTE_DATA", "CUVETTE_RUNS",
                                        "SLURM_JOB_ID", NULL };
    struct screen *s =
        screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment, .rows = 24,
                                               .columns = 80 });

    screen_wait_text(s, "ready");
    return s;
}

static void set_epochs(struct screen *s, const char *epochs)
{
    screen_send(s, "3" DOWN ENTER);
    screen_send(s, epochs);
    screen_send(s, ENTER ENTER);
}

static void assert_left(struct screen *s, int exit_code)
{
    int status = screen_wait_exit(s);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), exit_code);
    screen_close(s);
}

static void test_the_next_session_begins_where_the_last_one_ended(void **state)
{
    struct screen *s = start(NULL, NULL);
    (void)state;

    set_epochs(s, "4321");
    screen_wait_text(s, "4321 ep");
    screen_send(s, "q");
    assert_left(s, 0);

    s = start("--recipe", "lenet5"); /* another one is asked for; only looked at */
    screen_wait_text(s, "conv 6 5");
    screen_send(s, "q");
    assert_left(s, 0);

    s = start(NULL, NULL);
    screen_wait_text(s, "mnist-cnn on digits, as you left it");
    screen_wait_text(s, "4321 ep");
    screen_send(s, "u"); /* the one that a first session begins with */
    screen_wait_text(s, "10 ep");
    screen_send(s, "q");
    assert_left(s, 0);
}

/* A session that begins with another recipe, and changes it, does not take the place of what was left before. */
static void test_another_recipe_sets_the_last_one_aside(void **state)
{
    struct screen *s = start(NULL, NULL);
    (void)state;

    set_epochs(s, "4321");
    screen_wait_text(s, "4321 ep");
    screen_send(s, "q");
    assert_left(s, 0);

    s = start("--recipe", "lenet5");
    set_epochs(s, "17");
    screen_wait_text(s, "17 ep");
    screen_send(s, "q");
    assert_left(s, 0);

    s = start(NULL, NULL);
    screen_wait_text(s, "lenet5 on digits, as you left it");
    screen_send(s, "o\033[F" ENTER);
    screen_wait_text(s, "mnist-cnn on digits, as you left it");
    screen_wait_text(s, "4321 ep");
    screen_send(s, "q");
    assert_left(s, 0);
}

static void test_a_session_that_a_signal_ends_leaves_its_recipe_too(void **state)
{
    struct screen *s = start(NULL, NULL);
    (void)state;

    set_epochs(s, "4321");
    screen_wait_text(s, "4321 ep");
    kill(screen_process(s), SIGHUP);
    assert_left(s, 5);

    s = start(NULL, NULL);
    screen_wait_text(s, "4321 ep");
    screen_send(s, "q");
    assert_left(s, 0);
}

/* Its own folder of state cannot be made: quitting asks when something would be lost, and only then. */
static void test_a_recipe_that_cannot_be_kept_is_asked_for(void **state)
{
    struct screen *s;
    char *text;
    (void)state;

    folder_put(home, "state", "a file");
    s = start(NULL, NULL);
    screen_send(s, "q"); /* nothing was changed */
    assert_left(s, 0);

    s = start(NULL, NULL);
    set_epochs(s, "4321");
    screen_wait_text(s, "4321 ep");
    screen_send(s, "q");
    screen_wait_text(s, "cannot be kept for the next time");
    screen_send(s, "w");
    screen_wait_text(s, "Write the recipe");
    screen_send(s, "\025");
    screen_send(s, folder_path(home, "mine.ini"));
    screen_send(s, ENTER);
    screen_wait_text(s, "recipe written to");
    screen_send(s, "q"); /* now it is somewhere */
    assert_left(s, 0);
    text = folder_text(home, "mine.ini");
    assert_non_null(strstr(text, "epochs = 4321"));
    free(text);
}

static void test_a_stray_paste_is_no_command(void **state)
{
    struct screen *s = start(NULL, NULL);
    (void)state;

    screen_send(s, PASTE "q\rdd5t\033[201~");
    screen_wait_text(s, "pasted text is ignored here");
    screen_wait_text(s, "ready");
    screen_send(s, "1/" PASTE "/nowhere/at/all\n" PASTE_END);
    screen_wait_text(s, "/nowhere/at/all");
    screen_send(s, ENTER);
    screen_wait_text(s, "No such file");
    screen_send(s, "\003q");
    assert_left(s, 0);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_next_session_begins_where_the_last_one_ended),
        SCREEN_TEST(test_another_recipe_sets_the_last_one_aside),
        SCREEN_TEST(test_a_session_that_a_signal_ends_leaves_its_recipe_too),
        SCREEN_TEST(test_a_recipe_that_cannot_be_kept_is_asked_for),
        SCREEN_TEST(test_a_stray_paste_is_no_command),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
