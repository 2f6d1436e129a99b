/* What a stranger's HDF5 file may not make the program do. */
#include "tests/support/check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/hdf5.h"
#include "base/hdf5_foreign.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const hsize_t ten = 10, huge = (hsize_t)1 << 28;

/* Of `size` bytes, as the property list says; nothing is written into it. */
static void make_dataset(hid_t file, const char *name, hsize_t size, hid_t creation)
{
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t dataset = H5Dcreate2(file, name, H5T_STD_U8LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);

    assert_true(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
}

static hid_t make_file(const char *path)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    assert_true(file >= 0);
    return file;
}

/* Opens x of the file, which must fail with these words. */
static void expect_refusal(const char *path, const char *words)
{
    struct error e = { 0 };

    hdf5_lock();
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);

    assert_true(file >= 0);
    assert_true(hdf5_foreign_open(file, path, "x", H5P_DEFAULT, &e) < 0);
    H5Fclose(file);
    hdf5_unlock();
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_holds(e.text, words);
    assert_holds(e.text, path_name(path));
}

static void expect_creation_refused(const char *folder, hsize_t size, hid_t creation, const char *words)
{
    const char *path = folder_path(folder, "made.h5");

    hdf5_lock();
    hid_t file = make_file(path);
    make_dataset(file, "x", size, creation);
    H5Fclose(file);
    H5Pclose(creation);
    hdf5_unlock();
    expect_refusal(path, words);
}

/* A file whose x is in another file, and one where the way to x leads through another. hdf5_lock() takes links to other
 * files out of the library, so they are written before its first call. */
static int write_links(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    const char *pipe = folder_path(*state, "pipe"), *other = folder_path(*state, "other.h5");
    hid_t file = make_file(folder_path(*state, "link.h5"));

    assert_int_equal(mkfifo(pipe, 0600), 0); /* opening it would wait for a writer for ever */
    assert_true(H5Lcreate_external(pipe, "x", file, "x", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Fclose(file);
    file = make_file(other);
    make_dataset(file, "x", ten, H5P_DEFAULT);
    H5Fclose(file);
    file = make_file(folder_path(*state, "way.h5"));
    assert_true(H5Lcreate_external(other, "/", file, "there", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/there/x", file, "x", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Fclose(file);
    return 0;
}

static void test_links_to_other_files_are_not_followed(void **state)
{
    expect_refusal(folder_path(*state, "link.h5"), "x is a link to another file; please copy it into one file");
    expect_refusal(folder_path(*state, "way.h5"), "x cannot be opened as a data set");
}

static void test_numbers_in_another_file_are_not_read(void **state)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);

    assert_true(H5Pset_external(creation, "/etc/passwd", 0, ten) >= 0);
    expect_creation_refused(*state, ten, creation, "x names another file for its numbers");
}

static void test_a_virtual_data_set_is_refused(void **state)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &ten, NULL);

    assert_true(H5Pset_virtual(creation, space, ".", "x", space) >= 0); /* of itself */
    H5Sclose(space);
    expect_creation_refused(*state, ten, creation, "x is virtual, put together from other files");
}

static void test_what_was_never_written_is_not_allocated(void **state)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);

    expect_creation_refused(*state, huge, creation, "x announces 268.4 MB, but the file has 0.0 MB of it");
}

static void test_a_piece_that_would_fill_the_memory_is_refused(void **state)
{
    const hsize_t size = (hsize_t)3 << 29;
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_chunk(creation, 1, &size);
    H5Pset_deflate(creation, 1);
    expect_creation_refused(*state, size, creation, "x is stored in pieces of 1.6 GB");
}

/* Its code is HDF5's own, but reads past its buffers in damaged files. */
static void test_other_filters_are_refused(void **state)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_chunk(creation, 1, &ten);
    H5Pset_scaleoffset(creation, H5Z_SO_INT, 0);
    expect_creation_refused(*state, ten, creation, "x is compressed with scaleoffset, which");
}

static void test_usual_data_sets_are_opened(void **state)
{
    const char *path = folder_path(*state, "usual.h5");
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    struct error e = { 0 };

    hdf5_lock();
    hid_t file = make_file(path);
    H5Pset_chunk(creation, 1, &ten);
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 9);
    H5Pset_fletcher32(creation);
    make_dataset(file, "x", ten, creation);
    assert_true(H5Lcreate_soft("/x", file, "soft", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    for (int i = 0; i < 2; i++) {
        hid_t dataset = hdf5_foreign_open(file, path, i ? "soft" : "x", H5P_DEFAULT, &e);

        assert_good(dataset >= 0, e);
        H5Dclose(dataset);
    }
    H5Pclose(creation);
    H5Fclose(file);
    hdf5_unlock();
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_links_to_other_files_are_not_followed, write_links, folder_teardown),
        IN_FOLDER(test_numbers_in_another_file_are_not_read),
        IN_FOLDER(test_a_virtual_data_set_is_refused),
        IN_FOLDER(test_what_was_never_written_is_not_allocated),
        IN_FOLDER(test_a_piece_that_would_fill_the_memory_is_refused),
        IN_FOLDER(test_other_filters_are_refused),
        IN_FOLDER(test_usual_data_sets_are_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
