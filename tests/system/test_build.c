/* What make would do, asked without doing it, in the build folder of the program under test; and how it has linked
 * that. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/path.h"
#include "tests/support/mpirun.h"
#include "tests/support/process.h"

/* The build folder as the Makefile knows it: relative to the sources. NULL when the program was built elsewhere. */
static const char *build_folder(char out[PATH_SIZE], const char *source)
{
    const char *binary = getenv("CUVETTE_BINARY");
    size_t length = strlen(source);

    assert_non_null(binary);
    if (strncmp(binary, source, length) != 0 || binary[length] != '/')
        return NULL;
    snprintf(out, PATH_SIZE, "%s", binary + length + 1);
    *strrchr(out, '/') = '\0';
    return out;
}

/* `make --dry-run --what-if=CHANGED`, as if that file had just been changed; tests/gpu/test_device_code.c makes the
 * CUDA plug-in. Those for MPI count where they were built: MPI=no may have been said. */
static struct process *dry_run(const char *changed)
{
    static const char *const environment[] = { "MAKEFLAGS=", "MAKELEVEL=", "LC_ALL=C", NULL };
    const char *source = getenv("CUVETTE_SOURCE");
    char folder[PATH_SIZE], build[PATH_SIZE + 8], what_if[PATH_SIZE];

    assert_non_null(source);
    if (!build_folder(folder, source))
        skip();
    snprintf(build, sizeof build, "BUILD=%s", folder);
    snprintf(what_if, sizeof what_if, "--what-if=%s", changed ? changed : "nothing");
    const char *mpi = mpirun_plugin("openmpi") || mpirun_plugin("mpich") ? "MPI=auto" : "MPI=no";
    const char *const argv[] = { "make", "--dry-run", what_if, build, "CUDA=no", mpi, "all", NULL };
    struct process *p = process_start(argv, source, environment);

    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    return p;
}

static bool compiles(const struct process *p, const char *source)
{
    char ending[PATH_SIZE];

    snprintf(ending, sizeof ending, " %s\n", source);
    return strstr(p->out, ending) != NULL;
}

static void test_a_second_make_does_nothing(void **state)
{
    struct process *p = dry_run(NULL);
    (void)state;

    assert_non_null(strstr(p->out, "Nothing to be done for 'all'"));
    process_free(p);
}

static void test_a_header_rebuilds_what_uses_it_and_no_more(void **state)
{
    struct process *p = dry_run("src/cli/options.h");
    (void)state;

    assert_true(compiles(p, "src/cli/options.c"));
    assert_true(compiles(p, "src/cli/train.c"));
    assert_false(compiles(p, "src/cli/progress.c"));
    assert_false(compiles(p, "src/nn/plan/plan.c"));
    assert_non_null(strstr(p->out, "libcuvette.a"));
    process_free(p);
}

static void test_an_asset_is_linked_in_again(void **state)
{
    struct process *p = dry_run("assets/recipes/lenet5.ini");
    (void)state;

    assert_non_null(strstr(p->out, "lenet5.ini"));
    assert_non_null(strstr(p->out, "libcuvette.a"));
    assert_null(strstr(p->out, ".c\n"));
    process_free(p);
}

static struct process *readelf(const char *what)
{
    const char *const argv[] = { "readelf", "--wide", what, getenv("CUVETTE_BINARY"), NULL };
    static const char *const environment[] = { "LC_ALL=C", NULL };
    struct process *p = process_start(argv, NULL, environment);

    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    return p;
}

/* No address is known beforehand, no table of addresses can be written to, nothing on the stack can be run. */
static void test_the_program_is_hardened(void **state)
{
    struct process *segments = readelf("--segments"), *dynamic = readelf("--dynamic");
    (void)state;

    assert_holds(segments->out, "Elf file type is DYN");
    assert_holds(segments->out, "GNU_RELRO");
    assert_holds(dynamic->out, "BIND_NOW");
    assert_holds(dynamic->out, "NOW PIE");

    const char *stack = strstr(segments->out, "GNU_STACK");

    assert_non_null(stack);
    assert_memory_equal(strstr(stack, " RW"), " RW ", 4); /* and not RWE */
    process_free(segments);
    process_free(dynamic);
}

static void test_the_program_guards_its_stack_and_buffers(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip();
#endif
    struct process *symbols = readelf("--dyn-syms");
    (void)state;

    assert_holds(symbols->out, "__stack_chk_fail");
    assert_holds(symbols->out, "__snprintf_chk");
    assert_holds(symbols->out, "__memcpy_chk");
    process_free(symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_second_make_does_nothing),
        cmocka_unit_test(test_a_header_rebuilds_what_uses_it_and_no_more),
        cmocka_unit_test(test_an_asset_is_linked_in_again),
        cmocka_unit_test(test_the_program_is_hardened),
        cmocka_unit_test(test_the_program_guards_its_stack_and_buffers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
