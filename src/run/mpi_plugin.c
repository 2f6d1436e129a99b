#include "run/mpi_plugin.h"

#include <dlfcn.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#define FILE_NAME "libcuvette-mpi.so"

/* MPI's own plug-ins may look for its symbols among those of the process. */
enum { FLAGS = RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE };

static const struct communicator_class *class; /* once it is loaded; never changed then */
static atomic_bool hurried;

void mpi_plugin_hurry(void)
{
    atomic_store(&hurried, true);
}

static bool hurries(void)
{
    return atomic_load(&hurried);
}

#define OF_MPICH   "mpich/" FILE_NAME
#define OF_OPENMPI "openmpi/" FILE_NAME

static const char *const libraries[MPI_FAMILIES][3] = {
    [MPI_MPICH] = { "libmpi.so.12", "libmpich.so.12" /* Debian's name for it */ },
    [MPI_OPENMPI] = { "libmpi.so.40" },
    [MPI_ANY] = { "libmpi.so" },
};

const struct mpi_plugin_names mpi_plugin_names[] = {
    [MPI_MPICH] = { "mpich", OF_MPICH, libraries[MPI_MPICH] },
    [MPI_OPENMPI] = { "openmpi", OF_OPENMPI, libraries[MPI_OPENMPI] },
    [MPI_ANY] = { "", FILE_NAME, libraries[MPI_ANY] },
};

/* Those of the launcher's family first. */
static const char *const *names(const char *family)
{
    static const char *const mpich_first[] = { OF_MPICH, FILE_NAME, OF_OPENMPI, NULL };
    static const char *const openmpi_first[] = { OF_OPENMPI, FILE_NAME, OF_MPICH, NULL };

    return strcmp(family, mpi_plugin_names[MPI_MPICH].family) == 0 ? mpich_first : openmpi_first;
}

struct plugin_file mpi_plugin_file(const char *const *files)
{
    return (struct plugin_file){
        .variable = "CUVETTE_MPI_PLUGIN",
        .names = files,
        .missing = "this cuvette was built without MPI: " FILE_NAME " is not beside it",
        .symbol = "cuvette_mpi_communicator", /* mpi/mpi_plugin.h */
        .file = FILE_NAME,
        .what = "the MPI plug-in",
        .needs = "libmp", /* libmpi.so.40, libmpich.so.12 */
        .advice = "load the MPI module (module load openmpi, or mpich)",
        .providers = libraries[MPI_MPICH], /* linked without its library */
        .provided = "MPI_",
    };
}

static bool load(const struct ranks *ranks, struct error *e)
{
    const struct plugin_file file = mpi_plugin_file(names(ranks->family));
    const struct communicator_class *const *found;
    char path[PATH_SIZE];

    if (!plugin_file_find(&file, path, e) || !(found = plugin_file_load(&file, path, FLAGS, e)))
        return false;
    if ((*found)->abi != COMMUNICATOR_ABI || (*found)->size != sizeof **found)
        return plugin_file_other_version(path, e);
    class = *found;
    return true;
}

struct communicator *mpi_plugin_open(const struct ranks *ranks, double patience, struct error *e)
{
    const double most = 3, share = 0.4; /* the rest of the time is for files */
    const struct communicator_wish wish = { .ranks = ranks->count,
                                            .patience = patience,
                                            .aborts = ranks->stays,
                                            .hurries = hurries,
                                            .hurry = fmin(share * ranks->grace, most) };
    struct communicator *c = load(ranks, e) ? class->open(&wish, e) : NULL;

    if (!c && e->kind == ERROR_DEVICE)
        error_context(e, "%s started %d ranks", ranks->launcher, ranks->count);
    return c;
}

bool mpi_plugin_there(const char *family, struct error *e)
{
    const struct plugin_file file = mpi_plugin_file(names(family));
    char path[PATH_SIZE];

    return plugin_file_find(&file, path, e);
}

bool mpi_plugin_lost(struct communicator *c, struct communicator_loss *out)
{
    return c && class->lost(c, out);
}
