#include "run/shelter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/model/model_file.h"
#include "run/run_summary.h"

static bool in_state(char out[PATH_SIZE], struct error *e)
{
    char state[PATH_SIZE];

    return path_state(state, e) && path_join(out, state, "kept", e);
}

static bool in_tmpdir(char out[PATH_SIZE], struct error *e)
{
    const char *folder = getenv("TMPDIR");

    return (folder && folder[0] == '/' && text_copy(out, PATH_SIZE, folder)) ||
           error_set(e, ERROR_USAGE, "TMPDIR is not the path of a folder");
}

static bool in_tmp(char out[PATH_SIZE], struct error *e)
{
    (void)e;
    return text_copy(out, PATH_SIZE, "/tmp");
}

static bool (*const places[])(char out[PATH_SIZE], struct error *e) = { in_state, in_tmpdir, in_tmp };

enum { PLACES = sizeof places / sizeof *places };

void shelter_begin(struct shelter *s, const char *home, const struct trainer *trainer, const struct device *device)
{
    *s = (struct shelter){ .home = home, .lines = { .trainer = trainer, .device = device } };
}

/* Nobody else's: its name is new, and others may not look into it. */
static bool make_folder(struct shelter *s, struct error *e)
{
    char place[PATH_SIZE], name[PATH_SIZE], path[PATH_SIZE];

    if (!places[s->place](place, e) || !path_make_folders(place, e))
        return false;
    snprintf(name, sizeof name, "cuvette-%.200s-XXXXXX", path_name(s->home));
    if (!path_join(path, place, name, e))
        return false;
    if (!mkdtemp(path))
        return error_set_errno(e, "cannot make a folder in %s", place);
    text_copy(s->folder.path, sizeof s->folder.path, path);
    text_copy(s->folder.made, sizeof s->folder.made, path);
    return true;
}

static bool open_files(struct shelter *s, struct error *e)
{
    char recipe[PATH_SIZE], metrics[PATH_SIZE];

    return path_join(metrics, s->folder.path, "metrics.jsonl", e) && (s->lines.metrics = metrics_create(metrics, e)) &&
           path_join(recipe, s->folder.path, "recipe.ini", e) &&
           recipe_save(trainer_recipe(s->lines.trainer), recipe, e);
}

static bool write_model(const struct shelter *s, const struct trainer_weights *weights, const struct atomic_wish *wish,
                        struct error *e)
{
    char path[PATH_SIZE];

    return path_join(path, s->folder.path, "model.h5", e) &&
           model_file_write(path, trainer_recipe(s->lines.trainer), weights, wish, e);
}

static bool write_summary(const struct shelter *s, const struct summary *summary, struct error *e)
{
    char path[PATH_SIZE];

    return path_join(path, s->folder.path, "summary.json", e) && summary_write(summary, path, e);
}

static bool write_all(struct shelter *s, const struct shelter_content *c, const struct atomic_wish *wish,
                      struct error *e)
{
    return (s->folder.path[0] || (make_folder(s, e) && open_files(s, e))) &&
           run_lines_append(&s->lines, e) &&
           (!c->snapshot || checkpoint_write(s->folder.path, c->snapshot, wish, e)) &&
           (!c->weights || write_model(s, c->weights, wish, e)) && (!c->summary || write_summary(s, c->summary, e));
}

void shelter_close(struct shelter *s)
{
    struct error ignored;

    metrics_close(s->lines.metrics, &ignored);
    shelter_begin(s, s->home, s->lines.trainer, s->lines.device);
}

void shelter_remove(struct shelter *s)
{
    if (s->folder.path[0])
        run_folder_remove(&s->folder);
    shelter_close(s);
}

/* A place that had something stays as it is: that is better than nothing. */
static void leave_place(struct shelter *s)
{
    int next = s->place + 1;

    if (s->since[0])
        shelter_close(s);
    else
        shelter_remove(s);
    s->place = next;
}

bool shelter_write(struct shelter *s, const struct shelter_content *c, const struct atomic_wish *wish, struct error *e)
{
    for (; s->place < PLACES; leave_place(s))
        if (write_all(s, c, wish, e)) {
            if (!s->since[0])
                clock_date(s->since, sizeof s->since);
            return true;
        }
    s->place = 0; /* the next time there may be room */
    return false;
}

void shelter_tell(const struct shelter *s, char *to, size_t size)
{
    if (s->since[0] && !strstr(to, s->folder.path))
        text_append(to, size, "; since %s it is kept in %s", s->since, s->folder.path);
}
