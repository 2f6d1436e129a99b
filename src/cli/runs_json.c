#include "cli/runs_json.h"

#include <stdio.h>
#include <time.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/json_out.h"
#include "run/run_differences.h"

/* Jansson accepts valid UTF-8 only. */
static json_t *text_json(const char *text)
{
    char clean[PATH_SIZE];

    text_sanitise(clean, sizeof clean, text);
    return clean[0] ? json_string(clean) : json_null();
}

static json_t *figure_json(double figure)
{
    return figure >= 0 ? json_real(figure) : json_null();
}

static json_t *count_json(int count)
{
    return count > 0 ? json_integer(count) : json_null();
}

/* With the zone, so that no reader has to guess it. */
static json_t *time_json(time_t begun)
{
    char text[40];
    struct tm local;

    if (begun == 0 || !localtime_r(&begun, &local) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local) == 0)
        return json_null();
    return json_string(text);
}

static json_t *entry_json(const struct run_entry *entry)
{
    const struct run_progress *p = &entry->progress;

    return json_pack("{s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o}", "name",
                     text_json(path_name(entry->folder)), "folder", text_json(entry->folder), "state",
                     run_state_word(entry->state), "can_go_on", entry->can_go_on, "begun", time_json(entry->begun),
                     "recipe", text_json(entry->summary.name), "dataset", text_json(entry->summary.dataset), "device",
                     text_json(entry->summary.device), "best_valid_accuracy", figure_json(p->best_accuracy),
                     "best_valid_accuracy_epoch", count_json(p->best_epoch), "epochs", p->epochs, "epochs_planned",
                     count_json(entry->planned), "seconds", figure_json(p->seconds), "note", text_json(entry->note),
                     "problem", text_json(entry->problem), "summary",
                     entry->summary.state[0] ? summary_to_json(&entry->summary) : json_null());
}

enum { FLAGS = JSON_INDENT(2) | JSON_REAL_PRECISION(9) };

bool runs_json_print(struct run_entry *const *entries, int count, struct error *e)
{
    json_t *all = json_array();

    for (int i = 0; all && i < count; i++)
        if (json_array_append_new(all, entry_json(entries[i])) != 0) {
            json_decref(all);
            all = NULL;
        }
    return json_out_print(all, FLAGS, "the list of runs", e);
}

struct comparison {
    json_t *differences;
    int count;
};

static void add_difference(void *context, const struct recipe_difference *d)
{
    const struct comparison *c = context;
    json_t *values = json_array();

    for (int i = 0; i < c->count; i++)
        json_array_append_new(values, text_json(d->values[i]));
    json_array_append_new(c->differences, json_pack("{s:s, s:o}", "name", d->name, "values", values));
}

bool runs_json_print_differences(const char *const *folders, int count, struct error *e)
{
    struct comparison c = { .differences = json_array(), .count = count };
    json_t *runs = json_array();
    int rows;

    if (!run_differences(folders, count, add_difference, &c, &rows, e)) {
        json_decref(c.differences);
        json_decref(runs);
        return false;
    }
    for (int i = 0; i < count; i++)
        json_array_append_new(runs, text_json(folders[i]));
    if (json_array_size(c.differences) != (size_t)rows) {
        json_decref(c.differences);
        c.differences = NULL;
    }
    return json_out_print(json_pack("{s:o, s:o}", "runs", runs, "differences", c.differences), FLAGS, "what differs",
                          e);
}
