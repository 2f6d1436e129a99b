/* Archives of others: what they hold comes out, and nothing else, nowhere else. */
#include "tests/support/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch/unpack.h"
#include "tests/support/folder.h"
#include "tests/support/toy_archive.h"

enum { ENOUGH = 10 << 20 };

struct trial {
    const char *name; /* of the archive; NULL: "a.tar.gz" */
    int strip;
    uint64_t most;    /* bytes; 0: ENOUGH */
    uint64_t bytes;   /* found */
    bool stops;
    struct error error;
};

static bool tell(void *context, uint64_t read)
{
    const struct trial *t = context;
    (void)read;

    return !t->stops;
}

static bool run(struct trial *t, const char *folder, const struct toy_entry *entries, int count)
{
    const char *archive = folder_path(folder, t->name ? t->name : "a.tar.gz");
    struct unpacking u = { .archive = toy_archive_write(archive, entries, count),
                           .folder = folder_path(folder, "out"),
                           .strip = t->strip,
                           .bytes_max = t->most ? t->most : ENOUGH,
                           .tell = tell,
                           .context = t };

    mkdir(u.folder, 0777);
    return unpack(&u, &t->bytes, &t->error);
}

static void expect_text(const char *folder, const char *name, const char *wanted)
{
    char *text = folder_text(folder, name);

    assert_string_equal(text, wanted);
    free(text);
}

static void test_files_and_folders_come_out(void **state)
{
    static const struct toy_entry entries[] = {
        { .name = "set/", .folder = true },
        { .name = "set/train/cat/1.txt", .bytes = "meow", .size = 4 },
        { .name = "./set/./train//dog/1.txt", .bytes = "wuff", .size = 4 },
        { .name = "set/empty", .size = 0 },
        { .name = "top.txt", .bytes = "not below a folder", .size = 18 },
    };
    static const char *const names[] = { "a.tar.gz", "a.zip" };

    for (size_t i = 0; i < 2; i++) {
        struct trial t = { .name = names[i], .strip = 1 };

        assert_good(run(&t, *state, entries, 5), t.error);
        assert_int_equal(t.bytes, 8);
        expect_text(*state, "out/train/cat/1.txt", "meow");
        expect_text(*state, "out/train/dog/1.txt", "wuff");
        expect_text(*state, "out/empty", "");
        assert_int_equal(folder_entries(folder_path(*state, "out")), 2);
    }
}

static void test_nothing_leaves_its_folder(void **state)
{
    static const struct {
        struct toy_entry entry;
        const char *says;
    } hostile[] = {
        { { .name = "../outside", .bytes = "x", .size = 1 }, "outside its folder" },
        { { .name = "a/../../outside", .bytes = "x", .size = 1 }, "outside its folder" },
        { { .name = "a/..", .folder = true }, "outside its folder" },
        { { .name = "/outside", .bytes = "x", .size = 1 }, "absolute name" },
        { { .name = "a", .link = "../.." }, "is a link" },
        { { .name = "a", .link = "/etc" }, "is a link" },
        { { .name = "a", .hard_link = "/etc/passwd" }, "is a link" },
        { { .name = "a", .device = true }, "neither a file nor a folder" },
        { { .name = "a", .pipe = true }, "neither a file nor a folder" },
    };

    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct trial t = { .strip = 0 };

        assert_bad(run(&t, *state, &hostile[i].entry, 1), t.error, hostile[i].says);
        assert_int_equal(t.error.kind, ERROR_INPUT);
        assert_int_equal(folder_entries(folder_path(*state, "out")), 0);
    }
    assert_int_equal(folder_entries(*state), 2); /* the archive, and the folder */
}

/* A link first, then a file through it. */
static void test_no_link_leads_out(void **state)
{
    static const struct toy_entry entries[] = {
        { .name = "way", .link = ".." },
        { .name = "way/outside", .bytes = "x", .size = 1 },
    };
    struct trial t = { .strip = 0 };

    assert_bad(run(&t, *state, entries, 2), t.error, "is a link");
    assert_int_not_equal(access(folder_path(*state, "outside"), F_OK), 0);
}

static void test_more_than_announced_is_refused(void **state)
{
    static const struct toy_entry bomb = { .name = "zeros", .size = 64 << 20 };
    static struct toy_entry crowd[2000];
    struct trial large = { .most = 1 << 20 }, many = { .most = 100000 };
    struct stat status;

    assert_bad(run(&large, *state, &bomb, 1), large.error, "more than the 1 MB announced");
    assert_int_equal(stat(folder_path(*state, "out/zeros"), &status), 0);
    assert_true(status.st_size <= 1 << 20);

    /* Empty files take inodes. */
    for (int i = 0; i < 2000; i++)
        crowd[i] = (struct toy_entry){ .name = "same", .size = 0 };
    assert_bad(run(&many, *state, crowd, 2000), many.error, "announced");
}

static void test_an_archive_that_is_cut_short_is_told(void **state)
{
    char noise[20000];
    const struct toy_entry entry = { .name = "noise", .bytes = noise, .size = sizeof noise };
    struct trial t = { .strip = 0 };
    uint32_t x = 1;

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
    assert_good(run(&t, *state, &entry, 1), t.error);
    assert_int_equal(truncate(folder_path(*state, "a.tar.gz"), 10000), 0);

    const struct unpacking cut = { .archive = folder_path(*state, "a.tar.gz"),
                                   .folder = folder_path(*state, "out"),
                                   .bytes_max = ENOUGH };
    assert_bad(unpack(&cut, &t.bytes, &t.error), t.error, "truncated");

    const struct unpacking text = { .archive = folder_put(*state, "b.tar.gz", "<html>no archive</html>"),
                                    .folder = folder_path(*state, "out"),
                                    .bytes_max = ENOUGH };
    assert_bad(unpack(&text, &t.bytes, &t.error), t.error, "b.tar.gz");
}

static void test_unpacking_can_be_stopped(void **state)
{
    static const struct toy_entry entry = { .name = "a", .bytes = "x", .size = 1 };
    struct trial t = { .stops = true };

    assert_bad(run(&t, *state, &entry, 1), t.error, "stopped");
    assert_int_equal(t.error.kind, ERROR_STOPPED);
}

static void test_names_in_any_script_are_kept(void **state)
{
    static const struct toy_entry entry = { .name = "\xc3\xa4pfel/\xe7\x8c\xab.txt", .bytes = "x", .size = 1 };
    struct trial t = { .strip = 0 };

    assert_good(run(&t, *state, &entry, 1), t.error);
    expect_text(*state, "out/\xc3\xa4pfel/\xe7\x8c\xab.txt", "x");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_files_and_folders_come_out),
        TEST(test_nothing_leaves_its_folder),
        TEST(test_no_link_leads_out),
        TEST(test_more_than_announced_is_refused),
        TEST(test_an_archive_that_is_cut_short_is_told),
        TEST(test_unpacking_can_be_stopped),
        TEST(test_names_in_any_script_are_kept),
    };

    return cmocka_run_group_tests_name("archives of others", tests, NULL, NULL);
}
