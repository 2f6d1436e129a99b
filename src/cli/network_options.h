/* What commands that ask the model of a run have alike: a word that says which, and options. They come first in a
 * command's table:
 *
 *     enum { JSON = NETWORK_OPTIONS, … };
 *     static const struct command_option options[] = { NETWORK_OPTION_ROWS("…") [JSON] = … };
 */
#ifndef CLI_NETWORK_OPTIONS_H
#define CLI_NETWORK_OPTIONS_H

#include "run/predictions/network.h"

enum {
    NETWORK_OPTION_BEST,
    NETWORK_OPTION_PIXELS,
    NETWORK_OPTION_INPUT,
    MODEL_OPTIONS, /* those of commands that read a model and run none */
    NETWORK_OPTION_DATASET = MODEL_OPTIONS,
    NETWORK_OPTION_DEVICE,
    NETWORK_OPTIONS
};

#define MODEL_OPTION_ROWS                                                                                              \
    [NETWORK_OPTION_BEST] = { "best", NULL, "take the weights of the best epoch, not those that the run ended with" }, \
    [NETWORK_OPTION_PIXELS] = { "pixels", "RANGE", "of a MODEL by others: it takes pixels as " PIXELS_LISTED },        \
    [NETWORK_OPTION_INPUT] = { "input", "HxWxC", "of a MODEL by others: the size of its images, as in 28x28x1" },

/* `of_dataset`: what --dataset is for. */
#define NETWORK_OPTION_ROWS(of_dataset)                                                                                \
    MODEL_OPTION_ROWS                                                                                                  \
    [NETWORK_OPTION_DATASET] = { "dataset", "NAME|PATH", of_dataset },                                                 \
    [NETWORK_OPTION_DEVICE] = { "device", "cpu|cpu:N|cpu:RxN|cuda:N|cuda:N-M", \
                                "run on this device instead of the run's" },

struct network_options {
    struct network_setup network;
    const char *dataset; /* NULL: the run's */
};

/* One of them, or the word, which is refused when there was one before: what options_next() says. False with an error,
 * which is already set for OPTIONS_ERROR. */
bool network_options_take(struct network_options *o, int option, const char *word, struct error *e);

/* False with ERROR_USAGE where no word was given; `more` is what else the command wants, or "". */
bool network_options_check(const struct network_options *o, const char *more, struct error *e);

/* Says on standard error where the weights are not those that a run ended with, since it has not, and what was assumed
 * of the model. */
void network_options_tell(const struct model_moment *m, const struct model_assumed *assumed);

/* And what is odd about the images of a data set that it was shown. */
void network_options_tell_images(const struct network *n);

#endif
