/* What a guarded process may do to the one that asked for it: nothing. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/memory.h"
#include "tests/support/address_limit.h"
#include "tests/support/process.h"

static const struct guard_limits plenty = { .seconds = 60 };

static bool finds_it_good(void *context, struct error *e)
{
    (void)e;
    return *(int *)context == 7;
}

static bool finds_fault(void *context, struct error *e)
{
    (void)context;
    return error_set(e, ERROR_MEMORY, "too large");
}

static bool crashes(void *context, struct error *e)
{
    (void)context, (void)e;
    fputs("this must not be seen", stderr);
    raise(SIGSEGV);
    return true;
}

static bool ends_itself(void *context, struct error *e)
{
    (void)context, (void)e;
    _exit(0);
}

static bool hangs(void *context, struct error *e)
{
    (void)context, (void)e;
    while (pause() < 0)
        continue;
    return true;
}

static bool allocates(void *context, struct error *e)
{
    const size_t size = *(const size_t *)context;
    char *memory = memory_new(1, size, e);
    bool good = memory != NULL;

    for (size_t i = 0; good && i < size; i += 4096)
        memory[i] = 1;
    free(memory);
    return good;
}

static void test_answers_come_back(void **state)
{
    struct error e = { 0 };
    int seven = 7;
    (void)state;

    assert_true(guard_run(finds_it_good, &seven, &plenty, "a.h5", &e));
    assert_false(guard_run(finds_fault, NULL, &plenty, "a.h5", &e));
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_string_equal(e.text, "too large");
}

static void test_a_death_is_a_sentence(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_false(guard_run(crashes, NULL, &plenty, "a.h5", &e));
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_string_equal(e.text, "a.h5 is damaged: reading it crashes (SIGSEGV)");
    assert_false(guard_run(ends_itself, NULL, &plenty, "a.h5", &e));
    assert_holds(e.text, "a.h5 could not be looked at");
}

static void test_waiting_has_an_end(void **state)
{
    static const struct guard_limits soon = { .seconds = 0.05 };
    struct error e = { 0 };
    (void)state;

    assert_false(guard_run(hangs, NULL, &soon, "a.h5", &e));
    assert_string_equal(e.text, "a.h5 could not be read within 0.05 seconds");
}

static void test_nobody_has_to_wait_for_an_answer(void **state)
{
    const struct guard_limits stopped = { .seconds = 60, .stop = eventfd(1, EFD_CLOEXEC) };
    struct error e = { 0 };
    (void)state;

    assert_false(guard_run(hangs, NULL, &stopped, "a.h5", &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    close(stopped.stop);
}

static void test_memory_has_a_limit(void **state)
{
    static const struct guard_limits little = { .seconds = 60, .bytes = 64 << 20 };
    size_t fits = 16 << 20, large = 256 << 20;
    struct error e = { 0 };
    (void)state;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* their own memory has no limit */
#endif
    if (!address_limit_holds())
        skip();
    assert_true(guard_run(allocates, &fits, &little, "a.h5", &e));
    assert_false(guard_run(allocates, &large, &little, "a.h5", &e));
    assert_int_equal(e.kind, ERROR_MEMORY);
}

static volatile sig_atomic_t handled;

static void handle(int number)
{
    handled = number;
}

/* The screen has handlers that restore the terminal: none may run in the child, and none may be lost here. */
static void test_handlers_and_masks_stay_as_they_were(void **state)
{
    int seven = 7;
    struct error e = { 0 };
    sigset_t after;
    (void)state;

    signal(SIGSEGV, handle);
    assert_false(guard_run(crashes, NULL, &plenty, "a.h5", &e));
    assert_holds(e.text, "SIGSEGV");
    assert_true(guard_run(finds_it_good, &seven, &plenty, "a.h5", &e));
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigisemptyset(&after), 1);
    assert_int_equal(handled, 0);
    assert_ptr_equal(signal(SIGSEGV, SIG_DFL), handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_come_back),
        cmocka_unit_test(test_a_death_is_a_sentence),
        cmocka_unit_test(test_waiting_has_an_end),
        cmocka_unit_test(test_nobody_has_to_wait_for_an_answer),
        cmocka_unit_test(test_memory_has_a_limit),
        cmocka_unit_test(test_handlers_and_masks_stay_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
