#include "tests/support/slurm_node.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { START_SECONDS = 90, KEY_BYTES = 1024, NODE_MEMORY_MOST = 16384, NAME_SIZE = 64 };

static struct {
    pid_t keeper;
    int line; /* the keeper ends the daemons when it is cut */
} node;

/* A requeued job waits as long as a credential is good: five seconds, where a cluster has two minutes. */
static const char configuration[] =
    "ClusterName=cuvette\nSlurmctldHost=%s(127.0.0.1)\nSlurmUser=root\nSlurmdUser=root\n"
    "AuthType=auth/munge\nAuthInfo=socket=%s/munge/socket,cred_expire=5\nCredType=cred/munge\n"
    "SlurmctldPort=%d\nSlurmdPort=%d\nCommunicationParameters=NoCtldInAddrAny,NoInAddrAny\n"
    "StateSaveLocation=%s/state\nSlurmdSpoolDir=%s/spool\nSlurmctldPidFile=%s/slurmctld.pid\n"
    "SlurmdPidFile=%s/slurmd.pid\nProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nMpiDefault=none\n"
    "SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\nSchedulerType=sched/backfill\n"
    "SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0\n"
    "JobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\n"
    "SwitchType=switch/none\nReturnToService=2\nKillWait=30\nMinJobAge=300\nPropagateResourceLimits=NONE\n"
    "NodeName=%s NodeAddr=127.0.0.1 CPUs=%ld RealMemory=%ld State=UNKNOWN\n"
    "PartitionName=debug Nodes=%s Default=YES MaxTime=INFINITE DefaultTime=60 State=UP OverSubscribe=NO\n";

static bool is_installed(const char *program)
{
    static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" };
    char path[PATH_SIZE];

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", folders[i], program);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

static const char *why_not(void)
{
    static const char *const programs[] = { "slurmctld", "slurmd", "munged", "srun", "sbatch" };

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (!is_installed(programs[i]))
            return "Slurm's daemons and munge are not installed";
    return geteuid() == 0 ? NULL : "Slurm's daemons need root";
}

static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int plug = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(plug >= 0);
    assert_int_equal(bind(plug, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(plug, (struct sockaddr *)&address, &size), 0);
    close(plug);
    return ntohs(address.sin_port);
}

static long memory_of_node(void)
{
    struct sysinfo info;

    assert_int_equal(sysinfo(&info), 0);
    long mebibytes = (long)((uint64_t)info.totalram * info.mem_unit >> 20) / 2;

    return mebibytes < NODE_MEMORY_MOST ? mebibytes : NODE_MEMORY_MOST;
}

static void write_files(const char *f)
{
    char host[NAME_SIZE], *text = NULL, key[KEY_BYTES];

    assert_int_equal(gethostname(host, sizeof host), 0);
    host[strcspn(host, ".")] = '\0';
    assert_true(asprintf(&text, configuration, host, f, free_port(), free_port(), f, f, f, f, host,
                         sysconf(_SC_NPROCESSORS_ONLN), memory_of_node(), host) > 0);
    folder_put(f, "slurm.conf", text);
    free(text);
    folder_put(f, "cgroup.conf", "CgroupPlugin=cgroup/v1\nConstrainCores=no\n");
    folder_put(f, "state/made", "");
    folder_put(f, "spool/made", "");
    assert_int_equal(getrandom(key, sizeof key, 0), sizeof key);
    folder_put(f, "munge/made", "");
    chmod(folder_path(f, "munge"), 0711);
    chmod(folder_write(f, "munge/key", key, sizeof key), 0400);
    setenv("SLURM_CONF", folder_path(f, "slurm.conf"), 1);
}

/* In the keeper. It stays in the foreground, as its child. */
static void start_daemon(const char *folder, const char *const words[])
{
    char log[PATH_SIZE];

    snprintf(log, sizeof log, "%s/%s.log", folder, words[0]);
    if (fork() != 0)
        return;
    int to = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(to, 1);
    dup2(to, 2);
    setenv("PATH", "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin", 1);
    execvp(words[0], (char *const *)words);
    _exit(127);
}

static void start_daemons(const char *folder)
{
    char key[PATH_SIZE], socket_path[PATH_SIZE], pid[PATH_SIZE], seed[PATH_SIZE], log[PATH_SIZE], munge[PATH_SIZE];

    snprintf(munge, sizeof munge, "%s/munge", folder);
    snprintf(key, sizeof key, "--key-file=%s/munge/key", folder);
    snprintf(socket_path, sizeof socket_path, "--socket=%s/munge/socket", folder);
    snprintf(pid, sizeof pid, "--pid-file=%s/munge/pid", folder);
    snprintf(seed, sizeof seed, "--seed-file=%s/munge/seed", folder);
    snprintf(log, sizeof log, "--log-file=%s/munge/log", folder);
    start_daemon(folder, (const char *const[]){ "munged", "--foreground", "--force", key, socket_path, pid, seed, log,
                                                NULL });
    folder_comes(munge, "socket", START_SECONDS); /* the test tells of what does not come: here are no assertions */
    start_daemon(folder, (const char *const[]){ "slurmctld", "-D", "-i", NULL });
    start_daemon(folder, (const char *const[]){ "slurmd", "-D", NULL });
}

static pid_t parent_of(const char *pid)
{
    char path[NAME_SIZE + 16], line[256];
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%.32s/status", pid);
    FILE *file = fopen(path, "r");

    while (file && parent == 0 && fgets(line, sizeof line, file))
        sscanf(line, "PPid: %d", &parent);
    if (file)
        fclose(file);
    return parent;
}

/* Daemons, and all that jobs have started: who loses a parent becomes the keeper's. */
static void end_children(void)
{
    DIR *processes;

    do {
        struct dirent *entry;

        processes = opendir("/proc");
        while (processes && (entry = readdir(processes)))
            if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && parent_of(entry->d_name) == getpid())
                kill(atoi(entry->d_name), SIGKILL);
        if (processes)
            closedir(processes);
    } while (waitpid(-1, NULL, 0) > 0);
}

static _Noreturn void keep(const char *folder, int line)
{
    char byte;

    setsid(); /* the terminal's signals, and a timeout's for the test, are not for it */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    start_daemons(folder);
    while (read(line, &byte, 1) > 0)
        ;
    end_children();
    _exit(0);
}

static bool runs_jobs(void)
{
    static const char *const words[] = { "srun", "--ntasks=1", "--time=1", "true", NULL };
    struct process *p = process_start(words, NULL, NULL);

    process_finish(p);
    bool runs = p->exit_code == 0;

    process_free(p);
    return runs;
}

const char *slurm_node_start(const char *place)
{
    const struct timespec moment = { .tv_nsec = 100000000 };
    const char *reason = why_not();
    double until = clock_seconds() + START_SECONDS;
    int ends[2];

    if (reason)
        return reason;
    char *folder = strdup(place); /* it may be one of folder_path()'s buffers */

    assert_non_null(folder);
    chmod(folder, 0755);
    write_files(folder);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    node.keeper = fork();
    assert_true(node.keeper >= 0);
    if (node.keeper == 0) {
        close(ends[1]);
        keep(folder, ends[0]);
    }
    close(ends[0]);
    node.line = ends[1];
    free(folder);
    /* Nobody tells when a controller answers: srun alone finds out. */
    while (!runs_jobs()) {
        if (clock_seconds() > until)
            fail_msg("Slurm's daemons came up, but run no job");
        nanosleep(&moment, NULL);
    }
    return NULL;
}

void slurm_node_end(void)
{
    if (node.keeper <= 0)
        return;
    close(node.line);
    waitpid(node.keeper, NULL, 0);
    node.keeper = 0;
    unsetenv("SLURM_CONF");
}
