/* cuvette data import, as a user sees it. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

static void put_class(const char *root, const char *folder, int n, int first_seed)
{
    for (int i = 0; i < n; i++) {
        const struct photo p = { .height = 40, .width = 30, .channels = 3, .seed = first_seed + i };
        char path[PATH_SIZE];

        snprintf(path, sizeof path, "%.200s/%03d.%s", folder, i, i % 4 ? "jpg" : "png");
        folder_put(root, path, ""); /* makes the folders */
        photo_write(&p, folder_path(root, path));
    }
}

static void put_set(const char *root)
{
    put_class(root, "set/train/cats", 8, 1);
    put_class(root, "set/train/dogs", 20, 100);
    put_class(root, "set/val/dogs", 3, 200);
}

static void expect_good(const struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s", p->exit_code, p->err);
}

static void expect_good_end(struct process *p)
{
    expect_good(p);
    process_free(p);
}

static void test_it_tells_sizes_classes_and_what_is_left_out(void **state)
{
    put_set(*state);
    folder_put(*state, "set/train/cats/bad\x1b.jpg", "no image");
    folder_put(*state, "set/train/dogs/empty.jpg", "");
    put_class(*state, "set/val/cats", 2, 1); /* there already */
    assert_int_equal(mkdir(folder_path(*state, "set/train/birds"), 0700), 0);
    struct process *p = process_cuvette(*state, "data", "import", "set", "x.h5", NULL);

    expect_good(p);
    assert_holds(p->out, "x.h5 will have about ");
    assert_holds(p->out, "       8        0  cats\n      20        3  dogs\n");
    assert_holds(p->out, "the largest class has 2.5 times the training images of the smallest");
    assert_holds(p->out, "1 folder has no images and is no class: birds");
    assert_holds(p->out, "4 images are left out: 1 broken, 1 empty, 2 there twice");
    assert_holds(p->out, "broken       train/cats/bad?.jpg: it is neither JPEG nor PNG");
    assert_holds(p->out, "empty        train/dogs/empty.jpg\n");
    assert_holds(p->out, "there twice  val/cats/000.png is the same as train/cats/000.png");
    process_free(p);

    p = process_cuvette(*state, "data", "import", "--strict", "set", "y.h5", NULL);
    assert_holds(p->out, "4 images are left out");
    assert_refused(p, 3, "y.h5 was not written: 1 of 35 images are broken, 1 empty and 2 there twice");
    assert_int_equal(folder_entries(*state), 2);
}

static void test_options_are_checked(void **state)
{
    static const struct {
        const char *words[4];
        const char *said;
    } cases[] = {
        { { "--as", "jpg" }, "--as is one of jpeg, raw, not 'jpg'; did you mean jpeg?" },
        { { "--size", "0" }, "--size needs a side in pixels, 1 to 8192, not '0'" },
        { { "--fit", "corp" }, "did you mean crop?" },
        { { "--quality", "101" }, "--quality needs a number, 1 to 100" },
        { { "--threads", "many" }, "--threads needs a number" },
        { { "--compression", "gzip" }, "--compression is for --as raw" },
        { { "--as", "raw", "--quality", "80" }, "--quality is for photographs --as jpeg" },
    };

    put_set(*state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *w = cases[i].words;

        assert_refused(process_cuvette(*state, "data", "import", "set", "x.h5", w[0], w[1], w[2], w[3], NULL), 2,
                       cases[i].said);
    }
    assert_refused(process_cuvette(*state, "data", "import", "digits", "x.h5", "--size", "10", NULL), 2,
                   "images of this set keep their size");
    assert_int_equal(folder_entries(*state), 1);
}

static void test_pixels_of_a_size_are_written(void **state)
{
    put_set(*state);
    expect_good_end(process_cuvette(*state, "data", "import", "set", "x.h5", "--as", "raw", "--size", "16", "--colours",
                                    "grey", NULL));
    struct process *p = process_cuvette(*state, "data", "info", "x.h5", NULL);

    expect_good(p);
    assert_holds(p->out, "x: hdf5, 16x16x1, 2 classes\n28 training images, 3 test images");
    process_free(p);
}

/* A limit on the size of files stands in for a disk that becomes full. */
static void test_a_file_that_may_not_grow_is_told_and_can_go_on(void **state)
{
    const char *const words[] = { "/bin/sh", "-c", "ulimit -f 30; exec \"$0\" data import set x.h5",
                                  getenv("CUVETTE_BINARY"), NULL };

    put_set(*state);
    struct process *p = process_start(words, *state, NULL);

    process_finish(p);
    assert_refused(p, 1, "cannot write x.h5: File too large");
    assert_int_equal(access(folder_path(*state, "x.h5"), F_OK), -1);
    expect_good_end(process_cuvette(*state, "data", "import", "set", "x.h5", NULL));
    assert_int_equal(folder_entries(*state), 2);
}

/* The script in docs/formats.md, where there is a Python that has h5py. */
static void test_h5py_reads_what_is_packed(void **state)
{
    const char *python = getenv("KERAS_PYTHON"), *source = getenv("CUVETTE_SOURCE");
    char script[PATH_SIZE], text[PATH_SIZE];

    python = python ? python : "python3";
    struct process *p =
        process_start((const char *const[]){ "/bin/sh", "-c", "\"$0\" -c 'import h5py'", python, NULL }, NULL, NULL);

    process_finish(p);
    const bool has_h5py = p->exit_code == 0;

    process_free(p);
    if (!has_h5py || !source)
        skip();
    put_set(*state);
    expect_good_end(process_cuvette(*state, "data", "import", "set", "x.h5", NULL));
    snprintf(script, sizeof script, "%s/tests/peers/packed_read.py", source);
    snprintf(text, sizeof text, "%s/docs/formats.md", source);
    p = process_start((const char *const[]){ python, script, text, "x.h5", NULL }, *state, NULL);
    process_finish(p);
    expect_good(p);
    assert_true(strncmp(p->out, "PNG (", 5) == 0);
    assert_holds(p->out, ") cats\nJPEG (");
    assert_holds(p->out, ") dogs\n");
    process_free(p);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_it_tells_sizes_classes_and_what_is_left_out),
        IN_FOLDER(test_options_are_checked),
        IN_FOLDER(test_pixels_of_a_size_are_written),
        IN_FOLDER(test_a_file_that_may_not_grow_is_told_and_can_go_on),
        IN_FOLDER(test_h5py_reads_what_is_packed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
