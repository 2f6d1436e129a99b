#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ALIGNMENT = 64 };

static void *no_memory(size_t count, size_t size, struct error *e)
{
    size_t bytes;
    char amount[16];

    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    text_bytes(amount, sizeof amount, bytes);
    error_set(e, ERROR_MEMORY, "not enough memory: %s more are needed", amount);
    return NULL;
}

void *memory_new(size_t count, size_t size, struct error *e)
{
    void *memory = count && size ? calloc(count, size) : calloc(1, 1);

    return memory ? memory : no_memory(count, size, e);
}

void *memory_new_aligned(size_t count, size_t size, struct error *e)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
        return no_memory(count, size, e);
    bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;

    void *memory = aligned_alloc(ALIGNMENT, bytes);
    return memory ? memset(memory, 0, bytes) : no_memory(count, size, e);
}
