/* The real cuDNN, where the machine has it: no GPU is needed for it to say what it understands. */
#include "tests/support/check.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gpu/cudnn/cudnn_library.h"
#include "gpu/cudnn/cudnn_problem.h"
#include "tests/support/op_cases.h"

enum { CASES = 150 };

/* Whether a process that is told so by its environment finds cuDNN; `e` says why not. It is looked for but once a
 * process. */
static bool finds(const char *wanted, struct error *e)
{
    struct {
        bool found;
        struct error e;
    } said = { 0 };
    int ends[2], status;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("CUVETTE_CUDNN", wanted, 1);
        said.found = cudnn_library(&said.e) != NULL;
        _exit(write(ends[1], &said, sizeof said) == sizeof said ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], &said, sizeof said), sizeof said);
    close(ends[0]);
    close(ends[1]);
    *e = said.e;
    return said.found;
}

/* The file of a cuDNN 9, or NULL. */
static const char *installed(void)
{
    static const char *const files[] = { "libcudnn_graph.so.9", "/usr/local/cuda/lib64/libcudnn_graph.so.9",
                                         "libcudnn.so.9" };
    struct error e;

    if (cudnn_library_wanted())
        return cudnn_library_wanted();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (finds(files[i], &e))
            return files[i];
    return NULL;
}

static void test_zero_leaves_it_alone(void **state)
{
    struct error e;

    (void)state;
    assert_false(finds("0", &e));
    assert_int_equal(e.kind, ERROR_NONE);
}

static void test_a_file_that_is_none_is_told(void **state)
{
    struct error e;

    (void)state;
    assert_bad(finds("/nowhere/libcudnn.so.9", &e), e, "CUVETTE_CUDNN is no library that can be opened: /nowhere/");
    assert_bad(finds("libm.so.6", &e), e, "CUVETTE_CUDNN is no library of cuDNN 9: libm.so.6");
}

static bool understands(const struct cudnn_library *library, const struct cudnn_problem *problem)
{
    struct cudnn_descriptors d = { .library = library };
    bool understood = cudnn_operation(&d, problem) != NULL;

    cudnn_drop_behind(&d, 0);
    return understood;
}

static const struct cudnn_library *opened(void)
{
    const char *file = installed();
    const struct cudnn_library *library;
    struct error e;

    if (!file)
        skip();
    setenv("CUVETTE_CUDNN", file, 1);
    library = cudnn_library(&e);
    assert_good(library, e);
    return library;
}

static void test_convolutions_are_understood(void **state)
{
    const struct cudnn_library *library = opened();

    (void)state;
    print_message("cuDNN %zu\n", library->cudnnGetVersion());
    for (enum op_kind kind = OP_CONV2D; kind <= OP_CONV2D_WEIGHT_GRADIENT; kind++)
        for (int seed = 0; seed < CASES; seed++) {
            struct op_case c;
            struct cudnn_problem p;

            assert_true(op_case_draw(&c, kind, (uint64_t)seed));
            c.op.precision = seed % 2 ? PRECISION_FP32 : PRECISION_BF16;
            p = cudnn_problem_of(&c.op, c.plan.batch);
            if (!understands(library, &p))
                fail_msg("%s, case %d: %d of %dx%dx%d to %dx%dx%d, kernel %dx%d, stride %d, padding %d %d",
                         op_name(kind), seed, p.rows, p.height, p.width, p.channels, p.out_height, p.out_width,
                         p.filters, p.kernel_height, p.kernel_width, p.stride, p.pad_top, p.pad_left);
            op_case_free(&c);
        }
}

/* It looks at what it is told. */
static void test_sizes_that_do_not_fit_are_refused(void **state)
{
    const struct cudnn_library *library = opened();
    struct cudnn_problem fits = { .kind = OP_CONV2D, .precision = PRECISION_FP32, .rows = 2, .height = 8, .width = 8,
                                  .channels = 3, .out_height = 6, .out_width = 6, .filters = 4, .kernel_height = 3,
                                  .kernel_width = 3, .stride = 1 };
    struct cudnn_problem too_small = fits;

    (void)state;
    too_small.out_height--;
    assert_true(understands(library, &fits));
    assert_false(understands(library, &too_small));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_leaves_it_alone),
        cmocka_unit_test(test_a_file_that_is_none_is_told),
        cmocka_unit_test(test_convolutions_are_understood),
        cmocka_unit_test(test_sizes_that_do_not_fit_are_refused),
    };

    return cmocka_run_group_tests_name("cuDNN itself", tests, NULL, NULL);
}
