/* A data set from its mirrors to its name, and what goes wrong on the way. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "data/catalogue.h"
#include "fetch/fetch.h"
#include "fetch/workplace.h"
#include "tests/support/data_files.h"
#include "tests/support/file_server.h"
#include "tests/support/folder.h"
#include "tests/support/toy_archive.h"
#include "tests/support/toy_offer.h"

enum { FILES = TOY_MNIST_FILES, TRAIN = 300, TEST = 40 };

/* A toy MNIST on a server, and a home to fetch it to. */
struct setting {
    char *folder;
    struct served files[FILES];
    struct file_server *server;
    struct offers offers;
    char notes[2048]; /* one a line */
    uint64_t stop_at; /* bytes at which it is told to stop; 0: never */
    uint64_t done;    /* the last progress */
    enum fetch_phase phase;
};

static bool tell(void *context, const struct fetch_progress *now)
{
    struct setting *s = context;

    assert_true(now->done <= now->all);
    s->done = now->done;
    s->phase = now->phase;
    return s->stop_at == 0 || now->done < s->stop_at;
}

static void note(void *context, const char *text)
{
    struct setting *s = context;

    text_append(s->notes, sizeof s->notes, "%s\n", text);
}

static int begin(void **state)
{
    struct setting *s = calloc(1, sizeof *s);
    void *folder;

    if (!s || folder_setup(&folder) != 0)
        return -1;
    s->folder = folder;
    toy_mnist_served(folder_path(s->folder, "from"), s->files, TRAIN, TEST);
    s->server = file_server_start(s->files, FILES);
    *state = s;
    return setenv("CUVETTE_HOME", folder_path(s->folder, "home"), 1);
}

static int end(void **state)
{
    struct setting *s = *state;
    void *folder = s->folder;

    file_server_stop(s->server);
    toy_served_free(s->files, FILES);
    offers_free(&s->offers);
    free(s);
    return folder_teardown(&folder);
}

static const struct offer *offer(struct setting *s, const char *const mirrors[], int n)
{
    offers_free(&s->offers);
    toy_offer_read(&s->offers, "toy", mirrors, n, s->files, FILES, "");
    return s->offers.entries;
}

static const struct offer *usual_offer(struct setting *s)
{
    const char *const mirrors[] = { file_server_url(s->server) };

    return offer(s, mirrors, 1);
}

static bool run(struct setting *s, const struct offer *o, const char *to, struct error *e)
{
    const struct fetch f = { .offer = o,
                             .to = to,
                             .limits = { .connect_seconds = 20, .stall_seconds = 1 },
                             .tell = tell,
                             .note = note,
                             .context = s };

    s->notes[0] = '\0';
    return fetch_run(&f, e);
}

/* It opens by its name, with its images, and nothing else lies about. */
static void expect_here(const struct setting *s, const char *name)
{
    struct error e;
    struct source *source = catalogue_open(name, NULL, 0, NULL, NULL, &e);

    if (!source)
        fail_msg("%s", e.text);
    data_expect(source, TRAIN, TEST);
    source_close(source);
    assert_int_equal(folder_entries(folder_path(s->folder, "home/datasets")), 1);
}

static void test_a_data_set_has_its_name(void **state)
{
    struct setting *s = *state;
    const struct offer *o = usual_offer(s);
    struct error e;

    assert_false(fetch_is_here(o));
    assert_good(run(s, o, NULL, &e), e);
    assert_true(fetch_is_here(o));
    assert_string_equal(s->notes, "");
    assert_int_equal(s->done, offer_bytes(o));
    expect_here(s, "toy");

    /* Again: nothing is asked for. */
    assert_good(run(s, o, NULL, &e), e);
    assert_int_equal(s->files[0].asked, 1);
}

static void test_the_next_mirror_is_asked(void **state)
{
    struct setting *s = *state;
    char nobody[64];
    const char *const mirrors[] = { nobody, "http://127.0.0.1:1/", file_server_url(s->server) };
    struct error e;

    file_server_nobody(nobody, sizeof nobody);
    assert_good(run(s, offer(s, mirrors, 3), NULL, &e), e);
    assert_non_null(strstr(s->notes, "the next mirror is asked"));
    expect_here(s, "toy");
}

static void test_a_wrong_checksum_is_another_mirrors_turn(void **state)
{
    struct setting *s = *state;
    static char noise[TOY_FILE_MAX];
    struct served wrong[FILES];
    const char *mirrors[2];
    struct error e;

    for (int i = 0; i < FILES; i++)
        wrong[i] = (struct served){ .path = s->files[i].path, .bytes = noise, .size = s->files[i].size };
    struct file_server *server = file_server_start(wrong, FILES);

    mirrors[0] = file_server_url(server);
    mirrors[1] = file_server_url(s->server);
    assert_good(run(s, offer(s, mirrors, 2), NULL, &e), e);
    assert_non_null(strstr(s->notes, "train-images-idx3-ubyte.gz from 127.0.0.1:"));
    assert_non_null(strstr(s->notes, "wrong checksum"));
    expect_here(s, "toy");
    file_server_stop(server);
}

static void test_all_mirrors_wrong_is_told_and_nothing_stays(void **state)
{
    struct setting *s = *state;
    const char *const mirrors[] = { file_server_url(s->server) };
    struct error e;

    offer(s, mirrors, 1);
    s->offers.entries[0].files[0].checksum.bytes[0] ^= 1;
    assert_bad(run(s, s->offers.entries, NULL, &e), e, "wrong checksum");
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_int_equal(folder_entries(folder_path(s->folder, "home/datasets")), 0);
}

static void test_what_breaks_off_goes_on_by_itself(void **state)
{
    struct setting *s = *state;
    struct error e;

    s->files[0].breaks = 2;
    s->files[0].breaks_after = s->files[0].size / 4;
    assert_good(run(s, usual_offer(s), NULL, &e), e);
    assert_int_equal(s->files[0].asked, 3);
    assert_non_null(strstr(s->notes, "it goes on"));
    expect_here(s, "toy");
}

static void test_what_was_stopped_goes_on(void **state)
{
    struct setting *s = *state;
    const struct offer *o = usual_offer(s);
    struct error e;

    s->files[0].stalls_after = s->files[0].size / 2;
    s->stop_at = s->files[0].size / 2;
    assert_bad(run(s, o, NULL, &e), e, "`cuvette data fetch toy` goes on from there");
    assert_int_equal(e.kind, ERROR_STOPPED);
    s->files[0].stalls_after = 0;
    s->stop_at = 0;
    assert_good(run(s, o, NULL, &e), e);
    assert_true(strncmp(s->files[0].range, "bytes=", 6) == 0);
    expect_here(s, "toy");
}

static void test_a_stall_says_how_to_go_on(void **state)
{
    struct setting *s = *state;
    struct error e;

    s->files[1].silent = true;
    assert_bad(run(s, usual_offer(s), NULL, &e), e, "% of toy is kept, and `cuvette data fetch toy` goes on");
    s->files[1].silent = false;
    assert_good(run(s, usual_offer(s), NULL, &e), e);
    assert_int_equal(s->files[0].asked, 1);
    expect_here(s, "toy");
}

static void test_without_network_the_login_node_is_named(void **state)
{
    struct setting *s = *state;
    char nobody[64], path[PATH_SIZE];
    const char *const mirrors[] = { "http://nowhere.invalid/", nobody };
    struct error e;

    file_server_nobody(nobody, sizeof nobody);
    assert_bad(run(s, offer(s, mirrors, 2), NULL, &e), e, "`cuvette data fetch toy` on the login node");
    snprintf(path, sizeof path, "it will lie in %.900s/datasets/toy", getenv("CUVETTE_HOME"));
    assert_non_null(strstr(e.text, path));
    assert_int_equal(folder_entries(folder_path(s->folder, "home/datasets")), 0);
}

static void test_it_can_lie_elsewhere_and_keep_its_name(void **state)
{
    struct setting *s = *state;
    const struct offer *o = usual_offer(s);
    char scratch[PATH_SIZE];
    struct stat status;
    struct error e;

    snprintf(scratch, sizeof scratch, "%.900s/scratch/a", s->folder);
    s->files[1].status = 404;
    assert_bad(run(s, o, scratch, &e), e, scratch); /* the command that goes on */
    s->files[1].status = 0;
    assert_good(run(s, o, scratch, &e), e);
    expect_here(s, "toy");
    assert_int_equal(lstat(folder_path(s->folder, "home/datasets/toy"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_true(path_is_folder(folder_path(s->folder, "scratch/a/toy")));

    /* A scratch is cleaned now and then. */
    assert_int_equal(rename(folder_path(s->folder, "scratch"), folder_path(s->folder, "gone")), 0);
    assert_false(fetch_is_here(o));
    assert_good(run(s, o, scratch, &e), e);
    expect_here(s, "toy");
}

static void test_one_at_a_time(void **state)
{
    struct setting *s = *state;
    struct workplace other;
    struct error e;

    assert_good(workplace_open(&other, folder_path(s->folder, "home/datasets"), "toy", &e), e);
    assert_bad(run(s, usual_offer(s), NULL, &e), e, "toy is being fetched already by process ");
    assert_int_equal(s->files[0].asked, 0);
    workplace_close(&other);
    assert_good(run(s, usual_offer(s), NULL, &e), e);
    expect_here(s, "toy");
}

static void test_a_full_disk_is_told(void **state)
{
    struct setting *s = *state;
    struct rlimit before, small;
    struct error e;

    /* A limit of the size of files is what a test can have of a disk that is full. */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = s->files[0].size / 2;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool fetched = run(s, usual_offer(s), NULL, &e);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);

    assert_false(fetched);
    assert_int_equal(e.kind, ERROR_IO);
    assert_non_null(strstr(e.text, "cannot write"));
    assert_non_null(strstr(e.text, "`cuvette data fetch toy` goes on from there"));
    assert_good(run(s, usual_offer(s), NULL, &e), e);
    expect_here(s, "toy");
}

static void test_room_is_looked_for_first(void **state)
{
    struct setting *s = *state;
    struct error e;

    usual_offer(s);
    s->offers.entries[0].files[0].bytes = UINT64_C(1) << 60;
    assert_bad(run(s, s->offers.entries, NULL, &e), e, "toy needs 1.0 E in");
    assert_non_null(strstr(e.text, "--to DIR puts it elsewhere"));
    assert_int_equal(s->files[0].asked, 0);
    assert_int_equal(folder_entries(folder_path(s->folder, "home/datasets")), 0);
}

/* The same data set in an archive, whose folder is left out. */
static void test_archives_are_unpacked(void **state)
{
    struct setting *s = *state;
    struct toy_entry entries[FILES];
    char names[FILES][64];
    struct offers o;
    struct error e;

    for (int i = 0; i < FILES; i++) {
        snprintf(names[i], sizeof names[i], "mnist-as-it-was%.40s", s->files[i].path);
        entries[i] = (struct toy_entry){ .name = names[i], .bytes = s->files[i].bytes, .size = s->files[i].size };
    }
    toy_archive_write(folder_path(s->folder, "toys.tar.gz"), entries, FILES);
    struct served archive = toy_served(s->folder, "toys.tar.gz");
    struct file_server *server = file_server_start(&archive, 1);
    const char *const mirrors[] = { file_server_url(server) };

    toy_offer_read(&o, "toys", mirrors, 1, &archive, 1, "unpack = yes\nstrip = 1\nunpacked = 1000000\n");
    assert_good(run(s, o.entries, NULL, &e), e);
    assert_int_equal(s->phase, FETCH_UNPACKS);
    expect_here(s, "toys");
    offers_free(&o);
    file_server_stop(server);
    toy_served_free(&archive, 1);
}

static void test_a_hostile_archive_leaves_nothing_to_see(void **state)
{
    static const struct toy_entry entries[] = {
        { .name = "train/good", .bytes = "x", .size = 1 },
        { .name = "../../../outside", .bytes = "x", .size = 1 },
    };
    struct setting *s = *state;
    struct offers o;
    struct error e;

    toy_archive_write(folder_path(s->folder, "trap.tar.gz"), entries, 2);
    struct served archive = toy_served(s->folder, "trap.tar.gz");
    struct file_server *server = file_server_start(&archive, 1);
    const char *const mirrors[] = { file_server_url(server) };

    toy_offer_read(&o, "trap", mirrors, 1, &archive, 1, "unpack = yes\nunpacked = 1000000\n");
    assert_bad(run(s, o.entries, NULL, &e), e, "trap.tar.gz is refused: ../../../outside would lie outside its folder");
    assert_false(fetch_is_here(o.entries));
    assert_int_not_equal(access(folder_path(s->folder, "outside"), F_OK), 0);
    assert_int_not_equal(access(folder_path(s->folder, "home/outside"), F_OK), 0);
    offers_free(&o);
    file_server_stop(server);
    toy_served_free(&archive, 1);
}

/* In a home folder, with a scratch on another file system. */
static void test_a_scratch_is_recommended(void **state)
{
    struct setting *s = *state;
    const struct offer *small = usual_offer(s);
    struct destination p;
    struct error e;
    struct stat here, shared;
    char words[512];

    if (stat("/dev/shm", &shared) != 0 || stat(s->folder, &here) != 0 || shared.st_dev == here.st_dev)
        skip();
    setenv("HOME", s->folder, 1);
    setenv("SCRATCH", "/dev/shm", 1);
    assert_good(destination_find(&p, "toy", NULL, &e), e);
    destination_advise(&p, small, words, sizeof words);
    assert_string_equal(words, "");
    s->offers.entries[0].files[0].bytes = UINT64_C(1) << 40;
    destination_advise(&p, small, words, sizeof words);
    assert_non_null(strstr(words, "would lie in your home folder"));
    assert_non_null(strstr(words, "$SCRATCH: cuvette data fetch toy --to /dev/shm"));

    assert_good(destination_find(&p, "toy", "/dev/shm/x", &e), e);
    destination_advise(&p, small, words, sizeof words);
    assert_string_equal(words, "");
    unsetenv("SCRATCH");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_a_data_set_has_its_name),
        TEST(test_the_next_mirror_is_asked),
        TEST(test_a_wrong_checksum_is_another_mirrors_turn),
        TEST(test_all_mirrors_wrong_is_told_and_nothing_stays),
        TEST(test_what_breaks_off_goes_on_by_itself),
        TEST(test_what_was_stopped_goes_on),
        TEST(test_a_stall_says_how_to_go_on),
        TEST(test_without_network_the_login_node_is_named),
        TEST(test_it_can_lie_elsewhere_and_keep_its_name),
        TEST(test_one_at_a_time),
        TEST(test_a_full_disk_is_told),
        TEST(test_room_is_looked_for_first),
        TEST(test_archives_are_unpacked),
        TEST(test_a_hostile_archive_leaves_nothing_to_see),
        TEST(test_a_scratch_is_recommended),
    };

    return cmocka_run_group_tests_name("data sets from their mirrors", tests, NULL, NULL);
}
