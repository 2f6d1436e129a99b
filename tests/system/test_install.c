/* `make install`, `make uninstall` and `make dist`, with the program that is tested, into folders of the test's own. */
#include "tests/support/check.h"

#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

#include "base/version.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

#define TARBALL "cuvette-" CUVETTE_VERSION ".tar.gz"

static const char *source(void)
{
    const char *folder = getenv("CUVETTE_SOURCE");

    assert_non_null(folder);
    return folder;
}

/* Of a target that needs nothing built but the program, which is there. */
static struct process *make(const char *in, const char *target, const char *build, const char *destination)
{
    char program[PATH_SIZE + 16], folder[PATH_SIZE + 16], place[PATH_SIZE + 16];
    const char *const argv[] = {
        "make", "-o", program, "CUDA=no", "MPI=no", folder, place, "PREFIX=/usr", target, NULL
    };
    struct process *p;

    snprintf(program, sizeof program, "%s/cuvette", build);
    snprintf(folder, sizeof folder, "BUILD=%s", build);
    snprintf(place, sizeof place, "DESTDIR=%s", destination);
    p = process_start(argv, in, NULL);
    process_finish(p);
    return p;
}

static void make_well(const char *target, const char *build, const char *destination)
{
    struct process *p = make(source(), target, build, destination);

    assert_succeeded(p);
    process_free(p);
}

static char *build_folder(void)
{
    char *binary = realpath(getenv("CUVETTE_BINARY"), NULL);

    assert_non_null(binary);
    return dirname(binary);
}

static int n_files;

static int count_file(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)path;
    (void)status;
    (void)where;
    n_files += kind != FTW_D;
    return 0;
}

static int files_below(const char *folder)
{
    n_files = 0;
    assert_int_equal(nftw(folder, count_file, 16, FTW_PHYS), 0);
    return n_files;
}

static void assert_there(const char *folder, const char *name, bool there)
{
    if ((access(folder_path(folder, name), F_OK) == 0) != there)
        fail_msg("%s is %s", name, there ? "missing" : "left");
}

static void test_what_is_installed_runs_and_is_removed_again(void **state)
{
    static const char *const places[] = {
        "usr/share/man/man1/cuvette.1",
        "usr/share/man/man5/cuvette-recipe.5",
        "usr/share/doc/cuvette/LICENSE",
        "usr/share/modulefiles/cuvette/" CUVETTE_VERSION ".lua",
        "usr/share/bash-completion/completions/cuvette",
        "usr/share/zsh/site-functions/_cuvette",
        "usr/share/fish/vendor_completions.d/cuvette.fish",
    };
    char destination[PATH_SIZE], *build = build_folder();
    struct process *p;

    snprintf(destination, sizeof destination, "%s/a place", (const char *)*state);
    make_well("install", build, destination);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_there(destination, places[i], true);

    const char *const argv[] = { folder_path(destination, "usr/bin/cuvette"), "--version", NULL };
    p = process_start(argv, *state, NULL);
    process_finish(p);
    assert_succeeded(p);
    assert_string_equal(p->out, "cuvette " CUVETTE_VERSION "\n");
    process_free(p);

    folder_put(destination, "usr/share/fish/other", "somebody else's");
    folder_put(destination, "usr/lib/cuvette/libcuvette-cuda.so", ""); /* by a make that saw nvcc and mpicc */
    folder_put(destination, "usr/lib/cuvette/openmpi/libcuvette-mpi.so", "");
    make_well("uninstall", build, destination);
    assert_int_equal(files_below(destination), 1);
    assert_there(destination, "usr/share/fish/other", true);
    assert_there(destination, "usr/share/zsh", false);
    assert_there(destination, "usr/share/doc", false);
    assert_there(destination, "usr/lib/cuvette", false);
    free(build);
}

static bool has_git(void)
{
    const char *const argv[] = { "git", "-C", source(), "rev-parse", "--verify", "HEAD", NULL };
    const char *const which[] = { "sh", "-c", "command -v git", NULL };
    struct process *p = process_start(which, NULL, NULL);
    bool there;

    process_finish(p);
    there = p->exit_code == 0 && access(folder_path(source(), ".git"), F_OK) == 0;
    process_free(p);
    if (!there)
        return false;
    p = process_start(argv, NULL, NULL);
    process_finish(p);
    there = p->exit_code == 0;
    process_free(p);
    return there;
}

static void test_a_tarball_is_the_same_bytes_each_time_and_makes_no_other(void **state)
{
    const char *const unpack[] = { "tar", "xzf", TARBALL, NULL };
    struct process *first, *second, *p;

    if (!has_git())
        skip();
    first = make(source(), "dist", *state, "");
    second = make(source(), "dist", *state, "");
    assert_int_equal(first->exit_code, 0);
    assert_non_null(strstr(first->out, "  " TARBALL));
    assert_string_equal(first->out, second->out); /* the checksum */
    process_free(first);
    process_free(second);

    p = process_start(unpack, *state, NULL);
    process_finish(p);
    assert_int_equal(p->exit_code, 0);
    process_free(p);
    p = make(folder_path(*state, "cuvette-" CUVETTE_VERSION), "dist", *state, "");
    assert_int_equal(p->exit_code, 2);
    assert_non_null(strstr(p->err, "unpacked tarball"));
    process_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_installed_runs_and_is_removed_again, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(test_a_tarball_is_the_same_bytes_each_time_and_makes_no_other, folder_setup,
                                        folder_teardown),
    };

    return cmocka_run_group_tests_name("install", tests, NULL, NULL);
}
