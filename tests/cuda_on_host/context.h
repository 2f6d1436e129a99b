/* Switches from one stack to another within a thread of the system. */
#ifndef CUDA_ON_HOST_CONTEXT_H
#define CUDA_ON_HOST_CONTEXT_H

#include <cstddef>

#ifndef __x86_64__
#include <ucontext.h>
#endif

namespace on_host
{
/* A suspended stack. */
struct context {
#ifdef __x86_64__
    void *top;
#else
    ucontext_t machine;
#endif
};

/* `entry`, which never returns, is what the first switch to `c` calls, on that stack. */
void context_prepare(context *c, char *stack, size_t bytes, void (*entry)());
void context_switch(context *from, context *to);
}

#endif
