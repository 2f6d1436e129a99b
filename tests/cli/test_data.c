#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "data/sources/source.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

/* The program ended with `code`, and printed one line with `words` on standard error, or nothing when
 * `words` is NULL. */
static void expect_end(struct process *p, int code, const char *words)
{
    if (p->exit_code != code)
        fail_msg("exit code %d, not %d: %s", p->exit_code, code, p->err);
    if (!words) {
        assert_string_equal(p->err, "");
        return;
    }
    if (!strstr(p->err, words))
        fail_msg("\"%s\" does not say \"%s\"", p->err, words);
    assert_ptr_equal(strchr(p->err, '\n'), p->err + strlen(p->err) - 1);
}

static void test_info_tells_the_balance_of_the_classes(void **state)
{
    struct process *p = process_cuvette(*state, "data", "info", "digits", NULL);

    expect_end(p, 0, NULL);
    assert_non_null(strstr(p->out, "digits: hdf5, 28x28x1, 10 classes\n6000 training images, 1000 test images\n"));
    assert_non_null(strstr(p->out, "channel 0: mean 0.13"));
    assert_non_null(strstr(p->out, "     592       85  0\n"));
    process_free(p);
}

static void test_info_is_json_for_programs(void **state)
{
    json_error_t problem;
    int height, channels, test;

    data_write_cifar(*state, 2);
    struct process *p = process_cuvette(*state, "data", "info", "--json", ".", NULL);
    expect_end(p, 0, NULL);
    json_t *all = json_loads(p->out, 0, &problem);
    if (!all)
        fail_msg("%s", problem.text);
    assert_int_equal(
        json_unpack(all, "{s:i, s:i, s:{s:i}}", "height", &height, "channels", &channels, "images", "test", &test), 0);
    assert_int_equal(height, 32);
    assert_int_equal(channels, 3);
    assert_int_equal(test, 2);
    assert_string_equal(json_string_value(json_object_get(all, "format")), "cifar");
    assert_string_equal(json_string_value(json_object_get(all, "name")), path_name(*state));
    assert_string_equal(json_string_value(json_array_get(json_object_get(all, "class_names"), 3)), "cat");
    assert_int_equal(json_array_size(json_object_get(all, "mean")), 3);
    /* ten training images, labelled 0, 3, 6, 9, 2, 5, 8, 1, 4, 7 */
    json_t *of_class = json_object_get(json_object_get(all, "images_of_class"), "train");
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(json_integer_value(json_array_get(of_class, i)), 1);
    json_decref(all);
    process_free(p);
}

static void test_an_imported_set_is_the_same_set(void **state)
{
    struct error e = { 0 };

    data_write_idx(*state, 300, 40, 8, 9, 1);
    struct process *p = process_cuvette(*state, "data", "import", ".", "all.h5", NULL);
    expect_end(p, 0, NULL);
    process_free(p);
    p = process_cuvette(*state, "data", "import", "--train", "25", ".", "few.h5", "--test=3", NULL);
    expect_end(p, 0, NULL);
    process_free(p);

    struct source *s = source_open(folder_path(*state, "all.h5"), NULL, &e);
    assert_non_null(s);
    data_expect(s, 300, 40);
    source_close(s);
    s = source_open(folder_path(*state, "few.h5"), NULL, &e);
    assert_non_null(s);
    data_expect(s, 25, 3);
    source_close(s);
    assert_int_equal(folder_entries(*state), 6);
}

static void test_list_tells_which_sets_there_are(void **state)
{
    setenv("CUVETTE_DATA", *state, 1);
    folder_write(*state, "bro\x1bken.h5", "x", 1);
    struct process *p = process_cuvette(*state, "data", "list", NULL);
    expect_end(p, 0, NULL);
    assert_non_null(strstr(p->out, "digits               28x28x1"));
    assert_non_null(strstr(p->out, "bro?ken              not readable: "));
    assert_null(strchr(p->out, '\x1b'));
    process_free(p);

    p = process_cuvette(*state, "data", "list", "--json", NULL);
    expect_end(p, 0, NULL);
    json_t *all = json_loads(p->out, 0, NULL);
    const json_t *digits = json_array_get(all, 0), *broken = json_array_get(all, 1);
    assert_int_equal(json_array_size(all), 2);
    assert_string_equal(json_string_value(json_object_get(digits, "name")), "digits");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(digits, "images"), "train")), 6000);
    assert_true(json_is_false(json_object_get(broken, "readable")));
    json_decref(all);
    process_free(p);
    unsetenv("CUVETTE_DATA");
}

static void test_bad_input_ends_with_3_and_leaves_nothing(void **state)
{
    static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 9, 10, 0 };

    data_write_idx(*state, 3, 2, 4, 4, 0);
    folder_write(*state, "train-labels-idx1-ubyte", labels, sizeof labels);
    struct process *p = process_cuvette(*state, "data", "import", ".", "x.h5", NULL);
    expect_end(p, 3, "train-labels-idx1-ubyte: label 1 is 10, which is not in 0…9");
    process_free(p);

    /* Cut where only reading the images finds it, when the new file has been begun. */
    unlink(folder_path(*state, "train-images-idx3-ubyte"));
    data_write_idx_labels(folder_path(*state, "train-labels-idx1-ubyte"), 900, SPLIT_TRAIN, 900, 0);
    data_write_idx_images(folder_path(*state, "train-images-idx3-ubyte.gz"), 900, 4, 4, SPLIT_TRAIN, 899, 1);
    p = process_cuvette(*state, "data", "import", ".", "x.h5", NULL);
    expect_end(p, 3, "train-images-idx3-ubyte.gz is cut short: it announces 900 images, and holds 899");
    process_free(p);
    p = process_cuvette(*state, "data", "info", "nothing.h5", NULL);
    expect_end(p, 3, "there is no data set nothing.h5");
    process_free(p);
    assert_int_equal(folder_entries(*state), 4);
}

static void test_a_folder_that_is_not_there_ends_with_1(void **state)
{
    struct process *p = process_cuvette(*state, "data", "import", "digits", "none/x.h5", NULL);

    expect_end(p, 1, "cannot write none/x.h5: No such file or directory");
    process_free(p);
}

static void test_misuse_ends_with_2(void **state)
{
    static const struct {
        const char *words[5];
        const char *said;
    } cases[] = {
        { { "data" }, "info, import, list, fetch or preview" },
        { { "data", "inform" }, "info, import, list, fetch or preview" },
        { { "data", "info" }, "cuvette data info PATH" },
        { { "data", "import", "digits" }, "cuvette data import SOURCE FILE.h5" },
        { { "data", "import", "digits", "x.png" }, "'x.png' must end in .h5" },
        { { "data", "list", "surplus" }, "unexpected argument 'surplus'" },
        { { "data", "info", "digits", "--train", "5" }, "info has no option --train" },
        { { "data", "import", "digits", "x.h5", "--json" }, "import has no option --json" },
        { { "data", "list", "--test=5" }, "list has no option --test" },
        { { "data", "import", "--train", "0", "digits" }, "--train needs a number of images" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *w = cases[i].words;
        struct process *p = process_cuvette(*state, w[0], w[1], w[2], w[3], w[4], NULL);

        expect_end(p, 2, cases[i].said);
        process_free(p);
    }
    assert_int_equal(folder_entries(*state), 0);
}

/* Six batches of black images, which need no disk space, and seconds to compress. */
static void write_large_cifar(const char *folder)
{
    static const char *const names[] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                         "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        folder_write(folder, names[i], "", 0);
        assert_int_equal(truncate(folder_path(folder, names[i]), 3073L * 10000), 0);
    }
}

static void test_an_interrupted_import_can_go_on(void **state)
{
    char event[4096];

    write_large_cifar(*state);
    int watch = inotify_init1(IN_CLOEXEC);
    assert_true(inotify_add_watch(watch, *state, IN_CREATE) >= 0);
    struct process *p = process_cuvette_start(*state, "data", "import", ".", "x.h5", NULL);
    assert_true(read(watch, event, sizeof event) > 0); /* the file on its way */
    process_signal(p, SIGINT);
    process_finish(p);
    close(watch);
    expect_end(p, 5, "writing x.h5 was stopped");
    process_free(p);
    assert_int_equal(access(folder_path(*state, "x.h5"), F_OK), -1);
    p = process_cuvette(*state, "data", "import", ".", "x.h5", NULL);
    expect_end(p, 0, "going on after ");
    process_free(p);
    assert_int_equal(folder_entries(*state), 7);
}

static void test_a_preview_is_a_picture(void **state)
{
    struct process *p =
        process_cuvette(*state, "data", "preview", "digits", "--out", "a.png", "--classes", "3, 8", NULL);
    char magic[8] = "";
    FILE *file = fopen(folder_path(*state, "a.png"), "rb");

    expect_end(p, 0, NULL);
    process_free(p);
    assert_non_null(file);
    assert_int_equal(fread(magic, 1, sizeof magic, file), sizeof magic);
    assert_memory_equal(magic, "\x89PNG\r\n\x1a\n", sizeof magic);
    fclose(file);
    assert_refused(process_cuvette(*state, "data", "preview", "digits", NULL), 2, "--out FILE");
    assert_refused(process_cuvette(*state, "data", "preview", "digits", "--out", "a.jpg", NULL), 2,
                   ".png, .svg, .pdf or .csv");
    assert_refused(process_cuvette(*state, "data", "preview", "digits", "--out", "b.png", "--classes", "3,x", NULL), 2,
                   "there is no class x");
    assert_int_equal(access(folder_path(*state, "b.png"), F_OK), -1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_info_tells_the_balance_of_the_classes),
        IN_FOLDER(test_info_is_json_for_programs),
        IN_FOLDER(test_an_imported_set_is_the_same_set),
        IN_FOLDER(test_list_tells_which_sets_there_are),
        IN_FOLDER(test_bad_input_ends_with_3_and_leaves_nothing),
        IN_FOLDER(test_a_folder_that_is_not_there_ends_with_1),
        IN_FOLDER(test_a_preview_is_a_picture),
        IN_FOLDER(test_misuse_ends_with_2),
        IN_FOLDER(test_an_interrupted_import_can_go_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
