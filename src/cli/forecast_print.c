#include "cli/forecast_print.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/epoch_lines.h"
#include "cli/json_out.h"
#include "host/job_question.h"
#include "nn/recipe/compile.h"
#include "nn/train/recipe_images.h"
#include "run/memory_room.h"
#include "run/probe.h"

struct forecast {
    const struct recipe *recipe;
    struct device device;
    struct dataset_info info;
    size_t parameters;
    struct memory_room room;
    struct memory_need need;
    bool fits;
    struct probe_result time; /* when it fits */
    struct job job;
};

static bool count(struct forecast *f, struct error *e)
{
    const struct dataset_info *info = &f->info;
    struct plan *plan =
        compile_recipe(f->recipe, shape_image(info->height, info->width, info->channels), info->classes, true, e);

    if (!plan)
        return false;
    f->parameters = plan_parameters(plan);
    f->room = memory_room_read(&f->device);
    f->need = memory_need(f->recipe, plan, info, &f->device, &f->room);
    f->fits = memory_need_fits(&f->need, &f->room);
    plan_free(plan);
    return true;
}

static bool measure(struct forecast *f, struct error *e)
{
    if (!f->fits || devices_replicas(&f->device) > 1 || f->room.ranks > 1)
        return true;
    if (!probe_measure(f->recipe, &f->device, &f->info, NULL, NULL, &f->time, e))
        return error_of_run(e);
    memory_need_measured(&f->need, f->time.device_bytes);
    f->fits = memory_need_fits(&f->need, &f->room);
    return true;
}

static void print_bytes(const char *what, uint64_t bytes, const char *how)
{
    char text[32];

    text_bytes(text, sizeof text, bytes);
    if (bytes > 0)
        printf("  %-30s %8s%s%s\n", what, text, how[0] ? "  " : "", how);
}

static void print_memory(const struct forecast *f)
{
    const struct memory_need *n = &f->need;

    if (f->room.ranks > 1)
        printf("memory of one of %d ranks, %d on this node\n", f->room.ranks, f->room.beside);
    else
        puts("memory");
    print_bytes("network", n->plan, n->measured ? "measured, with workspaces" : "counted, without workspaces");
    print_bytes("matrix products", n->products, "counted");
    print_bytes("data set on the device", n->held, "counted");
    print_bytes("data set in the node's memory", n->images, "counted");
    print_bytes("what frozen layers give", n->features, "counted");
    print_bytes("images read ahead", n->batches, "counted");
    print_bytes("copies of the weights", n->weights, "counted");
    print_bytes("in all, of the device's", n->device, "");
    print_bytes("free of it", f->room.device, "");
    print_bytes("in all, of the node's", n->host, "");
    print_bytes("free of it", f->room.host, "");
}

static void print_time(const struct forecast *f)
{
    double epoch = probe_epoch_seconds(&f->time), left = job_seconds_left(&f->job);
    char all[32], job[32];

    puts("time");
    printf("  %-30s %8.2f ms, measured over %d\n", "a step", 1000 * f->time.step_seconds, f->time.steps);
    printf("  %-30s %8.2f s, of %u steps and %u of validation\n", "an epoch", epoch, f->time.batches,
           f->time.evaluation_batches);
    text_duration(all, sizeof all, epoch * f->recipe->training.epochs);
    printf("  %-30s %8s\n", "all epochs", all);
    text_duration(job, sizeof job, left);
    if (left >= 0)
        printf("  %-30s %8s\n", "left of the job", job);
}

static json_t *known(uint64_t bytes)
{
    return bytes ? json_integer((json_int_t)bytes) : json_null();
}

static json_t *seconds(const struct forecast *f, double taken)
{
    return f->time.steps > 0 ? json_real(taken) : json_null();
}

static bool print_json(const struct forecast *f, struct error *e)
{
    const struct memory_need *n = &f->need;
    double epoch = probe_epoch_seconds(&f->time);
    json_t *all = json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "fits",
                            f->fits, "plan_measured", n->measured, "plan_bytes", (json_int_t)n->plan, "images_bytes",
                            (json_int_t)n->images, "held_bytes", (json_int_t)n->held, "features_bytes",
                            (json_int_t)n->features, "batches_bytes", (json_int_t)n->batches, "weights_bytes",
                            (json_int_t)n->weights, "host_bytes", (json_int_t)n->host, "device_bytes",
                            (json_int_t)n->device, "host_free_bytes", known(f->room.host), "device_free_bytes",
                            known(f->room.device), "step_seconds", seconds(f, f->time.step_seconds), "epoch_seconds",
                            seconds(f, epoch), "seconds", seconds(f, epoch * f->recipe->training.epochs));

    return json_out_print(all, JSON_INDENT(2) | JSON_REAL_PRECISION(6), "the forecast", e);
}

static bool print(const struct forecast *f, bool json, struct error *e)
{
    const struct recipe_images known = recipe_images_known(&f->info);
    struct recipe_warnings warnings = recipe_warnings(f->recipe, &known);

    if (json)
        return print_json(f, e);
    epoch_lines_title(f->recipe, f->parameters, &f->device, NULL);
    epoch_lines_warnings(&warnings);
    print_memory(f);
    if (f->time.steps > 0)
        print_time(f);
    else if (f->fits)
        printf("time\n  not measured: several %s are not timed beforehand\n", f->room.ranks > 1 ? "ranks" : "replicas");
    return true;
}

bool forecast_print(struct recipe *recipe, bool json, struct error *e)
{
    struct forecast f = { .recipe = recipe };

    if (!recipe_check(recipe, e) || !devices_choose(recipe->training.device, &f.device, e) ||
        !devices_share_batch(&f.device, recipe, e) ||
        !recipe_images_look(recipe, &f.info, e) || !count(&f, e) || !measure(&f, e))
        return false;
    job_read(&f.job);
    job_question_settle(&f.job, 2);
    if (!print(&f, json, e))
        return false;
    return memory_room_check(&f.room, &f.need, e);
}
