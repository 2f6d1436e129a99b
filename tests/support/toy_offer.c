#include "tests/support/check.h"
#include "tests/support/toy_offer.h"

#include <stdio.h>

#include "base/path.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"

struct served toy_served(const char *folder, const char *name)
{
    FILE *file = fopen(folder_path(folder, name), "r");
    char *bytes = malloc(TOY_FILE_MAX), *path = malloc(strlen(name) + 2);

    assert_true(file && bytes && path);
    sprintf(path, "/%s", name);
    size_t size = fread(bytes, 1, TOY_FILE_MAX, file);

    assert_true(size > 0 && size < TOY_FILE_MAX);
    fclose(file);
    return (struct served){ .path = path, .bytes = bytes, .size = size };
}

void toy_served_free(struct served *files, int count)
{
    for (int i = 0; i < count; i++) {
        free((void *)files[i].path);
        free((void *)files[i].bytes);
    }
}

void toy_mnist_served(const char *folder, struct served files[TOY_MNIST_FILES], int train, int test)
{
    static const char *const names[TOY_MNIST_FILES] = { "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                                                        "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz" };
    char in[PATH_SIZE]; /* `folder` may be of folder_path(), which has few at a time */
    struct error e;

    assert_true(snprintf(in, sizeof in, "%s", folder) < PATH_SIZE);
    assert_good(path_make_folders(in, &e), e);
    data_write_idx(in, (uint32_t)train, (uint32_t)test, 28, 28, 1);
    for (int i = 0; i < TOY_MNIST_FILES; i++)
        files[i] = toy_served(in, names[i]);
}

struct checksum toy_checksum(const void *bytes, size_t size)
{
    struct checksum_state s = { .class = NULL };
    struct checksum sum;
    struct error e;

    assert_true(checksum_parse(&sum, "md5:00000000000000000000000000000000"));
    assert_good(checksum_begin(&s, &sum, &e), e);
    checksum_add(&s, bytes, size);
    checksum_end(&s, &sum);
    return sum;
}

static void write_file(FILE *out, const struct served *file)
{
    const struct checksum sum = toy_checksum(file->bytes, file->size);

    fprintf(out, "file = %s %zu md5:", file->path + 1, file->size);
    for (int i = 0; i < 16; i++)
        fprintf(out, "%02x", sum.bytes[i]);
    fputc('\n', out);
}

char *toy_offer_text(const char *name, const char *const mirrors[], int n_mirrors, const struct served *files,
                     int n_files, const char *more)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    fprintf(out, "[%s]\n%s", name, more);
    for (int i = 0; i < n_mirrors; i++)
        fprintf(out, "mirror = %s\n", mirrors[i]);
    for (int i = 0; i < n_files; i++)
        write_file(out, &files[i]);
    assert_int_equal(fclose(out), 0);
    return text;
}

void toy_offer_read(struct offers *o, const char *name, const char *const mirrors[], int n_mirrors,
                    const struct served *files, int n_files, const char *more)
{
    char *text = toy_offer_text(name, mirrors, n_mirrors, files, n_files, more);
    struct error e = { 0 };

    *o = (struct offers){ .count = 0 };
    assert_good(offers_parse(o, text, name, &e), e);
    free(text);
}
