/* layers.json in a run's folder: where the time of its steps went, layer by layer, as it was measured while it trained
 * (nn/train/step_profile.h).
 *
 *     [{"layer": "conv2d", "forward": 0.0012, "backward": 0.0031, "update": 0.00002}, …]      seconds a step
 */
#ifndef RUN_LAYER_TIMES_H
#define RUN_LAYER_TIMES_H

#include "nn/train/trainer.h"

#define LAYER_TIMES_FILE "layers.json"

/* The columns of a layer: STEP_FORWARD, STEP_BACKWARD and STEP_UPDATE of a profile. */
enum { LAYER_FORWARD, LAYER_BACKWARD, LAYER_UPDATE, LAYER_PARTS };

extern const char *const layer_part_names[LAYER_PARTS];

struct layer_time {
    char layer[24];            /* its kind: "conv2d" */
    double parts[LAYER_PARTS]; /* seconds a step */
};

struct layer_times {
    int count;
    struct layer_time layers[STEP_LAYERS_MAX];
};

/* Of a trainer's profile; nothing is written of one that knows no layers. The file appears whole or not at all. */
bool layer_times_write(const struct trainer *t, const char *folder, struct error *e);

/* A folder without the file has times of no layer. False with an error for one that cannot be understood. */
bool layer_times_read(struct layer_times *t, const char *folder, struct error *e);

#endif
