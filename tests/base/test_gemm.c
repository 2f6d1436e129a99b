/* Large products by OpenBLAS: the memory that it needs is got beforehand, or its lack told. Each test is a process of
 * its own, with an address space that a limit closes. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/gemm.h"
#include "base/guard.h"
#include "base/memory.h"
#include "base/team.h"
#include "tests/support/address_limit.h"

enum { THREADS = 3, SIZE = 400, ROOM = 32 << 20 };

static const struct guard_limits plenty = { .seconds = 120 };

/* What the address space may grow by from now on. */
static bool limit_addresses(size_t more, struct error *e)
{
    unsigned long long pages;
    FILE *file = fopen("/proc/self/statm", "re");
    bool read = file && fscanf(file, "%llu", &pages) == 1;

    if (file)
        fclose(file);
    if (!read)
        return error_set(e, ERROR_RUN, "no /proc/self/statm");

    rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;

    return setrlimit(RLIMIT_AS, &(struct rlimit){ .rlim_cur = most, .rlim_max = most }) == 0 ||
           error_set_errno(e, "cannot set a limit");
}

/* For each thread, A of ones and B of which the column is the value. */
struct products {
    float *a, *b, *c[THREADS];
};

static void multiply(void *context, int thread)
{
    const struct products *p = context;

    gemm(SIZE, SIZE, SIZE, (struct matrix){ p->a, SIZE, false }, (struct matrix){ p->b, SIZE, false }, p->c[thread],
         SIZE, false);
}

static bool make(struct products *p, struct error *e)
{
    const size_t count = (size_t)SIZE * SIZE;

    p->a = memory_new(count, sizeof *p->a, e);
    p->b = memory_new(count, sizeof *p->b, e);
    for (size_t i = 0; p->a && p->b && i < count; i++) {
        p->a[i] = 1;
        p->b[i] = (float)(i % SIZE);
    }
    for (int thread = 0; thread < THREADS; thread++)
        if (!(p->c[thread] = memory_new(count, sizeof *p->c[thread], e)))
            return false;
    return p->a && p->b;
}

static bool is_right(const float *c, struct error *e)
{
    for (int i = 0; i < SIZE * SIZE; i++)
        if (c[i] != (float)SIZE * (float)(i % SIZE))
            return error_set(e, ERROR_RUN, "element %d is %g", i, (double)c[i]);
    return true;
}

/* Several times, so that at some moment all are in a product. */
static bool multiplies_without_more(void *context, struct error *e)
{
    struct products p;
    struct team *team = team_new(THREADS, e);
    bool good = team && make(&p, e) && gemm_reserve(THREADS, e) && (!context || limit_addresses(ROOM, e));

    for (int i = 0; good && i < 20; i++)
        team_run(team, multiply, &p);
    for (int thread = 0; good && thread < THREADS; thread++)
        good = is_right(p.c[thread], e);
    return good;
}

static bool finds_no_room(void *context, struct error *e)
{
    (void)context;
    return limit_addresses(ROOM, e) && gemm_reserve(THREADS, e);
}

/* What others reserved is not counted as one's own. */
static bool finds_no_more_room(void *context, struct error *e)
{
    (void)context;
    return gemm_reserve(1, e) && limit_addresses(ROOM, e) && gemm_reserve(1, e);
}

static bool takes_what_was_released(void *context, struct error *e)
{
    bool good = gemm_reserve(THREADS, e) && limit_addresses(ROOM, e);

    (void)context;
    if (good)
        gemm_release(THREADS);
    return good && gemm_reserve(THREADS, e);
}

static bool leaves_the_environment(void *context, struct error *e)
{
    char **before = environ;

    (void)context;
    setenv("OMP_NUM_THREADS", "7", 1);
    before = environ;
    return gemm_reserve(1, e) && ((environ == before && strcmp(getenv("OMP_NUM_THREADS"), "7") == 0) ||
                                  error_set(e, ERROR_RUN, "the environment is another"));
}

static void products_need_no_more_memory_than_was_reserved(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_good(guard_run(multiplies_without_more, NULL, &plenty, "products", &e), e);
    assert_good(guard_run(multiplies_without_more, &e, &plenty, "products under a limit", &e), e);
}

static void a_lack_of_room_is_told(void **state)
{
    struct error e = { 0 };
    (void)state;

    if (!address_limit_holds())
        skip();
    assert_bad(guard_run(finds_no_room, NULL, &plenty, "a reservation", &e), e, "address space");
    assert_int_equal(e.kind, ERROR_MEMORY);
    assert_bad(guard_run(finds_no_more_room, NULL, &plenty, "a reservation", &e), e, "address space");
    assert_good(guard_run(takes_what_was_released, NULL, &plenty, "a reservation", &e), e);
}

static void the_environment_stays(void **state)
{
    struct error e = { 0 };
    (void)state;

    assert_good(guard_run(leaves_the_environment, NULL, &plenty, "a reservation", &e), e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_need_no_more_memory_than_was_reserved),
        cmocka_unit_test(a_lack_of_room_is_told),
        cmocka_unit_test(the_environment_stays),
    };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("address spaces are not limited: a sanitizer needs terabytes of them\n");
    return 0;
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
