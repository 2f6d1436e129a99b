/* The plug-in as nvcc makes it, where there is one: every kernel for every architecture, what each uses of the device,
 * which names the library shows, and that the program loads it. Made in the build folder of plain `make`. */
#include "tests/support/check.h"

#include <glob.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

#define PLUGIN "build/libcuvette-cuda.so"

static struct process *in_sources(const char *const argv[])
{
    static const char *const environment[] = { "MAKEFLAGS=", "MAKELEVEL=", "LC_ALL=C", "CUDA=yes", "WERROR=1", NULL };
    const char *source = getenv("CUVETTE_SOURCE");

    assert_non_null(source);
    struct process *p = process_start(argv, source, environment);

    process_finish(p);
    return p;
}

/* Skips where there is no nvcc. */
static void expect_make(const char *target)
{
    static const char *const ask[] = { "make", "--dry-run", "BUILD=build", PLUGIN, NULL };
    char make_all[128];
    const char *const build[] = { "/bin/sh", "-c", make_all, NULL };
    struct process *p = in_sources(ask);
    bool no_compiler = strstr(p->err, "there is no nvcc") != NULL;

    process_free(p);
    if (no_compiler)
        skip();
    snprintf(make_all, sizeof make_all, "make -j$(nproc) BUILD=build %s", target);
    p = in_sources(build);
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    process_free(p);
}

static void test_every_kernel_compiles_for_every_architecture(void **state)
{
    (void)state;
    expect_make(PLUGIN);
}

/* Those of `make check-gpu` and `make bench-gpu`, which nobody may have run here. */
static void test_the_programs_for_a_gpu_can_be_built(void **state)
{
    (void)state;
    expect_make("bare-programs");
}

struct usage {
    int kernels;
    char spills[4096]; /* in words */
};

/* ptxas reports for each kernel: its name and architecture; on the next line what it spills; what it uses. */
static void read_usage(const char *path, struct usage *usage)
{
    char *text = folder_text("", path), kernel[512] = "";

    for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
        int stores, loads;

        if (strstr(line, "Compiling entry function")) {
            usage->kernels++;
            snprintf(kernel, sizeof kernel, "%s", strstr(line, "function") + strlen("function "));
        }
        if (sscanf(line, " %*d bytes stack frame, %d bytes spill stores, %d bytes spill loads", &stores, &loads) == 2 &&
            stores + loads > 0) {
            size_t used = strlen(usage->spills);

            snprintf(usage->spills + used, sizeof usage->spills - used, "\n  %s: %d bytes stored, %d loaded", kernel,
                     stores, loads);
        }
    }
    free(text);
}

static void skip_without_plugin(void)
{
    if (access(folder_path(getenv("CUVETTE_SOURCE"), PLUGIN), R_OK) != 0)
        skip();
}

static void test_no_kernel_spills_registers(void **state)
{
    struct usage usage = { 0 };
    glob_t logs;
    (void)state;

    skip_without_plugin();
    assert_int_equal(glob(folder_path(getenv("CUVETTE_SOURCE"), "build/gpu/gpu/*/*.ptxas"), 0, NULL, &logs), 0);
    for (size_t i = 0; i < logs.gl_pathc; i++)
        read_usage(logs.gl_pathv[i], &usage);
    globfree(&logs);
    assert_true(usage.kernels > 0);
    if (usage.spills[0])
        fail_msg("registers are spilled to memory by%s", usage.spills);
}

static void test_the_plug_in_shows_one_name(void **state)
{
    static const char *const argv[] = { "nm", "-D", "--defined-only", "-P", PLUGIN, NULL };
    (void)state;

    skip_without_plugin();
    struct process *p = in_sources(argv);
    assert_int_equal(p->exit_code, 0);
    assert_int_equal(strncmp(p->out, "cuvette_cuda_backend ", strlen("cuvette_cuda_backend ")), 0);
    assert_ptr_equal(strchr(p->out, '\n'), p->out + strlen(p->out) - 1);
    process_free(p);
}

/* The driver is a library with nothing in it, so that CUDA itself finds that there is no GPU. */
static void test_the_program_loads_it_and_learns_why_there_is_no_gpu(void **state)
{
    const char *folder = *state, *binary = getenv("CUVETTE_BINARY");
    char driver[PATH_SIZE], libraries[PATH_SIZE + 32], plugin[PATH_SIZE + 32];
    const char *const argv[] = { binary, "devices", NULL }, *const environment[] = { libraries, plugin, NULL };

    skip_without_plugin();
    snprintf(driver, sizeof driver, "%.*s/tests/plugins/empty.so", (int)(path_name(binary) - binary - 1), binary);
    assert_int_equal(symlink(driver, folder_path(folder, "libcuda.so.1")), 0);
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", folder);
    snprintf(plugin, sizeof plugin, "CUVETTE_CUDA_PLUGIN=%s/%s", getenv("CUVETTE_SOURCE"), PLUGIN);
    struct process *p = process_start(argv, folder, environment);

    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    assert_holds(p->out, "cuda     none: the NVIDIA driver does not answer");
    process_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kernel_compiles_for_every_architecture),
        cmocka_unit_test(test_the_programs_for_a_gpu_can_be_built),
        cmocka_unit_test(test_no_kernel_spills_registers),
        cmocka_unit_test(test_the_plug_in_shows_one_name),
        cmocka_unit_test_setup_teardown(test_the_program_loads_it_and_learns_why_there_is_no_gpu, folder_setup,
                                        folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
