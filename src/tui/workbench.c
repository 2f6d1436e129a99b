#include "tui/workbench.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "nn/recipe/recipe_file.h"
#include "tui/actions.h"
#include "tui/advice.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/exports.h"
#include "tui/keys.h"
#include "tui/preferences.h"
#include "tui/quitting.h"
#include "tui/recipes.h"
#include "tui/runs.h"
#include "tui/screen.h"
#include "tui/start_page.h"
#include "tui/steering.h"
#include "tui/term/signals.h"
#include "tui/term/terminal.h"
#include "tui/tour.h"

/* What a run has done is looked at whenever it says so, ten times a second; figures that change all the time, and are
 * to be read, every second. A key, and another state of the run, are shown at once, all else as the link allows. */
static const double tick_seconds = 1;

/* Why a frame has to be drawn, in rising order. */
enum need {
    NEED_NOTHING,
    NEED_UPDATE, /* something changed by itself */
    NEED_ANSWER, /* somebody waits for it */
};

struct workbench {
    struct app *app;
    struct terminal *terminal;
    struct canvas canvas;
    int wake;    /* eventfd: training threads write to it and never wait */
    bool rung;   /* they did */
    double next_tick;
    enum need need;
    bool ended;  /* the terminal is gone, or a signal asks us to end */
};

/* Called on a training thread, or a recorder's. */
static void wake_loop(void *context)
{
    const struct workbench *w = context;
    ssize_t written;

    do
        written = write(w->wake, &(uint64_t){ 1 }, sizeof(uint64_t));
    while (written < 0 && errno == EINTR);
}

static void require(struct workbench *w, enum need need)
{
    if (need > w->need)
        w->need = need;
}

static bool resize(struct workbench *w, struct error *e)
{
    int rows, columns;

    terminal_size(w->terminal, &rows, &columns);
    canvas_free(&w->canvas);
    if (!canvas_new(&w->canvas, rows, columns, terminal_unicode(w->terminal), e))
        return false;
    app_resize(w->app, rows, columns, w->canvas.unicode);
    require(w, NEED_ANSWER);
    return true;
}

/* Options hold for this session. */
static void take_settings(struct app *app, const struct workbench_options *o)
{
    preferences_read(app);
    if (o->theme != THEME_auto)
        app->settings.theme = (int)o->theme;
    if (o->limits.rate > 0)
        app->settings.rate = o->limits.rate;
    app->settings.slow = app->settings.slow || o->limits.slow;
}

/* The recipe that the panels have is the run's, and leaves no trace. */
static bool watch(struct app *app, const char *folder, struct error *e)
{
    app->draft.passing = true;
    return app_watch(app, folder, e);
}

/* Without one that is asked for, the workbench begins where the last session ended. */
static bool open_app(struct workbench *w, const struct workbench_options *o, struct error *e)
{
    struct recipe recipe;

    if (o->recipe)
        recipe = *o->recipe;
    else if (!recipe_load(&recipe, WORKBENCH_RECIPE, e))
        return false;
    w->app = app_new(&recipe, (struct trainer_events){ .changed = wake_loop, .context = w }, e);
    if (!w->app)
        return false;
    take_settings(w->app, o);
    if (o->watch)
        return watch(w->app, o->watch, e);
    if (o->login_node)
        w->app->machine.login_node = false;
    w->app->live.commands = o->commands;
    if (o->chosen) {
        w->app->datasets.chosen = true;
        app_recipe_changed(w->app);
    }
    checkup_begin(&w->app->checkup);
    if (o->tour)
        tour_begin(w->app);
    else if (!o->recipe && !recipes_take_up(w->app))
        start_page_open(w->app, actions_key);
    if (!o->tour)
        runs_offer(w->app);
    return true;
}

static bool open_workbench(struct workbench *w, const struct workbench_options *o, struct error *e)
{
    w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (w->wake < 0)
        return error_set_errno(e, "cannot open an event descriptor");
    if (!open_app(w, o, e))
        return false;
    w->terminal = terminal_open(&(struct terminal_options){ .ascii = o->ascii }, e);
    if (!w->terminal)
        return false;
    w->next_tick = clock_seconds() + tick_seconds;
    return resize(w, e);
}

/* The run is closed first, since its threads write to the descriptor. */
static void close_workbench(struct workbench *w)
{
    struct error ignored; /* who leaves by a key has been told */

    if (w->app) {
        draft_keep(&w->app->draft, &ignored);
        dialog_close_all(w->app);
    }
    app_free(w->app);
    if (w->terminal)
        terminal_close(w->terminal);
    canvas_free(&w->canvas);
    if (w->wake >= 0)
        close(w->wake);
}

/* What the settings ask of the terminal. */
static void set_terminal(struct workbench *w)
{
    const struct settings *s = &w->app->settings;

    terminal_mouse(w->terminal, w->app->display.mouse);
    terminal_theme(w->terminal, (enum theme)s->theme);
    terminal_limit(w->terminal, &(struct pace_limits){ .rate = s->rate, .slow = s->slow });
}

/* More than 256 take nearly twice the bytes. */
static int pixel_colors(const struct workbench *w)
{
    const double fast_seconds_a_byte = 1e-5;
    const bool slow = w->app->settings.slow || w->app->display.traffic.seconds_a_byte > fast_seconds_a_byte;

    return slow ? int_min(terminal_colors(w->terminal), 256) : terminal_colors(w->terminal);
}

/* Sends a frame when one is due and the last one has arrived. *seconds: how long the terminal has to be left alone. */
static bool show(struct workbench *w, double *seconds, struct error *e)
{
    bool asked = w->need == NEED_ANSWER || w->app->display.turned;

    *seconds = -1;
    if ((w->need == NEED_NOTHING && !asked) || !terminal_ready(w->terminal, asked, seconds))
        return true;
    if (w->app->display.redraw)
        terminal_forget(w->terminal);
    if (w->app->display.bell)
        terminal_bell(w->terminal);
    w->app->display.redraw = w->app->display.bell = w->app->display.turned = false;
    w->need = NEED_NOTHING;
    set_terminal(w);
    w->canvas.colors = w->app->display.colors = pixel_colors(w);
    screen_draw(w->app, &w->canvas);
    if (!terminal_show(w->terminal, &w->canvas, asked, e))
        return false;
    if (terminal_halved(w->terminal))
        require(w, NEED_ANSWER);
    return true;
}

static void wait_for_something(struct workbench *w, double seconds)
{
    struct pollfd waits[] = {
        { .fd = terminal_input(w->terminal), .events = POLLIN },
        { .fd = w->wake, .events = POLLIN },
    };
    double left = w->next_tick - clock_seconds();
    uint64_t rings;

    if (seconds >= 0 && seconds < left)
        left = seconds;
    poll(waits, sizeof waits / sizeof *waits, left > 0 ? (int)ceil(1000 * left) : 0);
    w->rung = waits[1].revents & POLLIN;
    if (w->rung)
        while (read(w->wake, &rings, sizeof rings) < 0 && errno == EINTR)
            continue;
}

static bool take_keys(struct workbench *w, struct error *e)
{
    int key;

    while ((key = terminal_key(w->terminal, &w->ended)) != KEYCODE_NONE) {
        if (key == KEYCODE_RESIZE) {
            if (!resize(w, e))
                return false;
        } else if (key == KEYCODE_CHECKPOINT) {
            steering_checkpoint(w->app);
            require(w, NEED_ANSWER);
        } else {
            actions_key(w->app, key);
            require(w, NEED_ANSWER);
        }
    }
    return true;
}

static void take_time(struct workbench *w)
{
    double now = clock_seconds();

    if (app_find_devices(w->app))
        require(w, NEED_ANSWER);
    if (live_turned(&w->app->live) && actions_follow(w->app))
        require(w, NEED_ANSWER);
    if (w->rung && actions_follow(w->app))
        require(w, NEED_UPDATE);
    if (now < w->next_tick)
        return;
    actions_follow(w->app);
    w->app->display.traffic = terminal_traffic(w->terminal);
    app_tick(w->app);
    advice_tick(w->app);
    require(w, NEED_UPDATE);
    w->next_tick = fmax(w->next_tick + tick_seconds, now);
}

/* Leaving waits until the run is stopped and saved; the screen goes on meanwhile. */
static bool loop(struct workbench *w, struct error *e)
{
    double seconds;

    while (!w->ended && !(w->app->display.leave && !live_own_going(&w->app->live))) {
        if (!show(w, &seconds, e))
            return false;
        wait_for_something(w, seconds);
        if (!take_keys(w, e))
            return false;
        take_time(w);
        if (w->app->display.leave && live_own_going(&w->app->live))
            live_stop(&w->app->live);
    }
    return true;
}

/* False, with the error, when the last run failed: the screen that would show it is closed. */
static bool tell_failure(const struct workbench *w, struct error *e)
{
    return !w->app->live.run || !live_failed(&w->app->live, e);
}

/* Saving can take a second: the screen says so. */
static void stop_and_save(struct workbench *w)
{
    struct error ignored;
    double seconds;

    display_say(&w->app->display, ROLE_STRONG, "stopping: saving what was learned so far");
    require(w, NEED_ANSWER);
    show(w, &seconds, &ignored);
    trainer_stop_soon(run_trainer(w->app->live.run));
    run_wait(w->app->live.run);
}

/* Waits for the run's end, or for a signal that asks for it. Another one that tells of the lost terminal does not. One
 * that was about to go on in another process is over when that has it. */
static void go_on_alone(struct workbench *w)
{
    struct pollfd waits[2] = { { .fd = w->wake, .events = POLLIN },
                               { .fd = signals_descriptor(), .events = POLLIN } };
    eventfd_t rings;

    signals_forget(SIGHUP);
    while (live_own_going(&w->app->live) || w->app->detachment.wanted) {
        poll(waits, 2, -1);
        if (waits[0].revents & POLLIN)
            eventfd_read(w->wake, &rings);
        if (waits[1].revents & POLLIN)
            if (signals_take() & SIGNAL_SAVE)
                live_command(&w->app->live, CONTROL_CHECKPOINT, 0);
        signals_forget(SIGHUP);
        if (signals_ending() != 0)
            live_stop(&w->app->live);
        live_follow(&w->app->live);
        quitting_follow(w->app);
    }
}

/* A link that dies takes the screen with it, not what it showed; within a job Slurm decides what lives. */
static bool outlives_terminal(const struct workbench *w, int number)
{
    return (number == 0 || number == SIGHUP) && !w->app->machine.job.inside;
}

static bool end_early(struct workbench *w, struct error *e)
{
    const struct run *run = live_own_going(&w->app->live) ? w->app->live.run : NULL;
    int number = terminal_signal(w->terminal);

    if (run && outlives_terminal(w, number)) {
        go_on_alone(w);
        run = w->app->live.run;
        number = signals_ending();
        if (number == 0)
            return tell_failure(w, e);
    } else if (run) {
        stop_and_save(w);
    }
    if (!tell_failure(w, e))
        return false;
    if (number == 0)
        return error_set(e, ERROR_IO, "the terminal is gone");
    if (!run)
        return error_set(e, ERROR_STOPPED, "stopped by SIG%s", sigabbrev_np(number));
    if (!run_kept(run))
        return error_set(e, ERROR_STOPPED, "stopped by SIG%s before the first step; nothing is kept",
                         sigabbrev_np(number));
    return error_set(e, ERROR_STOPPED, "stopped by SIG%s; what was learned is in %s", sigabbrev_np(number),
                     run_folder(run));
}

bool workbench_run(const struct workbench_options *o, struct error *e)
{
    char farewell[sizeof((struct detachment *)0)->farewell] = "";
    struct workbench w = { .wake = -1 };
    const char *of_charts = NULL;
    bool good;

    good = open_workbench(&w, o, e) && loop(&w, e);
    if (good)
        good = w.ended ? end_early(&w, e) : tell_failure(&w, e);
    if (good) {
        memcpy(farewell, w.app->detachment.farewell, sizeof farewell);
        of_charts = exports_farewell(w.app);
    }
    close_workbench(&w);
    if (farewell[0])
        puts(farewell);
    if (of_charts)
        puts(of_charts);
    return good;
}
