/* Small data sets written for tests: every pixel and label follows from its position. */
#ifndef TESTS_DATA_FILES_H
#define TESTS_DATA_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "data/sources/source.h"

/* Pixel `pixel` of image `image`, and an image's label below `classes`: different for the two splits. */
uint8_t data_pixel(enum split split, uint32_t image, size_t pixel);
int32_t data_label(enum split split, uint32_t image, int classes);

/* The four files, plain or compressed, with images of height × width. */
void data_write_idx(const char *folder, uint32_t train, uint32_t test, uint32_t height, uint32_t width, int compressed);

/* One file of it, as the header says and with `items` items after it. */
void data_write_idx_images(const char *path, uint32_t announced, uint32_t height, uint32_t width, enum split split,
                           uint32_t items, int compressed);
void data_write_idx_labels(const char *path, uint32_t announced, enum split split, uint32_t items, int compressed);

/* Six batches of `count` images each. */
void data_write_cifar(const char *folder, uint32_t count);

/* A source in memory with those pixels and labels. */
struct source *data_memory(uint32_t train, uint32_t test, int height, int width, int channels, int classes);

/* Writes a source as an HDF5 file in the layout of the Keras lessons. */
void data_pack(struct source *s, const char *path);

/* Reads every image of both splits, backwards and then forwards, and compares. */
void data_expect(struct source *s, uint32_t train, uint32_t test);

#endif
