#include "tests/support/on_slurm.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/path.h"
#include "run/metrics.h"
#include "tests/support/check.h"
#include "tests/support/folder.h"
#include "tests/support/slurm_node.h"

struct on_slurm on_slurm;

/* A checkpoint is written at nearly all times. */
static const char recipe[] = "[data]\ndataset = digits\n[training]\nepochs = 100000\nbatch = 512\ndevice = cpu:1\n"
                             "checkpoint = 0.02\n[optimiser]\nkind = adam\n"
                             "[layers]\nflatten =\ndense = units=64 activation=relu\ndense = units=10\n";

static const char *why_skipped;

int on_slurm_begin(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    folder_put(*state, "slurm/made", "");
    why_skipped = slurm_node_start(folder_path(*state, "slurm"));
    if (why_skipped)
        print_message("skipped: %s\n", why_skipped);
    return 0;
}

int on_slurm_end(void **state)
{
    slurm_node_end();
    return folder_teardown(state);
}

int on_slurm_setup(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    on_slurm.folder = *state;
    setenv("CUVETTE_HOME", on_slurm.folder, 1);
    folder_put(on_slurm.folder, "small.ini", recipe);
    on_slurm.runs = strdup(folder_path(on_slurm.folder, "runs"));
    return mkdir(on_slurm.runs, 0777);
}

int on_slurm_teardown(void **state)
{
    free(on_slurm.runs);
    return folder_teardown(state);
}

void on_slurm_need(void)
{
    if (why_skipped)
        skip();
}

void on_slurm_quick_recipe(int epochs)
{
    char text[256];

    snprintf(text, sizeof text,
             "[data]\ndataset = digits\n[training]\nepochs = %d\nbatch = 512\ndevice = cpu:1\n"
             "[layers]\nflatten =\ndense = units=10\n",
             epochs);
    folder_put(on_slurm.folder, "small.ini", text);
}

char *on_slurm_run(const char *name)
{
    return strdup(folder_path(on_slurm.runs, name));
}

void on_slurm_await_checkpoint(const char *run)
{
    folder_await(on_slurm.runs, path_name(run));
    folder_await(run, "checkpoint.safetensors");
}

void on_slurm_let_train(const char *run, struct chance *c)
{
    char line[64];

    snprintf(line, sizeof line, "\"kind\":\"epoch\",\"epoch\":%d,", chance_int(c, 1, 40));
    folder_await_text(run, "metrics.jsonl", line);
}

static bool nobody_trains(const void *run)
{
    return !metrics_are_claimed(folder_path(run, "metrics.jsonl"));
}

/* The lock on its metrics ends with the process, however that ends, and so does its hold on the file. */
void on_slurm_await_end(const char *run)
{
    if (!folder_watch(run, nobody_trains, run, ON_SLURM_SECONDS))
        fail_msg("%s is still trained", run);
}

struct process *on_slurm_program(const char *a, const char *b, const char *c, const char *d)
{
    struct process *p = process_start((const char *const[]){ a, b, c, d, NULL }, on_slurm.folder, NULL);

    process_finish(p);
    return p;
}

struct screen *on_slurm_terminal(const char *const arguments[])
{
    static const char *const environment[] = { "CUVETTE_NVML=/nowhere", NULL };

    return screen_start(&(struct screen_options){ .arguments = arguments, .environment = environment });
}

void assert_fine(struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s%s", p->exit_code, p->out, p->err);
    process_free(p);
}

void assert_goes_on(const char *run)
{
    struct process *p = process_cuvette_start(on_slurm.folder, "resume", run, NULL);

    process_expect(p, "goes on after epoch");
    process_expect(p, "/100000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, "stopped by SIGTERM");
}
