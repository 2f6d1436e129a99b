/* MPI: the library, cuvette's plug-ins for it, and the programs that start several processes. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/doctor/section.h"
#include "host/library.h"
#include "host/ranks.h"
#include "run/mpi_plugin.h"

#define LIBRARY_VERSION "MPI_Get_library_version"

enum { VERSION_SIZE = 128 };

/* "Open MPI v4.1.4", by the function of that name, which may be called before MPI_Init(). */
static void take_version(void *function, char out[VERSION_SIZE])
{
    int (*version)(char *, int *);
    char text[8192] = "";
    int length = 0;

    *(void **)&version = function;
    if (version)
        version(text, &length);
    text[strcspn(text, "\n,")] = '\0';
    for (char *tab = text; (tab = strchr(tab, '\t'));) /* MPICH's */
        *tab = ' ';
    text_copy(out, VERSION_SIZE, text[0] ? text : "a library of unknown version");
}

static bool load_library(struct library *l)
{
    static const enum mpi_plugin_family usual_first[] = { MPI_OPENMPI, MPI_MPICH, MPI_ANY };

    for (size_t i = 0; i < sizeof usual_first / sizeof *usual_first; i++)
        if (library_load(l, mpi_plugin_names[usual_first[i]].libraries))
            return true;
    return false;
}

static void look_at_library(struct page *p)
{
    char version[VERSION_SIZE];
    struct library l;

    page_looks_at(p, "MPI");
    if (!load_library(&l)) {
        page_absent(p, "MPI", "not found: only several processes together need it (module load openmpi)");
        return;
    }
    take_version(dlsym(l.handle, LIBRARY_VERSION), version);
    page_fine(p, "MPI", "%s: %s", version, l.path);
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

/* Which library a plug-in that was loaded has found, and its version. */
static void tell_plugin(struct page *p, const char *path)
{
    void *plugin = dlopen(path, RTLD_NOW | RTLD_NOLOAD), *function = plugin ? dlsym(plugin, LIBRARY_VERSION) : NULL;
    char version[VERSION_SIZE], library[PATH_SIZE] = "";

    if (!function) /* it was linked without its library, which has been loaded for all, then */
        function = dlsym(RTLD_DEFAULT, LIBRARY_VERSION);
    if (function)
        library_of(function, library);
    take_version(function, version);
    page_fine(p, "plug-in", "%s, with %s: %s", path, version, library);
}

/* Whether it loads says whether its library is here; where it does not, that is odd only for ranks that have none.
 * Returns whether it is there at all. */
static bool look_at_plugin(struct page *p, const struct mpi_plugin_names *of)
{
    const char *const names[] = { of->plugin, NULL };
    const struct plugin_file file = mpi_plugin_file(names);
    const struct ranks ranks = ranks_read();
    char path[PATH_SIZE];
    struct error e;

    if (!plugin_file_find(&file, path, &e))
        return false;
    if (plugin_file_load(&file, path, RTLD_NOW | RTLD_GLOBAL, &e))
        tell_plugin(p, path);
    else if (ranks.count > 1 && (!ranks.family[0] || !of->family[0] || strcmp(ranks.family, of->family) == 0))
        page_odd(p, "plug-in", "module load openmpi, or mpich: the one that mpirun or srun belongs to", "%s", e.text);
    else
        page_absent(p, "plug-in", "%s: %s", path, e.text);
    return true;
}

/* MPICH's comes first: it may be linked without its library, and would take what it needs from another one that is
 * there. */
static void look_at_plugins(struct page *p)
{
    const char *chosen = getenv("CUVETTE_MPI_PLUGIN");
    int count = 0;

    page_looks_at(p, "plug-in");
    if (chosen && *chosen)
        count = look_at_plugin(p, &mpi_plugin_names[MPI_ANY]);
    else
        for (int i = 0; i < MPI_FAMILIES; i++)
            count += look_at_plugin(p, &mpi_plugin_names[i]);
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
