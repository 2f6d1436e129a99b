#include "run/run_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/checkpoint.h"
#include "run/metrics.h"
#include "run/shelter_place.h"
#include "run/sighting.h"

static const char *const file_names[RUN_ENTRY_FILE_COUNT] = {
#define RUN_ENTRY_FILE(NAME, file) [RUN_ENTRY_##NAME] = file,
    RUN_ENTRY_FILES(RUN_ENTRY_FILE)
#undef RUN_ENTRY_FILE
};

const char *run_state_word(enum run_state state)
{
    static const char *const words[RUN_STATE_COUNT] = {
#define RUN_STATE(STATE, word) [RUN_##STATE] = word,
        RUN_STATES(RUN_STATE)
#undef RUN_STATE
    };

    return words[state];
}

static bool path_of(const struct run_entry *entry, enum run_entry_file file, char out[PATH_SIZE])
{
    struct error ignored;

    return path_join(out, entry->folder, file_names[file], &ignored);
}

static struct run_stamp stamp_of(const struct run_entry *entry, enum run_entry_file file)
{
    char path[PATH_SIZE];
    struct stat status;

    if (!path_of(entry, file, path) || stat(path, &status) != 0)
        return (struct run_stamp){ 0 };
    return (struct run_stamp){ .inode = status.st_ino,
                               .size = status.st_size,
                               .seconds = status.st_mtim.tv_sec,
                               .nanoseconds = status.st_mtim.tv_nsec };
}

static bool is_there(const struct run_entry *entry, enum run_entry_file file)
{
    return entry->stamps[file].inode != 0;
}

/* Only the first: it is the reason of what follows. */
static void note_problem(struct run_entry *entry, const char *text)
{
    if (entry->problem[0] == '\0')
        text_sanitise(entry->problem, sizeof entry->problem, text);
}

static void read_recipe(struct run_entry *entry)
{
    struct recipe *recipe = malloc(sizeof *recipe); /* too large for a thread's stack */
    char path[PATH_SIZE];
    struct error e = { .text = "no memory to read its recipe" };

    entry->planned = 0;
    if (!is_there(entry, RUN_ENTRY_RECIPE))
        note_problem(entry, "recipe.ini is missing");
    else if (recipe && path_of(entry, RUN_ENTRY_RECIPE, path) && recipe_load(recipe, path, &e))
        entry->planned = recipe->training.epochs;
    else
        note_problem(entry, e.text);
    free(recipe);
}

/* "2026-11-21 14:03", local time; the file's own time has the seconds to it, where it was not copied since. */
static time_t begin_of(const char *date, time_t written)
{
    struct tm local = { .tm_isdst = -1 };
    int year, month;
    time_t begun;

    if (sscanf(date, "%d-%d-%d %d:%d", &year, &month, &local.tm_mday, &local.tm_hour, &local.tm_min) != 5)
        return written;
    local.tm_year = year - 1900;
    local.tm_mon = month - 1;
    begun = mktime(&local);
    return begun < 0 || (written >= begun && written < begun + 60) ? written : begun;
}

/* What the first line of the metrics tells, into `begin`. */
static void read_begin(struct run_entry *entry, struct summary *begin)
{
    char path[PATH_SIZE];
    struct error e;

    summary_forget(begin);
    if (!is_there(entry, RUN_ENTRY_METRICS))
        note_problem(entry, "metrics.jsonl is missing");
    else if (entry->stamps[RUN_ENTRY_METRICS].size > 0 && path_of(entry, RUN_ENTRY_METRICS, path) &&
             path_is_file(path) && !metrics_read_run(path, begin, &e)) {
        summary_forget(begin);
        note_problem(entry, e.text);
    }
    begin->state[0] = '\0';
    entry->begun = begin_of(begin->date, (time_t)entry->stamps[RUN_ENTRY_RECIPE].seconds);
}

static bool read_summary(struct run_entry *entry)
{
    char path[PATH_SIZE];
    struct error e = { .text = "summary.json is not a plain file" };

    if (path_of(entry, RUN_ENTRY_SUMMARY, path) && path_is_file(path) && summary_read(&entry->summary, path, &e))
        return true;
    note_problem(entry, e.text);
    return false;
}

static enum run_state state_of(const struct run_entry *entry)
{
    for (int state = RUN_FINISHED; state <= RUN_FAILED; state++)
        if (strcmp(entry->summary.state, run_state_word((enum run_state)state)) == 0)
            return (enum run_state)state;
    return RUN_DAMAGED;
}

/* An older version's summary does not know of the best accuracy: the curves do. */
static void read_progress(struct run_entry *entry, const atomic_bool *stopped)
{
    const struct summary *s = &entry->summary;
    char path[PATH_SIZE];
    struct error e;

    if (s->state[0] && s->best_accuracy >= 0) {
        entry->progress = (struct run_progress){ .best_accuracy = s->best_accuracy,
                                                 .best_epoch = s->best_accuracy_epoch };
    } else if (is_there(entry, RUN_ENTRY_METRICS) && path_of(entry, RUN_ENTRY_METRICS, path) &&
               !run_progress_read(&entry->progress, path, stopped, &e)) {
        note_problem(entry, e.text);
    }
    if (s->state[0]) {
        entry->progress.epochs = s->epochs;
        entry->progress.seconds = s->seconds_total;
    }
}

static bool is_claimed(const struct run_entry *entry)
{
    char path[PATH_SIZE];

    if (!is_there(entry, RUN_ENTRY_METRICS) || !path_of(entry, RUN_ENTRY_METRICS, path))
        return false;
    return metrics_are_claimed(path) || sighting_trains(entry->folder);
}

static void note_shelter(struct run_entry *entry)
{
    char home[PATH_SIZE], text[sizeof entry->problem];

    if (!shelter_place_home(entry->folder, home))
        return;
    snprintf(text, sizeof text, "it is kept here, since %.180s could not be written", home);
    note_problem(entry, text);
}

/* Everything but the stamps. What says most about the run's state is looked at first, for the first problem is told. */
static void read_all(struct run_entry *entry, bool claimed, const atomic_bool *stopped)
{
    bool ended = !claimed && is_there(entry, RUN_ENTRY_SUMMARY), readable;
    struct summary begin;

    entry->problem[0] = '\0';
    note_shelter(entry);
    readable = ended && read_summary(entry);
    read_recipe(entry);
    read_begin(entry, &begin);
    if (!readable)
        entry->summary = begin;
    entry->state = claimed ? RUN_TRAINS : ended ? state_of(entry) : RUN_CUT_OFF;
    if (entry->state == RUN_DAMAGED)
        note_problem(entry, "its summary names no state that this version knows");
    read_progress(entry, stopped);
    run_note_read(entry->folder, entry->note);
    entry->can_go_on = !claimed && entry->state != RUN_FINISHED && is_there(entry, RUN_ENTRY_RECIPE) &&
                       checkpoint_exists(entry->folder);
}

/* True when a file is another one than it was. */
static bool take_stamps(struct run_entry *entry)
{
    bool changed = false;

    for (int i = 0; i < RUN_ENTRY_FILE_COUNT; i++) {
        struct run_stamp stamp = stamp_of(entry, (enum run_entry_file)i);

        changed |= memcmp(&stamp, &entry->stamps[i], sizeof stamp) != 0;
        entry->stamps[i] = stamp;
    }
    return changed;
}

static void begin_anew(struct run_entry *entry, const char *folder)
{
    *entry = (struct run_entry){ .state = RUN_CUT_OFF, .progress = RUN_PROGRESS_NONE };
    text_copy(entry->folder, sizeof entry->folder, folder);
    summary_forget(&entry->summary);
}

bool run_entry_look(struct run_entry *entry, const char *folder, const atomic_bool *stopped)
{
    begin_anew(entry, folder);
    take_stamps(entry);
    read_all(entry, is_claimed(entry), stopped);
    for (int i = 0; i < RUN_ENTRY_FILE_COUNT; i++)
        if (is_there(entry, (enum run_entry_file)i))
            return true;
    return false;
}

bool run_entry_refresh(struct run_entry *entry, const atomic_bool *stopped)
{
    bool changed = take_stamps(entry), ended = is_there(entry, RUN_ENTRY_SUMMARY) && entry->state != RUN_TRAINS;
    bool claimed = (changed || !ended) && is_claimed(entry);

    if (!changed && claimed == (entry->state == RUN_TRAINS))
        return false;
    if (entry->summary.state[0])
        entry->progress = RUN_PROGRESS_NONE;
    read_all(entry, claimed, stopped);
    return true;
}
