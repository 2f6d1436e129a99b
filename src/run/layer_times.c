#include "run/layer_times.h"

#include <string.h>

#include <jansson.h>

#include "base/json_text.h"
#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"

const char *const layer_part_names[LAYER_PARTS] = { "forward", "backward", "update" };

bool layer_times_write(const struct trainer *t, const char *folder, struct error *e)
{
    const struct recipe *r = trainer_recipe(t);
    struct step_profile profile;
    char path[PATH_SIZE];

    trainer_profile(t, &profile);

    const int count = int_min(profile.n_layers, r->n_layers);

    if (!profile.sampled || count == 0)
        return true;
    if (!path_join(path, folder, LAYER_TIMES_FILE, e))
        return false;
    json_t *list = json_array();
    for (int i = 0; list && i < count; i++) {
        const double *seconds = profile.layer[i];

        json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:f}", "layer", r->layers[i].class->name, "forward",
                                              seconds[STEP_FORWARD], "backward", seconds[STEP_BACKWARD], "update",
                                              seconds[STEP_UPDATE]));
    }
    bool whole = json_array_size(list) == (size_t)count;
    bool written = json_text_save(whole ? list : NULL, JSON_INDENT(2) | JSON_REAL_PRECISION(9), path, e);

    json_decref(list);
    return written;
}

static bool take(struct layer_time *t, const json_t *object)
{
    const char *layer = json_string_value(json_object_get(object, "layer"));

    if (!layer)
        return false;
    text_sanitise(t->layer, sizeof t->layer, layer);
    for (int i = 0; i < LAYER_PARTS; i++) {
        const json_t *seconds = json_object_get(object, layer_part_names[i]);

        if (!json_is_number(seconds) || !(json_number_value(seconds) >= 0))
            return false;
        t->parts[i] = json_number_value(seconds);
    }
    return true;
}

bool layer_times_read(struct layer_times *t, const char *folder, struct error *e)
{
    char path[PATH_SIZE];
    json_error_t problem;

    t->count = 0;
    if (!path_join(path, folder, LAYER_TIMES_FILE, e))
        return false;
    if (!path_is_file(path))
        return true;
    json_t *list = json_load_file(path, 0, &problem);
    const size_t count = json_array_size(list);
    bool good = json_is_array(list) && count <= STEP_LAYERS_MAX;

    for (size_t i = 0; good && i < count; i++)
        good = take(&t->layers[i], json_array_get(list, i));
    t->count = good ? (int)count : 0;
    json_decref(list);
    return good || error_set(e, ERROR_INPUT, "%s does not hold the times of layers", path);
}
