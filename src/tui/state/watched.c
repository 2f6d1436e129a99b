#include "tui/state/watched.h"

bool watched_open(struct watched *w, const char *folder, const struct recipe *recipe, struct trainer_events events,
                  struct error *e)
{
    struct watch *watch = watch_open(folder, recipe->training.epochs, events, e);

    if (!watch)
        return false;
    watched_close(w);
    w->watch = watch;
    watch_sighting(watch, &w->seen);
    return true;
}

void watched_close(struct watched *w)
{
    watch_close(w->watch);
    *w = (struct watched){ .watch = NULL };
}

bool watched_follow(struct watched *w, bool *turned)
{
    enum sighting_state before = w->seen.state;
    unsigned look = watch_sighting(w->watch, &w->seen);
    bool later = look != w->look;

    w->look = look;
    *turned = w->seen.state != before;
    return later;
}

bool watched_over(const struct watched *w)
{
    return w->seen.state == SIGHTING_ENDED || w->seen.state == SIGHTING_CUT_OFF;
}

const char *watched_word(const struct watched *w)
{
    static const char *const words[] = {
        [SIGHTING_LOOKING] = "? looking",  [SIGHTING_TRAINS] = "", [SIGHTING_SILENT] = "? no word",
        [SIGHTING_CUT_OFF] = "■ killed", [SIGHTING_ENDED] = "", [SIGHTING_GONE] = "? folder gone",
    };

    return words[w->seen.state];
}
