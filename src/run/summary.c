#include "run/summary.h"

#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/json_members.h"
#include "base/json_text.h"

#define AT(member) JSON_MEMBER(struct summary, member)

/* In the order of the file. */
static const struct json_member keys[] = {
    { "name", JSON_KIND_TEXT, AT(name) },
    { "dataset", JSON_KIND_TEXT, AT(dataset) },
    { "device", JSON_KIND_TEXT, AT(device) },
    { "device_name", JSON_KIND_TEXT, AT(device_name) },
    { "images_from", JSON_KIND_TEXT, AT(images_from) },
    { "images_unreadable", JSON_KIND_WHOLE64, AT(unreadable) },
    { "balance", JSON_KIND_TEXT, AT(balance) },
    { "class_weight_least", JSON_KIND_MEASURE, AT(class_weight_least) },
    { "class_weight_most", JSON_KIND_MEASURE, AT(class_weight_most) },
    { "weights", JSON_KIND_TEXT, AT(weights) },
    { "beginning", JSON_KIND_TEXT, AT(beginning) },
    { "precision", JSON_KIND_TEXT, AT(precision) },
    { "threads", JSON_KIND_INTEGER, AT(threads) },
    { "replicas", JSON_KIND_INTEGER, AT(replicas) },
    { "ranks", JSON_KIND_ORDINAL, AT(ranks) },
    { "nodes", JSON_KIND_ORDINAL, AT(nodes) },
    { "share_of_perfect", JSON_KIND_MEASURE, AT(perfect) },
    { "sums_hidden", JSON_KIND_MEASURE, AT(sums_hidden) },
    { "slowest_rank", JSON_KIND_TEXT, AT(slowest_rank) },
    { "slowest_rank_longer", JSON_KIND_MEASURE, AT(slowest_longer) },
    { "slowest_rank_seconds", JSON_KIND_MEASURE, AT(slowest_seconds) },
    { "median_rank_seconds", JSON_KIND_MEASURE, AT(median_seconds) },
    { "parameters", JSON_KIND_WHOLE64, AT(parameters) },
    { "epochs", JSON_KIND_INTEGER, AT(epochs) },
    { "batch", JSON_KIND_INTEGER, AT(batch) },
    { "accumulate", JSON_KIND_ORDINAL, AT(accumulate) },
    { "learning_rate", JSON_KIND_MEASURE, AT(learning_rate) },
    { "rate_scale", JSON_KIND_TEXT, AT(rate_scale) },
    { "seed", JSON_KIND_INTEGER, AT(seed) },
    { "state", JSON_KIND_TEXT, AT(state) },
    { "error", JSON_KIND_TEXT, AT(error) },
    { "seconds_total", JSON_KIND_MEASURE, AT(seconds_total) },
    { "seconds_per_epoch", JSON_KIND_MEASURE, AT(seconds_per_epoch) },
    { "features_seconds", JSON_KIND_MEASURE, AT(features_seconds) },
    { "images_per_second", JSON_KIND_MEASURE, AT(images_per_second) },
    { "checkpoints", JSON_KIND_INTEGER, AT(checkpoints) },
    { "checkpoint_pause_seconds", JSON_KIND_MEASURE, AT(checkpoint_pause_seconds) },
    { "checkpoint_cpu_seconds", JSON_KIND_MEASURE, AT(checkpoint_cpu_seconds) },
    { "flops_per_second", JSON_KIND_MEASURE, AT(flops_per_second) },
    { "step_seconds", JSON_KIND_MEASURE, AT(step_seconds) },
#define PART(KIND, name, help) { "step_" #name, JSON_KIND_MEASURE, AT(step_parts[STEP_##KIND]) },
    STEP_PARTS(PART)
#undef PART
    { "decoding_cores", JSON_KIND_MEASURE, AT(decoding_cores) },
    { "bottleneck", JSON_KIND_TEXT, AT(bottleneck) },
    { "health", JSON_KIND_TEXT, AT(health) },
    { "train_loss", JSON_KIND_MEASURE, AT(train_loss) },
    { "train_accuracy", JSON_KIND_MEASURE, AT(train_accuracy) },
    { "valid_loss", JSON_KIND_MEASURE, AT(valid_loss) },
    { "valid_accuracy", JSON_KIND_MEASURE, AT(valid_accuracy) },
    { "test_loss", JSON_KIND_MEASURE, AT(test_loss) },
    { "test_accuracy", JSON_KIND_MEASURE, AT(test_accuracy) },
    { "best_epoch", JSON_KIND_ORDINAL, AT(best_epoch) },
    { "best_valid_accuracy", JSON_KIND_MEASURE, AT(best_accuracy) },
    { "best_valid_accuracy_epoch", JSON_KIND_ORDINAL, AT(best_accuracy_epoch) },
    { "best_epoch_on", JSON_KIND_TEXT, AT(best_on) },
    { "node", JSON_KIND_TEXT, AT(node) },
    { "job", JSON_KIND_TEXT, AT(job) },
    { "cores_used", JSON_KIND_MEASURE, AT(cores_used) },
    { "cores_allotted", JSON_KIND_MEASURE, AT(cores_allotted) },
    { "memory_peak_bytes", JSON_KIND_MEASURE, AT(memory_peak) },
    { "memory_limit_bytes", JSON_KIND_MEASURE, AT(memory_limit) },
    { "gpu_load", JSON_KIND_MEASURE, AT(gpu_load) },
    { "job_seconds_used", JSON_KIND_MEASURE, AT(job_seconds_used) },
    { "job_seconds", JSON_KIND_MEASURE, AT(job_seconds) },
    { "next_job", JSON_KIND_TEXT, AT(next_job) },
    { "date", JSON_KIND_TEXT, AT(date) },
    { "version", JSON_KIND_TEXT, AT(version) },
};

enum { KEYS = sizeof keys / sizeof *keys };

json_t *summary_to_json(const struct summary *s)
{
    json_t *object = json_object();

    if (object && json_members_put(object, keys, KEYS, s))
        return object;
    json_decref(object);
    return NULL;
}

bool summary_write(const struct summary *s, const char *path, struct error *e)
{
    json_t *object = summary_to_json(s);
    bool written = json_text_save(object, JSON_INDENT(2) | JSON_REAL_PRECISION(9), path, e);

    json_decref(object);
    return written;
}

void summary_forget(struct summary *s)
{
    memset(s, 0, sizeof *s);
    json_members_take(s, keys, KEYS, NULL);
}

bool summary_from_json(struct summary *s, const json_t *object, struct error *e)
{
    summary_forget(s);
    if (!json_is_object(object))
        return error_set(e, ERROR_INPUT, "not the summary of a run");

    const char *wrong = json_members_take(s, keys, KEYS, object);

    return !wrong || error_set(e, ERROR_INPUT, "\"%s\" is not what the summary of a run has there", wrong);
}

bool summary_read(struct summary *s, const char *path, struct error *e)
{
    json_error_t problem;
    FILE *file = file_open_stream(path);

    if (!file)
        return error_set_errno(e, "cannot read %s", path);

    json_t *object = json_loadf(file, 0, &problem);
    bool failed = ferror(file);

    fclose(file);
    if (failed) {
        json_decref(object);
        return error_set(e, ERROR_IO, "cannot read %s: the system reports a fault of the disk or the network", path);
    }
    if (!object)
        return error_set(e, ERROR_INPUT, "%s:%d: not the summary of a run: %s", path, problem.line, problem.text);
    bool good = summary_from_json(s, object, e) || error_context(e, "%s", path);
    json_decref(object);
    return good;
}
