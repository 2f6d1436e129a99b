#include "tui/past/run_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "nn/recipe/device_name.h"

static const char *plural(int count)
{
    return count == 1 ? "" : "s";
}

static void append_epochs(const struct run_entry *entry, char out[RUN_WORDS_SIZE])
{
    int trained = entry->progress.epochs, planned = entry->planned;

    if (planned > 0)
        text_append(out, RUN_WORDS_SIZE, " %d of %d epoch%s", trained, planned, plural(planned));
    else
        text_append(out, RUN_WORDS_SIZE, " %d epoch%s", trained, plural(trained));
}

void run_words(const struct run_entry *entry, char out[RUN_WORDS_SIZE])
{
    const struct summary *s = &entry->summary;

    out[0] = '\0';
    if (s->name[0])
        text_append(out, RUN_WORDS_SIZE, "%s on %s, %s: ", s->name, path_name(s->dataset), s->device);
    text_append(out, RUN_WORDS_SIZE, "%s after", run_state_word(entry->state));
    append_epochs(entry, out);
    if (s->state[0] && s->test_accuracy >= 0)
        text_append(out, RUN_WORDS_SIZE, "; test accuracy %.2f %%", 100 * s->test_accuracy);
    if (entry->can_go_on)
        text_append(out, RUN_WORDS_SIZE, "; it can go on");
    if (entry->problem[0])
        text_append(out, RUN_WORDS_SIZE, "; %s", entry->problem);
    else if (s->error[0])
        text_append(out, RUN_WORDS_SIZE, "; %s", s->error);
}

struct lines {
    struct run_words_line *lines;
    int count;
};

static void add(struct lines *l, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void add(struct lines *l, const char *label, const char *format, ...)
{
    struct run_words_line *line = &l->lines[l->count];
    va_list arguments;

    if (l->count == RUN_WORDS_LINES)
        return;
    va_start(arguments, format);
    vsnprintf(line->text, sizeof line->text, format, arguments);
    va_end(arguments);
    line->label = label;
    l->count += line->text[0] != '\0';
}

static void add_times(struct lines *l, const struct run_entry *entry)
{
    char begun[32] = "", length[32];
    struct tm local;

    if (entry->begun != 0 && localtime_r(&entry->begun, &local))
        strftime(begun, sizeof begun, "%Y-%m-%d %H:%M", &local);
    add(l, "begun", "%s", begun);
    text_duration(length, sizeof length, entry->progress.seconds);
    if (entry->progress.seconds >= 0)
        add(l, "trained", "%s", length);
}

static void add_results(struct lines *l, const struct run_entry *entry)
{
    const struct summary *s = &entry->summary;
    char loss[TEXT_LOSS_SIZE];

    text_loss(loss, s->test_loss);
    if (entry->progress.best_accuracy >= 0)
        add(l, "best", "%.2f %% at epoch %d%s%s", 100 * entry->progress.best_accuracy, entry->progress.best_epoch,
            s->best_on[0] ? ", on " : "", s->best_on);
    if (!s->state[0])
        return;
    if (s->best_epoch > 0)
        add(l, "lowest loss", "at epoch %d", s->best_epoch);
    if (s->test_accuracy >= 0)
        add(l, "test", "%.2f %%, loss %s", 100 * s->test_accuracy, loss);
    if (s->images_per_second > 0)
        add(l, "speed", "%.0f images/s", s->images_per_second);
    add(l, "time", "%s", s->bottleneck);
}

/* `recipe`: NULL where it could not be read. */
static void add_summary(struct lines *l, const struct run_entry *entry, const struct recipe *recipe)
{
    const struct summary *s = &entry->summary;
    char state[RUN_WORDS_SIZE] = "", count[32], shared[96] = "";

    text_append(state, sizeof state, "%s,", run_state_word(entry->state));
    append_epochs(entry, state);
    add(l, "state", "%s%s", state, entry->can_go_on ? "; can go on" : "");
    add(l, "problem", "%s", entry->problem);
    add(l, "error", "%s", s->error);
    add(l, "note", "%s", entry->note);
    add_results(l, entry);
    add_times(l, entry);
    add(l, "data", "%s", s->dataset);
    add(l, "recipe", "%s", s->name);
    add(l, "device", "%s%s%s", s->device, s->device_name[0] ? ", " : "", s->device_name);
    if (s->replicas > 1)
        device_name_share_words(s->replicas, s->threads / s->replicas, recipe ? recipe->training.shares : "auto",
                                s->batch, shared, sizeof shared);
    if (s->threads > 0)
        add(l, "threads", "%d%s%s", s->threads, shared[0] ? ": " : "", shared);
    text_count(count, sizeof count, s->parameters);
    if (s->parameters > 0)
        add(l, "parameters", "%s", count);
    add(l, "job", "%s", s->job);
    add(l, "folder", "%s", entry->folder);
}

static void add_section(struct lines *l, const struct recipe *recipe, const struct recipe_section *section)
{
    const void *settings = (const char *)recipe + section->offset;
    const char *label = section->name;
    char text[FIELD_TEXT_SIZE];

    for (int i = 0; i < section->fields->count; i++) {
        const struct field *f = &section->fields->fields[i];

        if (field_is_preset(f, settings))
            continue;
        field_format(f, settings, text, sizeof text);
        add(l, label, "%s = %s", f->name, text);
        label = "";
    }
}

int run_words_lines(const struct run_entry *entry, const struct recipe *recipe,
                    struct run_words_line lines[RUN_WORDS_LINES])
{
    struct lines l = { .lines = lines };

    add_summary(&l, entry, recipe);
    for (int i = 0; recipe && i < RECIPE_SECTION_COUNT; i++)
        add_section(&l, recipe, &recipe_sections[i]);
    for (int i = 0; recipe && i < recipe->n_layers; i++) {
        char settings[FIELD_TEXT_SIZE];

        layer_format(&recipe->layers[i], settings, sizeof settings);
        add(&l, i == 0 ? "layers" : "", "%s %s", recipe->layers[i].class->name, settings);
    }
    return l.count;
}
