/* bin/cuvette of a bundle: starts lib/cuvette/cuvette with the loader of the node, or where that is too old with the
 * bundle's own, as the kernel would start the loader: it is mapped into this process and entered. So /proc/self/exe
 * goes on to be bin/cuvette, for processes that cuvette starts of itself, and no variable has to be set, for others to
 * inherit. It runs before there is a C library, and uses none: nothing of it may be left when the loader's begins. */
#include <elf.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* What each kind of machine has of its own: LOADER and where nodes have it, NODE_LOADER; MACHINE; call(); and _start,
 * which gives launch() the stack, leaves some words free below it, and enters what comes back on the stack that does. */
#if defined __x86_64__
#include "launcher_x86_64.h"
#elif defined __aarch64__
#include "launcher_aarch64.h"
#else
#error "this launcher knows the start of a process on x86_64 and aarch64 alone"
#endif

/* The C library of the bundle: one of the node that is as late will do, too. Loaders know --argv0 since 2.33. */
#if !defined NEEDED_MAJOR || !defined NEEDED_MINOR || NEEDED_MAJOR != 2 || NEEDED_MINOR < 33
#error "NEEDED_MAJOR and NEEDED_MINOR say which version of glibc is needed: 2.33 or later"
#endif

#define FOLDER "/lib/cuvette"
#define STANDARD "/usr/lib64" /* that of the driver on systems which Debian's loader does not think of */

enum { ROOM = 2 * PATH_MAX, PATHS_ROOM = 1 << 17, HEADER_ROOM = 4096, HEADERS_MOST = 32, NUMBERS = 10 };
enum { ERRORS = 4096 }; /* what a system call returns from -ERRORS on is one */
/* The loader's words in front of the program's own, but for its name. The stack stays aligned to two. */
enum { LOADER_WORDS = 5, SHIFT = 6 };

struct text {
    char *at;
    size_t room, length;
};

struct loader {
    uintptr_t headers, entry;
    size_t header_count;
};

/* What goes on: where the stack begins and what is entered. */
struct start {
    uintptr_t *stack, entry;
};

static char root[ROOM], loader_path[ROOM], program_path[ROOM], library_paths[PATHS_ROOM];

static uintptr_t page = 4096; /* bytes of one, on this node */

static size_t length_of(const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

static bool begins_with(const char *text, const char *beginning)
{
    while (*beginning && *text == *beginning)
        text++, beginning++;
    return *beginning == '\0';
}

static bool append(struct text *t, const char *added)
{
    size_t length = length_of(added);

    if (length >= t->room - t->length)
        return false;
    for (size_t i = 0; i <= length; i++)
        t->at[t->length + i] = added[i];
    t->length += length;
    return true;
}

static void say(const char *words)
{
    call(SYS_write, 2, (long)words, (long)length_of(words), 0, 0, 0);
}

static _Noreturn void fail(const char *what, const char *path)
{
    say("cuvette: ");
    say(what);
    say(path);
    say("\n");
    for (;;)
        call(SYS_exit_group, 1, 0, 0, 0, 0, 0);
}

/* Takes the last part of a path away. */
static void cut(char *path, size_t *length)
{
    while (*length > 0 && path[*length - 1] != '/')
        --*length;
    if (*length > 0)
        --*length;
    path[*length] = '\0';
}

/* The folder of bin/ and lib/: links are followed, so that it may be reached by one. */
static void find_root(void)
{
    long length = call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)root, PATH_MAX, 0, 0);
    size_t left = length > 0 ? (size_t)length : 0;

    if (length <= 0 || length >= PATH_MAX)
        fail("cannot find its own folder by /proc/self/exe: is /proc mounted?", "");
    cut(root, &left);
    cut(root, &left);
    for (const char *c = root; *c; c++)
        if (*c == ':' || *c == ';' || *c == '$')
            fail("the name of its folder may have no ':', ';' or '$' in it, please rename or move it: ", root);
}

/* A version as "2.36": is it late enough? */
static bool is_late_enough(const char *from, const char *end)
{
    int numbers[2] = { 0, 0 };

    for (int i = 0; from < end && i < 2; from++)
        if (*from >= '0' && *from <= '9')
            numbers[i] = numbers[i] * NUMBERS + *from - '0';
        else
            i++;
    return numbers[0] == NEEDED_MAJOR && numbers[1] >= NEEDED_MINOR;
}

/* A loader, which is of the same version as its C library, says in itself which that is since 2.33. */
static bool node_is_late_enough(void)
{
    static const char mark[] = " release version ";
    long file = call(SYS_openat, AT_FDCWD, (long)NODE_LOADER, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    long size = file < 0 ? 0 : call(SYS_lseek, file, 0, 2 /* SEEK_END */, 0, 0, 0);
    const char *at = size > (long)sizeof mark
                         ? (const char *)call(SYS_mmap, 0, size, PROT_READ, MAP_PRIVATE, file, 0)
                         : NULL;
    const char *end = at ? at + size - sizeof mark : NULL;
    bool late = false;

    if (file >= 0)
        call(SYS_close, file, 0, 0, 0, 0, 0);
    if (!at || (uintptr_t)at > -(uintptr_t)ERRORS)
        return false;
    for (const char *c = at; c < end && !late; c++)
        late = *c == ' ' && begins_with(c, mark) && is_late_enough(c + sizeof mark - 1, at + size);
    call(SYS_munmap, (long)at, size, 0, 0, 0, 0);
    return late;
}

static const char *variable(char **environment, const char *name)
{
    size_t length = length_of(name);

    for (; *environment; environment++)
        if (begins_with(*environment, name) && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

/* CUVETTE_LOADER: node or bundle, for whoever looks for a fault. */
static bool takes_nodes(char **environment)
{
    const char *wanted = variable(environment, "CUVETTE_LOADER");

    if (!wanted || !*wanted)
        return node_is_late_enough();
    if (begins_with(wanted, "node") || begins_with(wanted, "bundle"))
        return *wanted == 'n';
    fail("CUVETTE_LOADER is neither node nor bundle: ", wanted);
}

/* Where libraries are looked for: the bundle, then what the user's modules say, then the node's usual places. */
static void write_paths(bool nodes, char **environment)
{
    const char *users = variable(environment, "LD_LIBRARY_PATH");
    struct text loader = { .at = loader_path, .room = sizeof loader_path }, paths = { library_paths, PATHS_ROOM, 0 };
    struct text program = { .at = program_path, .room = sizeof program_path };
    bool fits = append(&program, root) && append(&program, FOLDER "/cuvette");

    if (nodes)
        fits = fits && append(&loader, NODE_LOADER);
    else
        fits = fits && append(&loader, root) && append(&loader, FOLDER "/glibc/" LOADER) && append(&paths, root) &&
               append(&paths, FOLDER "/glibc:");
    fits = fits && append(&paths, root) && append(&paths, FOLDER);
    if (users && *users)
        fits = fits && append(&paths, ":") && append(&paths, users);
    if (!nodes)
        fits = fits && append(&paths, ":" STANDARD);
    if (!fits)
        fail("the path of its folder or LD_LIBRARY_PATH is too long", "");
}

static uintptr_t page_of(uintptr_t address)
{
    return address & -page;
}

static uintptr_t map(uintptr_t at, size_t size, int protection, int flags, long file, uintptr_t offset)
{
    long mapped = call(SYS_mmap, (long)at, (long)size, protection, MAP_PRIVATE | flags, file, (long)offset);

    if (mapped < 0 && mapped > -ERRORS)
        fail("cannot map ", loader_path);
    return (uintptr_t)mapped;
}

/* A part of the file, and zeros behind it. */
static void map_segment(uintptr_t base, const Elf64_Phdr *p, long file)
{
    uintptr_t at = base + p->p_vaddr, first = page_of(at), file_end = at + p->p_filesz, end = at + p->p_memsz;
    uintptr_t next_page = page_of(file_end + page - 1);
    int protection = (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) |
                     (p->p_flags & PF_X ? PROT_EXEC : 0);

    if (p->p_filesz > 0)
        map(first, file_end - first, protection, MAP_FIXED, file, page_of(p->p_offset));
    if (end > file_end && p->p_filesz > 0)
        for (volatile char *zero = (volatile char *)file_end; zero < (volatile char *)next_page; zero++)
            *zero = 0;
    if (end > next_page)
        map(next_page, end - next_page, protection, MAP_FIXED | MAP_ANONYMOUS, -1, 0);
}

static struct loader map_loader(void)
{
    static union {
        Elf64_Ehdr header;
        char bytes[HEADER_ROOM];
    } file;
    long descriptor = call(SYS_openat, AT_FDCWD, (long)loader_path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    long size = descriptor < 0 ? 0 : call(SYS_read, descriptor, (long)file.bytes, HEADER_ROOM, 0, 0, 0);
    const Elf64_Ehdr *h = &file.header;
    const Elf64_Phdr *p = (const Elf64_Phdr *)(const void *)(file.bytes + h->e_phoff);
    uintptr_t end = 0;

    if (descriptor < 0)
        fail("cannot open ", loader_path);
    if (size < (long)sizeof *h || !begins_with(file.bytes, ELFMAG) || h->e_type != ET_DYN ||
        h->e_machine != MACHINE || h->e_phnum > HEADERS_MOST || h->e_phoff + h->e_phnum * sizeof *p > (size_t)size)
        fail("this is no loader of programs: ", loader_path);
    for (int i = 0; i < h->e_phnum; i++)
        if (p[i].p_type == PT_LOAD && p[i].p_vaddr + p[i].p_memsz > end)
            end = p[i].p_vaddr + p[i].p_memsz;

    uintptr_t base = map(0, end, PROT_NONE, MAP_ANONYMOUS, -1, 0);

    for (int i = 0; i < h->e_phnum; i++)
        if (p[i].p_type == PT_LOAD)
            map_segment(base, &p[i], descriptor);
    call(SYS_close, descriptor, 0, 0, 0, 0, 0);
    return (struct loader){ .headers = base + h->e_phoff, .header_count = h->e_phnum, .entry = base + h->e_entry };
}

/* What the kernel tells a program of itself: that it is the loader. */
static void tell_loader(Elf64_auxv_t *a, const struct loader *l)
{
    for (; a->a_type != AT_NULL; a++)
        switch (a->a_type) {
        case AT_PHDR: a->a_un.a_val = l->headers; break;
        case AT_PHNUM: a->a_un.a_val = l->header_count; break;
        case AT_ENTRY: a->a_un.a_val = l->entry; break;
        case AT_BASE: a->a_un.a_val = 0; break;
        default: break;
        }
}

/* Puts the loader's words in front of the program's. All behind the first of these moves down by a word, so that the
 * stack stays aligned, and the others lie in what _start left free. */
static uintptr_t *give_words(uintptr_t *stack, const struct loader *l)
{
    uintptr_t name = stack[1], *from = stack + 2, *to = stack + 1, *made = stack - SHIFT;
    const uintptr_t words[] = { (uintptr_t)"cuvette", (uintptr_t)"--library-path", (uintptr_t)library_paths,
                                (uintptr_t)"--argv0", name, (uintptr_t)program_path };

    made[0] = stack[0] + LOADER_WORDS;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        made[1 + i] = words[i];
    for (int ends = 0; ends < 2; ends += *to++ == 0) /* arguments, environment */
        *to = *from++;

    Elf64_auxv_t *auxiliary = (Elf64_auxv_t *)to, *behind = (Elf64_auxv_t *)from;

    do
        *auxiliary = *behind++;
    while (auxiliary++->a_type != AT_NULL);
    tell_loader((Elf64_auxv_t *)to, l);
    return made;
}

/* On arm64 it may be 64 KB. */
static void learn_page(char **environment)
{
    while (*environment++)
        ;
    for (const Elf64_auxv_t *a = (const Elf64_auxv_t *)environment; a->a_type != AT_NULL; a++)
        if (a->a_type == AT_PAGESZ)
            page = a->a_un.a_val;
}

/* Called by _start with the stack as the kernel made it: the number of arguments, these, the environment and what the
 * kernel tells. */
struct start launch(uintptr_t *stack)
{
    char **environment = (char **)(stack + 2 + stack[0]);

    if (stack[0] < 1)
        fail("it was started without its name", "");
    learn_page(environment);
    find_root();
    write_paths(takes_nodes(environment), environment);

    struct loader l = map_loader();

    return (struct start){ .stack = give_words(stack, &l), .entry = l.entry };
}
