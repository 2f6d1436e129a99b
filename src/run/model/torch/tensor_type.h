/* Types of numbers in safetensors files, in the format's words, and how they become floats. */
#ifndef RUN_TENSOR_TYPE_H
#define RUN_TENSOR_TYPE_H

#include <stddef.h>
#include <stdint.h>

struct tensor_type {
    const char *name;         /* "BF16" */
    size_t bytes;             /* of a number */
    float (*widen)(uint16_t); /* of the types that are half a float; NULL: it is one */
};

#define TENSOR_TYPES_LISTED "F32, F16 and BF16"

/* NULL: none that is read. Takes NULL. */
const struct tensor_type *tensor_type_find(const char *name);

/* Numbers that fill the last bytes of numbers[count] become floats in their place. All values of the types are floats,
 * so none is rounded. */
void tensor_type_widen(const struct tensor_type *t, float *numbers, size_t count);

#endif
