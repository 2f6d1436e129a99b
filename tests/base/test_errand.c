/* What is sent on an errand comes back, or is left alone. */
#include "tests/support/check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errand.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const double long_enough = 60;

struct sum {
    int a, b, result;
    char path[256];
    atomic_bool begun;
};

static bool add(void *paper, struct error *e)
{
    struct sum *sum = paper;
    (void)e;

    sum->result = sum->a + sum->b;
    return true;
}

static bool refuse(void *paper, struct error *e)
{
    (void)paper;
    return error_set(e, ERROR_INPUT, "no");
}

static bool crash(void *paper, struct error *e)
{
    (void)paper, (void)e;
    raise(SIGSEGV);
    return true;
}

/* As on a network file system that does not answer: nobody writes. */
static bool open_pipe(void *paper, struct error *e)
{
    struct sum *sum = paper;
    (void)e;

    atomic_store(&sum->begun, true);
    return open(sum->path, O_RDONLY | O_CLOEXEC) >= 0;
}

static void ring(void *context)
{
    const ssize_t written = write(*(int *)context, &(uint64_t){ 1 }, sizeof(uint64_t));
    (void)written;
}

static struct errand *start(bool (*work)(void *paper, struct error *e), const struct sum *asked, int *bell)
{
    struct error e = { 0 };
    struct errand *r = errand_start(&(struct errand_setup){ .work = work,
                                                            .asked = asked,
                                                            .asked_size = sizeof *asked,
                                                            .size = sizeof *asked,
                                                            .limits = { .seconds = long_enough },
                                                            .subject = "a.h5",
                                                            .ended = bell ? ring : NULL,
                                                            .context = bell },
                                    &e);

    assert_non_null(r);
    return r;
}

static void test_what_is_found_comes_back(void **state)
{
    const struct sum asked = { .a = 3, .b = 4 };
    struct error e = { .kind = ERROR_RUN };
    uint64_t rings;
    int bell = eventfd(0, EFD_CLOEXEC);
    struct errand *r = start(add, &asked, &bell);
    (void)state;

    assert_int_equal(read(bell, &rings, sizeof rings), sizeof rings);
    assert_true(errand_wait(r, 0, &e));
    assert_int_equal(e.kind, ERROR_NONE);
    assert_int_equal(((const struct sum *)errand_paper(r))->result, 7);
    errand_free(r);
    close(bell);
}

static void test_a_failure_is_told(void **state)
{
    const struct sum asked = { .a = 0 };
    struct error e = { 0 };
    struct errand *r = start(refuse, &asked, NULL);
    (void)state;

    assert_true(errand_wait(r, long_enough, &e));
    assert_string_equal(e.text, "no");
    errand_free(r);
    r = start(crash, &asked, NULL);
    assert_true(errand_wait(r, long_enough, &e));
    assert_holds(e.text, "SIGSEGV");
    errand_free(r);
}

static void test_what_hangs_holds_up_nobody(void **state)
{
    struct sum asked = { .a = 0 };
    struct error e;

    snprintf(asked.path, sizeof asked.path, "%s", folder_path(*state, "pipe"));
    assert_int_equal(mkfifo(asked.path, 0600), 0);
    struct errand *r = start(open_pipe, &asked, NULL);
    const struct sum *paper = errand_paper(r);

    while (!atomic_load(&paper->begun))
        assert_false(errand_wait(r, 0.001, &e));
    assert_false(errand_wait(r, 0, &e));
    errand_free(r);
}

struct count {
    int asked, found;
};

static atomic_int *tries; /* in memory of all processes */

/* The first process counts, and gets no further. */
static bool count_up(void *paper, struct error *e)
{
    struct count *count = paper;
    (void)e;

    count->found += count->asked;
    if (atomic_fetch_add(tries, 1) == 0)
        pause();
    return true;
}

/* Where a process is late it is tried again only under AddressSanitizer, whose locks a fork may leave closed. */
static void test_another_try_begins_with_a_clean_paper(void **state)
{
    const struct count asked = { .asked = 3 };
    struct error e = { 0 };
    (void)state;

    tries = mmap(NULL, sizeof *tries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(tries != MAP_FAILED);

    struct errand *r = errand_start(&(struct errand_setup){ .work = count_up,
                                                            .asked = &asked,
                                                            .asked_size = offsetof(struct count, found),
                                                            .size = sizeof(struct count),
                                                            .limits = { .seconds = 2 },
                                                            .subject = "a.h5" },
                                    &e);

    assert_non_null(r);
    assert_true(errand_wait(r, long_enough, &e));
    if (atomic_load(tries) > 1)
        assert_int_equal(((const struct count *)errand_paper(r))->found, 3);
    else
        assert_holds(e.text, "could not be read within 2 seconds");
    errand_free(r);
    munmap(tries, sizeof *tries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_try_begins_with_a_clean_paper),
        cmocka_unit_test(test_what_is_found_comes_back),
        cmocka_unit_test(test_a_failure_is_told),
        cmocka_unit_test_setup_teardown(test_what_hangs_holds_up_nobody, folder_setup, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
