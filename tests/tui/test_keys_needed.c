/* How many keys a first task takes, counted: to train CIFAR-10 from a file of one's own with the lesson's network and
 * to have its charts. Each key is pressed when the screen says what it does: none is pressed blindly. The path of the
 * file is text, not keys: it is typed and completed, or chosen from the list where it was used before. */
#include "tests/support/check.h"

#include <locale.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/screen.h"

enum { IMAGES_EACH_BATCH = 10, KEYS_MOST = 7 };

static const char *home;
static int keys;

/* A file of one's own, with the images of six small batches. */
static int setup(void **state)
{
    char batches[PATH_SIZE], file[PATH_SIZE];
    struct process *p;

    if (folder_setup(state) != 0)
        return -1;
    home = *state;
    keys = 0;
    folder_put(home, "batches/readme", "");
    folder_put(home, "work/readme", "");
    snprintf(batches, sizeof batches, "%s", folder_path(home, "batches"));
    snprintf(file, sizeof file, "%s", folder_path(home, "work/my-cifar10.h5"));
    data_write_cifar(batches, IMAGES_EACH_BATCH);
    p = process_cuvette(NULL, "data", "import", batches, file, NULL);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
    return 0;
}

static struct screen *start(void)
{
    static char own_home[PATH_SIZE + 16];
    const char *program = getenv("CUVETTE_BINARY");

    snprintf(own_home, sizeof own_home, "CUVETTE_HOME=%s", home);

    const char *const arguments[] = { program ? program : "build/check/cuvette", NULL };
    const char *const environment[] = { own_home, "CUVETTE_NVML=/nowhere", "CUVETTE_DATA", "CUVETTE_RUNS",
                                        "SLURM_JOB_ID", NULL };

    return screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment });
}

static void press(struct screen *s, const char *said, const char *key)
{
    screen_wait_text(s, said);
    screen_send(s, key);
    keys++;
}

static void type_path(struct screen *s)
{
    screen_wait_text(s, "Tab Complete");
    screen_send(s, folder_path(home, "work/my\t"));
    screen_wait_text(s, "my-cifar10.h5");
}

static void train_and_export(struct screen *s)
{
    press(s, "F5 Train", "\033[15~");
    screen_wait_text(s, "done");
    press(s, "F8 Export", "\033[19~");
    screen_wait_text(s, "charts: ");
    assert_true(path_is_file(folder_path(home, "runs/0001-my-cifar10-cpu/plots/loss.png")));
}

static void leave(struct screen *s, const char *key)
{
    int status;

    screen_send(s, key);
    status = screen_wait_exit(s);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    screen_close(s);
}

static void test_cifar10_from_a_file_takes_seven_keys_and_its_path(void **state)
{
    struct screen *s = start();
    (void)state;

    press(s, "p  take a preset", "p");
    press(s, "cifar10-lesson", "c");
    press(s, "Enter Choose", "\r");
    press(s, "press / for its path", "/");
    type_path(s);
    press(s, "Enter Done", "\r");
    train_and_export(s);
    print_message("%d keys and the path\n", keys);
    assert_true(keys <= KEYS_MOST);
    leave(s, "q");
}

/* The digits, for who only wants to see it work. */
static void test_the_digits_take_one_key(void **state)
{
    struct screen *s = start();
    (void)state;

    press(s, "d  train the digits", "d");
    screen_wait_text(s, "epoch 1/");
    assert_int_equal(keys, 1);
    screen_send(s, "q");
    screen_wait_text(s, "Quit?");
    leave(s, "s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cifar10_from_a_file_takes_seven_keys_and_its_path, setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_the_digits_take_one_key, setup, folder_teardown),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
