/* MPI: the library that a plug-in for several processes would load, and the programs that start them. */
#include <dlfcn.h>
#include <string.h>

#include "base/text.h"
#include "cli/doctor/library.h"
#include "cli/doctor/section.h"

static void look_at_library(struct page *p)
{
    static const char *const names[] = { "libmpi.so.40", "libmpi.so.12", "libmpich.so.12", "libmpi.so", NULL };
    int (*library_version)(char *, int *);
    char text[8192] = "", line[128];
    int length = 0;
    struct library l;

    page_looks_at(p, "MPI");
    if (!library_load(&l, names)) {
        page_absent(p, "MPI", "not found: only several processes together need it (module load openmpi)");
        return;
    }
    *(void **)&library_version = dlsym(l.handle, "MPI_Get_library_version"); /* may be called before MPI_Init() */
    if (library_version)
        library_version(text, &length);
    text[strcspn(text, "\n,")] = '\0';
    text_copy(line, sizeof line, text[0] ? text : "of unknown version");
    page_fine(p, "MPI", "%s: %s", line, l.path);
}

static void look_at_programs(struct page *p)
{
    static const char *const programs[] = { "mpirun", "srun" };
    char path[PATH_SIZE];

    page_looks_at(p, "programs");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (library_finds_program(programs[i], path))
            page_fine(p, programs[i], "%s", path);
        else
            page_absent(p, programs[i], "not in PATH");
}

static void look(struct page *p)
{
    look_at_library(p);
    look_at_programs(p);
}

SECTION_OF_DOCTOR(mpi) = { .name = "mpi", .title = "MPI", .look = look };
