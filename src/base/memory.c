#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/text.h"

enum { LARGE = 4 * MEMORY_HUGE_PAGE, PAGE_LARGEST = 64 << 10 }; /* arm64 has pages of 4, 16 or 64 KB */

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

/* A data set is written from end to end and read at random: both are faster in huge pages. This is advice, which the
 * system may ignore. Pages that are not touched yet, as those of a large calloc(), become huge at once. */
static void prefer_huge_pages(void *memory, size_t bytes)
{
    uintptr_t begin = size_round_up((uintptr_t)memory, PAGE_LARGEST), end = (uintptr_t)memory + bytes;

    madvise((void *)begin, end / PAGE_LARGEST * PAGE_LARGEST - begin, MADV_HUGEPAGE);
}

void *memory_new(size_t count, size_t size, struct error *e)
{
    void *memory = count && size ? calloc(count, size) : calloc(1, 1);

    if (memory && count * size >= LARGE)
        prefer_huge_pages(memory, count * size);
    return memory ? memory : no_memory(count, size, e);
}

void *memory_new_aligned(size_t count, size_t size, struct error *e)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - MEMORY_LINE)
        return no_memory(count, size, e);
    bytes = size_round_up(size_max(bytes, 1), MEMORY_LINE);

    void *memory = aligned_alloc(MEMORY_LINE, bytes);
    return memory ? memset(memory, 0, bytes) : no_memory(count, size, e);
}
