/* Makes an HDF5 file around bytes that lie at their places already.
 *
 * The library writes a file in which the images are a hole (the index), of the size that the whole file is to have;
 * then all of it but the hole is copied into the file that has the images. So they are written once, in the order in
 * which they come, before it is known how many there will be. */
#ifndef DATA_PACK_HDF5_H
#define DATA_PACK_HDF5_H

#include "data/pack/pack_part.h"

/* Where the first image is in a file with or without a preface. 0 with an error; `path` is for that. */
uint64_t pack_hdf5_base(const char *preface, const char *path, struct error *e);

/* Writes the index of the file, and copies it around the images in `bytes`, a descriptor. Where images are to be
 * compressed the index becomes the whole file instead. `path` is for errors. False with an error. */
bool pack_hdf5_write(const char *index, const struct pack_parts *parts, int bytes, const char *path, struct error *e);

#endif
