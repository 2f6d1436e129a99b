#include "nn/recipe/finetuning.h"

#include <stdio.h>

#include "base/text.h"

/* The last one that can be new; NULL: there is none. */
static const struct layer *head(const struct recipe *r)
{
    for (int i = r->n_layers - 1; i >= 0; i--)
        if (r->layers[i].class == &layer_dense)
            return &r->layers[i];
    return NULL;
}

void finetuning_words(const struct recipe *r, char *out, size_t size)
{
    const struct layer *last = head(r);
    char file[PATH_SIZE], words[48];

    out[0] = '\0';
    if (r->training.weights[0] == '\0')
        return;
    text_sanitise(file, sizeof file, path_name(r->training.weights));
    snprintf(out, size, "begins with the weights of %.80s", file);
    if (r->training.head != HEAD_NEW || !last)
        return;
    layer_summary(last, false, words, sizeof words);
    text_append(out, size, "; the last layer, %s, is new", words);
}
