/* What the program says to wrong recipes, words and folders, and that it leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

static void test_wrong_recipes_are_told_by_file_and_line(void **state)
{
    static const struct {
        const char *text, *answer;
    } cases[] = {
        { "[training]\nepochs = 3\nepoch = 3\n", "wrong.ini:3: " },
        { "[training]\nepochs = three\n", "wrong.ini:2: " },
        { "[training]\ndevice = cpu:2,cuda:0\n", "wrong.ini:2: device \"cpu:2,cuda:0\": a CPU and GPUs do not" },
        { "[optimiser]\n\nlearning_rate = 1e9\n", "wrong.ini:3: " },
        { "[layers]\nconvolution =\n", "wrong.ini:2: " },
        { "[layers]\nmaxpool =\n", "did you mean maxpool2d?" },
        { "[layers]\nconv2d = filter=3\n", "did you mean filters?" },
        { "[layers]\ndense = units=10 colour=red\n", "wrong.ini:2: " },
        { "[trainig]\nepochs = 3\n", "wrong.ini:" },
        { "[layers]\ndense = units=10\n", "28x28x1" },
        { "[layers]\nflatten =\ndense = units=7\n", "10" },
        { "[layers]\nconv2d = filters=8\nflatten =\nconv2d = filters=8\n", "layer 3 (conv2d)" },
        { "[layers]\nmaxpool2d = size=15\nmaxpool2d = size=9\n", "1x1x1" },
    };
    const char *folder = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        folder_put(folder, "wrong.ini", cases[i].text);
        assert_refused(process_cuvette(folder, "train", "wrong.ini", "--run", "out", NULL), 3, cases[i].answer);
        assert_int_equal(folder_entries(folder), 1);
    }
}

static void test_wrong_words_are_answered(void **state)
{
    static const struct {
        const char *words[5];
        int exit_code;
        const char *answer;
    } cases[] = {
        { { "train", "--epochs", "none" }, 2, "train: --epochs none: " },
        { { "train", "--set", "training.epoch=3" }, 2, "epoch" },
        { { "train", "--set", "nonsense" }, 2, "nonsense" },
        { { "train", "--bach", "3" }, 2, "did you mean --batch?" },
        { { "train", "mnist-cnn", "again" }, 2, "unexpected argument 'again'" },
        { { "train", "mnist-cnm" }, 3, "did you mean mnist-cnn?" },
        { { "train", "--set", "trainign.epochs=3" }, 2, "did you mean training?" },
        { { "train", "--dataset", "digist" }, 3, "did you mean digits?" },
        { { "train", "absent.ini" }, 3, "absent.ini" },
        { { "train", "--dataset", "absent" }, 3, "digits" },
        { { "train", "--dataset", "./absent" }, 3, "absent" },
        { { "train", "--device", "tpu" }, 4, "cpu" },
        { { "train", "--device", "cpu:100000" }, 4, "cpu:100000" },
        { { "train", "--device", "cpu:0x1" }, 4, "both from 1" },
        { { "train", "--device", "cpu,cuda:0" }, 2, "take GPUs alone, as cuda:0, cuda:0,2 or cuda:all, or cpu" },
        { { "train", "--device", "cuda:0-1,cpu" }, 2, "a CPU and GPUs do not share a batch" },
        { { "sbatch", "--device", "cuda:0,cpu" }, 2, "a CPU and GPUs do not share a batch" },
        { { "compare", "--device", "cpu,cuda", "--vary", "batch=1,2" }, 2, "a CPU and GPUs do not share a batch" },
        { { "train", "--device", "cuda:60-61" }, 4, "there is no device \"cuda:60-61\" on this node" },
        { { "train", "--json" }, 2, "--json is for --profile" },
        { { "train", "--profile", "--run", "out" }, 2, "cannot be used with --run" },
        { { "train", "--profile", "--quiet" }, 2, "cannot be used with --quiet" },
        { { "train", "--profile", "--dataset", "absent" }, 3, "digits" },
        { { "train", "--profile", "--device", "tpu" }, 4, "cpu" },
        { { "evaluate" }, 2, "which run?" },
        { { "evaluate", "absent" }, 3, "absent" },
        { { "export", "absent" }, 3, "absent" },
        { { "export", "absent", "--what", "los" }, 2, "there is no chart 'los'" },
        { { "export", "absent", "--format", "png,gif" }, 2, "there is no format 'gif'" },
        { { "export", "absent", "--size", "4x4" }, 2, "'4x4' is not" },
        { { "export", "absent", "--dpi", "nan" }, 2, "--dpi takes" },
        { { "export", "absent", "--theme", "pink" }, 2, "light or dark" },
        { { "inspect", "absent", "--chart", "x.gif" }, 2, "ends with .png" },
        { { "devices", "all" }, 2, "unexpected argument 'all'" },
    };
    const char *folder = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *w = cases[i].words;
        struct process *p = process_cuvette(folder, w[0], w[1], w[2], w[3], w[4], NULL);

        assert_refused(p, cases[i].exit_code, cases[i].answer);
        assert_int_equal(folder_entries(folder), 0);
    }
}

static void test_a_folder_that_cannot_be_written_is_told(void **state)
{
    const char *folder = *state;

    folder_put(folder, "taken/note", "mine");
    assert_refused(process_cuvette(folder, "train", "--run", "taken", NULL), 3, "taken");
    assert_int_equal(folder_entries(folder_path(folder, "taken")), 1);
    assert_refused(process_cuvette(folder, "train", "--run", "taken/note/run", NULL), 1, "note");
    assert_int_equal(folder_entries(folder), 1);
}

/* What is a login node is told by its name, and by Slurm's srun. */
static void test_nothing_trains_on_a_login_node(void **state)
{
    const char *folder = *state;
    char path[2 * PATH_SIZE], *before = strdup(getenv("PATH"));

    assert_int_equal(chmod(folder_put(folder, "bin/srun", "#!/bin/sh\n"), 0700), 0);
    snprintf(path, sizeof path, "%s:%s", folder_path(folder, "bin"), before);
    setenv("PATH", path, 1);
    setenv("SLURMD_NODENAME", "login3", 1);
    assert_refused(process_cuvette(folder, "train", "--run", "out", NULL), 2, "login3 is a login node");
    assert_int_equal(folder_entries(folder), 1);

    struct process *p = process_cuvette(folder, "train", "mnist-mlp", "--epochs", "1", "--run", "out", "--login-node",
                                        NULL);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
    unsetenv("SLURMD_NODENAME");
    setenv("PATH", before, 1);
    free(before);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_wrong_recipes_are_told_by_file_and_line),
        IN_A_FOLDER(test_wrong_words_are_answered),
        IN_A_FOLDER(test_a_folder_that_cannot_be_written_is_told),
        IN_A_FOLDER(test_nothing_trains_on_a_login_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
