/* Makes one call of a function of the C library fail, in any program that this is loaded into with LD_PRELOAD:
 *
 *     FAULT_CALL    one of those below: which calls are counted
 *     FAULT_NUMBER  the one that fails, from 1 on; 0: none, they are only counted
 *     FAULT_ERRNO   with this number; for read and write "short": half of it is done
 *     FAULT_COUNT   a file that gets how many there were, what asked for the one that failed, and where it crashed
 *     FAULT_FROM    "program": only calls that stand in the program itself are counted, not those of its libraries
 *
 * Children of the process are left alone. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { FRAMES = 24 };

static struct {
    const char *call;
    long number;
    int error;
    bool shortened;
    uintptr_t from, to; /* where the code is whose calls are counted; from == to: wherever */
    pid_t process;
    atomic_long count;
    void *asked_by[FRAMES], *crashed_in[FRAMES];
    int n_asked, n_crashed;
} fault;

static void report(void);

/* Where the stack is lost, nothing can be told of it, and looking crashes: what is known before that is told first. */
static void crash(int number)
{
    report();
    fault.n_crashed = backtrace(fault.crashed_in, FRAMES);
    report();
    signal(number, SIG_DFL);
    raise(number);
}

/* Also where a library called itself until the stack was full. */
static void watch_crashes(void)
{
    static char room[1 << 16];
    struct sigaction action = { .sa_handler = crash, .sa_flags = SA_ONSTACK };

    sigaltstack(&(stack_t){ .ss_sp = room, .ss_size = sizeof room }, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGABRT, &action, NULL);
}

/* The first object of all is the program. */
static int find_program(struct dl_phdr_info *object, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const uintptr_t at = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;

        if (object->dlpi_phdr[i].p_type == PT_LOAD && (object->dlpi_phdr[i].p_flags & PF_X)) {
            fault.from = at;
            fault.to = at + object->dlpi_phdr[i].p_memsz;
        }
    }
    return 1;
}

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("FAULT_NUMBER"), *error = getenv("FAULT_ERRNO"), *from = getenv("FAULT_FROM");

    fault.number = number ? atol(number) : 0;
    fault.error = error ? atoi(error) : EIO;
    fault.shortened = error && strcmp(error, "short") == 0;
    fault.process = getpid();
    backtrace(fault.asked_by, FRAMES); /* the first call loads what it needs */
    if (getenv("FAULT_COUNT"))
        watch_crashes();
    if (from && strcmp(from, "program") == 0)
        dl_iterate_phdr(find_program, NULL);
    fault.call = getenv("FAULT_CALL");
}

/* `caller`: the address that the call returns to. */
static bool fails_for(const char *call, const void *caller)
{
    const uintptr_t at = (uintptr_t)caller;

    if (!fault.call || strcmp(call, fault.call) != 0 || getpid() != fault.process)
        return false;
    if (fault.from != fault.to && (at < fault.from || at >= fault.to))
        return false;
    if (atomic_fetch_add(&fault.count, 1) + 1 != fault.number)
        return false;
    fault.n_asked = backtrace(fault.asked_by, FRAMES);
    errno = fault.error;
    return true;
}

/* In a function that stands before one of the C library. */
#define fails(call) fails_for(call, __builtin_return_address(0))

static struct {
    char text[16384];
    size_t used;
} said;

/* What has no room is left out. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    const size_t room = sizeof said.text - said.used;
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(said.text + said.used, room, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < room)
        said.used += (size_t)length;
}

/* "program+0x1234 libx.so:function", the innermost first. */
static void say_frames(void *const *frames, int n)
{
    for (int i = 0; i < n; i++) {
        Dl_info info = { 0 };
        const char *slash;

        if (!dladdr(frames[i], &info) || !info.dli_fname || strstr(info.dli_fname, "faults.so"))
            continue;
        slash = strrchr(info.dli_fname, '/');
        say("%s", slash ? slash + 1 : info.dli_fname);
        if (info.dli_sname)
            say(":%s ", info.dli_sname);
        else
            say("+%#lx ", (unsigned long)((char *)frames[i] - (char *)info.dli_fbase));
    }
    say("\n");
}

/* Without memory of its own, so without a stream: what crashed may be in the middle of malloc(), and hold its lock. */
static void report(void)
{
    const char *path = getenv("FAULT_COUNT");

    if (!path || getpid() != fault.process)
        return;
    fault.call = NULL;
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (file < 0)
        return;
    said.used = 0;
    say("%ld\n", (long)fault.count);
    say_frames(fault.asked_by, fault.n_asked);
    say_frames(fault.crashed_in, fault.n_crashed);
    if (write(file, said.text, said.used) < 0)
        said.used = 0;
    close(file);
}

__attribute__((destructor)) static void end(void)
{
    report();
}

/* The function that this one stands before. */
#define REAL(name)                                                                                                     \
    static __typeof__(name) *real;                                                                                     \
    if (!real)                                                                                                         \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A call that does nothing but fail. */
#define FAILING(type, name, call, failed, parameters, arguments)                                                       \
    type name parameters                                                                                               \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        return fails(call) ? failed : real arguments;                                                          \
    }

/* Half of it, where that is asked for. */
#define TRANSFER(name, call, parameters, arguments, half)                                                              \
    ssize_t name parameters                                                                                            \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        if (!fails(call))                                                                                      \
            return real arguments;                                                                                     \
        return fault.shortened && size > 1 ? real half : -1;                                                           \
    }

/* Closed all the same, as Linux does. */
#define CLOSING(type, name, call, failed, parameters, argument)                                                        \
    type name parameters                                                                                               \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        if (!fails(call))                                                                                      \
            return real(argument);                                                                                     \
        int number = errno;                                                                                            \
        real(argument);                                                                                                \
        errno = number;                                                                                                \
        return failed;                                                                                                 \
    }

#define OPENING(name)                                                                                                  \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        REAL(name);                                                                                                    \
        va_start(more, flags);                                                                                         \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;                                      \
        va_end(more);                                                                                                  \
        return fails("open") ? -1 : real(path, flags, mode);                                                   \
    }

/* Found by name they would need memory themselves. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size)
{
    return fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails("malloc") ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails("malloc") ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails("malloc"))
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

static char *copy_text(const char *text, size_t length, const void *caller)
{
    char *copy = fails_for("malloc", caller) ? NULL : __libc_malloc(length + 1);

    if (!copy)
        return NULL;
    copy[length] = '\0';
    return memcpy(copy, text, length);
}

char *strdup(const char *text)
{
    return copy_text(text, strlen(text), __builtin_return_address(0));
}

char *strndup(const char *text, size_t most)
{
    return copy_text(text, strnlen(text, most), __builtin_return_address(0));
}

TRANSFER(write, "write", (int file, const void *from, size_t size), (file, from, size), (file, from, size / 2))
TRANSFER(pwrite, "write", (int file, const void *from, size_t size, off_t at), (file, from, size, at),
         (file, from, size / 2, at))
TRANSFER(pwrite64, "write", (int file, const void *from, size_t size, off_t at), (file, from, size, at),
         (file, from, size / 2, at))
TRANSFER(read, "read", (int file, void *to, size_t size), (file, to, size), (file, to, size / 2))
TRANSFER(pread, "read", (int file, void *to, size_t size, off_t at), (file, to, size, at), (file, to, size / 2, at))
TRANSFER(pread64, "read", (int file, void *to, size_t size, off_t at), (file, to, size, at), (file, to, size / 2, at))
/* What the compiler makes of them where it knows how much room there is. */
ssize_t __read_chk(int file, void *to, size_t size, size_t room);
ssize_t __pread_chk(int file, void *to, size_t size, off_t at, size_t room);
ssize_t __pread64_chk(int file, void *to, size_t size, off_t at, size_t room);
TRANSFER(__read_chk, "read", (int file, void *to, size_t size, size_t room), (file, to, size, room),
         (file, to, size / 2, room))
TRANSFER(__pread_chk, "read", (int file, void *to, size_t size, off_t at, size_t room), (file, to, size, at, room),
         (file, to, size / 2, at, room))
TRANSFER(__pread64_chk, "read", (int file, void *to, size_t size, off_t at, size_t room), (file, to, size, at, room),
         (file, to, size / 2, at, room))
OPENING(open)
OPENING(open64)
FAILING(FILE *, fopen, "open", NULL, (const char *path, const char *mode), (path, mode))
FAILING(FILE *, fopen64, "open", NULL, (const char *path, const char *mode), (path, mode))
FAILING(DIR *, opendir, "open", NULL, (const char *path), (path))
FAILING(int, fsync, "fsync", -1, (int file), (file))
FAILING(int, fdatasync, "fsync", -1, (int file), (file))
FAILING(int, rename, "rename", -1, (const char *from, const char *to), (from, to))
FAILING(int, ftruncate, "ftruncate", -1, (int file, off_t length), (file, length))
FAILING(int, ftruncate64, "ftruncate", -1, (int file, off_t length), (file, length))
FAILING(int, mkdir, "mkdir", -1, (const char *path, mode_t mode), (path, mode))
FAILING(int, unlink, "unlink", -1, (const char *path), (path))
CLOSING(int, close, "close", -1, (int file), file)
CLOSING(int, fclose, "close", EOF, (FILE * file), file)
