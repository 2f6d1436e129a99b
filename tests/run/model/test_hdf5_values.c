/* Numbers of other types than floats in HDF5 files, as floats. */
#include "tests/support/check.h"

#include <stdint.h>

#include "base/hdf5.h"
#include "run/model/h5/hdf5_values.h"

/* IEEE 754's binary16, as NumPy's float16 is stored. */
static hid_t half_type(void)
{
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);

    assert_true(H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0);
    assert_true(H5Tset_size(type, sizeof(uint16_t)) >= 0);
    assert_true(H5Tset_ebias(type, 15) >= 0);
    return type;
}

static void expect_read(hid_t file, const char *name, hid_t type, const void *bytes, int count, const float *wanted)
{
    const hsize_t size = (hsize_t)count;
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    int rank, dims[HDF5_RANK_MAX];
    float numbers[8];

    assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0);
    assert_true(hdf5_values_read_dims(dataset, &rank, dims));
    assert_int_equal(rank, 1);
    assert_int_equal(dims[0], count);
    assert_true(hdf5_values_read_floats(dataset, numbers));
    for (int i = 0; i < count; i++)
        assert_true(numbers[i] == wanted[i]);
    H5Dclose(dataset);
    H5Sclose(space);
}

static void test_halves_and_doubles_are_read(void **state)
{
    static const uint16_t halves[] = { 0x3c00, 0xc100, 0x0001, 0x7bff };
    static const double doubles[] = { 1, -2.5, 0x1p-24, 65504 };
    static const float wanted[] = { 1, -2.5f, 0x1p-24f, 65504 };
    (void)state;

    hdf5_lock();
    hid_t file = hdf5_values_create_in_memory(), half = half_type();

    expect_read(file, "halves", half, halves, 4, wanted);
    expect_read(file, "doubles", H5T_IEEE_F64LE, doubles, 4, wanted);
    H5Tclose(half);
    H5Fclose(file);
    hdf5_unlock();
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_halves_and_doubles_are_read) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
