#include "cli/job_lines.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "host/job_check.h"
#include "host/ranks.h"
#include "nn/recipe/device_name.h"
#include "run/cut_off.h"
#include "run/job_stop.h"
#include "run/job_time.h"
#include "run/run_list.h"
#include "run/usage_words.h"

static const double gpu_seconds = 5;

/* A GPU that trains is read outside a job, too. */
static bool reads_gpus(const struct job *job, const char *device)
{
    return job->gpu_count > 0 || device_name_is_gpu(device);
}

void job_lines_begin(struct job_lines *j, const char *device)
{
    struct error ignored;

    *j = (struct job_lines){ .told_end = false };
    job_read(&j->job);
    j->question = job_question_ask(&j->job);
    if (reads_gpus(&j->job, device))
        j->gpus = gpu_sampler_start(NULL, gpu_seconds, &ignored);
}

int job_lines_descriptor(const struct job_lines *j)
{
    return j->question ? job_question_descriptor(j->question) : -1;
}

/* Drivers are not asked for devices that do not train: what is bound counts as usable. */
static void take_facts(const struct job_lines *j, const struct device *device, struct job_facts *out)
{
    struct host_sampler *sampler = host_sampler_new();
    struct host_readings now = { .core_count = 0 };

    if (sampler)
        host_sampler_read(sampler, &now);
    host_sampler_free(sampler);
    *out = (struct job_facts){
        .job = j->job,
        .cores = cores_count(),
        .ranks = ranks_read().count,
        .threads = devices_threads(device),
        .on_gpus = device->info.threads == 0 ? devices_replicas(device) : 0,
        .gpus = j->job.gpus_bound != 0 ? j->job.gpu_count : -1,
        .gpu_idle = -1,
        .memory_used = now.memory.used,
        .memory_limit = now.memory.limit,
    };
    job_check_look_at_runs(out);
}

/* Folders have names that others gave them. */
static void print_note(const char *text)
{
    char clean[PATH_SIZE];

    text_sanitise(clean, sizeof clean, text);
    printf("note: %s\n", clean);
}

void job_lines_cut_off(const char *folder)
{
    struct run_entry run;
    char words[160], text[PATH_SIZE] = "";

    if (folder)
        run_entry_look(&run, folder, NULL);
    else if (!run_list_newest(&run))
        return;
    if (run.state != RUN_CUT_OFF || !cut_off_look(run.folder, words, sizeof words))
        return;
    text_append(text, sizeof text, "the run %s was %s", path_name(run.folder), words);
    print_note(text);
}

void job_lines_check(const struct job_lines *j, const struct run *run)
{
    struct job_finding findings[JOB_CHECK_COUNT];
    struct job_facts facts;

    take_facts(j, run_device(run), &facts);
    text_copy(facts.runs, sizeof facts.runs, run_folder(run));
    for (int i = 0, n = job_check_look(&facts, findings); i < n; i++)
        print_note(findings[i].words);
}

static void take_answer(struct job_lines *j)
{
    if (!j->question || !job_question_take(j->question, &j->job))
        return;
    job_question_free(j->question);
    j->question = NULL;
}

static void tell_end(const struct job_lines *j, double margin, struct epoch_lines *lines)
{
    double left = job_seconds_left(&j->job);
    struct job_stop stop = { .came = false };
    char text[128], duration[32];

    text_duration(duration, sizeof duration, left);
    snprintf(text, sizeof text, "job %s ends in %s", j->job.id, duration);
    job_stop_set(&stop, j->job.end, margin);
    if (stop.at > 0)
        text_append(text, sizeof text, "; a run that is not over stops %.0f s before, kept to go on",
                    fmax(j->job.end - stop.at, 1));
    epoch_lines_note(lines, text);
}

void job_lines_update(struct job_lines *j, struct run *run, struct epoch_lines *lines,
                      const struct trainer_status *status)
{
    double margin = trainer_recipe(run_trainer(run))->training.margin;
    char words[160];

    take_answer(j);
    if (!j->told_end && j->job.end > 0) {
        run_set_job(run, &j->job);
        tell_end(j, margin, lines);
        j->told_end = true;
    }
    if (j->told_short || job_time_fits(status, run_job_seconds(run), words, sizeof words))
        return;
    j->told_short = true;
    epoch_lines_note(lines, words);
}

void job_lines_outcome(const struct job_lines *j, const struct run *run, const struct trainer_status *status)
{
    struct usage usage;
    char words[160];

    if (!j->job.inside)
        return;
    run_usage(run, &usage);
    usage_words_used(&usage, &j->job, words, sizeof words);
    printf("job %s used %s\n", j->job.id, words);
    usage_words_next(&usage, status, &j->job, run_device(run)->info.threads == 0, words, sizeof words);
    printf("next time: %s\n" USAGE_WORDS_MARGINS "\n", words);
}

void job_lines_end(struct job_lines *j)
{
    job_question_free(j->question);
    gpu_sampler_stop(j->gpus);
}
