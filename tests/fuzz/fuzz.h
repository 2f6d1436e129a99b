/* What the fuzz targets share. A target is a program of its own, fuzz_NAME.c, which libFuzzer calls with bytes that it
 * makes from tests/fuzz/seeds/NAME. Sources of images are opened by path, so that the bytes become files of a scratch
 * folder. `make fuzz` runs them. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* libFuzzer's: once at first, and then for every input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What has to hold whatever the bytes are. */
#define FUZZ_HOLDS(condition)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                             \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Makes an empty folder of this process's own, in memory where that can be, and works in it until the end. Paths are
 * those in it from now on. */
void fuzz_begin(void);

void fuzz_remove(const char *folder); /* with all that is in it */

/* Makes a folder, and names, of which NULL ends the list, for a file that is there or is going to be. */
void fuzz_folder(const char *name);
void fuzz_alias(const char *of, const char *const names[]);

void fuzz_write(const char *name, const uint8_t *bytes, size_t size);

/* The bytes up to the next separator, "\n~~\n", and past it; the rest where there is none. */
struct fuzz_part {
    const uint8_t *bytes;
    size_t size;
};
struct fuzz_part fuzz_part(const uint8_t **bytes, size_t *size);

/* Two data sets in folders "ten" and "hundred", whose files are all the same one of images and the same one of names:
 * makes them, and opens them with names up to the separator and images behind it. Lists end with NULL. */
void fuzz_batches_begin(const char *const images[], const char *const names[]);
void fuzz_batches(const uint8_t *bytes, size_t size);

/* From now on the death of a process that looks at a file (base/guard.h) is no finding, nor written down as one. */
void fuzz_forget_guards(void);

/* Opens a data set, and where it can be opened checks what it says of itself and reads images of it. */
void fuzz_source(const char *path);

#endif
