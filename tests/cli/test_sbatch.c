/* Job scripts as a shell takes them, with scripts in the places of sbatch, squeue and scontrol. tests/system has a real
 * Slurm. */
#include "tests/support/check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "tests/support/folder.h"
#include "tests/support/played.h"
#include "tests/support/process.h"

#define RECIPE(units)                                                                                                  \
    "[data]\ndataset = digits\n[training]\nepochs = 2\nbatch = 512\ndevice = cpu:1\n[layers]\nflatten =\n"             \
    "dense = units=" units "\n"

static const char recipe[] = RECIPE("10");

static int setup(void **state)
{
    if (folder_setup(state) != 0 || played_begin(*state) != 0)
        return -1;
    setenv("CUVETTE_RUNS", folder_path(*state, "runs"), 1);
    folder_put(*state, "small.ini", recipe);
    folder_put(*state, "five.ini", RECIPE("5"));
    return 0;
}

static int teardown(void **state)
{
    played_end();
    unsetenv("CUVETTE_RUNS");
    unsetenv("SLURM_JOB_ID");
    return folder_teardown(state);
}

static void assert_fine(struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s%s", p->exit_code, p->out, p->err);
    process_free(p);
}

static struct process *shell(const char *folder, const char *command)
{
    struct process *p = process_start((const char *const[]){ "/bin/bash", "-c", command, NULL }, folder, NULL);

    process_finish(p);
    return p;
}

static void test_a_script_asks_for_what_was_said(void **state)
{
    const char *folder = *state;
    struct process *p = process_cuvette(folder, "sbatch", "small.ini", "--time", "2:00:00", "--cpus", "8", "--gpus",
                                        "a100:1", "--mem", "16G", "--partition", "gpu", "--account", "lab", "--qos",
                                        "short", "--name", "trial", "--tensorboard", NULL);

    assert_int_equal(strncmp(p->out, "#!/bin/bash\n", 12), 0);
    assert_holds(p->out, "\n#SBATCH --job-name=trial\n");
    assert_holds(p->out, "\n#SBATCH --time=2:00:00\n");
    assert_holds(p->out, "\n#SBATCH --cpus-per-task=8\n");
    assert_holds(p->out, "\n#SBATCH --mem=16G\n");
    assert_holds(p->out, "\n#SBATCH --gres=gpu:a100:1\n");
    assert_holds(p->out, "\n#SBATCH --partition=gpu\n");
    assert_holds(p->out, "\n#SBATCH --account=lab\n");
    assert_holds(p->out, "\n#SBATCH --qos=short\n");
    assert_holds(p->out, "/runs/trial-%j.log\n");
    assert_holds(p->out, "\n#SBATCH --signal=B:TERM@120 ");
    assert_holds(p->out, "small.ini --tensorboard --device cuda:0 \\\n");
    assert_holds(p->out, "trial-$SLURM_JOB_ID --resume --requeue\n");
    assert_true(path_is_folder(folder_path(folder, "runs"))); /* Slurm would not make it */
    assert_fine(p);
    p = process_cuvette(folder, "sbatch", "small.ini", "--time", "2", "--no-requeue", NULL);
    assert_holds(p->out, "\n#SBATCH --signal=B:TERM@30 ");
    assert_holds(p->out, "\n#SBATCH --cpus-per-task=1\n"); /* as many as the recipe's threads */
    assert_holds(p->out, " --resume\n");
    assert_fine(p);
}

static void test_a_script_of_several_ranks(void **state)
{
    struct process *p = process_cuvette(*state, "sbatch", "small.ini", "--time", "2:00:00", "--nodes", "2",
                                        "--ntasks-per-node", "4", "--cpus", "8", "--mem", "16G", "--mpi", "pmi2", NULL);

    assert_holds(p->out, "\n#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=4\n#SBATCH --cpus-per-task=8\n");
    assert_holds(p->out, "\n#SBATCH --signal=TERM@120 "); /* each rank is told, not the batch shell */
    assert_holds(p->out, "\nexec srun --mpi=pmi2 --cpus-per-task=8 --cpu-bind=cores --kill-on-bad-exit=0 \\\n");
    assert_holds(p->out, " --resume --requeue\n");
    assert_null(strstr(p->out, "gpus-per-task"));
    assert_fine(p);
    p = process_cuvette(*state, "sbatch", "small.ini", "--time", "2:00:00", "--nodes", "2", "--gpus", "4", "--mem",
                        "16G", NULL);
    assert_holds(p->out, "\n#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=4\n");
    assert_holds(p->out, "\n#SBATCH --gres=gpu:4\n");
    assert_holds(p->out, " --gpus-per-task=1 \\\n");
    assert_holds(p->out, " --device cuda:0 ");
    assert_fine(p);
    assert_refused(process_cuvette(*state, "sbatch", "small.ini", "--nodes", "2", "--ntasks-per-node", "2", "--gpus",
                                   "4", NULL),
                   2, "each rank trains on a GPU of its own");
}

static long gigabytes_of(const char *folder, const char *tasks)
{
    static const char wide[] = "[data]\ndataset = digits\n[training]\nbatch = 16384\n[layers]\n"
                               "conv2d = filters=512\nglobal_avgpool =\ndense = units=10\n";
    struct process *p;
    const char *found;
    long gigabytes;

    folder_put(folder, "wide.ini", wide);
    p = process_cuvette(folder, "sbatch", "wide.ini", "--time", "1:00:00", "--ntasks-per-node", tasks, NULL);
    assert_int_equal(p->exit_code, 0);
    found = strstr(p->out, "\n#SBATCH --mem=");
    assert_non_null(found);
    gigabytes = strtol(strchr(found, '=') + 1, NULL, 10);
    process_free(p);
    return gigabytes;
}

/* Each rank has a slice of the batch: four of them need little more than one. */
static void test_ranks_share_what_a_batch_needs(void **state)
{
    const long one = gigabytes_of(*state, "1"), four = gigabytes_of(*state, "4");

    assert_true(one > 10);
    if (four > 2 * one)
        fail_msg("%ld GB for one, %ld GB for four", one, four);
}

/* The run gives its last layer the data set's classes; the weights are read by it alone. */
static void test_a_recipe_with_weights_may_be_for_other_classes(void **state)
{
    struct process *p = process_cuvette(*state, "sbatch", "five.ini", "--set", "training.weights=nowhere.h5", NULL);

    assert_holds(p->out, "\n#SBATCH --mem=");
    assert_fine(p);
}

/* A folder whose name is everything that could be misunderstood: the script, run by a shell, trains there. */
static void test_no_name_is_taken_for_anything_else(void **state)
{
    static const char strange[] = "a b' \"$HOME\" `id` %j #1\n2";
    char *folder = strdup(folder_path(*state, strange));
    struct process *p;

    assert_int_equal(mkdir(folder, 0777), 0);
    folder_put(folder, "it's.ini", recipe);
    p = process_cuvette(folder, "sbatch", "it's.ini", "--run", "my $(run)", NULL);
    assert_refused(p, 3, "a line break");
    free(folder);

    folder = strdup(folder_path(*state, "a b' \"$HOME\" `id` %j #1"));
    assert_int_equal(mkdir(folder, 0777), 0);
    folder_put(folder, "it's.ini", recipe);
    assert_fine(process_cuvette(folder, "sbatch", "it's.ini", "--run", "my $(run)", "--out", "job.sh", NULL));
    p = process_start((const char *const[]){ "/bin/bash", folder_path(folder, "job.sh"), NULL }, folder, NULL);
    process_finish(p);
    assert_fine(p);
    assert_true(path_is_file(folder_path(folder, "my $(run)/model.h5")));
    free(folder);
}

static void test_what_varies_becomes_an_array(void **state)
{
    const char *folder = *state;

    assert_fine(process_cuvette(folder, "sbatch", "small.ini", "--vary", "training.seed=1,2", "--vary",
                                "training.batch=256,512", "--run", "sweep", "--out", "job.sh", NULL));
    for (int task = 1; task <= 4; task++) {
        char command[64], name[64], expected[64];

        snprintf(command, sizeof command, "SLURM_ARRAY_TASK_ID=%d bash job.sh", task);
        assert_fine(shell(folder, command));
        snprintf(name, sizeof name, "sweep/%d/recipe.ini", task);
        char *trained = folder_text(folder, name);

        snprintf(expected, sizeof expected, "\nbatch = %d\n", task % 2 ? 256 : 512);
        assert_holds(trained, expected);
        snprintf(expected, sizeof expected, "\nseed = %d\n", task <= 2 ? 1 : 2);
        assert_holds(trained, expected);
        free(trained);
    }
    char *script = folder_text(folder, "job.sh");

    assert_holds(script, "\n#SBATCH --array=1-4\n");
    assert_holds(script, "/sweep/%a.log\n");
    free(script);
}

static void test_values_are_looked_at_before_they_wait_in_a_queue(void **state)
{
    const char *folder = *state;

    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--vary", "training.epochs=1,many", NULL), 2,
                   "--vary training.epochs=many");
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--vary", "training.epochs", NULL), 2,
                   "SECTION.KEY=VALUE");
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--set", "training.epochs=x", NULL), 2, "--set");
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--time", "soon", NULL), 2, "time is 'soon'");
    assert_refused(process_cuvette(folder, "sbatch", "nowhere.ini", NULL), 3, "nowhere.ini");
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--run", "a\\b", NULL), 3, "backslash");
    folder_put(folder, "wrong.ini", "[data]\ndataset = digits\n[layers]\ndense = units=10\n");
    struct process *p = process_cuvette(folder, "sbatch", "wrong.ini", NULL);

    assert_int_equal(p->exit_code, 3); /* this network cannot be */
    process_free(p);
}

static void test_a_job_is_handed_in(void **state)
{
    const char *folder = *state;

    played_program(folder, "sbatch", "#!/bin/sh\n[ -z \"$SLURM_CPUS_PER_TASK\" ] || exit 9\necho the site greets you\n"
                                     "cat >\"$(dirname \"$0\")/got\"\necho '4711;cluster'\n");
    setenv("SLURM_CPUS_PER_TASK", "64", 1); /* of the job around us: none of the new one's business */
    struct process *p = process_cuvette(folder, "sbatch", "small.ini", "--submit", "--mem", "1G", NULL);

    unsetenv("SLURM_CPUS_PER_TASK");
    assert_holds(p->out, "job 4711 is queued");
    assert_holds(p->out, "/runs/small-4711\n");
    assert_holds(p->out, "/runs/small-4711.log\n");
    assert_fine(p);
    char *script = folder_text(folder, "bin/got");

    assert_holds(script, "#SBATCH --mem=1G\n");
    free(script);
}

static void test_sbatch_itself_says_why_it_refuses(void **state)
{
    const char *folder = *state;

    played_program(folder, "sbatch",
                   "#!/bin/sh\necho 'sbatch: error: invalid partition specified: nix' >&2\n"
                   "echo 'sbatch: error: Batch job submission failed: Invalid partition name specified' >&2\n"
                   "exit 1\n");
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--submit", NULL), 3,
                   "sbatch: invalid partition specified: nix; Batch job submission failed: Invalid partition");
    played_program(folder, "sbatch", "#!/bin/sh\necho hello\n");
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--submit", NULL), 1, "did not tell the number");
    unlink(folder_path(folder, "bin/sbatch"));
    setenv("PATH", folder_path(folder, "bin"), 1);
    assert_refused(process_cuvette(folder, "sbatch", "small.ini", "--submit", NULL), 3, "there is no sbatch");
}

/* What a script says each time: begin, go on, begin again where there is no checkpoint, and nothing when it is done. */
static void test_a_script_can_be_started_again_and_again(void **state)
{
    const char *folder = *state;
    struct process *p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--resume", NULL);

    assert_fine(p);
    p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--resume", NULL);
    assert_holds(p->out, "is finished, with 2 epochs");
    assert_fine(p);
    p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--resume", "--epochs", "3", "--batch", "64",
                        NULL);
    assert_holds(p->out, "does not count: training batch 512 → 64");
    assert_holds(p->out, "goes on after epoch 2");
    assert_fine(p);
    unlink(folder_path(folder, "out/checkpoint.safetensors"));
    unlink(folder_path(folder, "out/summary.json")); /* as if it was killed before the first one */
    p = process_cuvette(folder, "train", "small.ini", "--run", "out", "--resume", NULL);
    assert_holds(p->out, " 1/3 ");
    assert_fine(p);
    char *metrics = folder_text(folder, "out/metrics.jsonl");

    assert_ptr_equal(strstr(metrics, "\"kind\":\"epoch\",\"epoch\":1,"),
                     strstr(strstr(metrics, "\"kind\":\"resume\""), "\"kind\":\"epoch\",\"epoch\":1,"));
    free(metrics);
    folder_put(folder, "other/notes.txt", "mine");
    assert_refused(process_cuvette(folder, "train", "small.ini", "--run", "other", "--resume", NULL), 3, "not empty");
    assert_refused(process_cuvette(folder, "train", "small.ini", "--resume", NULL), 2, "--run DIR");
    assert_refused(process_cuvette(folder, "train", "small.ini", "--run", "x", "--requeue", NULL), 2, "--resume");
}

/* The number of classes, where the weights are: what the run made of its recipe is no difference to it. */
static void test_a_run_with_weights_goes_on_as_its_recipe_says(void **state)
{
    const char *folder = *state;

    assert_fine(process_cuvette(folder, "train", "small.ini", "--run", "first", NULL));
    for (int start = 0; start < 2; start++) {
        struct process *p = process_cuvette(folder, "train", "five.ini", "--set", "training.weights=first", "--run",
                                            "tuned", "--resume", "--epochs", start ? "3" : "2", NULL);

        assert_holds(p->out, start ? "goes on after epoch 2" : "begins with the weights of first");
        assert_null(strstr(p->out, "does not count"));
        assert_fine(p);
    }
}

static void stop_in_job(const char *folder, const char *run, const char *state_of_job, const char *says)
{
    char squeue[64];
    struct process *p;

    snprintf(squeue, sizeof squeue, "#!/bin/sh\necho %s\n", state_of_job);
    played_program(folder, "squeue", squeue);
    p = process_cuvette_start(folder, "train", "small.ini", "--run", run, "--resume", "--requeue", "--epochs",
                              "100000", NULL);
    process_expect(p, " 2/100000 ");
    process_signal(p, SIGTERM);
    process_finish(p);
    assert_refused(p, 5, says);
}

/* A job that somebody cancelled must not come back. */
static void test_only_a_job_whose_time_is_over_is_queued_again(void **state)
{
    const char *folder = *state;

    /* Slurm ends what is in the job, and may do so before this has its answer. */
    played_program(folder, "scontrol", "#!/bin/sh\necho \"$@\" >>\"$(dirname \"$0\")/asked\"\nkill -TERM $$\n");
    setenv("SLURM_JOB_ID", "4711", 1);
    stop_in_job(folder, "one", "COMPLETING", "the job is not queued again");
    assert_false(path_is_file(folder_path(folder, "bin/asked")));
    stop_in_job(folder, "two", "RUNNING", "the job is queued again to go on with it");
    char *asked = folder_text(folder, "bin/asked");

    assert_string_equal(asked, "requeue 4711\n");
    free(asked);
    played_program(folder, "scontrol",
                   "#!/bin/sh\necho 'Requested operation not supported on this system' >&2\nexit 1\n");
    stop_in_job(folder, "three", "RUNNING", "not queued again: scontrol: Requested operation");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_script_asks_for_what_was_said),
        IN_FOLDER(test_a_script_of_several_ranks),
        IN_FOLDER(test_ranks_share_what_a_batch_needs),
        IN_FOLDER(test_a_recipe_with_weights_may_be_for_other_classes),
        IN_FOLDER(test_no_name_is_taken_for_anything_else),
        IN_FOLDER(test_what_varies_becomes_an_array),
        IN_FOLDER(test_values_are_looked_at_before_they_wait_in_a_queue),
        IN_FOLDER(test_a_job_is_handed_in),
        IN_FOLDER(test_sbatch_itself_says_why_it_refuses),
        IN_FOLDER(test_a_script_can_be_started_again_and_again),
        IN_FOLDER(test_a_run_with_weights_goes_on_as_its_recipe_says),
        IN_FOLDER(test_only_a_job_whose_time_is_over_is_queued_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
