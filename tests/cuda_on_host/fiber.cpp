#include "tests/cuda_on_host/fiber.h"

#include <cstdio>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

/* AddressSanitizer must know which stack is in use. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#else
static inline void __sanitizer_start_switch_fiber(void **, const void *, size_t)
{
}

static inline void __sanitizer_finish_switch_fiber(void *, const void **, size_t *)
{
}

static inline void __asan_unpoison_memory_region(const volatile void *, size_t)
{
}
#endif

/* And so must ThreadSanitizer, which calls them fibers, too. */
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#else
static inline void *__tsan_create_fiber(unsigned)
{
    return nullptr;
}

static inline void *__tsan_get_current_fiber()
{
    return nullptr;
}

static inline void __tsan_switch_to_fiber(void *, unsigned)
{
}

static inline void __tsan_destroy_fiber(void *)
{
}
#endif

namespace on_host
{
namespace
{
constexpr size_t STACK = size_t(128) << 10;

fiber *entering; /* the one that enter() is called for */
}

fiber::fiber(void (*body_)()) : body(body_)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *got = mmap(nullptr, page + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (got == MAP_FAILED || mprotect(got, page, PROT_NONE)) {
        perror("no stack for a CUDA thread");
        abort();
    }
    map = static_cast<char *>(got);
    stack = map + page;
    context_prepare(&inside, stack, STACK, enter);
    inside_tsan = __tsan_create_fiber(0);
}

fiber::~fiber()
{
    __tsan_destroy_fiber(inside_tsan);
    __asan_unpoison_memory_region(stack, STACK);
    munmap(map, (size_t)(stack - map) + STACK);
}

void fiber::enter()
{
    fiber *self = entering;

    self->arrived();
    self->body();
    abort();
}

void fiber::arrived()
{
    __sanitizer_finish_switch_fiber(inside_fake, &outside_stack, &outside_bytes);
}

void fiber::resume()
{
    entering = this;
    outside_tsan = __tsan_get_current_fiber();
    __sanitizer_start_switch_fiber(&outside_fake, stack, STACK);
    __tsan_switch_to_fiber(inside_tsan, 0);
    context_switch(&outside, &inside);
    __sanitizer_finish_switch_fiber(outside_fake, nullptr, nullptr);
}

void fiber::yield()
{
    __sanitizer_start_switch_fiber(&inside_fake, outside_stack, outside_bytes);
    __tsan_switch_to_fiber(outside_tsan, 0);
    context_switch(&inside, &outside);
    arrived();
}
}
