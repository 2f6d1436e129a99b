/* How a process begins on x86-64, for launcher.c. */
#include <elf.h>
#include <stdint.h>

#define LOADER "ld-linux-x86-64.so.2"
#define NODE_LOADER "/lib64/" LOADER /* the same on every system with glibc: executables name it */
#define MACHINE EM_X86_64

struct start launch(uintptr_t *stack); /* for _start alone */

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    sub $128, %rsp\n" /* SHIFT words and more: launch() writes there */
        "    call launch\n"
        "    mov %rax, %rsp\n"
        "    xor %ecx, %ecx\n"
        "    xchg %rcx, %rdx\n"
        "    jmp *%rcx\n");

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long d_ __asm__("r10") = d, e_ __asm__("r8") = e, f_ __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(d_), "r"(e_), "r"(f_)
                     : "rcx", "r11", "memory");
    return result;
}
