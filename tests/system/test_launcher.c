/* bin/cuvette of a bundle (packaging/bundle/launcher.c), with small programs of the system's in the place of cuvette:
 * each tells one thing of how it was started. */
#include "tests/support/check.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/process.h"

#ifdef __aarch64__
#define LOADER "ld-linux-aarch64.so.1"
#define NODE_LOADER "/lib/" LOADER
#define MACHINE EM_AARCH64
#else
#define LOADER "ld-linux-x86-64.so.2"
#define NODE_LOADER "/lib64/" LOADER
#define MACHINE EM_X86_64
#endif

static const char *built(const char *place)
{
    static char path[PATH_SIZE];
    const char *binary = getenv("CUVETTE_BINARY");

    assert_non_null(binary);
    snprintf(path, sizeof path, "%.*s/%s", (int)(path_name(binary) - binary - 1), binary, place);
    return path;
}

static void copy(const char *from, const char *folder, const char *name)
{
    const char *const words[] = { "cp", "-L", from, folder_path(folder, name), NULL };
    struct process *p = process_start(words, NULL, NULL);

    process_finish(p);
    assert_succeeded(p);
    process_free(p);
}

/* Where this test is emulated, the system's programs may be those of the machine below. */
static bool is_of_this_machine(const char *program)
{
    Elf64_Ehdr header = { .e_machine = EM_NONE };
    FILE *file = fopen(program, "rb");

    assert_non_null(file);
    assert_int_equal(fread(&header, sizeof header, 1, file), 1);
    fclose(file);
    return header.e_machine == MACHINE;
}

/* A bundle in "FOLDER/my node", with the system's C library for its own. Returns its bin/cuvette. */
static const char *bundle(const char *folder, const char *launcher, const char *program)
{
    static char started[PATH_SIZE];

    if (access(built(launcher), X_OK) != 0 || !is_of_this_machine(program))
        skip();
    folder_put(folder, "my node/bin/cuvette", "");
    folder_put(folder, "my node/lib/cuvette/cuvette", "");
    folder_put(folder, "my node/lib/cuvette/glibc/" LOADER, "");
    copy(built(launcher), folder, "my node/bin/cuvette");
    copy(program, folder, "my node/lib/cuvette/cuvette");
    copy(NODE_LOADER, folder, "my node/lib/cuvette/glibc/" LOADER);
    snprintf(started, sizeof started, "%s", folder_path(folder, "my node/bin/cuvette"));
    assert_int_equal(chmod(started, 0755), 0);
    assert_int_equal(chmod(folder_path(folder, "my node/lib/cuvette/cuvette"), 0755), 0);
    return started;
}

static void assert_prints(const char *const words[], const char *const environment[], const char *text)
{
    struct process *p = process_start(words, NULL, environment);

    process_finish(p);
    assert_succeeded(p);
    assert_string_equal(p->out, text);
    process_free(p);
}

/* Which loader is in the process, by the list of what is mapped there. */
static void assert_loaded(const char *program, const char *wanted, bool bundles)
{
    char setting[64] = "CUVETTE_LOADER=";
    const char *const words[] = { program, "/proc/self/maps", NULL }, *const environment[] = { setting, NULL };

    strncat(setting, wanted, sizeof setting - strlen(setting) - 1);
    struct process *p = process_start(words, NULL, environment);

    process_finish(p);
    assert_succeeded(p);
    assert_holds(p->out, "my node/lib/cuvette/cuvette");
    assert_int_equal(strstr(p->out, "my node/lib/cuvette/glibc/" LOADER) != NULL, bundles);
    process_free(p);
}

static void test_words_arrive_as_they_are(void **state)
{
    const char *program = bundle(*state, "bundle/launcher", "/bin/echo");
    const char *const even[] = { program, "two  words", "", NULL }, *const odd[] = { program, "-n", NULL };

    assert_prints(even, NULL, "two  words \n");
    assert_prints(odd, NULL, "");
}

/* Whatever it takes to start, the processes that cuvette starts inherit the environment that the user has. */
static void test_environment_is_the_users(void **state)
{
    const char *program = bundle(*state, "bundle/launcher", "/usr/bin/env");
    const char *const few[] = { "env", "-i", "A=1", "LD_LIBRARY_PATH=/nowhere:", "B=two words", program, NULL };
    const char *const none[] = { "env", "-i", program, NULL };

    assert_prints(few, NULL, "A=1\nLD_LIBRARY_PATH=/nowhere:\nB=two words\n");
    assert_prints(none, NULL, "");
}

/* So that it can be started again by that, and what lies beside it found; also where a link led to it. */
static void test_executable_stays_the_launcher(void **state)
{
    const char *program = bundle(*state, "bundle/launcher", "/usr/bin/readlink"), *link;
    char real[PATH_SIZE], line[PATH_SIZE + 1];

    link = folder_path(*state, "linked");
    assert_int_equal(symlink(program, link), 0);
    assert_non_null(realpath(program, real));
    snprintf(line, sizeof line, "%s\n", real);
    assert_prints((const char *const[]){ program, "/proc/self/exe", NULL }, NULL, line);
    assert_prints((const char *const[]){ link, "/proc/self/exe", NULL }, NULL, line);
}

/* The node's C library here is as late as the one of this build, and not as late as one to come. */
static void test_loader_is_chosen_by_version(void **state)
{
    const char *program = bundle(*state, "bundle/launcher", "/bin/cat");

    assert_loaded(program, "", false);
    assert_loaded(program, "bundle", true);
    copy(built("bundle/launcher-to-come"), *state, "my node/bin/cuvette");
    assert_loaded(program, "", true);
    assert_loaded(program, "node", false);
}

static void test_refusals_say_what_to_do(void **state)
{
    const char *program = bundle(*state, "bundle/launcher", "/bin/true"), *moved = folder_path(*state, "a:b");
    char renamed[PATH_SIZE];

    struct process *p = process_start((const char *const[]){ program, NULL }, NULL,
                                      (const char *const[]){ "CUVETTE_LOADER=mine", NULL });

    process_finish(p);
    assert_refused(p, 1, "CUVETTE_LOADER is neither node nor bundle: mine");
    assert_int_equal(rename(folder_path(*state, "my node"), moved), 0);
    snprintf(renamed, sizeof renamed, "%s/bin/cuvette", moved);
    p = process_start((const char *const[]){ renamed, NULL }, NULL, NULL);
    process_finish(p);
    assert_refused(p, 1, "please rename or move it: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words_arrive_as_they_are, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_environment_is_the_users, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_executable_stays_the_launcher, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_loader_is_chosen_by_version, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_refusals_say_what_to_do, folder_setup, folder_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
