#include "tui/state/live_words.h"

#include "base/path.h"

/* In one row: as much as fits, since the numbers of the run are above it. */
static void say_result(struct display *display, const struct live *live, const char *folder)
{
    const struct trainer_status *s = &live->status;
    const char *word = s->state == TRAINER_STOPPED ? "stopped" : "done";
    double percent = 100 * s->test_accuracy;

    display_say(display, ROLE_GOOD, "%s: test accuracy %.1f %%, best epoch %d (on %s), in %s", word, percent,
                s->best_epoch, recipe_validated_on(&live->running.recipe), folder);
    if (!display_fits(display))
        display_say(display, ROLE_GOOD, "%s: test %.1f %%, %s", word, percent, folder);
    if (!display_fits(display))
        display_say(display, ROLE_GOOD, "%s: test accuracy %.1f %%", word, percent);
}

void live_words_end(const struct live *live, struct display *display)
{
    const struct trainer_status *s = &live->status;
    const char *folder = path_name(live_folder(live));
    struct error e;

    if (live_handed_over(live)) {
        display_say(display, ROLE_NORMAL, "%s is handed over to a process without a screen …", folder);
        return;
    }
    display->bell = true;
    if (live->watched.seen.state == SIGHTING_CUT_OFF)
        display_say(display, ROLE_BAD, "%s", live->watched.seen.words);
    else if (live_failed(live, &e))
        display_say_error(display, &e);
    else if (live->run && run_out_of_time(live->run))
        display_say(display, ROLE_WARN, "stopped, as the job ends: 'cuvette resume %s' goes on", folder);
    else if (!live_kept(live))
        display_say(display, ROLE_STRONG, "stopped before the first step: nothing to keep");
    else if (s->test_accuracy < 0)
        display_say(display, ROLE_STRONG, "%s, saved in %s", s->state == TRAINER_FINISHED ? "done" : "stopped", folder);
    else
        say_result(display, live, folder);
}

void live_words_trouble(struct live *live, struct display *display)
{
    struct error e;
    struct alert alert;

    if (live_trouble(live, &e))
        display_say(display, ROLE_BAD, "%s; training goes on", e.text);
    else if (live_alert(live, &alert))
        display_say(display, ROLE_BAD, "%s", alert.text);
    else
        return;
    display->bell = true;
}
