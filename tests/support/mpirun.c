#include "tests/support/mpirun.h"

#include "tests/support/check.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "base/path.h"
#include "tests/support/nodes.h"

const char *mpirun_plugin(const char *family)
{
    static char paths[4][PATH_SIZE];
    static int next;
    const char *binary = getenv("CUVETTE_BINARY");
    char *path = paths[next++ % 4];
    const char *const names[] = { family, "." };

    assert_non_null(binary);
    for (int i = 0; i < 2; i++) {
        snprintf(path, PATH_SIZE, "%.*s/%s/libcuvette-mpi.so", (int)(path_name(binary) - binary - 1), binary, names[i]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}

/* Distributions with both families call Open MPI's so. */
static const char *launcher_of_open_mpi(void)
{
    return system("command -v mpirun.openmpi >/dev/null") == 0 ? "mpirun.openmpi" : "mpirun";
}

/* What the ranks of each start have in their environment. */
static char mark[64];

/* Of nodes of their own: how Open MPI gets to them. */
static int put_nodes(const struct mpirun *how, const char *argv[], char hosts[256], char agent[4200])
{
    static char first[64];
    const char *const words[] = { nodes_script(), "on", first, "exec", launcher_of_open_mpi(), "--mca",
                                  "plm_rsh_agent", agent, "--mca", "btl", "self,tcp", "-H", hosts + 1 };

    snprintf(first, sizeof first, "%s0", how->nodes);
    snprintf(agent, 4200, "'%s on'", nodes_script());
    hosts[0] = '\0';
    for (int r = 0; r < how->ranks; r++)
        snprintf(hosts + strlen(hosts), 256 - strlen(hosts), ",%s%d", how->nodes, r);
    memcpy(argv, words, sizeof words);
    return sizeof words / sizeof *words;
}

struct process *mpirun_start(const struct mpirun *how, const char *const words[])
{
    static int starts;
    const char *open_mpi = mpirun_plugin("openmpi"), *path = how->plugin ? how->plugin : open_mpi;
    char count[16], plugin[PATH_SIZE + 32], hosts[256], agent[4200];
    const char *argv[PROCESS_WORDS_MAX] = { how->launcher ? how->launcher : launcher_of_open_mpi() };
    /* MPI keeps what it set up to the end, in modules that it has unloaded by then: nobody could tell its leaks. Its
     * launcher looks whether nodes are there, and gives ranks on a busy machine time to end. */
    const char *const environment[] = { "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1",
                                        "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
                                        "OMPI_MCA_rmaps_base_oversubscribe=1", "OMPI_MCA_oob_tcp_keepalive_time=2",
                                        "OMPI_MCA_oob_tcp_keepalive_intvl=1", "OMPI_MCA_oob_tcp_keepalive_probes=2",
                                        "OMPI_MCA_odls_base_sigkill_timeout=10", mark, plugin, NULL };
    int n = 1;

    if (!how->launcher && !open_mpi)
        skip(); /* MPI=no, or there is no mpicc */
    assert_non_null(path);
    if (how->nodes)
        n = put_nodes(how, argv, hosts, agent);
    snprintf(mark, sizeof mark, "CUVETTE_TEST_RANKS=%d.%d", (int)getpid(), ++starts);
    snprintf(count, sizeof count, "%d", how->ranks);
    snprintf(plugin, sizeof plugin, "CUVETTE_MPI_PLUGIN=%s", path);
    argv[n++] = "-n";
    argv[n++] = count;
    while (*words && n < PROCESS_WORDS_MAX - 1)
        argv[n++] = *words++;
    assert_null(*words);
    return process_start(argv, how->folder, environment);
}

/* "NAME=VALUE" is one of those that it was started with. */
static bool has_variable(int process, const char *variable)
{
    static char text[1 << 17];
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/environ", process);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    for (const char *at = text; at < text + size; at += strlen(at) + 1)
        if (strcmp(at, variable) == 0)
            return true;
    return false;
}

/* A rank is there before the processes that it starts itself. */
int mpirun_rank(int rank)
{
    char variable[64];
    DIR *all = opendir("/proc");
    int found = 0;

    assert_non_null(all);
    snprintf(variable, sizeof variable, "OMPI_COMM_WORLD_RANK=%d", rank);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        int process = atoi(entry->d_name);

        if (process > 0 && (found == 0 || process < found) && has_variable(process, mark) &&
            has_variable(process, variable))
            found = process;
    }
    closedir(all);
    assert_true(found > 0);
    return found;
}
