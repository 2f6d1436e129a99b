/* Our names for NCCL against NVIDIA's own header: numbers, layouts and signatures are compared when this is compiled.
 * Where there is no header there is nothing to compare. */
#include "tests/support/check.h"

#if defined __has_include
#if __has_include(<nccl.h>) && __has_include(<cuda_runtime.h>)
#include <nccl.h>
#endif
#endif

#include "gpu/nccl/nccl_calls.h"

#ifdef NCCL_MAJOR

#define NUMBERS(X) \
    X(NCCL_OK, ncclSuccess) \
    X(NCCL_IN_PROGRESS, ncclInProgress) \
    X(NCCL_SUM, ncclSum) \
    X(NCCL_FLOAT, ncclFloat32) \
    X(NCCL_ID_BYTES, NCCL_UNIQUE_ID_BYTES)

#define NUMBER(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #ours " is " #theirs);
NUMBERS(NUMBER)

_Static_assert(NCCL_VERSION_CODE >= NCCL_VERSION_LEAST, "it is not too old");
_Static_assert(NCCL_VERSION(2, 18, 0) == NCCL_VERSION_LEAST, "versions are counted like this");

/* Ours is the beginning of theirs. */
#define SAME_PLACE(member) \
    _Static_assert(offsetof(struct nccl_settings, member) == offsetof(ncclConfig_t, member) && \
                   sizeof(((struct nccl_settings *)0)->member) == sizeof(((ncclConfig_t *)0)->member), #member);
SAME_PLACE(size)
SAME_PLACE(magic)
SAME_PLACE(version)
SAME_PLACE(blocking)
_Static_assert(NCCL_SETTINGS_BYTES == offsetof(ncclConfig_t, cgaClusterSize), "nothing of ours is taken for the next");

#define CALL(name, result, arguments) \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name), result arguments), #name " has this signature");
NCCL_CALLS(CALL)

static void test_numbers_and_signatures_are_nccls(void **state)
{
    const ncclConfig_t theirs = NCCL_CONFIG_INITIALIZER;

    (void)state;
    assert_int_equal(theirs.magic, nccl_magic);
    print_message("as in the header of NCCL %d.%d.%d\n", NCCL_MAJOR, NCCL_MINOR, NCCL_PATCH);
}

#else

static void test_numbers_and_signatures_are_nccls(void **state)
{
    (void)state;
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_numbers_and_signatures_are_nccls) };

    return cmocka_run_group_tests_name("NCCL's header", tests, NULL, NULL);
}
