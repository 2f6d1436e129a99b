#include "tui/state/detachment.h"

#include <stdio.h>

#include "base/text.h"
#include "run/run_folder.h"

void detachment_begin(struct detachment *d, struct live *live)
{
    d->wanted = true;
    if (live->status.state == TRAINER_PAUSED)
        live_command(live, CONTROL_RESUME, 0); /* it may not have made a step */
    live_hand_over(live);
}

static enum detachment_event start(struct detachment *d, const struct live *live, bool login_node, struct error *e)
{
    if (!live_handed_over(live)) {
        d->wanted = false;
        return DETACHMENT_NOTHING;
    }
    d->successor = successor_start(&(struct successor_setup){ .folder = live_folder(live),
                                                              .login_node = login_node,
                                                              .commands = live->commands,
                                                              .changed = live->events.changed,
                                                              .context = live->events.context },
                                   e);
    d->wanted = d->successor != NULL;
    return d->successor ? DETACHMENT_NOTHING : DETACHMENT_FAILED;
}

static void say_farewell(struct detachment *d, const char *folder)
{
    char path[PATH_SIZE], name[PATH_SIZE];

    text_sanitise(path, sizeof path, folder);
    text_sanitise(name, sizeof name, run_folder_known_as(folder));
    snprintf(d->farewell, sizeof d->farewell,
             "the run goes on without the screen, in %s\n'cuvette watch %s' shows it, and %s there has what it says",
             path, name, SUCCESSOR_LOG);
}

enum detachment_event detachment_follow(struct detachment *d, struct live *live, bool login_node, struct error *e)
{
    if (!d->wanted)
        return DETACHMENT_NOTHING;
    if (live_own_going(live)) {
        live_hand_over(live);
        return DETACHMENT_NOTHING;
    }
    if (!d->successor)
        return start(d, live, login_node, e);
    if (!successor_settled(d->successor, e))
        return DETACHMENT_NOTHING;
    detachment_close(d);
    if (e->kind != ERROR_NONE)
        return DETACHMENT_FAILED;
    say_farewell(d, live_folder(live));
    return DETACHMENT_DONE;
}

void detachment_close(struct detachment *d)
{
    successor_free(d->successor);
    d->successor = NULL;
    d->wanted = false;
}
