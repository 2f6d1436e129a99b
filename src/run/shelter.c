#include "run/shelter.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "run/checkpoint.h"
#include "run/run_files.h"
#include "run/run_summary.h"
#include "run/shelter_place.h"

void shelter_begin(struct shelter *s, const char *home, const struct trainer *trainer, const struct device *device)
{
    *s = (struct shelter){ .home = home, .lines = { .trainer = trainer, .device = device } };
}

static bool make_folder(struct shelter *s, struct error *e)
{
    char path[PATH_SIZE];

    if (!shelter_place_make(s->place, s->home, path, e))
        return false;
    text_copy(s->folder.path, sizeof s->folder.path, path);
    text_copy(s->folder.made, sizeof s->folder.made, path);
    return true;
}

static bool open_place(struct shelter *s, struct error *e)
{
    if (!make_folder(s, e))
        return false;
    if (run_files_create(&s->folder, trainer_recipe(s->lines.trainer), &s->lines.metrics, e)) {
        if (shelter_place_mark(s->folder.path, s->home, e))
            return true;
        shelter_remove(s);
    }
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
           (!c->weights || run_files_weights(folder, "model.h5", recipe, c->weights, wish, e) ||
            e->kind == ERROR_STOPPED) && /* who goes on with the run makes the model in the end */
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

/* No place has more time than another. One that has something is kept. */
static bool leave_late(struct shelter *s)
{
    if (!s->since[0])
        shelter_remove(s);
    return false;
}

bool shelter_write(struct shelter *s, const struct shelter_content *c, const struct atomic_wish *wish, struct error *e)
{
    for (; s->place < SHELTER_PLACES; leave_place(s))
        if (write_all(s, c, wish, e)) {
            if (!s->since[0])
                clock_date(s->since, sizeof s->since);
            return true;
        } else if (e->kind == ERROR_STOPPED) {
            return leave_late(s);
        }
    s->place = 0; /* the next time there may be room */
    return false;
}

void shelter_tell(const struct shelter *s, char *to, size_t size)
{
    if (s->since[0] && !strstr(to, s->folder.path))
        text_append(to, size, "; since %s it is kept in %s", s->since, s->folder.path);
}
