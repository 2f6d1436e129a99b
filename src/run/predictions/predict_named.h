/* Asks a network about single images: files, and numbers in a data set. */
#ifndef RUN_PREDICT_NAMED_H
#define RUN_PREDICT_NAMED_H

#include "run/predictions/predict.h"

/* Files in their order, each made exactly as the images are that the network was tested on. *files stays open to tell
 * which could not be read (image_files_problem()): their answers mean nothing. `setup` is asked for progress alone.
 * False with an error and nothing to free; else predictions_free() and source_close() them. */
bool predict_files(struct network *n, const char *const *paths, uint32_t count, const struct predict_setup *setup,
                   struct predict_result *out, struct source **files, struct error *e);

struct predict_number {
    enum split split;
    uint32_t index;
};

/* Images of the network's data set, or of another one, in the order of asking; labels are theirs. False with an error,
 * also where there is no such image, and nothing to free; else predictions_free() them. */
bool predict_numbers(struct network *n, const char *dataset, const struct predict_number *numbers, uint32_t count,
                     struct predict_result *out, struct error *e);

#endif
