/* cuvette sbatch: writes a job script, and hands it in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/memory.h"
#include "base/program.h"
#include "base/text.h"
#include "batch/batch_defaults.h"
#include "batch/batch_queue.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/sbatch_forecast.h"
#include "cli/sbatch_tasks.h"
#include "run/mpi_plugin.h"

/* From NAME to RUN they are fields of the job, by their names; ranks on a node are called as Slurm calls them. */
enum {
    NAME = RECIPE_OPTIONS, TIME, CPUS, GPUS, MEM, NODES, TASKS, MPI, PARTITION, ACCOUNT, QOS, RUN, NO_REQUEUE, VARY,
    OUT, SUBMIT
};

static const struct command_option options[] = {
    RECIPE_OPTION_ROWS
    [NAME] = { "name", "NAME", "the job's name; the default is the recipe's" },
    [TIME] = { "time", "TIME", "how long it may take, as 30 (minutes), 8:00:00 or 1-12:00:00" },
    [CPUS] = { "cpus", "N", "cores, of each rank" },
    [GPUS] = { "gpus", "[TYPE:]N", "GPUs of each node, as 1 or a100:1" },
    [MEM] = { "mem", "BYTES", "memory of each node, as 8G" },
    [NODES] = { "nodes", "N", "nodes that train together" },
    [TASKS] = { "ntasks-per-node", "N", "ranks on each node; with several nodes the default is one a GPU" },
    [MPI] = { "mpi", "pmix|pmi2", "how srun starts several ranks" },
    [PARTITION] = { "partition", "NAME", "the partition" },
    [ACCOUNT] = { "account", "NAME", "the account that pays" },
    [QOS] = { "qos", "NAME", "the quality of service" },
    [RUN] = { "run", "DIR", "folder of the run; the default is one with the other runs, named after the job" },
    [NO_REQUEUE] = { "no-requeue", NULL, "when its time is over, do not queue it again" },
    [VARY] = { "vary", "SECTION.KEY=V1,V2", "a task for each value, each with a run of its own; any number of times" },
    [OUT] = { "out", "FILE", "write the script to this file instead of printing it" },
    [SUBMIT] = { "submit", NULL, "hand it in" },
    { .name = NULL },
};

struct request {
    struct sbatch_request tasks;
    const char **recipes, **varied;
    struct recipe_option *settings;
    struct batch_job job;
    const char *file;
    bool submit;
};

static bool make_room(struct request *r, int words, struct error *e)
{
    r->recipes = memory_new((size_t)words, sizeof *r->recipes, e);
    r->varied = memory_new((size_t)words, sizeof *r->varied, e);
    r->settings = memory_new((size_t)words, sizeof *r->settings, e);
    fields_preset(batch_job_fields, &r->job);
    return r->recipes && r->varied && r->settings;
}

static void free_request(struct request *r)
{
    free(r->recipes);
    free(r->varied);
    free(r->settings);
}

static bool set_field(struct batch_job *job, int option, const char *text, struct error *e)
{
    const char *name = option == TASKS ? "tasks" : options[option].name;

    if (field_parse(fields_find(batch_job_fields, name), job, text, e))
        return true;
    e->kind = ERROR_USAGE;
    return error_context(e, "--%s", options[option].name);
}

static bool parse(int argc, char **argv, struct request *r, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case NO_REQUEUE:
            r->job.requeue = false;
            break;
        case VARY:
            r->varied[r->tasks.n_varied++] = word;
            break;
        case OUT:
            r->file = word;
            break;
        case SUBMIT:
            r->submit = true;
            break;
        case OPTIONS_WORD:
            r->recipes[r->tasks.n_recipes++] = word;
            break;
        case OPTIONS_ERROR:
            return false;
        default:
            if (option >= NAME && !set_field(&r->job, option, word, e))
                return false;
            if (option < NAME)
                r->settings[r->tasks.n_settings++] = (struct recipe_option){ option, word };
        }
    r->tasks.recipes = r->recipes;
    r->tasks.varied = r->varied;
    r->tasks.settings = r->settings;
    if (batch_job_check(&r->job, e))
        return true;
    e->kind = ERROR_USAGE;
    return false;
}

static void tell_job(const struct batch_script *s, const char *number)
{
    char run[PATH_SIZE], log[PATH_SIZE];
    struct error ignored;

    printf("job %s is queued: squeue --jobs %s tells how it stands\n", number, number);
    for (int i = 1; i <= s->n_tasks; i++)
        if (batch_script_run(s, number, i, run, &ignored) && batch_script_log(s, number, i, log, &ignored))
            printf("  run %s\n  log %s\n", run, log);
}

/* Where the script itself is printed, nothing else is. */
static bool hand_out(const struct request *r, const struct batch_script *script, const char *text, struct error *e)
{
    char number[BATCH_NUMBER_SIZE];

    if (r->file && !atomic_file_write(r->file, text, strlen(text), e))
        return false;
    if (r->submit) {
        if (!batch_queue_submit(text, number, e))
            return false;
        tell_job(script, number);
    } else if (r->file) {
        printf("the script is in %s: sbatch %s hands it in\n", r->file, r->file);
    } else {
        fputs(text, stdout);
    }
    return true;
}

/* Several tasks share one request: the memory of the first is counted, and its time is nobody else's. */
static bool fill_in(struct request *r, const struct sbatch_tasks *tasks, struct error *e)
{
    char note[sizeof e->text + 128];
    struct error why;

    batch_defaults_of_recipe(&r->job, &tasks->recipes[0]);
    if (!sbatch_forecast(&r->job, &tasks->recipes[0], tasks->count == 1, note, sizeof note, e))
        return false;
    if (note[0] != '\0')
        fprintf(stderr, "note: %s\n", note);
    if (batch_job_ranks(&r->job) > 1 && !mpi_plugin_there(batch_mpi_families[r->job.mpi], &why))
        fprintf(stderr, "note: several ranks need it: %s\n", why.text);
    return true;
}

static bool write_script(struct request *r, struct sbatch_tasks *tasks, struct error *e)
{
    char program[PATH_SIZE], folder[PATH_SIZE];
    const struct batch_script script = {
        .job = &r->job, .program = program, .folder = folder, .tasks = tasks->tasks, .n_tasks = tasks->count,
    };

    if (!getcwd(folder, sizeof folder))
        return error_set_errno(e, "cannot find the current folder");
    if (!program_path(program, e) || !fill_in(r, tasks, e))
        return false;
    sbatch_tasks_fit(tasks, &r->job);

    char *text = batch_script_text(&script, e);
    bool done = text && batch_script_prepare(&script, e) && hand_out(r, &script, text, e);

    free(text);
    return done;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .file = NULL };
    struct sbatch_tasks tasks = { 0 };
    bool done = make_room(&request, argc, e) && parse(argc, argv, &request, e) &&
                sbatch_tasks_make(&request.tasks, &tasks, e) && write_script(&request, &tasks, e);

    sbatch_tasks_free(&tasks);
    free_request(&request);
    return done;
}

COMMAND(sbatch) = {
    .name = "sbatch",
    .arguments = "[RECIPE...] [OPTION...]",
    .help = "write a Slurm job script that trains, and hand it in",
    .details = "Without --submit the script is printed. Slurm is asked for what the options say;\n"
               "memory, and on a CPU the time, are estimated where they say nothing. Before its\n"
               "time is over the job saves its run, and is queued again to go on with it. Several\n"
               "recipes, or --vary, make an array of jobs.",
    .options = options,
    .run = run,
};
