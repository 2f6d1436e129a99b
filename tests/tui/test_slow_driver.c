/* The workbench on a node whose driver of GPUs takes its time to start, or never does. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/built.h"
#include "tests/support/folder.h"
#include "tests/support/screen.h"

#define DOWN "\033[B"
#define F5 "\033[15~"

/* The driver is a library that only has its name; the pipe is what it waits for. */
static int setup(void **state)
{
    if (folder_setup(state) != 0 || symlink(built("tests/plugins/empty.so"), folder_path(*state, "libcuda.so.1")) != 0)
        return -1;
    return mkfifo(folder_path(*state, "gate"), 0600);
}

static struct screen *start(const char *folder, const char *device)
{
    static char home[PATH_SIZE + 32], libraries[PATH_SIZE + 32], plugin[PATH_SIZE + 32], gate[PATH_SIZE + 32];
    static char path[PATH_SIZE], recipe[128];
    const char *const arguments[] = { getenv("CUVETTE_BINARY"), "--recipe", path, NULL };
    const char *const environment[] = { home, libraries, plugin, gate, "CUVETTE_NVML=/nowhere", "CUVETTE_DATA",
                                        "CUVETTE_RUNS", "SLURM_JOB_ID", NULL };

    snprintf(recipe, sizeof recipe, "[data]\ndataset = digits\n[training]\ndevice = %s\n[layers]\nflatten =\ndense =\n",
             device);
    snprintf(path, sizeof path, "%s", folder_put(folder, "small.ini", recipe));
    snprintf(home, sizeof home, "CUVETTE_HOME=%s", folder);
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", folder);
    snprintf(gate, sizeof gate, "SLOW_PLUGIN_GATE=%s", folder_path(folder, "gate"));
    snprintf(plugin, sizeof plugin, "CUVETTE_CUDA_PLUGIN=%s", built("tests/plugins/slow.so"));
    return screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment });
}

static void let_the_driver_answer(const char *folder)
{
    int gate = open(folder_path(folder, "gate"), O_WRONLY | O_CLOEXEC);

    assert_true(gate >= 0);
    close(gate);
}

static void leave(struct screen *s, int with)
{
    int status;

    screen_send(s, "q");
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), with);
    screen_close(s);
}

static void test_the_screen_is_there_before_the_driver_answers(void **state)
{
    struct screen *s = start(*state, "cpu");

    screen_wait_text(s, "F5 trains");
    screen_wait_text(s, "has not answered yet");
    let_the_driver_answer(*state);
    screen_wait_text(s, "[ ] cuda:0  140 G  H200");
    assert_false(screen_shows(s, "has not answered yet"));
    screen_send(s, "4" DOWN " ");
    screen_wait_text(s, "[x] cuda:0  140 G  H200");
    leave(s, 0);
}

static void test_a_recipe_for_a_gpu_waits_for_it_and_the_rest_does_not(void **state)
{
    struct screen *s = start(*state, "cuda:0");

    screen_wait_text(s, "has not answered yet");
    screen_send(s, F5);
    screen_wait_text(s, "cuda: the NVIDIA driver has not answered yet");
    let_the_driver_answer(*state);
    screen_wait_text(s, "[x] cuda:0  140 G  H200");
    leave(s, 0);
}

/* It would not answer a second time, and the screen would stand still. */
static void test_a_driver_that_has_answered_is_not_asked_again(void **state)
{
    struct screen *s = start(*state, "cuda:0");

    let_the_driver_answer(*state);
    screen_wait_text(s, "[x] cuda:0  140 G  H200");
    screen_send(s, F5);
    screen_wait_text(s, "GPU 0 is for looking at alone");
    leave(s, 4);
}

static void test_a_driver_that_never_answers_holds_nobody(void **state)
{
    struct screen *s = start(*state, "cpu");

    screen_wait_text(s, "has not answered yet");
    leave(s, 0);
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_screen_is_there_before_the_driver_answers),
        SCREEN_TEST(test_a_recipe_for_a_gpu_waits_for_it_and_the_rest_does_not),
        SCREEN_TEST(test_a_driver_that_has_answered_is_not_asked_again),
        SCREEN_TEST(test_a_driver_that_never_answers_holds_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
