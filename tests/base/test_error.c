/* Errors as values. */
#include "tests/support/check.h"

#include <errno.h>

#include "base/error.h"

static void test_context_goes_in_front_and_keeps_the_kind(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_false(error_set(&e, ERROR_INPUT, "filters must be %d..%d", 1, 4096));
    assert_false(error_context(&e, "recipe.ini:%d", 12));
    assert_string_equal(e.text, "recipe.ini:12: filters must be 1..4096");
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_int_equal(error_exit_code(e.kind), 3);
}

static void test_errno_is_given_in_words(void **state)
{
    struct error e = { 0 };
    (void)state;

    errno = ENOSPC;
    assert_false(error_set_errno(&e, "cannot write %s", "model.h5"));
    assert_string_equal(e.text, "cannot write model.h5: No space left on device");
    assert_int_equal(e.kind, ERROR_IO);
}

static void test_a_device_that_failed_is_not_a_missing_device(void **state)
{
    struct error e = { .kind = ERROR_DEVICE };
    (void)state;

    assert_false(error_of_run(&e));
    assert_int_equal(error_exit_code(e.kind), 1);
    e.kind = ERROR_INPUT;
    assert_false(error_of_run(&e));
    assert_int_equal(e.kind, ERROR_INPUT);
}

/* What is wrong stands at the end of a sentence, and that is not what is cut. */
static void test_the_reason_survives_a_long_name(void **state)
{
    struct error e = { 0 };
    (void)state;

    errno = ENOSPC;
    error_set_errno(&e, "cannot write %0900d", 7);
    assert_non_null(strstr(e.text, "...: No space left on device"));
    error_set(&e, ERROR_INPUT, "it has no images");
    error_context(&e, "%0900d", 7);
    assert_non_null(strstr(e.text, "...: it has no images"));
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

static void test_long_texts_are_cut_not_overrun(void **state)
{
    struct error e = { 0 };
    (void)state;

    error_set(&e, ERROR_INPUT, "%0600d", 7);
    for (int i = 0; i < 3; i++)
        error_context(&e, "%0300d", 7);
    assert_int_equal(e.text[sizeof e.text - 1], '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context_goes_in_front_and_keeps_the_kind),
        cmocka_unit_test(test_errno_is_given_in_words),
        cmocka_unit_test(test_a_device_that_failed_is_not_a_missing_device),
        cmocka_unit_test(test_the_reason_survives_a_long_name),
        cmocka_unit_test(test_long_texts_are_cut_not_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
