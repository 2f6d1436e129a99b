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

/* Those of the launcher's family first. */
static const char *const *names(const char *family)
{
    static const char *const mpich_first[] = { "mpich/" FILE_NAME, FILE_NAME, "openmpi/" FILE_NAME, NULL };
    static const char *const openmpi_first[] = { "openmpi/" FILE_NAME, FILE_NAME, "mpich/" FILE_NAME, NULL };

    return strcmp(family, "mpich") == 0 ? mpich_first : openmpi_first;
}

struct plugin_file mpi_plugin_file(const char *const *files)
{
    /* That of MPICH and all that keeps to its interface, as Intel's and Cray's do; and Debian's name for it. */
    static const char *const providers[] = { "libmpi.so.12", "libmpich.so.12", NULL };

    return (struct plugin_file){
        .variable = "CUVETTE_MPI_PLUGIN",
        .names = files,
        .missing = "this cuvette was built without MPI: " FILE_NAME " is not beside it",
        .symbol = "cuvette_mpi_communicator", /* mpi/mpi_plugin.h */
        .file = FILE_NAME,
        .what = "the MPI plug-in",
        .needs = "libmp", /* libmpi.so.40, libmpich.so.12 */
        .advice = "load the MPI module (module load openmpi, or mpich)",
        .providers = providers,
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

bool mpi_plugin_lost(struct communicator *c, struct error *out, bool *speaks)
{
    return c && class->lost(c, out, speaks);
}
