/* What tells one set of images from another without reading all of it: how many there are and how large, its classes,
 * the labels, and a few images from all over it. It does not depend on whether the set is held in memory. An image
 * that is changed in its place is noticed only if it is among the few. */
#ifndef DATA_FINGERPRINT_H
#define DATA_FINGERPRINT_H

#include "data/sources/source.h"

/* Numbers that are told: X(name, what they count). */
#define FINGERPRINT_COUNTS(X) \
    X(train_images, "training images") \
    X(test_images, "test images") \
    X(height, "rows") \
    X(width, "columns") \
    X(channels, "channels") \
    X(classes, "classes")

/* Hashes, 0 where one is not known: X(name, of what). */
#define FINGERPRINT_HASHES(X) \
    X(class_names, "names of classes") \
    X(train_labels, "training labels") \
    X(test_labels, "test labels") \
    X(train_sample, "training images") \
    X(test_sample, "test images")

struct fingerprint {
#define FINGERPRINT_NUMBER(name, words) uint64_t name;
    FINGERPRINT_COUNTS(FINGERPRINT_NUMBER)
    FINGERPRINT_HASHES(FINGERPRINT_NUMBER)
#undef FINGERPRINT_NUMBER
};

/* Reads some images. False with an error. */
bool fingerprint_take(struct fingerprint *out, struct source *s, struct error *e);

/* Where a fingerprint was taken, as words say it. */
struct fingerprint_side {
    const struct fingerprint *print;
    const char *place; /* "then", "on rank 0" */
};

/* What is known of both and differs from one to the other, in words: "60000 training images then, 59990 now", "other
 * training labels, test images". False: nothing. One that is zeroed says nothing, and differs from none. */
bool fingerprint_differs(struct fingerprint_side one, struct fingerprint_side other, char *words, size_t size);

#endif
