/* Weights of Keras Applications, in HDF5 files without a word of what they are. */
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

#include <hdf5.h>

#include "base/hdf5.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/h5_weights.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/model_format.h"
#include "tests/support/folder.h"
#include "tests/support/toy_model.h"

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

static void test_names_of_no_network_are_told(void **state)
{
    static const char *const own[] = { "my_conv", "my_dense" };

    toy_model_refused(put(*state, own, 2, 1, (const int[]){ 3 }),
                   "its layers, such as my_conv, are not called as those of a network that cuvette knows: Keras's "
                   "VGG16");
}

static void test_a_layer_too_much_is_named(void **state)
{
    const char *more[LAYERS_OF_VGG16 + 1];

    memcpy(more, layers, sizeof layers);
    more[LAYERS_OF_VGG16] = "extra";
    toy_model_refused(put(*state, more, LAYERS_OF_VGG16 + 1, 1, (const int[]){ 3 }),
                   "has a layer extra, which Keras's VGG16 has not");
}

/* A layer's group with weights of one value each, one more than that of the weight before. */
static void put_layer(hid_t file, const char *name, int n, const int (*dims)[4], const int *rank, float first)
{
    static const char *const weights[] = { "a_1:0", "b_1:0", "c_1:0", "d_1:0" };
    hid_t group = H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    assert_true(hdf5_values_write_names(group, "weight_names", n, weights));
    for (int i = 0; i < n; i++) {
        float values[16];

        for (int k = 0; k < 16; k++)
            values[k] = first + (float)i;
        assert_true(hdf5_values_write_floats(group, weights[i], rank[i], dims[i], values));
    }
    H5Gclose(group);
}

/* A convolution with a bias in front of a normalisation: ours has none, and the mean is lower by it. */
static void test_a_bias_that_ours_has_not_is_taken_off_the_mean(void **state)
{
    static const char *const called[] = { "c", "n", "d" };
    const struct h5_weights_names names = { "the network", 3, called };
    const char *path = folder_path(*state, "weights.h5");
    static struct stored_model m;
    struct error e = { 0 };

    hdf5_lock();
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    assert_true(file >= 0);
    put_layer(file, "c", 2, (const int[][4]){ { 1, 1, 3, 2 }, { 2 } }, (const int[]){ 4, 1 }, 5);
    put_layer(file, "n", 4, (const int[][4]){ { 2 }, { 2 }, { 2 }, { 2 } }, (const int[]){ 1, 1, 1, 1 }, 10);
    put_layer(file, "d", 2, (const int[][4]){ { 2, 2 }, { 2 } }, (const int[]){ 2, 1 }, 1);
    H5Fclose(file);
    hdf5_unlock();
    m.header.input = shape_image(4, 4, 3);
    m.header.classes = 2;
    assert_good(recipe_parse(&m.header.recipe,
                             "[layers]\nconv2d = filters=2 kernel=1 bias=no\nbatch_norm =\nglobal_avgpool =\n"
                             "dense = units=2\n",
                             "test", &e), e);
    assert_good(stored_model_prepare(&m, &e), e);
    assert_good(h5_weights_read_named(path, &m.header.recipe, m.plan, &names, m.parameters, m.statistics, &e), e);
    for (value v = 0; v < m.plan->n_values; v++) {
        const struct plan_value *p = &m.plan->values[v];

        if (p->arena == ARENA_STATISTICS && p->alias == VALUE_NONE && v != m.plan->normalisation) {
            const float *moving = m.statistics + p->offset / sizeof *moving;

            assert_float_equal(moving[0], 12 - 6, 1e-6);
            assert_float_equal(moving[2], 13, 1e-6);
        }
    }
    stored_model_free(&m);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_names_of_no_network_are_told),
        TEST(test_a_layer_too_much_is_named),
        TEST(test_a_bias_that_ours_has_not_is_taken_off_the_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
