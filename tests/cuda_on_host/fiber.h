/* Threads of execution that switch to each other only when they ask to; each has a stack of its own. */
#ifndef CUDA_ON_HOST_FIBER_H
#define CUDA_ON_HOST_FIBER_H

#include "tests/cuda_on_host/context.h"

namespace on_host
{
class fiber
{
  public:
    /* body(), which never returns, runs from the first resume() on. */
    explicit fiber(void (*body)());
    ~fiber(); /* also of one that has not ended */
    fiber(const fiber &) = delete;
    fiber &operator=(const fiber &) = delete;

    void resume(); /* from outside: until the fiber yields */
    void yield();  /* from inside: back to whoever resumed it */

  private:
    static void enter();
    void arrived();

    void (*body)();
    char *map, *stack; /* the map begins with a page that may not be touched */
    context inside = {}, outside = {};
    void *inside_fake = nullptr, *outside_fake = nullptr; /* AddressSanitizer's own stacks */
    void *inside_tsan = nullptr, *outside_tsan = nullptr; /* and ThreadSanitizer's */
    const void *outside_stack = nullptr;
    size_t outside_bytes = 0;
};
}

#endif
