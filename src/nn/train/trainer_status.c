#include "nn/train/trainer_status.h"

#include <string.h>

const char *const trainer_state_names[TRAINER_STATE_COUNT] = {
#define NAME(state, name) [TRAINER_##state] = #name,
    TRAINER_STATES(NAME)
#undef NAME
};

bool trainer_state_find(const char *name, enum trainer_state *out)
{
    for (int i = 0; i < TRAINER_STATE_COUNT; i++)
        if (strcmp(name, trainer_state_names[i]) == 0) {
            *out = (enum trainer_state)i;
            return true;
        }
    return false;
}

const struct trainer_status trainer_status_unknown = {
    .state = TRAINER_PREPARING,
    .rate_factor = 1,
    .seconds_left = -1,
    .seconds_per_epoch = -1,
    .recent_loss = -1,
    .recent_accuracy = -1,
    .train_loss = -1,
    .train_accuracy = -1,
    .valid_loss = -1,
    .valid_accuracy = -1,
    .test_loss = -1,
    .test_accuracy = -1,
    .features_seconds = -1,
    .class_weight_least = -1,
    .class_weight_most = -1,
    .together = { .perfect = -1, .hidden = -1, .behind = -1, .slow = -1, .usual = -1 },
};
