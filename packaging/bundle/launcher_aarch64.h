/* How a process begins on arm64, for launcher.c. */
#include <elf.h>
#include <stdint.h>

#define LOADER "ld-linux-aarch64.so.1"
#define NODE_LOADER "/lib/" LOADER /* the same on every system with glibc: executables name it */
#define MACHINE EM_AARCH64

struct start launch(uintptr_t *stack); /* for _start alone */

__asm__(".globl _start\n"
        ".type _start, %function\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    mov x30, #0\n"
        "    mov x0, sp\n"
        "    sub sp, sp, #128\n" /* SHIFT words and more: launch() writes there */
        "    bl launch\n"
        "    mov sp, x0\n"
        "    mov x16, x1\n"
        "    mov x0, #0\n"
        "    br x16\n");

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
