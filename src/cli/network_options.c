#include "cli/network_options.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/options.h"

static bool take_input(struct shape *to, const char *word, struct error *e)
{
    int height, width, channels, end = 0;

    if (sscanf(word, "%dx%dx%d%n", &height, &width, &channels, &end) != 3 || word[end] || height < 1 || width < 1 ||
        channels < 1 || height > SIDE_MAX || width > SIDE_MAX || channels > CHANNELS_MAX)
        return error_set(e, ERROR_USAGE,
                         "--input needs height, width and channels of an image, such as 28x28x1, not "
                         "'%.64s'",
                         word);
    *to = shape_image(height, width, channels);
    return true;
}

bool network_options_take(struct network_options *o, int option, const char *word, struct error *e)
{
    switch (option) {
    case NETWORK_OPTION_BEST:
        o->network.best = true;
        return true;
    case NETWORK_OPTION_PIXELS:
        return pixels_find(word, &o->network.wish.pixels, e);
    case NETWORK_OPTION_INPUT:
        return take_input(&o->network.wish.input, word, e);
    case NETWORK_OPTION_DATASET:
        o->dataset = word;
        return true;
    case NETWORK_OPTION_DEVICE:
        o->network.device = word;
        return true;
    case OPTIONS_WORD:
        return options_word(&o->network.from, word, e);
    default:
        return false;
    }
}

bool network_options_check(const struct network_options *o, const char *more, struct error *e)
{
    return o->network.from ||
           error_set(e, ERROR_USAGE, "which run? Give its folder or its number, or a model file%s", more);
}

void network_options_tell(const struct model_moment *m, const struct model_assumed *assumed)
{
    char words[160];

    model_moment_words(m, words, sizeof words);
    if (words[0])
        fprintf(stderr, "%s\n", words);
    if (assumed->network)
        fprintf(stderr, "note: %s\n", assumed->network);
    if (assumed->pixels)
        fputs("note: the file does not say what its network takes for pixels: they go from 0 to 1, unless --pixels "
              "says otherwise (" PIXELS_LISTED ")\n",
              stderr);
}

void network_options_tell_images(const struct network *n)
{
    char note[sizeof n->note]; /* it has names of files and classes */

    text_sanitise(note, sizeof note, n->note);
    if (note[0])
        fprintf(stderr, "note: %s\n", note);
}
