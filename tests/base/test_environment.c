/* Variables for a while. */
#include "tests/support/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/environment.h"

static void test_settings_hold_for_a_while(void **state)
{
    static const char *const settings[] = { "CUVETTE_TRIAL=inside", "CUVETTE_OTHER=" };
    char **outside;

    (void)state;
    assert_int_equal(setenv("CUVETTE_TRIAL", "outside", 1), 0);
    assert_int_equal(setenv("CUVETTE_TRIAL_NOT", "kept", 1), 0);
    outside = environ;
    environ = environment_with(settings, 2);
    assert_non_null(environ);
    assert_string_equal(getenv("CUVETTE_TRIAL"), "inside");
    assert_string_equal(getenv("CUVETTE_OTHER"), "");
    assert_string_equal(getenv("CUVETTE_TRIAL_NOT"), "kept");
    free(environ);
    environ = outside;
    assert_string_equal(getenv("CUVETTE_TRIAL"), "outside");
    assert_null(getenv("CUVETTE_OTHER"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_settings_hold_for_a_while) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
