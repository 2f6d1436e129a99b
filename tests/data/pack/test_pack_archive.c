/* Archives of photographs: the same images as in the folder they were made of, and no harm by those that strangers
 * made. */
#include "tests/support/check.h"

#include <archive.h>
#include <archive_entry.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/pack/archive_cache.h"
#include "data/sources/source_memory.h"
#include "tests/support/folder.h"
#include "tests/support/photo.h"
#include "tests/support/process.h"

/* An archive that is being made. */
struct making {
    struct archive *archive;
};

static struct making begin(const char *path)
{
    struct making m = { archive_write_new() };

    assert_non_null(m.archive);
    assert_int_equal(archive_write_set_format_filter_by_ext(m.archive, path), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(m.archive, path), ARCHIVE_OK);
    return m;
}

static void end(struct making *m)
{
    assert_int_equal(archive_write_close(m->archive), ARCHIVE_OK);
    archive_write_free(m->archive);
}

static void add_entry(struct making *m, const char *name, mode_t kind, const char *link, const void *bytes, size_t size)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, kind);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    if (link && kind == AE_IFLNK)
        archive_entry_set_symlink(entry, link);
    else if (link)
        archive_entry_set_hardlink(entry, link);
    assert_int_equal(archive_write_header(m->archive, entry), ARCHIVE_OK);
    if (size > 0)
        assert_int_equal(archive_write_data(m->archive, bytes, size), size);
    archive_entry_free(entry);
}

static void add(struct making *m, const char *name, const void *bytes, size_t size)
{
    add_entry(m, name, AE_IFREG, NULL, bytes, size);
}

/* Image `number` of a class; a JPEG or a PNG. */
static void name_image(char *to, size_t size, const char *split, int class, int number)
{
    static const char *const classes[] = { "cats", "dogs", "birds" };

    snprintf(to, size, "%s%s/%03d.%s", split, classes[class], number, number % 3 ? "jpg" : "png");
}

static uint8_t *make_image(int class, int number, size_t *size)
{
    const struct photo p = { .height = 20, .width = 28, .channels = 3, .seed = class * 100 + number };

    return number % 3 ? photo_jpeg(&p, size) : photo_png(&p, size);
}

/* The same set as an archive and as a folder, in no order. */
static void put_set(struct making *m, const char *folder, const char *top, const char *split, int images)
{
    for (int i = images - 1; i >= 0; i--)
        for (int class = 0; class < 3; class ++) {
            char name[64], inside[96], path[128];
            size_t size;
            uint8_t *bytes = make_image(class, i + (split[0] == 'v' ? 50 : 0), &size);

            name_image(name, sizeof name, split, class, i);
            snprintf(inside, sizeof inside, "%s%s", top, name);
            snprintf(path, sizeof path, "set/%s", name);
            if (m)
                add(m, inside, bytes, size);
            if (folder) {
                folder_put(folder, path, "");
                folder_write(folder, path, bytes, size);
            }
            free(bytes);
        }
}

static struct source *loaded(const char *path)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e);

    assert_good(s, e);
    struct source *all = source_memory_load(s, NULL, NULL, &e);

    assert_good(all, e);
    source_close(s);
    return all;
}

static struct dataset_info info_of(struct source *s)
{
    struct dataset_info info;

    source_describe(s, &info);
    return info;
}

static void expect_same(struct source *one, struct source *other)
{
    const struct dataset_info a = info_of(one), b = info_of(other);

    assert_int_equal(a.classes, b.classes);
    for (int i = 0; i < a.classes; i++)
        assert_string_equal(a.class_names[i], b.class_names[i]);
    for (int i = 0; i < SPLIT_COUNT; i++) {
        const enum split split = (enum split)i;

        assert_int_equal(a.count[i], b.count[i]);
        assert_memory_equal(source_memory_images(one, split), source_memory_images(other, split),
                            a.count[i] * dataset_image_bytes(&a));
        assert_memory_equal(source_memory_labels(one, split), source_memory_labels(other, split),
                            a.count[i] * sizeof(int32_t));
    }
}

static const struct pack_options usual = { .as = PACK_JPEG, .quality = 90 };

static bool pack(const char *archive, const char *to, const struct pack_watch *watch, struct pack_report *report,
                 struct error *e)
{
    *report = (struct pack_report){ .classes = 0 };
    return pack_archive_write(archive, &usual, to, watch, report, e);
}

static void test_an_archive_has_the_images_of_its_folder(void **state)
{
    static const struct {
        const char *file, *top;
        bool validation;
    } cases[] = { { "a.tar", "", true },
                  { "b.tar.gz", "photos/of/mine/", true },
                  { "c.zip", "./photos/", false },
                  { "d.tar.xz", "", false } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char root[PATH_SIZE];
        struct pack_report report;
        struct error e = { 0 };

        snprintf(root, sizeof root, "%s/%zu", (char *)*state, i);
        assert_int_equal(mkdir(root, 0700), 0);
        struct making m = begin(folder_path(root, cases[i].file));

        put_set(&m, root, cases[i].top, cases[i].validation ? "train/" : "", 12);
        if (cases[i].validation)
            put_set(&m, root, cases[i].top, "val/", 4);
        add(&m, "readme.txt", "no image", 8);
        end(&m);
        assert_good(pack(folder_path(root, cases[i].file), folder_path(root, "x.h5"), NULL, &report, &e), e);
        assert_int_equal(pack_report_skipped(&report), 0);
        assert_int_equal(report.classes, 3);
        pack_report_free(&report);
        struct source *folder = loaded(folder_path(root, "set")), *packed = loaded(folder_path(root, "x.h5"));

        expect_same(folder, packed);
        source_close(folder);
        source_close(packed);
    }
}

/* Names that lead out, links and what is no file are told of; nothing is written by them. */
static void test_names_are_not_trusted(void **state)
{
    struct pack_report report;
    struct error e = { 0 };
    size_t size;
    uint8_t *jpeg = make_image(0, 40, &size);
    struct making m = begin(folder_path(*state, "bad.tar"));

    put_set(&m, NULL, "", "train/", 6);
    put_set(&m, NULL, "", "val/", 2);
    add(&m, "../../out.jpg", jpeg, size);
    add(&m, "/out.jpg", jpeg, size);
    add(&m, "train/cats/../../../out.jpg", jpeg, size);
    add_entry(&m, "train/cats/link.jpg", AE_IFLNK, "/etc/passwd", NULL, 0);
    add_entry(&m, "train/cats/hard.jpg", AE_IFREG, "train/cats/001.jpg", NULL, 0);
    add_entry(&m, "train/cats/pipe.jpg", AE_IFIFO, NULL, NULL, 0);
    add(&m, "train/cats/._001.jpg", "of a Mac", 8);
    add(&m, "train/cats/broken.jpg", jpeg, size / 2);
    add(&m, "train/cats/empty.jpg", "", 0);
    end(&m);
    free(jpeg);
    assert_good(pack(folder_path(*state, "bad.tar"), folder_path(*state, "x.h5"), NULL, &report, &e), e);
    assert_int_equal(report.found[PACK_KEPT], 24);
    assert_int_equal(report.found[PACK_BROKEN], 7);
    assert_int_equal(report.found[PACK_EMPTY], 1);
    assert_string_equal(report.skipped[0].name, "../../out.jpg");
    for (int i = 0; i < 3; i++)
        assert_holds(report.skipped[i].why, "leads out of the archive");
    assert_holds(report.skipped[3].why, "is a link");
    assert_int_equal(folder_entries(*state), 2);
    assert_int_equal(access(folder_path(*state, "../out.jpg"), F_OK), -1);
    pack_report_free(&report);
}

static void expect_refused(const char *root, const char *file, const char *words)
{
    struct pack_report report;
    struct error e = { 0 };

    assert_bad(pack(folder_path(root, file), folder_path(root, "x.h5"), NULL, &report, &e), e, words);
    assert_int_equal(e.kind, ERROR_INPUT);
    assert_int_equal(folder_entries(root), 1);
    pack_report_free(&report);
    assert_int_equal(unlink(folder_path(root, file)), 0);
}

static void test_bombs_and_damage_are_refused(void **state)
{
    enum { ZEROS = 100 << 20 };
    void *zeros = calloc(1, ZEROS);
    struct making m = begin(folder_path(*state, "bomb.tar.gz"));
    struct stat status;

    assert_non_null(zeros);
    put_set(&m, NULL, "", "train/", 2);
    add(&m, "zeros.bin", zeros, ZEROS);
    end(&m);
    expect_refused(*state, "bomb.tar.gz", "more than 200 times its size");
    m = begin(folder_path(*state, "bomb.zip"));
    add(&m, "train/cats/zeros.jpg", zeros, ZEROS);
    end(&m);
    expect_refused(*state, "bomb.zip", "more than 200 times its size");
    free(zeros);
    m = begin(folder_path(*state, "cut.tar.gz"));
    put_set(&m, NULL, "", "train/", 20);
    end(&m);
    assert_int_equal(stat(folder_path(*state, "cut.tar.gz"), &status), 0);
    assert_int_equal(truncate(folder_path(*state, "cut.tar.gz"), status.st_size / 2), 0);
    expect_refused(*state, "cut.tar.gz", "truncated gzip input");
    m = begin(folder_path(*state, "other.zip"));
    add(&m, "a.txt", "text", 4);
    end(&m);
    expect_refused(*state, "other.zip", "has no image");
    folder_put(*state, "x.zip", "PK\x03\x04 no archive");
    expect_refused(*state, "x.zip", "x.zip");
}

static bool die(void *context, const struct pack_progress *p)
{
    if (p->done >= *(const uint32_t *)context)
        kill(getpid(), SIGKILL);
    return true;
}

static void test_after_a_kill_it_goes_on(void **state)
{
    char archive[PATH_SIZE], path[PATH_SIZE];
    uint32_t done = 150;
    struct pack_report report;
    struct error e = { 0 };
    struct making m = begin(folder_path(*state, "a.tar.gz"));
    int status;

    put_set(&m, *state, "", "train/", 45);
    put_set(&m, *state, "", "val/", 20);
    end(&m);
    snprintf(archive, sizeof archive, "%s", folder_path(*state, "a.tar.gz"));
    snprintf(path, sizeof path, "%s", folder_path(*state, "x.h5"));
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        pack(archive, path, &(struct pack_watch){ die, &done }, &report, &e);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_good(pack(archive, path, NULL, &report, &e), e);
    assert_in_range(report.resumed, 1, 194);
    assert_int_equal(report.found[PACK_KEPT], 195);
    pack_report_free(&report);
    struct source *folder = loaded(folder_path(*state, "set")), *packed = loaded(path);

    expect_same(folder, packed);
    source_close(folder);
    source_close(packed);
}

/* As a data set by its path: packed once, found again, and again packed when it is another one. */
static void test_an_archive_is_packed_once(void **state)
{
    char archive[PATH_SIZE];
    struct error e = { 0 };
    struct making m = begin(folder_path(*state, "photos.zip"));

    put_set(&m, *state, "photos/", "", 20);
    end(&m);
    setenv("CUVETTE_HOME", folder_path(*state, "home"), 1);
    snprintf(archive, sizeof archive, "%s", folder_path(*state, "photos.zip"));
    assert_bad(source_open(archive, NULL, &e), e, "cuvette data info");
    struct process *p = process_cuvette(*state, "data", "info", "photos.zip", NULL);

    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_holds(p->err, "for the first time");
    assert_holds(p->out, "photos: archive, 20x28x3, 3 classes\n54 training images, 6 test images");
    process_free(p);
    assert_false(archive_cache_is_missing(archive));
    p = process_cuvette(*state, "data", "info", "photos.zip", NULL);
    assert_string_equal(p->err, "");
    process_free(p);
    struct source *folder = loaded(folder_path(*state, "set")), *packed = loaded(archive);

    expect_same(folder, packed);
    source_close(folder);
    source_close(packed);
    m = begin(archive);
    put_set(&m, NULL, "photos/", "", 10);
    end(&m);
    assert_true(archive_cache_is_missing(archive));
    unsetenv("CUVETTE_HOME");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_an_archive_has_the_images_of_its_folder),
        IN_FOLDER(test_names_are_not_trusted),
        IN_FOLDER(test_bombs_and_damage_are_refused),
        IN_FOLDER(test_after_a_kill_it_goes_on),
        IN_FOLDER(test_an_archive_is_packed_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
