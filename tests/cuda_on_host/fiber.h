/* Threads of execution that take turns of their own accord: a stack each, and a place in a program. */
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
    ~fiber(); /* also of one that was left in the midst of its work */
    fiber(const fiber &) = delete;
    fiber &operator=(const fiber &) = delete;

    void resume(); /* from outside: until the fiber yields */
    void yield();  /* from inside: back to whoever resumed it */

  private:
    static void enter();
    void arrived();

    void (*body)();
    char *map, *stack; /* the map begins with a page that is out of bounds */
    context inside = {}, outside = {};
    void *inside_fake = nullptr, *outside_fake = nullptr; /* AddressSanitizer's stacks beside the stacks */
    const void *outside_stack = nullptr;
    size_t outside_bytes = 0;
};
}

#endif
