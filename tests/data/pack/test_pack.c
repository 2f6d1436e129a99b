/* Pixels of any source, packed: what is read back, and what becomes of disks that are full. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/pack/pack.h"
#include "data/sources/source_memory.h"
#include "tests/support/chance.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

static bool pack(struct source *s, const struct pack_options *o, const char *path, const struct pack_watch *watch,
                 struct error *e)
{
    struct pack_report report;
    bool written = pack_write(s, o, path, watch, &report, e);

    pack_report_free(&report);
    return written;
}

static bool import(struct source *s, const char *path, struct error *e)
{
    return pack(s, &(struct pack_options){ .as = PACK_RAW, .compressed = true }, path, NULL, e);
}

static void test_what_is_written_is_read_back(void **state)
{
    static const struct {
        int height, width, channels;
        uint32_t train, test;
    } cases[] = { { 28, 28, 1, 400, 170 }, { 32, 32, 3, 90, 1 }, { 5, 3, 4, 9, 2 }, { 300, 300, 3, 3, 2 } };
    struct error e = { 0 };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = folder_path(*state, "made.h5");
        struct source *s =
            data_memory(cases[i].train, cases[i].test, cases[i].height, cases[i].width, cases[i].channels, 10);
        struct dataset_info info;

        if (!import(s, path, &e))
            fail_msg("%s", e.text);
        source_close(s);
        s = source_open(path, NULL, &e);
        if (!s)
            fail_msg("%s", e.text);
        source_describe(s, &info);
        assert_int_equal(info.height, cases[i].height);
        assert_int_equal(info.channels, cases[i].channels);
        assert_string_equal(info.name, "made");
        assert_null(info.class_names);
        data_expect(s, cases[i].train, cases[i].test);
        source_close(s);
        assert_int_equal(folder_entries(*state), 1);
    }
}

static void test_class_names_go_along(void **state)
{
    static const char class_names[3][CLASS_NAME_SIZE] = { "cat", "Käfer", "bird" };
    const struct dataset_info made = { .name = "made",
                                       .count = { 4, 2 },
                                       .height = 2,
                                       .width = 2,
                                       .channels = 1,
                                       .classes = 3,
                                       .class_names = class_names };
    const char *path = folder_path(*state, "named.h5");
    struct error e = { 0 };
    struct dataset_info info;
    struct source *s = source_memory_new(&made, &e);

    assert_true(import(s, path, &e));
    source_close(s);
    s = source_open(path, NULL, &e);
    assert_non_null(s);
    source_describe(s, &info);
    assert_int_equal(info.classes, 3);
    assert_string_equal(info.class_names[1], "Käfer");
    source_close(s);
}

static void test_limits_take_the_first_images(void **state)
{
    const struct pack_options few = { .as = PACK_RAW, .limit = { 7, 100 } };
    struct source *s = data_memory(30, 5, 4, 4, 1, 10);
    struct error e = { 0 };

    assert_true(pack(s, &few, folder_path(*state, "few.h5"), NULL, &e));
    source_close(s);
    s = source_open(folder_path(*state, "few.h5"), NULL, &e);
    assert_non_null(s);
    data_expect(s, 7, 5);
    source_close(s);
}

static void expect_same_bytes(const char *one, const char *other)
{
    FILE *files[] = { fopen(one, "rb"), fopen(other, "rb") };
    int byte;

    assert_non_null(files[0]);
    assert_non_null(files[1]);
    do
        assert_int_equal(byte = fgetc(files[0]), fgetc(files[1]));
    while (byte != EOF);
    fclose(files[0]);
    fclose(files[1]);
}

static void test_the_same_images_make_the_same_bytes(void **state)
{
    struct source *s = data_memory(30, 5, 4, 4, 3, 10);
    struct error e = { 0 };

    assert_true(import(s, folder_path(*state, "a.h5"), &e));
    assert_true(import(s, folder_path(*state, "b.h5"), &e));
    source_close(s);
    expect_same_bytes(folder_path(*state, "a.h5"), folder_path(*state, "b.h5"));
}

static bool stop_in_the_middle(void *context, const struct pack_progress *p)
{
    uint32_t *last = context;

    assert_true(p->done > *last);
    *last = p->done;
    return p->done < p->all / 2;
}

static bool note_resumed(void *context, const struct pack_progress *p)
{
    *(uint32_t *)context = p->resumed;
    return true;
}

/* The same work goes on, with any number of threads; other work begins anew. */
static void test_what_was_stopped_goes_on(void **state)
{
    const struct pack_options forms[] = { { .as = PACK_RAW },
                                          { .as = PACK_RAW, .compressed = true },
                                          { .as = PACK_JPEG } };
    struct source *s = data_memory(3000, 500, 16, 16, 3, 10);
    struct error e = { 0 };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct pack_options o = forms[i];
        uint32_t last = 0, resumed = 0;

        assert_good(pack(s, &o, folder_path(*state, "whole.h5"), NULL, &e), e);
        assert_false(pack(s, &o, folder_path(*state, "x.h5"), &(struct pack_watch){ stop_in_the_middle, &last }, &e));
        assert_int_equal(e.kind, ERROR_STOPPED);
        assert_non_null(strstr(e.text, "stays in .x.h5.partial"));
        assert_int_equal(access(folder_path(*state, "x.h5"), F_OK), -1);
        o.threads = 3;
        assert_good(pack(s, &o, folder_path(*state, "x.h5"), &(struct pack_watch){ note_resumed, &resumed }, &e), e);
        assert_int_equal(resumed, last);
        assert_int_equal(folder_entries(*state), 2);
        expect_same_bytes(folder_path(*state, "whole.h5"), folder_path(*state, "x.h5"));
        assert_int_equal(unlink(folder_path(*state, "x.h5")), 0);
    }
    source_close(s);
}

static bool stop_while_finishing(void *context, const struct pack_progress *p)
{
    (void)context;
    return !p->finishing || p->part < 0.5;
}

/* Compressing comes last; when it is stopped, no image has to be read again. */
static void test_compressing_can_be_stopped(void **state)
{
    const struct pack_options o = { .as = PACK_RAW, .compressed = true, .threads = 2 };
    struct source *s = data_memory(3000, 500, 16, 16, 3, 10);
    struct error e = { 0 };
    uint32_t resumed = 0;

    assert_false(pack(s, &o, folder_path(*state, "x.h5"), &(struct pack_watch){ stop_while_finishing, NULL }, &e));
    assert_int_equal(e.kind, ERROR_STOPPED);
    assert_int_equal(folder_entries(*state), 2);
    assert_good(pack(s, &o, folder_path(*state, "x.h5"), &(struct pack_watch){ note_resumed, &resumed }, &e), e);
    assert_int_equal(resumed, 3500);
    source_close(s);
    s = source_open(folder_path(*state, "x.h5"), NULL, &e);
    assert_good(s, e);
    data_expect(s, 3000, 500);
    source_close(s);
    assert_int_equal(folder_entries(*state), 1);
}

static void test_other_work_begins_anew(void **state)
{
    const struct pack_options first = { .as = PACK_RAW }, second = { .as = PACK_RAW, .limit = { 2000 } };
    struct source *s = data_memory(3000, 500, 16, 16, 3, 10);
    struct pack_report report;
    struct error e = { 0 };
    uint32_t last = 0;

    assert_false(pack(s, &first, folder_path(*state, "x.h5"), &(struct pack_watch){ stop_in_the_middle, &last }, &e));
    assert_good(pack_write(s, &second, folder_path(*state, "x.h5"), NULL, &report, &e), e);
    assert_true(report.started_over);
    assert_int_equal(report.resumed, 0);
    pack_report_free(&report);
    source_close(s);
    s = source_open(folder_path(*state, "x.h5"), NULL, &e);
    assert_good(s, e);
    data_expect(s, 2000, 500);
    source_close(s);
    assert_int_equal(folder_entries(*state), 1);
}

static void expect_same(struct source *one, struct source *other, uint32_t count)
{
    struct dataset_info info;
    struct error e = { 0 };

    source_describe(one, &info);
    const size_t size = dataset_image_bytes(&info);
    uint8_t *first = malloc(size), *second = malloc(size);
    int32_t labels[2];

    assert_non_null(first);
    assert_non_null(second);
    for (uint32_t i = 0; i < count; i++) {
        assert_good(source_read(one, SPLIT_TRAIN, &i, 1, first, &labels[0], &e), e);
        assert_good(source_read(other, SPLIT_TRAIN, &i, 1, second, &labels[1], &e), e);
        assert_int_equal(labels[0], labels[1]);
        assert_memory_equal(first, second, size);
    }
    free(first);
    free(second);
}

/* Pixels that never were in a file are packed without loss. */
static void test_pixels_become_files_and_stay_the_same(void **state)
{
    struct source *s = data_memory(60, 9, 13, 11, 1, 10), *packed;
    struct dataset_info info;
    struct error e = { 0 };

    assert_good(pack(s, &(struct pack_options){ .as = PACK_JPEG }, folder_path(*state, "p.h5"), NULL, &e), e);
    packed = source_open(folder_path(*state, "p.h5"), NULL, &e);
    assert_good(packed, e);
    source_describe(packed, &info);
    assert_string_equal(info.format, "packed");
    assert_int_equal(info.count[SPLIT_TEST], 9);
    assert_int_equal(info.channels, 1);
    expect_same(s, packed, 60);
    source_close(packed);
    source_close(s);
    s = data_memory(6, 9, 13, 11, 4, 10);
    assert_bad(pack(s, &(struct pack_options){ .as = PACK_JPEG }, folder_path(*state, "q.h5"), NULL, &e), e,
               "4 channels");
    assert_int_equal(e.kind, ERROR_INPUT);
    source_close(s);
}

/* Dies when so many images are done. */
static bool die(void *context, const struct pack_progress *p)
{
    if (p->done >= *(const uint32_t *)context)
        kill(getpid(), SIGKILL);
    return true;
}

/* In a process of its own, which dies. */
static void pack_and_die(struct source *s, const struct pack_options *o, const char *path, uint32_t done)
{
    pid_t child = fork();
    struct error e;
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        pack(s, o, path, &(struct pack_watch){ die, &done }, &e);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Cuts a file somewhere, as a machine that crashes may; or changes a byte near the end of the journal. */
static void spoil(const char *path, bool is_journal, struct chance *r)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file), at = chance_int(r, 0, (int)size);

    if (!is_journal || chance_toss(r)) {
        assert_int_equal(ftruncate(fileno(file), at), 0);
    } else if (size > 200) {
        assert_int_equal(fseek(file, -chance_int(r, 1, 200), SEEK_END), 0);
        assert_int_not_equal(fputc(chance_int(r, 0, 255), file), EOF);
    }
    fclose(file);
}

/* Killed again and again at any moment, and with what it left spoilt, it ends with the same file. */
static void test_a_kill_at_any_moment_does_no_harm(void **state)
{
    struct source *s = data_memory(4000, 300, 24, 24, 1, 10);
    struct chance r = { .seed = 7 };
    struct error e = { 0 };

    for (int form = 0; form < 2; form++) {
        struct pack_options o = { .as = form ? PACK_RAW : PACK_JPEG };
        uint32_t resumed = 0;

        assert_good(pack(s, &o, folder_path(*state, "whole.h5"), NULL, &e), e);
        for (int i = 0; i < 12; i++) {
            o.threads = chance_int(&r, 1, 4);
            pack_and_die(s, &o, folder_path(*state, "x.h5"), (uint32_t)chance_int(&r, 1, 4300));
            assert_int_equal(access(folder_path(*state, "x.h5"), F_OK), -1);
            if (i % 3 == 2)
                spoil(folder_path(*state, i % 2 ? ".x.h5.journal" : ".x.h5.partial"), i % 2, &r);
        }
        pack_and_die(s, &o, folder_path(*state, "x.h5"), 4000);
        assert_good(pack(s, &o, folder_path(*state, "x.h5"), &(struct pack_watch){ note_resumed, &resumed }, &e), e);
        assert_true(resumed > 0);
        expect_same_bytes(folder_path(*state, "whole.h5"), folder_path(*state, "x.h5"));
        assert_int_equal(folder_entries(*state), 2);
        assert_int_equal(unlink(folder_path(*state, "x.h5")), 0);
    }
    source_close(s);
}

/* Images that gzip cannot make smaller. */
static struct source *noise(void)
{
    struct source *s = data_memory(400, 5, 64, 64, 3, 10);
    uint8_t *images = source_memory_images(s, SPLIT_TRAIN);
    uint32_t state = 1;

    for (size_t i = 0; i < (size_t)400 * 64 * 64 * 3; i++) {
        state = state * 1664525 + 1013904223;
        images[i] = (uint8_t)(state >> 24);
    }
    return s;
}

/* A limit on the size of files stands in for a full disk where none can be mounted. */
static void test_a_file_that_grows_too_large_is_told(void **state)
{
    struct source *s = noise();
    struct rlimit before, small;
    struct error e = { 0 };

    folder_write(*state, "x.h5", "old", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t limit = 100; limit < 4000000; limit *= 6) {
        small = (struct rlimit){ .rlim_cur = limit, .rlim_max = before.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        bool written = import(s, folder_path(*state, "x.h5"), &e);
        setrlimit(RLIMIT_FSIZE, &before);

        assert_false(written);
        assert_non_null(strstr(e.text, "x.h5: File too large"));
        assert_int_equal(e.kind, ERROR_IO);
        unlink(folder_path(*state, ".x.h5.partial")); /* both are there if it took more than a second */
        unlink(folder_path(*state, ".x.h5.journal"));
        assert_int_equal(folder_entries(*state), 1);
    }
    assert_true(import(s, folder_path(*state, "x.h5"), &e));
    source_close(s);
}

static void test_a_full_disk_is_told_before_it_begins(void **state)
{
    struct source *s;
    struct error e = { 0 };

    if (mount("tmpfs", *state, "tmpfs", 0, "size=1m") != 0)
        skip();
    s = noise();
    bool written = import(s, folder_path(*state, "x.h5"), &e);
    int left = folder_entries(*state);
    umount(*state);
    source_close(s);
    assert_false(written);
    assert_non_null(strstr(e.text, "x.h5 needs "));
    assert_int_equal(left, 0);
}

static void test_a_folder_that_is_not_there_is_told(void **state)
{
    struct source *s = data_memory(3, 1, 2, 2, 1, 2);
    struct error e = { 0 };

    assert_false(import(s, folder_path(*state, "none/x.h5"), &e));
    assert_non_null(strstr(e.text, "none/x.h5: No such file or directory"));
    source_close(s);
}

static void test_a_folder_that_cannot_be_written_is_told(void **state)
{
    struct source *s = data_memory(3, 1, 2, 2, 1, 2);
    struct error e = { 0 };

    folder_forbid(*state);
    bool written = import(s, folder_path(*state, "x.h5"), &e);
    folder_allow();
    assert_false(written);
    assert_non_null(strstr(e.text, "x.h5: Permission denied"));
    assert_int_equal(folder_entries(*state), 0);
    source_close(s);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_written_is_read_back),
        IN_FOLDER(test_class_names_go_along),
        IN_FOLDER(test_limits_take_the_first_images),
        IN_FOLDER(test_the_same_images_make_the_same_bytes),
        IN_FOLDER(test_what_was_stopped_goes_on),
        IN_FOLDER(test_compressing_can_be_stopped),
        IN_FOLDER(test_other_work_begins_anew),
        IN_FOLDER(test_a_kill_at_any_moment_does_no_harm),
        IN_FOLDER(test_pixels_become_files_and_stay_the_same),
        IN_FOLDER(test_a_file_that_grows_too_large_is_told),
        IN_FOLDER(test_a_full_disk_is_told_before_it_begins),
        IN_FOLDER(test_a_folder_that_is_not_there_is_told),
        IN_FOLDER(test_a_folder_that_cannot_be_written_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
