/* What a run without a screen prints: a title, a table with a row for each epoch, and the results, within 80 columns.
 * On a terminal a line of progress moves below them. */
#ifndef CLI_EPOCH_LINES_H
#define CLI_EPOCH_LINES_H

#include "cli/progress.h"
#include "nn/recipe/recipe_warnings.h"
#include "nn/train/trainer.h"
#include "run/devices.h"

struct epoch_lines {
    const struct recipe *recipe;
    const struct series *means, *checks; /* at the last update */
    bool wanted, told_shares, told_features, told_images;
    size_t before; /* told of when they were trained */
    size_t epochs; /* these, and those printed so far */
    struct progress progress;
};

/* From behind the first `before` epochs, which were told of when they were trained. */
struct epoch_lines epoch_lines_begin(const struct recipe *recipe, size_t before, bool wanted);
/* The curves as a trainer publishes them: trainer_means() and trainer_epochs(). */
void epoch_lines_update(struct epoch_lines *l, const struct series *means, const struct series *checks,
                        const struct trainer_status *status);
void epoch_lines_note(struct epoch_lines *l, const char *text); /* a line of its own */
void epoch_lines_end(struct epoch_lines *l);

/* `folder` may be NULL: nothing is kept. */
void epoch_lines_title(const struct recipe *recipe, size_t parameters, const struct device *device, const char *folder);
/* Of several processes: how many there are, and the images of each. */
void epoch_lines_ranks(const struct communicator *c, const struct recipe *recipe);
void epoch_lines_beginning(const struct recipe *recipe); /* what it begins with, where weights are not drawn */
void epoch_lines_gone_on(size_t before, int epochs); /* a run that was left, with so many of its epochs trained */
void epoch_lines_warnings(const struct recipe_warnings *warnings);
/* Where the time of a run that is over went, in two lines; nothing where too little is known. */
void epoch_lines_profile(const struct trainer *trainer);
void epoch_lines_outcome(const struct recipe *recipe, const struct trainer_status *status, const char *folder);

#endif
