/* The workbench beside a data set whose file system does not answer: here, a file that somebody has leased, so that
 * opening it waits. */
#include "tests/support/check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/screen.h"

static char home[PATH_SIZE + 32];
static int leased = -1;

/* The system would end this process when somebody opens the file. */
static int setup(void **state)
{
    signal(SIGIO, SIG_IGN);
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "datasets/torn.h5", "this is not an HDF5 file");
    folder_put(*state, "datasets/away.h5", "it is far away");
    snprintf(home, sizeof home, "CUVETTE_HOME=%s", (const char *)*state);
    leased = open(folder_path(*state, "datasets/away.h5"), O_RDWR | O_CLOEXEC);
    return leased >= 0 ? 0 : -1;
}

static int teardown(void **state)
{
    close(leased);
    return folder_teardown(state);
}

static bool lease(void)
{
    return fcntl(leased, F_SETLEASE, F_WRLCK) == 0;
}

static struct screen *start(const char *folder, const char *dataset)
{
    static char path[PATH_SIZE], recipe[128];
    const char *const arguments[] = { getenv("CUVETTE_BINARY"), "--recipe", path, NULL };
    const char *const environment[] = { home, "CUVETTE_NVML=/nowhere", "CUVETTE_DATA", "CUVETTE_RUNS", "SLURM_JOB_ID",
                                        NULL };

    snprintf(recipe, sizeof recipe, "[data]\ndataset = %s\n[layers]\nflatten =\ndense =\n", dataset);
    snprintf(path, sizeof path, "%s", folder_put(folder, "small.ini", recipe));
    return screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment });
}

static void leave(struct screen *s)
{
    int status;

    screen_send(s, "q");
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    screen_close(s);
}

static void test_it_holds_up_neither_the_screen_nor_its_end(void **state)
{
    if (!lease())
        skip();
    struct screen *s = start(*state, "digits");

    screen_wait_text(s, "F5 trains");
    screen_wait_text(s, "away");
    assert_true(screen_shows(s, "looking"));
    screen_send(s, "\033[B\r"); /* it is chosen */
    screen_wait_text(s, "looking at away");
    screen_send(s, "\033[A\r");
    screen_wait_text(s, "F5 trains");
    leave(s);
}

static void test_it_may_be_the_chosen_one(void **state)
{
    if (!lease())
        skip();
    struct screen *s = start(*state, "away");

    screen_wait_text(s, "looking at away");
    screen_send(s, "\033[15~");
    screen_wait_text(s, "still being looked at");
    screen_send(s, "\033");
    assert_int_equal(fcntl(leased, F_SETLEASE, F_UNLCK), 0);
    screen_wait_text(s, "not an HDF5 file");
    screen_wait_no_text(s, "looking");
    leave(s);
}

static void test_the_others_are_listed_before_it(void **state)
{
    folder_put(*state, "datasets/a-torn.h5", "this is not an HDF5 file");
    if (!lease())
        skip();
    struct process *p = process_start((const char *const[]){ getenv("CUVETTE_BINARY"), "data", "list", NULL }, *state,
                                      (const char *const[]){ home, NULL });

    process_expect(p, "a-torn");
    assert_null(strstr(p->out, "away"));
    assert_int_equal(fcntl(leased, F_SETLEASE, F_UNLCK), 0);
    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "away");
    process_free(p);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_it_holds_up_neither_the_screen_nor_its_end),
        IN_FOLDER(test_it_may_be_the_chosen_one),
        IN_FOLDER(test_the_others_are_listed_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
