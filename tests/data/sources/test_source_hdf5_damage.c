/* HDF5 files that are cut, damaged, or compressed with what others have. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/hdf5.h"
#include "base/hdf5_lzf.h"
#include "data/sources/source_memory.h"
#include "tests/support/damage.h"
#include "tests/support/data_files.h"
#include "tests/support/folder.h"
#include "tests/support/hdf5_parts.h"

static void test_what_is_no_hdf5_is_told(void **state)
{
    unsigned char random[5000];

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (unsigned char)(i * i >> 3);
    hdf5_parts_refused(folder_write(*state, "random.h5", random, sizeof random),
                       "is not an HDF5 file, or is cut short or damaged");
    hdf5_parts_refused(folder_write(*state, "empty.h5", "", 0), "is not an HDF5 file, or is cut short or damaged");
}

/* A file that is cut anywhere must be refused, or its images must be unreadable; nothing worse may happen. */
static void test_a_file_cut_short_is_told_wherever_it_is_cut(void **state)
{
    static struct made made;
    struct part parts[PARTS];
    const char *path = folder_path(*state, "cut.h5");
    unsigned char bytes[32768];

    hdf5_parts_good(parts, &made);
    parts[X_TRAIN].chunk[0] = 5;
    parts[X_TRAIN].chunk[1] = HEIGHT;
    parts[X_TRAIN].chunk[2] = WIDTH;
    hdf5_parts_write(path, parts, PARTS);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(size, 1000, sizeof bytes - 1);
    for (size_t left = 0; left < size; left += 97)
        hdf5_parts_refused(folder_write(*state, "cut.h5", bytes, left),
                           "is not an HDF5 file, or is cut short or damaged");
}

static void test_a_damaged_chunk_is_told(void **state)
{
    static struct made made;
    struct part parts[PARTS];
    const char *path = folder_path(*state, "hurt.h5");
    haddr_t place;
    hsize_t size;

    hdf5_parts_good(parts, &made);
    memcpy(parts[X_TRAIN].chunk, (hsize_t[]){ 5, HEIGHT, WIDTH }, 3 * sizeof(hsize_t));
    hdf5_parts_write(path, parts, PARTS);

    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), x = H5Dopen2(file, "x_train", H5P_DEFAULT);
    assert_true(H5Dget_chunk_info_by_coord(x, (hsize_t[]){ 10, 0, 0 }, NULL, &place, &size) >= 0);
    H5Dclose(x);
    H5Fclose(file);
    FILE *stream = fopen(path, "r+b");
    assert_non_null(stream);
    fseek(stream, (long)place, SEEK_SET);
    for (hsize_t i = 0; i < size; i++)
        fputc(0xAA, stream);
    fclose(stream);
    hdf5_parts_refused(path, "in x_train cannot be read, the file is damaged");
}

/* Reads all of it, or is refused with words. */
static void expect_no_worse_than_an_error(const char *path)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e), *loaded = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

    assert_true(loaded || e.text[0]);
    source_close(loaded);
    source_close(s);
}

/* HDF5 1.10 reads past its buffers in some damaged files, such as that of seed 2416: the process that looks at them
 * first is there for that. */
static void test_bytes_that_changed_anywhere_do_no_harm(void **state)
{
    enum { FIRST = 2380, LAST = 2440 };
    static struct made made;
    struct part parts[PARTS];
    const char *path = folder_path(*state, "whole.h5");

    hdf5_parts_good(parts, &made);
    memcpy(parts[X_TRAIN].chunk, (hsize_t[]){ 5, HEIGHT, WIDTH }, 3 * sizeof(hsize_t));
    hdf5_parts_write(path, parts, PARTS);
    for (uint64_t seed = FIRST; seed < LAST; seed++) {
        damage_file(path, folder_path(*state, "changed.h5"), seed);
        expect_no_worse_than_an_error(folder_path(*state, "changed.h5"));
    }
}

static size_t pass(unsigned flags, size_t count, const unsigned values[], size_t bytes, size_t *size, void **buffer)
{
    (void)flags;
    (void)count;
    (void)values;
    (void)size;
    (void)buffer;
    return bytes;
}

/* A greedy packer would do more; this says each byte as it is. */
static size_t pack_lzf(const uint8_t *from, size_t size, uint8_t *to)
{
    uint8_t *at = to;

    for (size_t done = 0; done < size;) {
        const size_t n = size - done < 32 ? size - done : 32;

        *at++ = (uint8_t)(n - 1);
        memcpy(at, from + done, n);
        at += n;
        done += n;
    }
    return (size_t)(at - to);
}

/* x_train as h5py writes it with compression="lzf": `said` bytes to a chunk, which is an image. */
static void write_lzf(hid_t file, const struct part *part, unsigned said)
{
    hid_t space = H5Screate_simple(3, part->size, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    const unsigned values[] = { 4, 261, said };
    uint8_t packed[64];

    H5Pset_chunk(creation, 3, (hsize_t[]){ 1, HEIGHT, WIDTH });
    H5Pset_filter(creation, HDF5_LZF_FILTER, H5Z_FLAG_OPTIONAL, 3, values);
    hid_t dataset = H5Dcreate2(file, part->name, part->type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(dataset >= 0);
    for (hsize_t i = 0; i < TRAIN; i++) {
        size_t size = pack_lzf((const uint8_t *)part->values + i * HEIGHT * WIDTH, HEIGHT * WIDTH, packed);

        assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, (hsize_t[]){ i, 0, 0 }, size, packed) >= 0);
    }
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
}

static void test_lzf_needs_no_plug_in(void **state)
{
    /* The program's own cannot write, for which the library asks although chunks are written as they are. */
    const H5Z_class2_t writing = { .version = H5Z_CLASS_T_VERS,
                                   .id = HDF5_LZF_FILTER,
                                   .encoder_present = 1,
                                   .decoder_present = 1,
                                   .name = "lzf",
                                   .filter = pass };
    static const unsigned said[] = { HEIGHT * WIDTH, HEIGHT * WIDTH - 1, 0xFFFFFFFF };
    static struct made made;
    struct part parts[PARTS];

    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const char *path = folder_path(*state, "lzf.h5");

        hdf5_parts_good(parts, &made);
        struct part x = parts[X_TRAIN];
        parts[X_TRAIN].rank = 0;
        hdf5_parts_write(path, parts, PARTS);
        hdf5_lock();
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        assert_true(H5Zregister(&writing) >= 0);
        write_lzf(file, &x, said[i]);
        H5Fclose(file);
        hdf5_lzf_register();
        hdf5_unlock();
        if (i > 0) {
            hdf5_parts_refused(path, "the pieces of x_train are not of the size that its filter lzf says");
            continue;
        }
        struct source *s = hdf5_parts_open(path);

        data_expect(s, TRAIN, TEST);
        source_close(s);
    }
}

/* `values` of all parts' pixels, times `scale` and moved. */
static void test_what_another_librarys_filter_compressed_is_told(void **state)
{
    const H5Z_class2_t strange = { .version = H5Z_CLASS_T_VERS,
                                   .id = STRANGE_FILTER,
                                   .encoder_present = 1,
                                   .decoder_present = 1,
                                   .name = "strange",
                                   .filter = pass };
    static const struct {
        int part;
        const char *words;
    } cases[] = {
        { X_TRAIN, "x_train is compressed with strange, which this HDF5 library cannot read" },
        { Y_TRAIN, "y_train is compressed with strange, which this HDF5 library cannot read" },
        { Y_TEST, "y_test is compressed with strange, which this HDF5 library cannot read" },
    };
    static struct made made;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = folder_path(*state, "strange.h5");
        struct part parts[PARTS], *part = &parts[cases[i].part];

        hdf5_parts_good(parts, &made);
        memcpy(part->chunk, part->size, sizeof part->chunk);
        part->strange = true;
        assert_true(H5Zregister(&strange) >= 0);
        hdf5_parts_write(path, parts, PARTS);
        assert_true(H5Zunregister(STRANGE_FILTER) >= 0);
        hdf5_parts_refused(path, cases[i].words);
    }
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_what_is_no_hdf5_is_told),
        IN_FOLDER(test_a_file_cut_short_is_told_wherever_it_is_cut),
        IN_FOLDER(test_a_damaged_chunk_is_told),
        IN_FOLDER(test_bytes_that_changed_anywhere_do_no_harm),
        IN_FOLDER(test_lzf_needs_no_plug_in),
        IN_FOLDER(test_what_another_librarys_filter_compressed_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
