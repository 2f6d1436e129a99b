/* What the first picture costs on a link: all that is sent until it stands, the frames too. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/support/folder.h"
#include "tests/support/screen.h"

static const char *home;

static int setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    home = *state;
    return 0;
}

/* What the picture has, the frames' last corners among it. */
struct picture {
    const char *const *words; /* ends with NULL */
    uint64_t bytes; /* as soon as it stands */
};

static bool stands(struct screen *s, void *data)
{
    struct picture *p = data;

    for (int i = 0; p->words[i]; i++)
        if (!screen_shows(s, p->words[i]))
            return false;
    p->bytes = screen_bytes(s);
    return true;
}

/* `recipe` NULL: as somebody's first start. */
static uint64_t bytes_of(const char *recipe, const char *const *words, int rows, int columns)
{
    static char own_home[PATH_SIZE + 16];
    const char *program = getenv("CUVETTE_BINARY");
    const char *const arguments[] = { program ? program : "build/check/cuvette", recipe ? "--recipe" : NULL, recipe,
                                      NULL };
    const char *const environment[] = { own_home, "CUVETTE_NVML=/nowhere", "CUVETTE_DATA", "CUVETTE_RUNS",
                                        "SLURM_JOB_ID", NULL };
    struct picture p = { .words = words };

    snprintf(own_home, sizeof own_home, "CUVETTE_HOME=%s", home);

    struct screen *s = screen_start(&(struct screen_options){
        .arguments = arguments, .environment = environment, .rows = rows, .columns = columns });

    screen_wait_for(s, stands, &p, "the first picture");
    print_message("%d×%d, %s: %llu bytes in %llu frames\n", columns, rows, recipe ? recipe : "start page",
                  (unsigned long long)p.bytes, (unsigned long long)screen_frames(s));
    screen_send(s, "q");

    int status = screen_wait_exit(s);

    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    screen_close(s);
    return p.bytes;
}

static const char *const workbench[] = { "1 Dataset─", "2 Layers─", "3 Training─", "4 Device─", "digits",
                                         "conv 64 3×3 relu", "F5 Train", "ready", "─┐", "┘└", NULL };
static const char *const start_page[] = {
    "┌cuvette─", "─┐", "What do you want to do first?", "take up an earlier run", "Any other key", "─┘",
    "Enter Do it", "ready", NULL
};

static void test_the_first_start(void **state)
{
    (void)state;
    assert_true(bytes_of(NULL, start_page, 24, 80) <= 1500);
    assert_true(bytes_of(NULL, start_page, 50, 200) <= 4000);
}

static void test_the_workbench(void **state)
{
    (void)state;
    assert_true(bytes_of("mnist-cnn", workbench, 24, 80) <= 1850);
    assert_true(bytes_of("mnist-cnn", workbench, 50, 200) <= 4000);
}

#define IN_A_HOME(test) cmocka_unit_test_setup_teardown(test, setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_HOME(test_the_first_start),
        IN_A_HOME(test_the_workbench),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
