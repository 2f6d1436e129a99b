/* What the errors of HDF5 say. */
#include "tests/support/check.h"

#include <hdf5.h>

#include "base/hdf5.h"

static void test_the_systems_reason_is_given(void **state)
{
    struct error e = { 0 };
    (void)state;

    hdf5_lock();
    assert_true(H5Fcreate("/no/such/folder/x.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT) < 0);
    assert_false(hdf5_error(&e, ERROR_IO, "cannot write %s", "x.h5"));
    hdf5_unlock();
    assert_string_equal(e.text, "cannot write x.h5: No such file or directory");
    assert_int_equal(e.kind, ERROR_IO);
}

static void test_the_librarys_own_reasons_are_left_out(void **state)
{
    struct error e = { 0 };
    (void)state;

    hdf5_lock();
    assert_true(H5Dopen2(-1, "x_train", H5P_DEFAULT) < 0);
    hdf5_error(&e, ERROR_INPUT, "data.h5 has no x_train");
    hdf5_unlock();
    assert_string_equal(e.text, "data.h5 has no x_train");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_systems_reason_is_given),
        cmocka_unit_test(test_the_librarys_own_reasons_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
