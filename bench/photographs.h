/* Photographs made for the trial: octaves of noise, which as JPEG of quality 90 take about as many bits a pixel as
 * those of ImageNet. */
#ifndef BENCH_PHOTOGRAPHS_H
#define BENCH_PHOTOGRAPHS_H

#include <stddef.h>
#include <stdint.h>

/* A JPEG with a longer side of `side` pixels and the other three quarters of it, of `class` by its colours; *size
 * bytes, to be freed. NULL without memory. */
uint8_t *photographs_make(int side, int class, uint32_t number, size_t *size);

#endif
