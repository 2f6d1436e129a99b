#include "run/run_status.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/json_text.h"
#include "base/text.h"

enum { FILE_SIZE = 32768 };

enum kind { TEXT, FLAG, WHOLE, WHOLE32, WHOLE64, REAL /* negative: unknown */ };

#define AT(member) offsetof(struct run_status, member), sizeof(((struct run_status *)0)->member)

/* In the order of the file; `state` and `answers` stand before and behind them. */
static const struct key {
    const char *name;
    enum kind kind;
    size_t offset, size;
} keys[] = {
    { "host", TEXT, AT(host) },
    { "process", WHOLE, AT(process) },
    { "job", TEXT, AT(job) },
    { "device", TEXT, AT(device) },
    { "device_name", TEXT, AT(device_name) },
    { "version", TEXT, AT(version) },
    { "begun", REAL, AT(begun) },
    { "written", REAL, AT(written) },
    { "activity", TEXT, AT(trainer.activity) },
    { "progress", REAL, AT(trainer.progress) },
    { "epoch", WHOLE, AT(trainer.epoch) },
    { "epochs", WHOLE, AT(trainer.epochs) },
    { "batch", WHOLE32, AT(trainer.batch) },
    { "batches", WHOLE32, AT(trainer.batches) },
    { "steps", WHOLE64, AT(trainer.steps) },
    { "images", WHOLE64, AT(trainer.images) },
    { "learning_rate", REAL, AT(trainer.learning_rate) },
    { "rate_factor", REAL, AT(trainer.rate_factor) },
    { "images_per_second", REAL, AT(trainer.speed) },
    { "images_per_second_now", REAL, AT(trainer.speed_now) },
    { "seconds", REAL, AT(trainer.seconds) },
    { "training_seconds", REAL, AT(trainer.training_seconds) },
    { "seconds_left", REAL, AT(trainer.seconds_left) },
    { "seconds_per_epoch", REAL, AT(trainer.seconds_per_epoch) },
    { "train_loss", REAL, AT(trainer.train_loss) },
    { "train_accuracy", REAL, AT(trainer.train_accuracy) },
    { "recent_loss", REAL, AT(trainer.recent_loss) },
    { "recent_accuracy", REAL, AT(trainer.recent_accuracy) },
    { "recent_steps", WHOLE, AT(trainer.recent_steps) },
    { "valid_loss", REAL, AT(trainer.valid_loss) },
    { "valid_accuracy", REAL, AT(trainer.valid_accuracy) },
    { "test_loss", REAL, AT(trainer.test_loss) },
    { "test_accuracy", REAL, AT(trainer.test_accuracy) },
    { "best_epoch", WHOLE, AT(trainer.best_epoch) },
    { "best_valid_loss", REAL, AT(trainer.best_valid_loss) },
    { "ended_early", FLAG, AT(trainer.ended_early) },
    { "best_restored", FLAG, AT(trainer.best_restored) },
    { "parameters", WHOLE64, AT(trainer.parameters) },
    { "class_weight_least", REAL, AT(trainer.class_weight_least) },
    { "class_weight_most", REAL, AT(trainer.class_weight_most) },
    { "images_unreadable", WHOLE32, AT(trainer.unreadable) },
    { "first_unreadable", TEXT, AT(trainer.first_unreadable) },
    { "checkpoint", REAL, AT(checkpoint) },
    { "checkpoint_steps", WHOLE64, AT(checkpoint_steps) },
    { "memory_used_bytes", REAL, AT(memory_used) },
    { "memory_limit_bytes", REAL, AT(memory_limit) },
    { "memory_kills", REAL, AT(memory_kills) },
    { "job_end", REAL, AT(job_end) },
    { "trouble", TEXT, AT(trouble) },
    { "step_seconds", REAL, AT(profile.step) },
#define PART(KIND, name, help) { "step_" #name, REAL, AT(profile.part[STEP_##KIND]) },
    STEP_PARTS(PART)
#undef PART
    { "step_sampled", FLAG, AT(profile.sampled) },
    { "step_from_files", FLAG, AT(profile.from_files) },
    { "step_flops", REAL, AT(profile.flops) },
    { "decoding_cores", REAL, AT(profile.decoding_cores) },
    { "decoding_threads", WHOLE, AT(profile.decoding_threads) },
};

enum { KEYS = sizeof keys / sizeof *keys };

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "WHOLE64 is for parameters, too");

static json_t *text_value(const char *text)
{
    char clean[sizeof((struct run_status *)0)->trouble];

    text_sanitise(clean, sizeof clean, text); /* Jansson accepts valid UTF-8 only */
    return clean[0] ? json_string(clean) : json_null();
}

static json_t *value_of(const struct run_status *s, const struct key *key)
{
    const void *at = (const char *)s + key->offset;

    switch (key->kind) {
    case TEXT:
        return text_value(at);
    case FLAG:
        return json_boolean(*(const bool *)at);
    case WHOLE:
        return json_integer(*(const int *)at);
    case WHOLE32:
        return json_integer(*(const uint32_t *)at);
    case WHOLE64:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case REAL:
        return isfinite(*(const double *)at) && *(const double *)at >= 0 ? json_real(*(const double *)at) : json_null();
    }
    return NULL;
}

static json_t *answers_to_json(const struct run_status *s)
{
    json_t *list = json_array();

    for (int i = 0; list && i < s->n_answers; i++) {
        const struct run_answer *a = &s->answers[i];
        json_t *answer = json_pack("{s:s, s:f, s:b, s:o}", "id", a->id, "taken", a->taken, "good", (int)a->good, "text",
                                   text_value(a->text));

        if (json_array_append_new(list, answer) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

json_t *run_status_to_json(const struct run_status *s)
{
    json_t *object = json_pack("{s:s}", "state", trainer_state_names[s->trainer.state]);
    bool good = object != NULL;

    for (int i = 0; good && i < KEYS; i++)
        good = json_object_set_new(object, keys[i].name, value_of(s, &keys[i])) == 0;
    if (good && json_object_set_new(object, "answers", answers_to_json(s)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

static bool in_folder(char path[PATH_SIZE], const char *folder, struct error *e)
{
    return path_join(path, folder, "status.json", e);
}

bool run_status_write(const struct run_status *s, const char *folder, struct error *e)
{
    json_t *object = run_status_to_json(s);
    char *text = object ? json_text(object, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) : NULL, path[PATH_SIZE];

    json_decref(object);
    if (!text)
        return error_set(e, ERROR_MEMORY, "no memory for the status of a run");
    bool written = in_folder(path, folder, e) && atomic_file_show(path, text, strlen(text), e);
    free(text);
    return written;
}

void run_status_remove(const char *folder)
{
    char path[PATH_SIZE];
    struct error ignored;

    if (in_folder(path, folder, &ignored))
        unlink(path);
}

static bool take_whole(void *at, enum kind kind, const json_t *json)
{
    json_int_t number = json_integer_value(json);

    if (kind == WHOLE)
        *(int *)at = (int)number;
    else if (kind == WHOLE32)
        *(uint32_t *)at = (uint32_t)number;
    else
        *(uint64_t *)at = (uint64_t)number;
    return json_is_integer(json) && number >= 0 && (kind == WHOLE64 || number <= INT32_MAX);
}

/* A key that is missing, or null, is unknown. */
static bool take_value(struct run_status *s, const struct key *key, const json_t *json)
{
    void *at = (char *)s + key->offset;

    if (key->kind == REAL)
        *(double *)at = json_is_number(json) ? json_number_value(json) : -1;
    if (!json || json_is_null(json))
        return true;
    switch (key->kind) {
    case TEXT:
        if (json_is_string(json))
            text_sanitise(at, key->size, json_string_value(json));
        return json_is_string(json);
    case FLAG:
        *(bool *)at = json_is_true(json);
        return json_is_boolean(json);
    case WHOLE:
    case WHOLE32:
    case WHOLE64:
        return take_whole(at, key->kind, json);
    case REAL:
        return json_is_number(json);
    }
    return false;
}

static bool take_state(struct run_status *s, const json_t *json)
{
    return json_is_string(json) && trainer_state_find(json_string_value(json), &s->trainer.state);
}

static void take_answers(struct run_status *s, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list) && s->n_answers < RUN_ANSWERS_MOST; i++) {
        const json_t *answer = json_array_get(list, i), *id = json_object_get(answer, "id");
        const json_t *text = json_object_get(answer, "text");
        struct run_answer *to = &s->answers[s->n_answers];

        if (!json_is_string(id) || !text_copy(to->id, sizeof to->id, json_string_value(id)))
            continue;
        to->taken = json_number_value(json_object_get(answer, "taken"));
        to->good = json_is_true(json_object_get(answer, "good"));
        text_sanitise(to->text, sizeof to->text, json_is_string(text) ? json_string_value(text) : "");
        s->n_answers++;
    }
}

static bool from_json(struct run_status *s, const json_t *object, struct error *e)
{
    *s = (struct run_status){ .process = 0 };
    if (!take_state(s, json_object_get(object, "state")))
        return error_set(e, ERROR_INPUT, "it says nothing of the state of a run");
    for (int i = 0; i < KEYS; i++)
        if (!take_value(s, &keys[i], json_object_get(object, keys[i].name)))
            return error_set(e, ERROR_INPUT, "\"%s\" is not what a run's status has there", keys[i].name);
    take_answers(s, json_object_get(object, "answers"));
    return true;
}

bool run_status_read(struct run_status *s, const char *folder, bool *there, struct error *e)
{
    char path[PATH_SIZE], text[FILE_SIZE];
    json_error_t problem;

    *there = false;
    if (!in_folder(path, folder, e))
        return false;
    bool read = file_read_small(path, text, sizeof text, NULL);

    *there = read || errno != ENOENT;
    if (!read)
        return error_set(e, ERROR_IO, "cannot read %s: %s", path, file_reason());

    json_t *object = json_loads(text, 0, &problem);
    bool good = (object ? from_json(s, object, e) : error_set(e, ERROR_INPUT, "%s", problem.text)) ||
                error_context(e, "%s", path);

    json_decref(object);
    return good;
}

const struct run_answer *run_status_answer(const struct run_status *s, const char *id)
{
    for (int i = 0; i < s->n_answers; i++)
        if (strcmp(s->answers[i].id, id) == 0)
            return &s->answers[i];
    return NULL;
}
