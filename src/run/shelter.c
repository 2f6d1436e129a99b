#include "run/shelter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "run/checkpoint.h"
#include "run/run_files.h"
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

static bool open_place(struct shelter *s, struct error *e)
{
    if (!make_folder(s, e))
        return false;
    if (run_files_create(&s->folder, trainer_recipe(s->lines.trainer), &s->lines.metrics, e))
        return true;
    s->folder.path[0] = '\0'; /* nothing is left of it */
    return false;
}

static bool write_all(struct shelter *s, const struct shelter_content *c, const struct atomic_wish *wish,
                      struct error *e)
{
    const struct recipe *recipe = trainer_recipe(s->lines.trainer);
    const char *folder = s->folder.path;

    return (folder[0] || open_place(s, e)) && run_lines_append(&s->lines, e) &&
           (!c->snapshot || checkpoint_write(folder, c->snapshot, wish, e)) &&
           (!c->weights || run_files_weights(folder, "model.h5", recipe, c->weights, wish, e)) &&
           (!c->summary || run_files_summary(folder, c->summary, e));
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
