/* Numbers of 16 bits as floats. */
#include "tests/support/check.h"

#include <math.h>
#include <string.h>

#include "run/model/torch/tensor_type.h"

enum { ALL = 1 << 16 };

/* All of a type's numbers, each at the place of its bits. */
static float *widen_all(const char *name)
{
    static float numbers[ALL];
    char *halves = (char *)(numbers + ALL / 2);

    for (int bits = 0; bits < ALL; bits++)
        memcpy(halves + 2 * bits, &(uint16_t){ (uint16_t)bits }, 2);
    tensor_type_widen(tensor_type_find(name), numbers, ALL);
    return numbers;
}

/* By the definition of a type with so many bits of exponent and of mantissa. */
static void expect_all(const char *name, int exponent_bits, int mantissa_bits)
{
    const float *numbers = widen_all(name);
    const int highest = (1 << exponent_bits) - 1, bias = highest / 2;

    for (int bits = 0; bits < ALL; bits++) {
        int exponent = bits >> mantissa_bits & highest, mantissa = bits & ((1 << mantissa_bits) - 1);
        int whole = exponent > 0 ? mantissa + (1 << mantissa_bits) : mantissa;
        double wanted = ldexp(whole, (exponent > 0 ? exponent : 1) - bias - mantissa_bits);

        assert_int_equal(signbit(numbers[bits]) != 0, bits >> 15);
        if (exponent < highest)
            assert_true(fabs((double)numbers[bits]) == wanted);
        else
            assert_true(mantissa ? isnan(numbers[bits]) : isinf(numbers[bits]));
    }
}

static void test_every_half_has_its_value(void **state)
{
    (void)state;
    expect_all("F16", 5, 10);
    expect_all("BF16", 8, 7);
}

static void test_floats_stay_as_they_are(void **state)
{
    float numbers[] = { 1.5f, -2.25f, 0x1p-140f };
    const float before[] = { 1.5f, -2.25f, 0x1p-140f };
    (void)state;

    tensor_type_widen(tensor_type_find("F32"), numbers, 3);
    assert_memory_equal(numbers, before, sizeof numbers);
}

static void test_other_types_are_not_there(void **state)
{
    (void)state;
    assert_null(tensor_type_find("F64"));
    assert_null(tensor_type_find(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_half_has_its_value),
        cmocka_unit_test(test_floats_stay_as_they_are),
        cmocka_unit_test(test_other_types_are_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
