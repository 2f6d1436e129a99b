/* Data sets that can be fetched from a test's own server. */
#ifndef TESTS_SUPPORT_TOY_OFFER_H
#define TESTS_SUPPORT_TOY_OFFER_H

#include "fetch/offer.h"
#include "tests/support/file_server.h"

enum { TOY_FILE_MAX = 1 << 20, TOY_MNIST_FILES = 4 };

/* A file of the folder as one that is served, at "/NAME"; toy_served_free() it. */
struct served toy_served(const char *folder, const char *name);
void toy_served_free(struct served *files, int count);

/* Makes the folder, writes an MNIST with so many images into it, and serves its files. */
void toy_mnist_served(const char *folder, struct served files[TOY_MNIST_FILES], int train, int test);

struct checksum toy_checksum(const void *bytes, size_t size); /* MD5 */

/* "[NAME]" with the files as they are served, and a line for each mirror; `more` is further lines. free() it. */
char *toy_offer_text(const char *name, const char *const mirrors[], int n_mirrors, const struct served *files,
                     int n_files, const char *more);

/* The same, read. */
void toy_offer_read(struct offers *o, const char *name, const char *const mirrors[], int n_mirrors,
                    const struct served *files, int n_files, const char *more);

#endif
