/* Locales that a node does not have. */
#include "tests/support/check.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

static void assert_codeset(const char *wanted, bool is_utf8)
{
    char number[8];

    assert_int_equal(setenv("LC_ALL", wanted, 1), 0);
    locale_take();
    assert_int_equal(strcmp(nl_langinfo(CODESET), "UTF-8") == 0, is_utf8);
    snprintf(number, sizeof number, "%.1f", 0.5);
    assert_string_equal(number, "0.5");
}

static void test_utf8_stays_utf8_where_the_locale_is_unknown(void **state)
{
    (void)state;
    assert_codeset("C", false);
    assert_codeset("xx_YY.UTF-8", true);
    assert_codeset("C", false);
    assert_codeset("xx_YY.utf8", true);
    assert_codeset("C", false);
    assert_codeset("xx_YY", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_utf8_stays_utf8_where_the_locale_is_unknown) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
