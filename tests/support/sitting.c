#include "tests/support/sitting.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/support/check.h"
#include "tests/support/folder.h"

/* Small enough to train in seconds under a sanitizer. One thread: ThreadSanitizer does not know OpenMP's barriers. */
static const char recipe[] = "[data]\ndataset = digits\n"
                             "[training]\nepochs = 3\nbatch = 100\ndevice = cpu:1\n"
                             "[layers]\nconv2d = filters=4 kernel=3 stride=4 activation=relu\nmaxpool2d =\nflatten =\n"
                             "dense = units=10\n";

const char *sitting_home;

int sitting_setup(void **state)
{
    static const unsigned char record[3073];

    if (folder_setup(state) != 0)
        return -1;
    sitting_home = *state;
    folder_put(sitting_home, "datasets/colour/readme", "");
    for (int i = 1; i <= 5; i++) {
        char name[64];

        snprintf(name, sizeof name, "datasets/colour/data_batch_%d.bin", i);
        folder_write(sitting_home, name, record, sizeof record);
    }
    folder_write(sitting_home, "datasets/colour/test_batch.bin", record, sizeof record);
    folder_put(sitting_home, "small.ini", recipe);
    return 0;
}

int sitting_teardown(void **state)
{
    return folder_teardown(state);
}

struct screen *sitting_start_with(const char *nvml, const char *option, int rows, int columns, bool ascii)
{
    static char own_home[PATH_SIZE + 16], path[PATH_SIZE], library[PATH_SIZE + 16];
    const char *program = getenv("CUVETTE_BINARY");

    snprintf(own_home, sizeof own_home, "CUVETTE_HOME=%s", sitting_home);
    snprintf(path, sizeof path, "%s", folder_path(sitting_home, "small.ini"));
    snprintf(library, sizeof library, "CUVETTE_NVML=%s", nvml);

    const char *const arguments[] = { program ? program : "build/check/cuvette", "--recipe", path, option, NULL };
    const char *const environment[] = { own_home, library, "CUVETTE_DATA", "CUVETTE_RUNS", "SLURM_JOB_ID", NULL };

    return screen_start(&(struct screen_options){
        .arguments = arguments,
        .environment = environment,
        .rows = rows,
        .columns = columns,
        .ascii = ascii,
    });
}

struct screen *sitting_start(int rows, int columns, bool ascii)
{
    return sitting_start_with("/nowhere", NULL, rows, columns, ascii);
}

const char *sitting_file(const char *name)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "runs/0001-digits-cpu1/%s", name);
    return folder_path(sitting_home, path);
}

void sitting_left(struct screen *s, int exit_code)
{
    int status = screen_wait_exit(s);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), exit_code);
    assert_false(screen_is_alternate(s));
    assert_true(screen_cursor_is_visible(s));
    screen_close(s);
}
