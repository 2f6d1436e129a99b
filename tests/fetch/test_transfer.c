/* One file from one server: whole, in parts, and from servers that go wrong. */
#include "tests/support/check.h"

#include <stdio.h>
#include <unistd.h>

#include "fetch/transfer.h"
#include "tests/support/file_server.h"
#include "tests/support/folder.h"
#include "tests/support/toy_offer.h"

enum { SIZE = 300000 };

static char bytes[SIZE], other[SIZE];
static struct checksum checksum, checksum_of_other;

static int fill(void **state)
{
    (void)state;
    for (int i = 0; i < SIZE; i++) {
        bytes[i] = (char)((uint64_t)i * (uint64_t)i / 7 + (uint64_t)i);
        other[i] = (char)(bytes[i] + 1);
    }
    checksum = toy_checksum(bytes, SIZE);
    checksum_of_other = toy_checksum(other, SIZE);
    return 0;
}

struct trial {
    struct served file;
    uint64_t stop_at; /* bytes at which it is told to stop; 0: never */
    struct error error;
};

static bool tell(void *context, uint64_t done)
{
    const struct trial *t = context;

    return t->stop_at == 0 || done < t->stop_at;
}

/* From a server of its own, into "file" of the folder. */
static enum transfer_end transfer(struct trial *t, const char *folder)
{
    t->file.path = "/file";
    if (!t->file.bytes)
        t->file.bytes = bytes;
    if (!t->file.size)
        t->file.size = SIZE;

    struct file_server *server = file_server_start(&t->file, 1);
    char url[96];

    snprintf(url, sizeof url, "%sfile", file_server_url(server));
    const struct transfer transfer = { .url = url,
                                       .path = folder_path(folder, "file"),
                                       .bytes = SIZE,
                                       .checksum = &checksum,
                                       .limits = { .connect_seconds = 20, .stall_seconds = 1 },
                                       .tell = tell,
                                       .context = t };
    enum transfer_end how = transfer_run(&transfer, &t->error);

    file_server_stop(server);
    return how;
}

static void expect_whole(const char *folder)
{
    static char found[SIZE + 1];
    FILE *file = fopen(folder_path(folder, "file"), "r");

    assert_non_null(file);
    assert_int_equal(fread(found, 1, sizeof found, file), SIZE);
    fclose(file);
    assert_memory_equal(found, bytes, SIZE);
    assert_int_not_equal(access(folder_path(folder, "file.from"), F_OK), 0);
}

static void expect_nothing(const char *folder)
{
    assert_int_not_equal(access(folder_path(folder, "file"), F_OK), 0);
}

static long size_of(const char *folder)
{
    FILE *file = fopen(folder_path(folder, "file"), "r");

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    fclose(file);
    return size;
}

static void test_a_file_arrives(void **state)
{
    struct trial t = { .file = { .etag = "\"1\"" } };

    assert_int_equal(transfer(&t, *state), TRANSFER_DONE);
    assert_string_equal(t.file.range, "");
    assert_true(strncmp(t.file.agent, "cuvette/", 8) == 0);
    expect_whole(*state);
}

static void test_what_is_whole_is_not_asked_for(void **state)
{
    struct trial t = { .stop_at = 0 };

    folder_write(*state, "file", bytes, SIZE);
    assert_int_equal(transfer(&t, *state), TRANSFER_DONE);
    assert_int_equal(t.file.asked, 0);
    expect_whole(*state);
}

static void test_what_broke_off_goes_on(void **state)
{
    struct trial t = { .file = { .etag = "\"1\"", .breaks = 1, .breaks_after = 100000, .asked = 0 } };

    assert_int_equal(transfer(&t, *state), TRANSFER_BROKEN);
    assert_int_equal(size_of(*state), 100000);

    /* Another server has another address: its tags mean nothing here. */
    assert_int_equal(transfer(&t, *state), TRANSFER_DONE);
    assert_string_equal(t.file.range, "bytes=100000-");
    assert_string_equal(t.file.if_range, "");
    expect_whole(*state);
}

/* The same server twice. */
static void twice(const char *folder, struct served *file, const char *etag, const void *then, enum transfer_end first,
                  enum transfer_end second, struct error *e)
{
    file->path = "/file";
    file->bytes = bytes;
    file->size = SIZE;

    struct file_server *server = file_server_start(file, 1);
    char url[96];

    snprintf(url, sizeof url, "%sfile", file_server_url(server));
    struct transfer transfer = { .url = url,
                                 .path = folder_path(folder, "file"),
                                 .bytes = SIZE,
                                 .checksum = &checksum,
                                 .limits = { .connect_seconds = 20, .stall_seconds = 1 } };

    assert_int_equal(transfer_run(&transfer, e), first);
    file->etag = etag;
    file->bytes = then;
    if (then == other)
        transfer.checksum = &checksum_of_other;
    assert_int_equal(transfer_run(&transfer, e), second);
    file_server_stop(server);
}

static void test_the_same_version_goes_on(void **state)
{
    struct served file = { .etag = "\"1\"", .breaks = 1, .breaks_after = 100000 };
    struct error e;

    twice(*state, &file, "\"1\"", bytes, TRANSFER_BROKEN, TRANSFER_DONE, &e);
    assert_string_equal(file.if_range, "\"1\"");
    assert_string_equal(file.range, "bytes=100000-");
    expect_whole(*state);
}

static void test_another_version_starts_over(void **state)
{
    struct served file = { .etag = "\"1\"", .breaks = 1, .breaks_after = 100000 };
    struct error e;

    twice(*state, &file, "\"2\"", other, TRANSFER_BROKEN, TRANSFER_DONE, &e);
    assert_string_equal(file.if_range, "\"1\"");
}

/* Only the checksum can tell, and then nothing of it may stay. */
static void test_parts_of_two_versions_are_noticed(void **state)
{
    struct served file = { .breaks = 1, .breaks_after = 100000 };
    struct error e;

    twice(*state, &file, NULL, other, TRANSFER_BROKEN, TRANSFER_WRONG, &e);
    assert_string_equal(file.range, "bytes=100000-");
    expect_nothing(*state);
}

static void test_a_server_without_ranges_starts_over(void **state)
{
    struct trial t = { .file = { .no_ranges = true } };

    folder_write(*state, "file", other, 5000);
    assert_int_equal(transfer(&t, *state), TRANSFER_DONE);
    assert_string_equal(t.file.range, "bytes=5000-");
    expect_whole(*state);
}

static void test_a_wrong_checksum_leaves_nothing(void **state)
{
    struct trial t = { .file = { .bytes = other } };

    assert_int_equal(transfer(&t, *state), TRANSFER_WRONG);
    assert_non_null(strstr(t.error.text, "wrong checksum"));
    expect_nothing(*state);
}

static void test_a_server_that_stalls_is_left(void **state)
{
    struct trial t = { .file = { .stalls_after = 50000 } }, silent = { .file = { .silent = true } };

    assert_int_equal(transfer(&t, *state), TRANSFER_BROKEN);
    assert_int_equal(size_of(*state), 50000);
    assert_int_equal(transfer(&silent, *state), TRANSFER_BROKEN);
    assert_int_equal(size_of(*state), 50000);
}

static void test_it_can_be_stopped(void **state)
{
    struct trial t = { .file = { .stalls_after = 50000 }, .stop_at = 40000 };

    assert_int_equal(transfer(&t, *state), TRANSFER_STOPPED);
    assert_true(size_of(*state) <= 50000);
    assert_int_equal(t.error.kind, ERROR_STOPPED);
}

static void test_files_of_another_length_are_refused(void **state)
{
    static char longer[SIZE + 1000];
    struct trial said = { .file = { .bytes = longer, .size = sizeof longer } };
    struct trial unsaid = { .file = { .bytes = longer, .size = sizeof longer, .no_length = true } };
    struct trial shorter = { .file = { .size = SIZE - 1, .no_length = true } };

    assert_int_equal(transfer(&said, *state), TRANSFER_REFUSED);
    assert_non_null(strstr(said.error.text, "301000 bytes, not of 300000"));
    assert_int_equal(transfer(&unsaid, *state), TRANSFER_WRONG);
    assert_non_null(strstr(unsaid.error.text, "more than the 300000 bytes"));
    expect_nothing(*state);
    assert_int_equal(transfer(&shorter, *state), TRANSFER_BROKEN);
}

/* As a hotel's network has it. What came before stays. */
static void test_a_web_page_is_no_file(void **state)
{
    static const char page[] = "<html>Please log in</html>";
    struct trial t = { .file = { .bytes = page, .size = sizeof page - 1, .type = "text/html; charset=utf-8",
                                 .no_ranges = true } };

    folder_write(*state, "file", bytes, 5000);
    assert_int_equal(transfer(&t, *state), TRANSFER_REFUSED);
    assert_non_null(strstr(t.error.text, "login in a browser"));
    assert_int_equal(size_of(*state), 5000);
}

static void test_missing_files_are_told_by_their_number(void **state)
{
    struct trial t = { .file = { .status = 503 } };

    assert_int_equal(transfer(&t, *state), TRANSFER_REFUSED);
    assert_non_null(strstr(t.error.text, "answers 503"));
}

/* `files` have the paths "/file" and others. */
static enum transfer_end follow(struct served *files, int count, const char *folder, struct error *e)
{
    struct file_server *server = file_server_start(files, count);
    char url[96];

    snprintf(url, sizeof url, "%sfile", file_server_url(server));
    const struct transfer transfer = { .url = url,
                                       .path = folder_path(folder, "file"),
                                       .bytes = SIZE,
                                       .checksum = &checksum,
                                       .limits = { .connect_seconds = 20, .stall_seconds = 1 } };
    enum transfer_end how = transfer_run(&transfer, e);

    file_server_stop(server);
    return how;
}

static void test_it_is_sent_on_a_few_times(void **state)
{
    struct served once[] = { { .path = "/file", .location = "/there" },
                             { .path = "/there", .bytes = bytes, .size = SIZE } };
    struct served loop[] = { { .path = "/file", .location = "/file" } };
    struct served away[] = { { .path = "/file", .location = "file:///etc/passwd" } };
    struct error e;

    assert_int_equal(follow(once, 2, *state, &e), TRANSFER_DONE);
    expect_whole(*state);
    unlink(folder_path(*state, "file"));
    assert_int_equal(follow(loop, 1, *state, &e), TRANSFER_REFUSED);
    assert_non_null(strstr(e.text, "sends on more than 5 times"));
    assert_true(loop[0].asked < 10);
    assert_int_equal(follow(away, 1, *state, &e), TRANSFER_REFUSED);
    assert_int_equal(size_of(*state), 0);
}

static void test_nobody_is_reached(void **state)
{
    char nobody[64];
    struct error e;
    const char *const urls[] = { nobody, "http://nowhere.invalid/file" };

    file_server_nobody(nobody, sizeof nobody);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const struct transfer transfer = { .url = urls[i],
                                           .path = folder_path(*state, "file"),
                                           .bytes = SIZE,
                                           .checksum = &checksum };

        assert_int_equal(transfer_run(&transfer, &e), TRANSFER_UNREACHED);
    }
}

static void test_what_is_here_already_and_too_long_is_dropped(void **state)
{
    static char longer[SIZE + 1];
    struct trial t = { .stop_at = 0 };

    folder_write(*state, "file", longer, sizeof longer);
    assert_int_equal(transfer(&t, *state), TRANSFER_DONE);
    assert_string_equal(t.file.range, "");
    expect_whole(*state);
}

static void test_a_folder_that_cannot_be_written_is_told(void **state)
{
    struct trial t = { .stop_at = 0 };

    folder_forbid(*state);
    enum transfer_end how = transfer(&t, *state);
    folder_allow();
    assert_int_equal(how, TRANSFER_FAILED);
    assert_non_null(strstr(t.error.text, "cannot write"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_file_arrives),
        TEST(test_what_is_whole_is_not_asked_for),
        TEST(test_what_broke_off_goes_on),
        TEST(test_the_same_version_goes_on),
        TEST(test_another_version_starts_over),
        TEST(test_parts_of_two_versions_are_noticed),
        TEST(test_a_server_without_ranges_starts_over),
        TEST(test_a_wrong_checksum_leaves_nothing),
        TEST(test_a_server_that_stalls_is_left),
        TEST(test_it_can_be_stopped),
        TEST(test_files_of_another_length_are_refused),
        TEST(test_a_web_page_is_no_file),
        TEST(test_missing_files_are_told_by_their_number),
        TEST(test_it_is_sent_on_a_few_times),
        TEST(test_nobody_is_reached),
        TEST(test_what_is_here_already_and_too_long_is_dropped),
        TEST(test_a_folder_that_cannot_be_written_is_told),
    };

    return cmocka_run_group_tests_name("one file from one server", tests, fill, NULL);
}
