/* How NCCL is found, what is said where it is not, and the real one where this machine has it. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gpu/nccl/nccl_library.h"
#include "tests/support/built.h"

/* What a process with this CUVETTE_NCCL finds: the version, 0 where it finds none and `e` says why. A child, as a
 * process looks only once. */
static int finds(const char *wanted, const char *fake, struct error *e)
{
    struct {
        int version;
        struct error e;
    } said = { 0 };
    int ends[2], status;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("CUVETTE_NCCL", wanted, 1);
        setenv("FAKE_NCCL", fake, 1);
        if (!nccl_library(&said.version, &said.e))
            said.version = 0;
        _exit(write(ends[1], &said, sizeof said) == sizeof said ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], &said, sizeof said), sizeof said);
    close(ends[0]);
    close(ends[1]);
    *e = said.e;
    return said.version;
}

static void test_what_is_no_nccl_is_an_error(void **state)
{
    struct error e;

    (void)state;
    assert_bad(finds("/nowhere/libnccl.so.2", "", &e) > 0, e,
               "CUVETTE_NCCL is no library that can be opened: /nowhere/");
    assert_int_equal(e.kind, ERROR_DEVICE);
    assert_bad(finds("libm.so.6", "", &e) > 0, e, "libm.so.6 is no NCCL 2.18 or newer");
    assert_bad(finds(built("tests/fakes/nccl.so"), "old", &e) > 0, e,
               "several GPUs train together by NCCL 2.18 or newer, and ");
    assert_non_null(strstr(e.text, "is NCCL 2.4.8"));
    assert_true(finds(built("tests/fakes/nccl.so"), "", &e) > NCCL_VERSION_LEAST);
}

/* Without a GPU it can do no more than say who it is, and fail in words. */
static void test_the_real_one_is_understood(void **state)
{
    static const char in_toolkit[] = "/usr/local/cuda/lib64/libnccl.so.2";
    const struct nccl_library *library;
    struct error e = { 0 };
    char text[32];
    int version;

    (void)state;
    if (access(in_toolkit, R_OK) == 0)
        setenv("CUVETTE_NCCL", in_toolkit, 0);
    library = nccl_library(&version, &e);
    if (!library) {
        print_message("%s\n", e.text);
        assert_int_equal(e.kind, ERROR_DEVICE);
        skip();
    }
    nccl_library_version(version, text, sizeof text);
    print_message("NCCL %s\n", text);
    assert_string_equal(library->ncclGetErrorString(NCCL_OK), "no error");
    assert_non_null(strstr(library->ncclGetErrorString(NCCL_IN_PROGRESS), "in progress"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_nccl_is_an_error),
        cmocka_unit_test(test_the_real_one_is_understood),
    };

    return cmocka_run_group_tests_name("NCCL itself", tests, NULL, NULL);
}
