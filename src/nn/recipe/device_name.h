/* What the name of a device asks for, whether the device is there or not: "cpu:4", "cpu:2x4", "cuda:0-3". */
#ifndef NN_DEVICE_NAME_H
#define NN_DEVICE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* False where no node has such a device: it is a CPU and GPUs at once, as "cpu,cuda:0". The error says what may be
 * asked for instead. Of other names each node says whether it has them. */
bool device_name_check(const char *name, struct error *e);

/* Reads what stands behind the colon of a CPU: "4" is one replica of four threads, "2x4" two of four threads each.
 * False where that is not written as numbers, of whichever size. */
bool device_name_read(const char *behind, int64_t *replicas, int64_t *threads);

/* The threads of all replicas together that a CPU's name says; 0: it says none, or is not that of a CPU. */
int device_name_threads(const char *name);

/* "2 replicas of 4 threads, 64 images each": how replicas with as many threads each share a batch; "2 GPUs, 64 images
 * each" where they have none, and by a list of shares what each has. */
void device_name_share_words(int replicas, int threads, const char *shares, int batch, char *to, size_t size);

/* Appends "64 images each", or "42 or 43 images each": of a batch that `ranks` share, as a recipe's `shares` say
 * (shares.h); "24 to 40 images each" where these are a list. */
void device_name_each_words(int ranks, const char *shares, int batch, char *to, size_t size);

/* The replicas of a CPU that its name asks for; 1: it says none, or is not that of a CPU. */
int device_name_replicas(const char *name);

/* Is it a GPU or several: "cuda", "cuda:3", "cuda:0-3", "cuda:all"? */
bool device_name_is_gpu(const char *name);

/* Is it a list of GPUs: "cuda:0-3", "cuda:0,1", "cuda:all"? */
bool device_name_is_list(const char *name);

/* Reads such a list: bit n of *numbers stands for cuda:n, all 64 of them for "cuda:all". False where it is none. */
bool device_name_read_list(const char *name, uint64_t *numbers);

/* Writes one: "cuda:0-3", "cuda:0,2". */
void device_name_write_list(uint64_t numbers, char *to, size_t size);

/* The number of "cuda:3"; -1: it is not the name of one GPU. */
int device_name_gpu(const char *name);

/* As many GPUs as a name asks for: 1 for "cuda" and "cuda:3", 4 for "cuda:0-3"; 0 for "cuda:all", which does not say,
 * and for other devices. */
int device_name_gpus(const char *name);

#endif
