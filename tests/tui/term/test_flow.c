#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/term/flow.h"

static const struct pace_limits none;

static bool ready(const struct flow *f, double now)
{
    double seconds;

    return flow_ready(f, true, now, &seconds);
}

static void test_one_frame_is_in_flight(void **state)
{
    struct flow f;
    (void)state;

    flow_begin(&f, &none, 0);
    assert_true(ready(&f, 0));
    flow_frame(&f, 2000, true, 0);
    assert_false(ready(&f, 0.3));
    flow_answer(&f, 0.4);
    assert_true(ready(&f, 0.4));
    flow_frame(&f, 20, true, 5);
    assert_false(ready(&f, 5));
    flow_answer(&f, 5.25);

    struct traffic traffic = flow_traffic(&f, 5.25);
    assert_true(traffic.answers);
    assert_true(traffic.round_trip > 0.249 && traffic.round_trip < 0.251);
    assert_int_equal(traffic.bytes, 2020);
    assert_int_equal(traffic.frames, 2);
}

/* Somebody who has pressed a key is not held for as long as frames that nobody asked for. */
static void test_a_terminal_that_never_answers_is_known_after_a_while(void **state)
{
    struct flow f;
    double seconds;
    (void)state;

    flow_begin(&f, &none, 0);
    flow_frame(&f, 1000, true, 0);
    assert_false(flow_ready(&f, true, 0.9, &seconds));
    assert_true(flow_ready(&f, true, 1, &seconds));
    assert_false(flow_ready(&f, false, 2.9, &seconds));
    assert_true(flow_ready(&f, false, 3, &seconds));
    flow_frame(&f, 10, false, 3);
    assert_false(flow_traffic(&f, 3).answers);
    assert_false(flow_ready(&f, false, 3.9, &seconds));
    assert_true(seconds > 0.09 && seconds < 0.11); /* the loop knows when to ask again */
    assert_true(flow_ready(&f, true, 3.3, &seconds));
    assert_true(flow_ready(&f, false, 4, &seconds));
    flow_frame(&f, 10, false, 4);
    flow_answer(&f, 4.1); /* it answers after all, three times */
    flow_answer(&f, 4.1);
    flow_answer(&f, 4.2);
    assert_true(flow_traffic(&f, 4.2).answers);
    flow_frame(&f, 10, true, 5);
    assert_false(ready(&f, 5.3));
}

/* The request goes out again, ever less often, and no frame before an answer. */
static void test_a_late_answer_is_asked_for_again(void **state)
{
    struct flow f;
    double now = 1, requests[3];
    (void)state;

    flow_begin(&f, &none, 0);
    flow_frame(&f, 10, true, 0);
    flow_answer(&f, 0.01);
    flow_frame(&f, 10, true, now);
    for (int i = 0; i < 3; i++) {
        while (!flow_overdue(&f, now)) {
            assert_false(ready(&f, now));
            now += 0.01;
        }
        flow_request(&f, true, now);
        requests[i] = now;
    }
    assert_true(requests[0] < 2.5);
    assert_true(requests[1] - requests[0] > 1.5 * (requests[0] - 1));
    assert_true(requests[2] - requests[1] > 1.5 * (requests[1] - requests[0]));

    /* Its own answer was lost, and two of the other three: what comes tells that the frame has arrived. */
    flow_answer(&f, now + 0.01);
    assert_false(ready(&f, now + 0.02));
    assert_true(ready(&f, now + 1.1));
}

static void test_a_stall_that_ends_lets_all_answers_come(void **state)
{
    struct flow f;
    (void)state;

    flow_begin(&f, &none, 0);
    flow_frame(&f, 10, true, 0);
    flow_answer(&f, 0.01);
    flow_frame(&f, 10, true, 1);
    flow_request(&f, true, 5);
    flow_request(&f, true, 9);
    for (int i = 0; i < 3; i++) {
        assert_false(ready(&f, 20));
        flow_answer(&f, 20);
    }
    assert_true(ready(&f, 20));
    flow_frame(&f, 10, true, 20);
    assert_false(ready(&f, 20.1)); /* none of them counts for this one */
    flow_answer(&f, 20.2);
    assert_true(ready(&f, 20.2));
}

static void test_keys_that_come_through_get_their_frame_though_no_answer_does(void **state)
{
    struct flow f;
    double seconds;
    (void)state;

    flow_begin(&f, &none, 0);
    flow_frame(&f, 10, true, 0);
    flow_answer(&f, 0.01);
    flow_frame(&f, 10, true, 1);
    assert_false(flow_ready(&f, false, 100, &seconds));
    assert_true(flow_ready(&f, true, 100, &seconds));
    flow_frame(&f, 10, true, 100);
    assert_false(flow_ready(&f, true, 101, &seconds));
}

static void test_the_rate_is_over_the_last_ten_seconds(void **state)
{
    struct flow f;
    (void)state;

    flow_begin(&f, &none, 100);
    flow_frame(&f, 3000, true, 100); /* the first screen */
    assert_true(flow_traffic(&f, 102).bytes_per_second > 1000);
    for (int second = 1; second <= 30; second++) {
        flow_answer(&f, 100 + second);
        flow_frame(&f, 50, true, 100 + second);
    }
    double rate = flow_traffic(&f, 130.5).bytes_per_second, frames = flow_traffic(&f, 130.5).frames_per_second;
    assert_true(rate > 45 && rate < 56);
    assert_true(frames > 0.9 && frames < 1.12);
    assert_true(flow_traffic(&f, 150).bytes_per_second == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_frame_is_in_flight),
        cmocka_unit_test(test_a_terminal_that_never_answers_is_known_after_a_while),
        cmocka_unit_test(test_a_late_answer_is_asked_for_again),
        cmocka_unit_test(test_a_stall_that_ends_lets_all_answers_come),
        cmocka_unit_test(test_keys_that_come_through_get_their_frame_though_no_answer_does),
        cmocka_unit_test(test_the_rate_is_over_the_last_ten_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
