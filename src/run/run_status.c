#include "run/run_status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "base/text.h"

enum { FILE_SIZE = 32768 };

#define AT(member) JSON_MEMBER(struct run_status, member)

/* In the order of the file; `state` stands before them, `rank_list` and `answers` behind. */
static const struct json_member keys[] = {
    { "host", JSON_KIND_TEXT, AT(host) },
    { "process", JSON_KIND_WHOLE, AT(process) },
    { "job", JSON_KIND_TEXT, AT(job) },
    { "device", JSON_KIND_TEXT, AT(device) },
    { "device_name", JSON_KIND_TEXT, AT(device_name) },
    { "version", JSON_KIND_TEXT, AT(version) },
    { "begun", JSON_KIND_MEASURE, AT(begun) },
    { "written", JSON_KIND_MEASURE, AT(written) },
    { "activity", JSON_KIND_TEXT, AT(trainer.activity) },
    { "progress", JSON_KIND_MEASURE, AT(trainer.progress) },
    { "epoch", JSON_KIND_WHOLE, AT(trainer.epoch) },
    { "epochs", JSON_KIND_WHOLE, AT(trainer.epochs) },
    { "batch", JSON_KIND_WHOLE32, AT(trainer.batch) },
    { "batches", JSON_KIND_WHOLE32, AT(trainer.batches) },
    { "steps", JSON_KIND_WHOLE64, AT(trainer.steps) },
    { "images", JSON_KIND_WHOLE64, AT(trainer.images) },
    { "learning_rate", JSON_KIND_MEASURE, AT(trainer.learning_rate) },
    { "rate_factor", JSON_KIND_MEASURE, AT(trainer.rate_factor) },
    { "images_per_second", JSON_KIND_MEASURE, AT(trainer.speed) },
    { "images_per_second_now", JSON_KIND_MEASURE, AT(trainer.speed_now) },
    { "seconds", JSON_KIND_MEASURE, AT(trainer.seconds) },
    { "training_seconds", JSON_KIND_MEASURE, AT(trainer.training_seconds) },
    { "seconds_left", JSON_KIND_MEASURE, AT(trainer.seconds_left) },
    { "seconds_per_epoch", JSON_KIND_MEASURE, AT(trainer.seconds_per_epoch) },
    { "train_loss", JSON_KIND_MEASURE, AT(trainer.train_loss) },
    { "train_accuracy", JSON_KIND_MEASURE, AT(trainer.train_accuracy) },
    { "recent_loss", JSON_KIND_MEASURE, AT(trainer.recent_loss) },
    { "recent_accuracy", JSON_KIND_MEASURE, AT(trainer.recent_accuracy) },
    { "recent_steps", JSON_KIND_WHOLE, AT(trainer.recent_steps) },
    { "valid_loss", JSON_KIND_MEASURE, AT(trainer.valid_loss) },
    { "valid_accuracy", JSON_KIND_MEASURE, AT(trainer.valid_accuracy) },
    { "test_loss", JSON_KIND_MEASURE, AT(trainer.test_loss) },
    { "test_accuracy", JSON_KIND_MEASURE, AT(trainer.test_accuracy) },
    { "best_epoch", JSON_KIND_WHOLE, AT(trainer.best_epoch) },
    { "best_valid_loss", JSON_KIND_MEASURE, AT(trainer.best_valid_loss) },
    { "ended_early", JSON_KIND_FLAG, AT(trainer.ended_early) },
    { "best_restored", JSON_KIND_FLAG, AT(trainer.best_restored) },
    { "parameters", JSON_KIND_WHOLE64, AT(trainer.parameters) },
    { "features_bytes", JSON_KIND_WHOLE64, AT(trainer.features_bytes) },
    { "features_lacking_bytes", JSON_KIND_WHOLE64, AT(trainer.features_lacking) },
    { "features_images", JSON_KIND_WHOLE64, AT(trainer.features_images) },
    { "features_seconds", JSON_KIND_MEASURE, AT(trainer.features_seconds) },
    { "class_weight_least", JSON_KIND_MEASURE, AT(trainer.class_weight_least) },
    { "class_weight_most", JSON_KIND_MEASURE, AT(trainer.class_weight_most) },
    { "images_unreadable", JSON_KIND_WHOLE32, AT(trainer.unreadable) },
    { "first_unreadable", JSON_KIND_TEXT, AT(trainer.first_unreadable) },
    { "ranks", JSON_KIND_WHOLE, AT(trainer.together.ranks) },
    { "nodes", JSON_KIND_WHOLE, AT(trainer.together.nodes) },
    { "shares", JSON_KIND_TEXT, AT(trainer.shares_words) },
    { "share_of_perfect", JSON_KIND_MEASURE, AT(trainer.together.perfect) },
    { "sums_hidden", JSON_KIND_MEASURE, AT(trainer.together.hidden) },
    { "slowest_rank", JSON_KIND_TEXT, AT(trainer.together.slowest) },
    { "slowest_rank_longer", JSON_KIND_MEASURE, AT(trainer.together.behind) },
    { "slowest_rank_seconds", JSON_KIND_MEASURE, AT(trainer.together.slow) },
    { "median_rank_seconds", JSON_KIND_MEASURE, AT(trainer.together.usual) },
    { "checkpoint", JSON_KIND_MEASURE, AT(checkpoint) },
    { "checkpoint_steps", JSON_KIND_WHOLE64, AT(checkpoint_steps) },
    { "memory_used_bytes", JSON_KIND_MEASURE, AT(memory_used) },
    { "memory_limit_bytes", JSON_KIND_MEASURE, AT(memory_limit) },
    { "memory_kills", JSON_KIND_MEASURE, AT(memory_kills) },
    { "job_end", JSON_KIND_MEASURE, AT(job_end) },
    { "handed_over", JSON_KIND_FLAG, AT(handed_over) },
    { "trouble", JSON_KIND_TEXT, AT(trouble) },
    { "step_seconds", JSON_KIND_MEASURE, AT(profile.step) },
#define PART(KIND, name, help) { "step_" #name, JSON_KIND_MEASURE, AT(profile.part[STEP_##KIND]) },
    STEP_PARTS(PART)
#undef PART
    { "step_sampled", JSON_KIND_FLAG, AT(profile.sampled) },
    { "step_from_files", JSON_KIND_FLAG, AT(profile.from_files) },
    { "step_flops", JSON_KIND_MEASURE, AT(profile.flops) },
    { "decoding_cores", JSON_KIND_MEASURE, AT(profile.decoding_cores) },
    { "decoding_threads", JSON_KIND_WHOLE, AT(profile.decoding_threads) },
};

/* Of a rank. */
#define OF_RANK(member) JSON_MEMBER(struct rank_row, member)
static const struct json_member rank_keys[] = {
    { "name", JSON_KIND_TEXT, OF_RANK(name) },
    { "step_seconds", JSON_KIND_MEASURE, OF_RANK(card.step) },
    { "waits_seconds", JSON_KIND_MEASURE, OF_RANK(card.waits) },
    { "summing_seconds", JSON_KIND_MEASURE, OF_RANK(card.summing) },
    { "hidden_seconds", JSON_KIND_MEASURE, OF_RANK(card.hidden) },
    { "load", JSON_KIND_MEASURE, OF_RANK(card.load) },
};

enum { KEYS = sizeof keys / sizeof *keys, RANK_KEYS = sizeof rank_keys / sizeof *rank_keys };

static json_t *text_value(const char *text)
{
    char clean[sizeof((struct run_answer *)0)->text];

    text_sanitise(clean, sizeof clean, text); /* Jansson accepts valid UTF-8 only */
    return clean[0] ? json_string(clean) : json_null();
}

static json_t *ranks_to_json(const struct rank_rows *rows)
{
    json_t *list = json_array();

    for (int i = 0; list && i < rows->count; i++) {
        json_t *rank = json_object();

        if (!rank || !json_members_put(rank, rank_keys, RANK_KEYS, &rows->rows[i]) ||
            json_array_append(list, rank) != 0) {
            json_decref(list);
            list = NULL;
        }
        json_decref(rank);
    }
    return list;
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

    if (object && json_members_put(object, keys, KEYS, s) &&
        json_object_set_new(object, "rank_list", ranks_to_json(&s->ranks)) == 0 &&
        json_object_set_new(object, "answers", answers_to_json(s)) == 0)
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

static bool take_state(struct run_status *s, const json_t *json)
{
    return json_is_string(json) && trainer_state_find(json_string_value(json), &s->trainer.state);
}

/* False where one of them is no rank. */
static bool take_ranks(struct run_status *s, const json_t *list)
{
    struct rank_rows *to = &s->ranks;

    for (size_t i = 0; i < json_array_size(list) && to->count < RANK_ROWS_MOST; i++)
        if (json_members_take(&to->rows[to->count++], rank_keys, RANK_KEYS, json_array_get(list, i)))
            return false;
    return true;
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

    const char *wrong = json_members_take(s, keys, KEYS, object);

    if (wrong)
        return error_set(e, ERROR_INPUT, "\"%s\" is not what a run's status has there", wrong);
    if (!take_ranks(s, json_object_get(object, "rank_list")))
        return error_set(e, ERROR_INPUT, "\"rank_list\" is not what a run's status has there");
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
