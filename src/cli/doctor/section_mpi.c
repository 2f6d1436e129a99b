/* MPI: the library, cuvette's plug-ins for it, and the programs that start several processes. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/doctor/library.h"
#include "cli/doctor/section.h"
#include "host/ranks.h"
#include "run/plugin_file.h"

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

/* Whether one loads says whether its library is here. Returns how many there are. */
static int look_at_plugin(struct page *p, const char *name)
{
    const char *const names[] = { name, NULL };
    const struct plugin_file file = { .variable = "CUVETTE_MPI_PLUGIN", .names = names, .missing = "" };
    char path[PATH_SIZE];
    struct error ignored;
    struct library l;

    if (!plugin_file_find(&file, path, &ignored))
        return 0;
    if (library_load(&l, (const char *const[]){ path, NULL }))
        page_fine(p, "plug-in", "%s", path);
    else
        page_odd(p, "plug-in", "module load openmpi, or mpich: the one that it was built for", "%s", l.reason);
    return 1;
}

static void look_at_plugins(struct page *p)
{
    static const char *const names[] = { "openmpi/libcuvette-mpi.so", "mpich/libcuvette-mpi.so", "libcuvette-mpi.so" };
    const char *chosen = getenv("CUVETTE_MPI_PLUGIN");
    int count = 0;

    page_looks_at(p, "plug-in");
    for (size_t i = 0; i < sizeof names / sizeof *names && !(chosen && *chosen && count > 0); i++)
        count += look_at_plugin(p, names[i]);
    if (count == 0)
        page_absent(p, "plug-in", "this cuvette has none: ranks that MPI starts do not train together");
}

static void look_at_ranks(struct page *p)
{
    struct ranks ranks = ranks_read();

    if (ranks.count > 1)
        page_fine(p, "rank", "%d of %d, started by %s", ranks.rank, ranks.count, ranks.launcher);
}

static void look(struct page *p)
{
    look_at_ranks(p);
    look_at_library(p);
    look_at_plugins(p);
    look_at_programs(p);
}

SECTION_OF_DOCTOR(mpi) = { .name = "mpi", .title = "MPI", .look = look };
