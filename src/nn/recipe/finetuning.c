#include "nn/recipe/finetuning.h"

#include "base/text.h"
#include "nn/recipe/model.h"

/* The last one that can be new; -1: there is none. */
static int head(const struct recipe *r)
{
    int last = r->n_layers - 1;

    while (last >= 0 && r->layers[last].class != &layer_dense)
        last--;
    return last;
}

static bool head_is_new(const struct recipe *r)
{
    return r->training.weights[0] != '\0' && r->training.head == HEAD_NEW && head(r) >= 0;
}

struct optimiser_lower finetuning_lower(const struct recipe *r)
{
    return (struct optimiser_lower){ .layers = head_is_new(r) ? head(r) : r->n_layers,
                                     .share = r->training.weights[0] != '\0' ? r->training.lower_rate : 1 };
}

void finetuning_fit_classes(struct recipe *r, struct shape input, int classes)
{
    if (r->training.weights[0] != '\0')
        model_fit_classes(r, input, classes);
}

bool finetuning_insert_layer(struct recipe *r, int position, const struct layer *l)
{
    if (!recipe_insert_layer(r, position, l))
        return false;
    r->training.freeze += position < r->training.freeze;
    return true;
}

void finetuning_remove_layer(struct recipe *r, int position)
{
    recipe_remove_layer(r, position);
    r->training.freeze -= position < r->training.freeze;
}

static void say_weights(const struct recipe *r, char *out, size_t size)
{
    char file[PATH_SIZE], words[48];

    text_sanitise(file, sizeof file, path_name(r->training.weights));
    text_append(out, size, "begins with the weights of %.80s", file);
    if (!head_is_new(r))
        return;
    layer_summary(&r->layers[head(r)], false, words, sizeof words);
    text_append(out, size, "; the last layer, %s, is new", words);
}

void finetuning_words(const struct recipe *r, char *out, size_t size)
{
    const int frozen = r->training.freeze;

    out[0] = '\0';
    if (r->training.weights[0] != '\0')
        say_weights(r, out, size);
    if (frozen == 1)
        text_append(out, size, "%slayer 1 is frozen", out[0] ? "; " : "");
    else if (frozen > 1)
        text_append(out, size, "%slayers 1 to %d are frozen", out[0] ? "; " : "", frozen);
}
