#include "tests/cuda_on_host/context.h"

#ifdef __x86_64__

/* By hand, as ucontext's system call at every switch would take most of the time: saves the registers that a function
 * must keep, changes stacks, and restores the registers that were saved on the other. */
extern "C" void on_host_switch(void **from, void *to);

asm(R"(
    .text
    .globl on_host_switch
    .type on_host_switch, @function
on_host_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size on_host_switch, . - on_host_switch
)");

namespace on_host
{
namespace
{
constexpr int SAVED = 6; /* registers that on_host_switch pushes */
}

/* As if `entry` had called on_host_switch before its first instruction. There the stack pointer must be as after a
 * call: 8 off a multiple of 16. */
void context_prepare(context *c, char *stack, size_t bytes, void (*entry)())
{
    void **top = reinterpret_cast<void **>(stack + bytes) - 1;

    *--top = nullptr;
    *--top = nullptr;
    top[0] = nullptr;
    *--top = reinterpret_cast<void *>(entry);
    for (int i = 0; i < SAVED; i++)
        *--top = nullptr;
    c->top = top;
}

void context_switch(context *from, context *to)
{
    on_host_switch(&from->top, to->top);
}
}

#else

namespace on_host
{
void context_prepare(context *c, char *stack, size_t bytes, void (*entry)())
{
    getcontext(&c->machine);
    c->machine.uc_stack.ss_sp = stack;
    c->machine.uc_stack.ss_size = bytes;
    c->machine.uc_link = nullptr;
    makecontext(&c->machine, entry, 0);
}

void context_switch(context *from, context *to)
{
    swapcontext(&from->machine, &to->machine);
}
}

#endif
