#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/keys.h"

static void test_no_key_means_two_things(void **state)
{
    (void)state;
    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        for (int i = 0; i < 2; i++)
            if (b->keys[i] != KEYCODE_NONE)
                assert_int_equal(keys_action(b->keys[i]), b->action);
}

static void test_every_action_has_a_key_and_says_what_it_does(void **state)
{
    int rows = 0;
    (void)state;

    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++, rows++) {
        assert_int_equal(b->action, rows + 1);
        assert_int_not_equal(b->keys[0], KEYCODE_NONE);
        assert_true(strlen(b->shown) > 0 && strlen(b->help) > 0);
    }
    assert_int_equal(rows, ACTION_COUNT - 1);
}

static void test_letters_work_in_either_case_and_unbound_keys_do_nothing(void **state)
{
    (void)state;
    assert_int_equal(keys_action('q'), ACTION_QUIT);
    assert_int_equal(keys_action('5'), ACTION_PLACE);
    assert_int_equal(keys_action('0'), ACTION_NONE);
    assert_int_equal(keys_action('Q'), ACTION_QUIT);
    assert_int_equal(keys_action('q' | KEYCODE_ALT), ACTION_NONE);
    assert_int_equal(keys_action(KEYCODE_NONE), ACTION_NONE);
    assert_int_equal(keys_action(0x6C34), ACTION_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_key_means_two_things),
        cmocka_unit_test(test_every_action_has_a_key_and_says_what_it_does),
        cmocka_unit_test(test_letters_work_in_either_case_and_unbound_keys_do_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
