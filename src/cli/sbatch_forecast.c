#include "cli/sbatch_forecast.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "batch/batch_defaults.h"
#include "host/cores.h"
#include "nn/recipe/compile.h"
#include "nn/train/recipe_images.h"
#include "run/memory_need.h"
#include "run/probe.h"

/* This node's CPU with as many threads as the job has cores: what it needs is an upper bound for a GPU's host, too. */
static bool find_device(const struct batch_job *job, struct device *out, struct error *e)
{
    char name[32];

    snprintf(name, sizeof name, "cpu:%d", int_min(job->cpus, cores_count().usable));
    return devices_choose(name, out, e);
}

static bool count(struct batch_job *job, const struct recipe *r, const struct dataset_info *info,
                  const struct device *device, struct error *e)
{
    const struct memory_room room = { .ranks = batch_job_ranks(job) };
    const struct shape image = shape_image(info->height, info->width, info->channels);
    struct plan *plan = compile_recipe(r, image, info->classes, true, e);

    if (!plan)
        return false;
    struct memory_need need = memory_need(r, plan, info, device, &room);

    batch_defaults_memory(job, need.host, need.images + need.features);
    plan_free(plan);
    return true;
}

static bool may_time(const struct batch_job *job)
{
    return job->time[0] == '\0' && !batch_job_has_gpus(job) && batch_job_ranks(job) == 1 && probe_is_wanted();
}

bool sbatch_forecast(struct batch_job *job, struct recipe *r, bool timed, char *note, size_t size, struct error *e)
{
    struct dataset_info info;
    struct device device;
    struct probe_result time;
    struct error why;

    note[0] = '\0';
    if (!recipe_images_look(r, &info, &why)) {
        text_append(note, size, "the images cannot be looked at here, so memory and time are the site's defaults: %s",
                    why.text);
        return true;
    }
    if (!find_device(job, &device, e) || !count(job, r, &info, &device, e))
        return false;
    if (timed && may_time(job) && probe_measure(r, &device, &info, NULL, NULL, &time, &why))
        batch_defaults_time(job, probe_epoch_seconds(&time) * r->training.epochs);
    return true;
}
