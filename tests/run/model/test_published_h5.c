/* Weights of Keras Applications, in HDF5 files without a word of what they are. */
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

#include <hdf5.h>

#include "base/hdf5.h"
#include "run/model/hdf5_values.h"
#include "run/model/model_format.h"
#include "tests/support/folder.h"

static const char *const layers[] = { "block1_conv1", "block1_conv2", "block2_conv1", "block2_conv2", "block3_conv1",
                                      "block3_conv2", "block3_conv3", "block4_conv1", "block4_conv2", "block4_conv3",
                                      "block5_conv1", "block5_conv2", "block5_conv3", "fc1", "fc2", "predictions" };
enum { LAYERS_OF_VGG16 = sizeof layers / sizeof *layers };

/* A file as Keras 2's save_weights() writes it, of layers with one kernel of a shape each. */
static const char *put(const char *folder, const char *const *names, int n, int rank, const int *dims)
{
    static const float zeros[1024];
    static const char *const weight[] = { "kernel_W_1:0" };
    const char *path = folder_path(folder, "weights.h5");

    hdf5_lock();
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    assert_true(file >= 0);
    assert_true(hdf5_values_write_names(file, "layer_names", n, names));
    for (int i = 0; i < n; i++) {
        hid_t group = H5Gcreate2(file, names[i], H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

        assert_true(hdf5_values_write_names(group, "weight_names", 1, weight));
        assert_true(hdf5_values_write_floats(group, weight[0], rank, dims, zeros));
        H5Gclose(group);
    }
    H5Fclose(file);
    hdf5_unlock();
    return path;
}

static void expect_refused(const char *path, const char *words)
{
    const struct model_wish nothing = { .recipe = NULL };
    struct stored_model m;
    struct error e = { 0 };

    assert_false(model_format_read(path, &nothing, &m, &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    if (!strstr(e.text, words))
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
}

static void test_names_of_no_network_are_told(void **state)
{
    static const char *const own[] = { "my_conv", "my_dense" };

    expect_refused(put(*state, own, 2, 1, (const int[]){ 3 }),
                   "its layers, such as my_conv, are not called as those of a network that cuvette knows: Keras's "
                   "VGG16");
}

static void test_a_layer_too_much_is_named(void **state)
{
    const char *more[LAYERS_OF_VGG16 + 1];

    memcpy(more, layers, sizeof layers);
    more[LAYERS_OF_VGG16] = "extra";
    expect_refused(put(*state, more, LAYERS_OF_VGG16 + 1, 1, (const int[]){ 3 }),
                   "has a layer extra, which Keras's VGG16 has not");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_names_of_no_network_are_told),
        TEST(test_a_layer_too_much_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
