/* How cuDNN is found, and whether it understands what it is asked for. */
#include "tests/support/check.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gpu/cudnn/cudnn_library.h"
#include "gpu/cudnn/cudnn_problem.h"
#include "tests/cudnn/installed.h"
#include "tests/support/built.h"
#include "tests/support/folder.h"
#include "tests/support/op_cases.h"

enum { CASES = 150 };

/* The version of cuDNN that a process with this CUVETTE_CUDNN finds; 0, and `e` says why not. A child, as a process
 * looks only once. */
static size_t finds(const char *wanted, struct error *e)
{
    struct {
        size_t version;
        struct error e;
    } said = { 0 };
    int ends[2], status;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("CUVETTE_CUDNN", wanted, 1);
        const struct cudnn_library *library = cudnn_library(&said.e);

        said.version = library ? library->cudnnGetVersion() : 0;
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

static void test_zero_does_without_it(void **state)
{
    struct error e;

    (void)state;
    assert_false(finds("0", &e));
    assert_int_equal(e.kind, ERROR_NONE);
}

static void test_a_file_that_is_no_cudnn_is_an_error(void **state)
{
    struct error e;

    (void)state;
    assert_bad(finds("/nowhere/libcudnn.so.9", &e), e, "CUVETTE_CUDNN is no library that can be opened: /nowhere/");
    assert_bad(finds("libm.so.6", &e), e, "CUVETTE_CUDNN is no library of cuDNN 9: libm.so.6");
}

/* PyTorch's lies among its packages, where no loader looks. */
static void test_that_of_a_python_is_found(void **state)
{
    static const char *const before[] = { "CUDA_HOME", "CUDA_PATH", "CUDA_ROOT", "CUDATOOLKIT_HOME", "EBROOTCUDA",
                                          "NVHPC_ROOT", "EBROOTCUDNN", "CUDNN_ROOT", "CUDNN_HOME", "CUDNN_PATH",
                                          "EBROOTNCCL", "NCCL_HOME" }; /* what a node may have set */
    void *of_loader = dlopen("libcudnn_graph.so.9", RTLD_LAZY | RTLD_LOCAL);
    struct error e;

    if (of_loader)
        skip(); /* that comes first */
    folder_put(*state, "lib/python3.11/site-packages/nvidia/cudnn/lib/README", "");
    assert_int_equal(symlink(built("tests/plugins/cudnn.so"),
                             folder_path(*state, "lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_graph.so.9")),
                     0);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        unsetenv(before[i]);
    setenv("VIRTUAL_ENV", *state, 1);
    assert_int_equal(finds("", &e), 90100);
    unsetenv("VIRTUAL_ENV");
}

static bool understands(const struct cudnn_library *library, const struct cudnn_problem *problem)
{
    struct cudnn_descriptors d = { .library = library };
    bool understood = cudnn_problem_operation(&d, problem) != NULL;

    cudnn_descriptor_drop_after(&d, 0);
    return understood;
}

static void test_convolutions_are_understood(void **state)
{
    const struct cudnn_library *library = installed_cudnn();

    (void)state;
    print_message("cuDNN %zu\n", library->cudnnGetVersion());
    for (enum op_kind kind = 0; kind < OP_COUNT; kind++)
        for (int seed = 0; op_is_convolution(kind) && seed < CASES; seed++) {
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

/* So it does look at what it is given. */
static void test_sizes_that_do_not_fit_are_refused(void **state)
{
    const struct cudnn_library *library = installed_cudnn();
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
        cmocka_unit_test(test_zero_does_without_it),
        cmocka_unit_test(test_a_file_that_is_no_cudnn_is_an_error),
        cmocka_unit_test_setup_teardown(test_that_of_a_python_is_found, folder_setup, folder_teardown),
        cmocka_unit_test(test_convolutions_are_understood),
        cmocka_unit_test(test_sizes_that_do_not_fit_are_refused),
    };

    return cmocka_run_group_tests_name("cuDNN itself", tests, NULL, NULL);
}
