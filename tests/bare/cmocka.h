/* The part of cmocka's interface that tests/gpu uses, for machines that have a compiler and the CUDA Toolkit and
 * nothing else (make check-gpu). One thread, one test at a time; it prints what cmocka prints, for tests/run.sh. */
#ifndef BARE_CMOCKA_H
#define BARE_CMOCKA_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*test_func)(void **state);
    int (*setup_func)(void **state);
    int (*teardown_func)(void **state);
    void *initial_state;
};

#define cmocka_unit_test(function) { #function, function, NULL, NULL, NULL }
#define cmocka_run_group_tests(tests, setup, teardown) cmocka_run_group_tests_name(#tests, tests, setup, teardown)
#define cmocka_run_group_tests_name(group, tests, setup, teardown) \
    bare_run(group, tests, sizeof(tests) / sizeof(tests)[0], setup, teardown)

enum bare_outcome { BARE_OK, BARE_FAILED, BARE_SKIPPED };

/* Where to go on when a test ends early. */
static jmp_buf bare_end;

#define skip() longjmp(bare_end, BARE_SKIPPED)
#define fail_msg(...) \
    (fprintf(stderr, "%s:%d: ", __FILE__, __LINE__), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), \
     longjmp(bare_end, BARE_FAILED))
#define fail() fail_msg("failure")
#define assert_true(what) ((what) ? (void)0 : fail_msg("%s is false", #what))
#define assert_false(what) assert_true(!(what))
#define assert_non_null(what) assert_true((what) != NULL)
#define assert_null(what) assert_true((what) == NULL)
#define assert_int_equal(a, b) \
    ((a) == (b) ? (void)0 : fail_msg("%s = %lld, not %lld", #a, (long long)(a), (long long)(b)))
#define assert_int_not_equal(a, b) assert_true((a) != (b))
#define assert_in_range(what, low, high) assert_true((what) >= (low) && (what) <= (high))
#define assert_string_equal(a, b) (strcmp(a, b) == 0 ? (void)0 : fail_msg("'%s' is not '%s'", a, b))
#define assert_string_not_equal(a, b) assert_true(strcmp(a, b) != 0)
#define assert_memory_equal(a, b, bytes) assert_true(memcmp(a, b, bytes) == 0)
#define test_malloc(bytes) malloc(bytes)
#define test_free(memory) free(memory)

static inline enum bare_outcome bare_run_one(const struct CMUnitTest *test)
{
    void *state = test->initial_state;
    int outcome;

    printf("[ RUN      ] %s\n", test->name);
    fflush(stdout);
    outcome = setjmp(bare_end);
    if (outcome == BARE_OK && ((test->setup_func && test->setup_func(&state)) ||
                               (test->test_func(&state), test->teardown_func && test->teardown_func(&state))))
        outcome = BARE_FAILED;
    return (enum bare_outcome)outcome;
}

static inline int bare_run(const char *group, const struct CMUnitTest *tests, size_t count, int (*setup)(void **),
                           int (*teardown)(void **))
{
    static const char *const words[] = { "       OK", "  FAILED ", "  SKIPPED" };
    int counts[] = { 0, 0, 0 };
    void *state = NULL;

    printf("[==========] %s: Running %zu test(s).\n", group, count);
    if (setup && setup(&state))
        return 1;
    for (size_t i = 0; i < count; i++) {
        enum bare_outcome outcome = bare_run_one(&tests[i]);

        counts[outcome]++;
        printf("[%s ] %s\n", words[outcome], tests[i].name);
    }
    if (teardown && teardown(&state))
        return 1;
    printf("[==========] %zu test(s) run.\n", count);
    return counts[BARE_FAILED];
}

#endif
