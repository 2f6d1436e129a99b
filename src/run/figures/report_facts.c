#include "run/figures/report_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shell_word.h"
#include "base/text.h"
#include "nn/recipe/device_name.h"
#include "nn/recipe/recipe_rate.h"
#include "nn/train/rank_report.h"

static void state(const struct run_data *d, char *out, size_t size)
{
    text_append(out, size, "%s%s%s", d->summary.state, d->summary.error[0] ? ": " : "", d->summary.error);
}

static void epochs(const struct run_data *d, char *out, size_t size)
{
    text_append(out, size, "%d of %d", d->summary.epochs, d->recipe.training.epochs);
}

static void put_accuracy(double accuracy, char *out, size_t size)
{
    if (accuracy >= 0)
        text_append(out, size, "%.2f %%", accuracy * 100);
}

static void put_loss(double loss, char *out, size_t size)
{
    char text[TEXT_LOSS_SIZE];

    text_loss(text, loss);
    if (loss >= 0)
        text_append(out, size, "%s", text);
}

static void test_accuracy(const struct run_data *d, char *out, size_t size)
{
    put_accuracy(d->summary.test_accuracy, out, size);
}

static void test_loss(const struct run_data *d, char *out, size_t size)
{
    put_loss(d->summary.test_loss, out, size);
}

static void train_accuracy(const struct run_data *d, char *out, size_t size)
{
    put_accuracy(d->summary.train_accuracy, out, size);
}

static void train_loss(const struct run_data *d, char *out, size_t size)
{
    put_loss(d->summary.train_loss, out, size);
}

static void best_epoch(const struct run_data *d, char *out, size_t size)
{
    if (d->summary.best_epoch > 0)
        text_append(out, size, "%d, on the %s", d->summary.best_epoch, d->summary.best_on);
}

static void time_trained(const struct run_data *d, char *out, size_t size)
{
    if (d->summary.seconds_total > 0)
        text_duration(out, size, d->summary.seconds_total);
}

static void speed(const struct run_data *d, char *out, size_t size)
{
    if (d->summary.images_per_second > 0)
        text_append(out, size, "%.0f images/s", d->summary.images_per_second);
}

static void parameters(const struct run_data *d, char *out, size_t size)
{
    if (d->summary.parameters > 0)
        text_append(out, size, "%zu", d->summary.parameters);
}

static void bottleneck(const struct run_data *d, char *out, size_t size)
{
    text_copy(out, size, d->summary.bottleneck);
}

const struct report_fact report_results[] = {
    { "state", state },
    { "epochs", epochs },
    { "test accuracy", test_accuracy },
    { "test loss", test_loss },
    { "training accuracy, last epoch", train_accuracy },
    { "training loss, last epoch", train_loss },
    { "best epoch", best_epoch },
    { "time trained", time_trained },
    { "speed", speed },
    { "parameters", parameters },
    { "bottleneck", bottleneck },
    { NULL, NULL },
};

static void begun(const struct run_data *d, char *out, size_t size)
{
    text_copy(out, size, d->summary.date);
}

static void node(const struct run_data *d, char *out, size_t size)
{
    text_copy(out, size, d->summary.node);
}

static void job(const struct run_data *d, char *out, size_t size)
{
    text_copy(out, size, d->summary.job);
}

static void device(const struct run_data *d, char *out, size_t size)
{
    text_append(out, size, "%s%s%s", d->summary.device, d->summary.device_name[0] ? ", " : "", d->summary.device_name);
}

static void threads(const struct run_data *d, char *out, size_t size)
{
    char shared[96] = "";

    if (d->summary.replicas > 1)
        device_name_share_words(d->summary.replicas, d->summary.threads / d->summary.replicas,
                                d->recipe.training.shares, d->summary.batch, shared, sizeof shared);
    if (d->summary.threads > 0)
        text_append(out, size, "%d%s%s", d->summary.threads, shared[0] ? ": " : "", shared);
}

static void ranks(const struct run_data *d, char *out, size_t size)
{
    const struct rank_summary s = { .ranks = d->summary.ranks, .nodes = d->summary.nodes,
                                    .perfect = d->summary.perfect };

    rank_report_words(&s, d->summary.threads == 0, out, size);
}

static void precision(const struct run_data *d, char *out, size_t size)
{
    text_copy(out, size, d->summary.precision);
}

static void memory(const struct run_data *d, char *out, size_t size)
{
    if (d->summary.memory_peak > 0)
        text_bytes(out, size, (uint64_t)d->summary.memory_peak);
}

static void dataset(const struct run_data *d, char *out, size_t size)
{
    text_copy(out, size, d->summary.dataset[0] ? d->summary.dataset : d->recipe.data.dataset);
}

static void batch(const struct run_data *d, char *out, size_t size)
{
    const struct recipe *r = &d->recipe;

    text_append(out, size, "%d", r->training.batch);
    if (r->training.accumulate > 1)
        text_append(out, size, ", %d at a time", recipe_rows(r));
}

static void rate(const struct run_data *d, char *out, size_t size)
{
    recipe_rate_words(&d->recipe, out, size);
    if (out[0] == '\0')
        text_append(out, size, "%g", d->recipe.optimiser.learning_rate);
}

static void seed(const struct run_data *d, char *out, size_t size)
{
    text_append(out, size, "%d", d->recipe.training.seed);
}

static void version(const struct run_data *d, char *out, size_t size)
{
    if (d->summary.version[0])
        text_append(out, size, "cuvette %s", d->summary.version);
}

static void folder(const struct run_data *d, char *out, size_t size)
{
    char *whole = realpath(d->folder, NULL);

    text_copy(out, size, whole ? whole : d->folder);
    free(whole);
}

const struct report_fact report_environment[] = {
    { "begun", begun },
    { "host", node },
    { "Slurm job", job },
    { "device", device },
    { "threads", threads },
    { "ranks", ranks },
    { "precision", precision },
    { "memory at its peak", memory },
    { "data set", dataset },
    { "batch", batch },
    { "learning rate", rate },
    { "seed", seed },
    { "version", version },
    { "run folder", folder },
    { NULL, NULL },
};

/* The same numbers come of as many threads alone, so that these are said. */
void report_command(const struct run_data *d, const char *recipe, char *out, size_t size)
{
    const struct summary *s = &d->summary;
    char *line = NULL;
    size_t length = 0;
    FILE *words = open_memstream(&line, &length);

    out[0] = '\0';
    if (!words)
        return;
    fputs("cuvette train ", words);
    shell_word_write(words, recipe);
    if (s->device[0]) {
        fputs(" --device ", words);
        shell_word_write(words, s->device);
    }
    if (strcmp(s->device, "cpu") == 0 && s->threads > 0)
        fprintf(words, ":%d", s->threads);
    if (fclose(words) == 0)
        text_copy(out, size, line);
    free(line);
}
