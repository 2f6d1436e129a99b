/* The page on the node: what is odd is told with what to type, what hangs is named, and no secret is in it. */
#include "tests/support/check.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "cli/doctor/section.h"
#include "tests/support/built.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static json_t *read_page(const char *folder, const char *seconds, const char *const settings[])
{
    const char *const argv[] = { getenv("CUVETTE_BINARY"), "doctor", "--json", "--seconds", seconds, NULL };
    struct process *p = process_start(argv, folder, settings);
    json_error_t problem;
    json_t *page;

    process_finish(p);
    assert_succeeded(p);
    page = json_loads(p->out, JSON_REJECT_DUPLICATES, &problem);
    if (!page)
        fail_msg("%s", problem.text);
    process_free(p);
    return page;
}

static const json_t *section_of(const json_t *page, const char *name)
{
    const json_t *s;
    size_t i;

    json_array_foreach(json_object_get(page, "sections"), i,
                       s) if (strcmp(json_string_value(json_object_get(s, "name")), name) == 0) return s;
    fail_msg("there is no section %s", name);
    return NULL;
}

static const json_t *line_of(const json_t *page, const char *section, const char *name)
{
    const json_t *line;
    size_t i;

    json_array_foreach(json_object_get(section_of(page, section), "lines"), i,
                       line) if (strcmp(json_string_value(json_object_get(line, "name")), name) == 0) return line;
    fail_msg("%s has no line %s", section, name);
    return NULL;
}

static void assert_line(const json_t *page, const char *section, const char *name, const char *state, const char *text)
{
    const json_t *line = line_of(page, section, name);

    assert_string_equal(json_string_value(json_object_get(line, "state")), state);
    assert_holds(json_string_value(json_object_get(line, "text")), text);
    assert_int_equal(strcmp(state, "odd") == 0, json_is_string(json_object_get(line, "advice")));
}

static void test_the_page_has_all_sections_and_the_libraries(void **state)
{
    static const char *const names[] = {
#define SECTION_ROW(name) #name,
        SECTIONS(SECTION_ROW)
#undef SECTION_ROW
    };
    static const char *const libraries[] = { "HDF5", "zlib", "libarchive", "OpenSSL", "libpng", "Cairo", "OpenBLAS" };
    json_t *page = read_page(*state, "300", NULL);

    assert_string_equal(json_string_value(json_object_get(page, "version")), CUVETTE_VERSION);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(json_is_true(json_object_get(section_of(page, names[i]), "whole")));
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        assert_line(page, "program", libraries[i], "fine", ".");
    line_of(page, "processor", "vector unit");
    json_decref(page);
}

static void test_what_is_odd_comes_with_what_to_type(void **state)
{
    char runs[PATH_SIZE + 16];
    const char *const settings[] = {
        "TERM=no-such-terminal", "LC_ALL=xx_XX.UTF-8",    runs, "OMP_NUM_THREADS=100000", "SLURM_JOB_ID=4711",
        "SLURM_JOB_GPUS=0,1",    "CUDA_VISIBLE_DEVICES=", NULL
    };
    json_t *page;

    folder_put(*state, "shut/x", "");
    snprintf(runs, sizeof runs, "CUVETTE_RUNS=%s", folder_path(*state, "shut"));
    chmod(folder_path(*state, "shut"), 0500);
    page = read_page(*state, "300", settings);
    chmod(folder_path(*state, "shut"), 0700);
    assert_line(page, "terminal", "TERM", "odd", "no-such-terminal");
    assert_line(page, "terminal", "locale", "odd", "xx_XX.UTF-8");
    assert_line(page, "processor", "OMP_NUM_THREADS", "odd", "100000");
    assert_line(page, "job", "job", "fine", "4711");
    assert_line(page, "job", "odd", "odd", "this step none");
    if (geteuid() != 0) /* root can write anywhere */
        assert_line(page, "folders", "runs", "odd", "nothing can be written");
    assert_true(json_integer_value(json_object_get(page, "odd")) >= 4);
    json_decref(page);
}

static void test_a_limit_that_is_too_low_is_odd(void **state)
{
    static const char *const argv[] = { "/bin/sh", "-c", "ulimit -n 100; exec \"$CUVETTE_BINARY\" doctor", NULL };
    struct process *p = process_start(argv, *state, NULL);

    process_finish(p);
    assert_succeeded(p);
    assert_holds(p->out, "! ulimit -n      100: open files\n                 -> ulimit -n 1024\n");
    process_free(p);
}

static void test_a_driver_that_is_older_than_cuda_is_told_in_words(void **state)
{
    char libraries[PATH_SIZE + 32];
    const char *const settings[] = { libraries, NULL };
    json_t *page;

    assert_int_equal(symlink(built("tests/plugins/versions.so"), folder_path(*state, "libcuda.so.1")), 0);
    assert_int_equal(symlink(built("tests/plugins/versions.so"), folder_path(*state, "libcublasLt.so.13")), 0);
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", (const char *)*state);
    page = read_page(*state, "300", settings);
    assert_holds(json_string_value(json_object_get(line_of(page, "gpu", "driver"), "text")), "CUDA up to 12.2");
    assert_line(page, "gpu", "cuBLAS", "odd", "13.1.0, but the driver knows CUDA only up to 12.2");
    json_decref(page);
}

/* A plug-in that was linked without its library takes it from the node, and says which it needs. */
static void test_the_library_of_mpi_is_told_or_named(void **state)
{
    char libraries[PATH_SIZE + 32], plugin[PATH_SIZE + 32], words[PATH_SIZE + 64];
    const char *const settings[] = { plugin, libraries, NULL };
    json_t *page;

    snprintf(plugin, sizeof plugin, "CUVETTE_MPI_PLUGIN=%s", built("tests/plugins/mpi_without.so"));
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", (const char *)*state);
    page = read_page(*state, "300", settings);
    assert_line(page, "mpi", "plug-in", "absent", "libcuvette-mpi.so needs libmpi.so.12: load the MPI module");
    json_decref(page);
    assert_int_equal(symlink(built("tests/plugins/mpi_library.so"), folder_path(*state, "libmpi.so.12")), 0);
    page = read_page(*state, "300", settings);
    snprintf(words, sizeof words, ", with MPI of the tests: 1.0: %s", folder_path(*state, "libmpi.so.12"));
    assert_line(page, "mpi", "plug-in", "fine", words);
    json_decref(page);
}

static void test_ranks_without_the_library_of_mpi_are_odd(void **state)
{
    char plugin[PATH_SIZE + 32];
    const char *const settings[] = { plugin, "OMPI_COMM_WORLD_SIZE=2", "OMPI_COMM_WORLD_RANK=0", NULL };
    json_t *page;

    snprintf(plugin, sizeof plugin, "CUVETTE_MPI_PLUGIN=%s", built("tests/plugins/mpi_without.so"));
    page = read_page(*state, "300", settings);
    assert_line(page, "mpi", "plug-in", "odd", "libcuvette-mpi.so needs libmpi.so.12");
    json_decref(page);
}

/* Nobody writes into the pipe that the plug-in waits for. Libraries of CUDA that are here, which are large, are not
 * read. */
static void test_what_hangs_is_given_up_and_named(void **state)
{
    char libraries[PATH_SIZE + 32], plugin[PATH_SIZE + 32], gate[PATH_SIZE + 32];
    const char *const settings[] = { libraries, plugin, gate, "CUVETTE_NVML=/nowhere", NULL };
    static const char *const replaced[] = { "libcuda.so.1", "libcublasLt.so.13", "libcudnn_graph.so.9",
                                            "libnccl.so.2" };
    json_t *page;

    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        assert_int_equal(symlink(built("tests/plugins/empty.so"), folder_path(*state, replaced[i])), 0);
    assert_int_equal(mkfifo(folder_path(*state, "gate"), 0600), 0);
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%s", (const char *)*state);
    snprintf(plugin, sizeof plugin, "CUVETTE_CUDA_PLUGIN=%s", built("tests/plugins/slow.so"));
    snprintf(gate, sizeof gate, "SLOW_PLUGIN_GATE=%s", folder_path(*state, "gate"));
    page = read_page(*state, "3", settings);
    assert_true(json_is_false(json_object_get(section_of(page, "gpu"), "whole")));
    assert_string_equal(json_string_value(json_object_get(section_of(page, "gpu"), "unanswered")), "plug-in");
    line_of(page, "gpu", "NVML");
    assert_true(json_integer_value(json_object_get(page, "odd")) >= 1);
    json_decref(page);
}

static void test_no_secret_is_shown(void **state)
{
    static const char *const settings[] = { "https_proxy=http://anna:geheim@proxy:3128", "API_TOKEN=geheim",
                                            "CUVETTE_FUSE=off", "CUVETTE_PROBE=off", NULL };
    json_t *page = read_page(*state, "300", settings);
    char *text = json_dumps(page, 0);

    assert_line(page, "environment", "https_proxy", "fine", "(set)");
    assert_line(page, "environment", "CUVETTE_FUSE", "fine", "off");
    assert_line(page, "environment", "CUVETTE_PROBE", "fine", "off");
    assert_null(strstr(text, "geheim"));
    free(text);
    json_decref(page);
}

/* Modules make search paths of many folders, and what is missing in one may stand last. */
static void test_long_variables_are_told_whole_or_visibly_cut(void **state)
{
    static char path[4096] = "LD_LIBRARY_PATH=/", home[20000] = "CUDA_HOME=/";
    static const char *const settings[] = { path, home, NULL };
    json_t *page;

    memset(path + strlen(path), 'x', 3000);
    strcat(path, "/last");
    memset(home + strlen(home), 'x', 19000);
    page = read_page(*state, "300", settings);
    assert_line(page, "environment", "LD_LIBRARY_PATH", "fine", "xx/last");
    assert_line(page, "environment", "CUDA_HOME", "fine", "xx...");
    json_decref(page);
}

static void test_wrong_seconds_are_refused(void **state)
{
    (void)state;
    assert_refused(process_cuvette(NULL, "doctor", "--seconds", "0", NULL), 2, "--seconds takes a number 1..600");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_page_has_all_sections_and_the_libraries),
        TEST(test_what_is_odd_comes_with_what_to_type),
        TEST(test_a_limit_that_is_too_low_is_odd),
        TEST(test_a_driver_that_is_older_than_cuda_is_told_in_words),
        TEST(test_the_library_of_mpi_is_told_or_named),
        TEST(test_ranks_without_the_library_of_mpi_are_odd),
        TEST(test_what_hangs_is_given_up_and_named),
        TEST(test_no_secret_is_shown),
        TEST(test_long_variables_are_told_whole_or_visibly_cut),
        TEST(test_wrong_seconds_are_refused),
    };

    return cmocka_run_group_tests_name("cuvette doctor", tests, NULL, NULL);
}
