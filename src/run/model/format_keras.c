/* Keras 3's files: a zip file of config.json, which describes the layers, metadata.json and model.weights.h5
 * (keras_state.h). Those that cuvette writes have cuvette.json beside them, which Keras does not look at: an object of
 * the texts of model_metadata.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "base/guard.h"
#include "base/json_text.h"
#include "run/model/h5/keras_state.h"
#include "run/model/keras/keras_config.h"
#include "run/model/model_format.h"
#include "run/model/model_metadata.h"
#include "run/model/zip_members.h"

enum { CONFIG_SIZE = 1 << 24, OWN_SIZE = 1 << 22, METADATA_SIZE = 1 << 16 };

enum { CONFIG, OWN, METADATA, TEXTS };

static const struct zip_member texts[TEXTS] = {
    [CONFIG] = { .name = "config.json", .most = CONFIG_SIZE - 1 },
    [OWN] = { .name = "cuvette.json", .most = OWN_SIZE - 1, .optional = true },
    [METADATA] = { .name = "metadata.json", .most = METADATA_SIZE - 1, .optional = true },
};

/* In memory that is shared with the process that reads. Each text ends with a zero. */
struct shared {
    char config[CONFIG_SIZE], own[OWN_SIZE], metadata[METADATA_SIZE];
};

struct reading {
    const char *path;
    struct shared *shared;
};

static bool read_apart(void *context, struct error *e)
{
    const struct reading *r = context;
    struct zip_member members[TEXTS];

    memcpy(members, texts, sizeof members);
    members[CONFIG].bytes = r->shared->config;
    members[OWN].bytes = r->shared->own;
    members[METADATA].bytes = r->shared->metadata;
    return zip_members_read(r->path, members, TEXTS, e);
}

/* NULL with an error; munmap() it. */
static struct shared *read_texts(const char *path, struct error *e)
{
    const struct guard_limits limits = { .seconds = 60, .bytes = 1 << 28 };
    struct reading r = { .path = path };

    if (access(path, R_OK) != 0) {
        error_set_errno(e, "cannot read %s", path);
        return NULL;
    }
    r.shared = guard_share(sizeof *r.shared, path, e);
    if (!r.shared)
        return NULL;
    if (guard_run(read_apart, &r, &limits, path, e))
        return r.shared;
    munmap(r.shared, sizeof *r.shared);
    return NULL;
}

static const char *text_of(const void *own, const char *key)
{
    return json_string_value(json_object_get(own, key));
}

static bool take_own(const char *path, const json_t *own, const struct model_wish *wish, struct stored_model *out,
                     struct error *e)
{
    const struct model_metadata metadata = { .path = path, .text = text_of, .file = own };

    if (!model_metadata_is_own(&metadata))
        return error_set(e, ERROR_INPUT, "%.300s is damaged: its member %s has no recipe", path, texts[OWN].name);
    return model_metadata_take(&metadata, wish, out, e) && stored_model_prepare(out, e) &&
           model_metadata_take_normalisation(&metadata, out, e) && keras_arrays_own(path, keras_state_read, out, e);
}

static bool take_foreign(const char *path, const struct shared *s, const struct model_wish *wish,
                         struct stored_model *out, struct error *e)
{
    json_t *metadata = json_loads(s->metadata, 0, NULL);
    const char *version = json_string_value(json_object_get(metadata, "keras_version"));

    snprintf(out->writer, sizeof out->writer, "Keras%s%.32s", version ? " " : "", version ? version : "");
    json_decref(metadata);
    return keras_arrays_model(path, s->config, wish, keras_state_read, out, e);
}

static bool read_model(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e)
{
    struct shared *s = read_texts(path, e);

    if (!s)
        return false;
    json_t *own = s->own[0] ? json_loads(s->own, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool good = s->own[0] ? take_own(path, own, wish, out, e) : take_foreign(path, s, wish, out, e);

    json_decref(own);
    munmap(s, sizeof *s);
    return good;
}

/* The version is that of the format, not of a program. */
static const char written_by[] = "{\"keras_version\": \"3.0.0\"}\n";

enum { MEMBERS = TEXTS + 1 };

static bool write_members(const char *path, char *config, char *own, void *state, size_t state_size,
                          const struct atomic_wish *wish, struct error *e)
{
    char metadata[sizeof written_by];

    memcpy(metadata, written_by, sizeof metadata);
    const struct zip_member members[MEMBERS] = {
        { .name = texts[METADATA].name, .bytes = metadata, .size = sizeof metadata - 1 },
        { .name = texts[CONFIG].name, .bytes = config, .size = strlen(config) },
        { .name = KERAS_STATE_MEMBER, .bytes = state, .size = state_size },
        { .name = texts[OWN].name, .bytes = own, .size = strlen(own) },
    };

    return zip_members_write(path, members, MEMBERS, wish, e);
}

static char *own_text(const struct recipe *r, const struct trainer_weights *w, struct error *e)
{
    json_t *metadata = model_metadata_make(".keras", r, w, e);
    char *text = metadata ? json_text(metadata, JSON_INDENT(1) | JSON_ENSURE_ASCII) : NULL;

    if (metadata && !text)
        error_set(e, ERROR_MEMORY, "no memory for the description of a model");
    json_decref(metadata);
    return text;
}

static bool write_model(const char *path, const struct recipe *r, const struct trainer_weights *w,
                        const struct atomic_wish *wish, struct error *e)
{
    struct keras_model *m = keras_model_new(r, w->plan, e);
    char *config = m ? keras_config(m, KERAS_FORM_ZIP, r->name, w->statistics, e) : NULL;
    char *own = config ? own_text(r, w, e) : NULL;
    size_t size = 0;
    void *state = own ? keras_state_make(m, w, &size) : NULL;

    if (own && !state)
        error_set(e, ERROR_MEMORY, "no memory for %s", path);
    bool written = state && write_members(path, config, own, state, size, wish, e);

    free(state);
    free(own);
    free(config);
    keras_model_free(m);
    return written;
}

MODEL_FORMAT(keras) = {
    .name = "Keras 3",
    .extension = ".keras",
    .help = "Keras 3's own files, a zip file",
    .read = read_model,
    .write = write_model,
};
