#include "run/summary.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/text.h"

enum kind { TEXT, INTEGER, ORDINAL /* from 1 on; 0: unknown */, COUNT, MEASURE };

#define AT(member) offsetof(struct summary, member), sizeof(((struct summary *)0)->member)

/* In the order of the file. */
static const struct key {
    const char *name;
    enum kind kind;
    size_t offset, size;
} keys[] = {
    { "name", TEXT, AT(name) },
    { "dataset", TEXT, AT(dataset) },
    { "device", TEXT, AT(device) },
    { "device_name", TEXT, AT(device_name) },
    { "images_from", TEXT, AT(images_from) },
    { "images_unreadable", COUNT, AT(unreadable) },
    { "balance", TEXT, AT(balance) },
    { "class_weight_least", MEASURE, AT(class_weight_least) },
    { "class_weight_most", MEASURE, AT(class_weight_most) },
    { "precision", TEXT, AT(precision) },
    { "threads", INTEGER, AT(threads) },
    { "parameters", COUNT, AT(parameters) },
    { "epochs", INTEGER, AT(epochs) },
    { "batch", INTEGER, AT(batch) },
    { "seed", INTEGER, AT(seed) },
    { "state", TEXT, AT(state) },
    { "error", TEXT, AT(error) },
    { "seconds_total", MEASURE, AT(seconds_total) },
    { "seconds_per_epoch", MEASURE, AT(seconds_per_epoch) },
    { "images_per_second", MEASURE, AT(images_per_second) },
    { "flops_per_second", MEASURE, AT(flops_per_second) },
    { "step_seconds", MEASURE, AT(step_seconds) },
#define PART(KIND, name, help) { "step_" #name, MEASURE, AT(step_parts[STEP_##KIND]) },
    STEP_PARTS(PART)
#undef PART
    { "decoding_cores", MEASURE, AT(decoding_cores) },
    { "bottleneck", TEXT, AT(bottleneck) },
    { "train_loss", MEASURE, AT(train_loss) },
    { "train_accuracy", MEASURE, AT(train_accuracy) },
    { "valid_loss", MEASURE, AT(valid_loss) },
    { "valid_accuracy", MEASURE, AT(valid_accuracy) },
    { "test_loss", MEASURE, AT(test_loss) },
    { "test_accuracy", MEASURE, AT(test_accuracy) },
    { "best_epoch", ORDINAL, AT(best_epoch) },
    { "best_valid_accuracy", MEASURE, AT(best_accuracy) },
    { "best_valid_accuracy_epoch", ORDINAL, AT(best_accuracy_epoch) },
    { "best_epoch_on", TEXT, AT(best_on) },
    { "node", TEXT, AT(node) },
    { "job", TEXT, AT(job) },
    { "cores_used", MEASURE, AT(cores_used) },
    { "cores_allotted", MEASURE, AT(cores_allotted) },
    { "memory_peak_bytes", MEASURE, AT(memory_peak) },
    { "memory_limit_bytes", MEASURE, AT(memory_limit) },
    { "gpu_load", MEASURE, AT(gpu_load) },
    { "job_seconds_used", MEASURE, AT(job_seconds_used) },
    { "job_seconds", MEASURE, AT(job_seconds) },
    { "next_job", TEXT, AT(next_job) },
    { "date", TEXT, AT(date) },
    { "version", TEXT, AT(version) },
};

enum { KEYS = sizeof keys / sizeof *keys };

static json_t *text_value(const char *text)
{
    char clean[sizeof(struct summary)];

    text_sanitise(clean, sizeof clean, text); /* Jansson accepts valid UTF-8 only */
    return clean[0] ? json_string(clean) : json_null();
}

static json_t *value_of(const struct summary *s, const struct key *key)
{
    const void *at = (const char *)s + key->offset;

    switch (key->kind) {
    case TEXT:
        return text_value(at);
    case INTEGER:
        return json_integer(*(const int *)at);
    case ORDINAL:
        return *(const int *)at > 0 ? json_integer(*(const int *)at) : json_null();
    case COUNT:
        return json_integer((json_int_t) * (const size_t *)at);
    case MEASURE:
        return isfinite(*(const double *)at) && *(const double *)at >= 0 ? json_real(*(const double *)at) : json_null();
    }
    return NULL;
}

json_t *summary_to_json(const struct summary *s)
{
    json_t *object = json_object();

    for (int i = 0; object && i < KEYS; i++)
        if (json_object_set_new(object, keys[i].name, value_of(s, &keys[i])) != 0) {
            json_decref(object);
            object = NULL;
        }
    return object;
}

bool summary_write(const struct summary *s, const char *path, struct error *e)
{
    json_t *object = summary_to_json(s);
    bool written = json_text_save(object, JSON_INDENT(2) | JSON_REAL_PRECISION(9), path, e);

    json_decref(object);
    return written;
}

static bool take_value(struct summary *s, const struct key *key, const json_t *value)
{
    void *at = (char *)s + key->offset;

    if (!value || json_is_null(value))
        return true;
    switch (key->kind) {
    case TEXT:
        if (json_is_string(value))
            text_copy(at, key->size, json_string_value(value));
        return json_is_string(value);
    case INTEGER:
    case ORDINAL:
        *(int *)at = (int)json_integer_value(value);
        return json_is_integer(value) && *(int *)at == json_integer_value(value);
    case COUNT:
        *(size_t *)at = (size_t)json_integer_value(value);
        return json_is_integer(value) && json_integer_value(value) >= 0;
    case MEASURE:
        *(double *)at = json_number_value(value);
        return json_is_number(value);
    }
    return false;
}

void summary_forget(struct summary *s)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < KEYS; i++)
        if (keys[i].kind == MEASURE)
            *(double *)(void *)((char *)s + keys[i].offset) = -1;
}

bool summary_from_json(struct summary *s, const json_t *object, struct error *e)
{
    summary_forget(s);
    if (!json_is_object(object))
        return error_set(e, ERROR_INPUT, "not the summary of a run");
    for (int i = 0; i < KEYS; i++)
        if (!take_value(s, &keys[i], json_object_get(object, keys[i].name)))
            return error_set(e, ERROR_INPUT, "\"%s\" is not what the summary of a run has there", keys[i].name);
    return true;
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
