#include "run/follower.h"

static bool train(const struct run_setup *setup, struct run_choice *choice, struct error *e)
{
    struct trainer_status status;
    const struct trainer_setup of_trainer = {
        .recipe = &choice->recipe,
        .backend = choice->device.backend,
        .device = choice->device.choice,
        .communicator = setup->communicator,
        .memory = devices_host_memory(),
        .pretrained = &choice->pretrained,
        .last_epoch = setup->last_epoch,
        .other_images = setup->other_images,
    };
    struct trainer *t = trainer_start(&of_trainer, e);

    if (!t)
        return false;
    trainer_wait(t);
    trainer_status(t, &status);
    trainer_close(t);
    if (status.state == TRAINER_FAILED)
        *e = status.error;
    if (status.state == TRAINER_STOPPED && setup->last_epoch == 0)
        error_set(e, ERROR_STOPPED, "rank 0 was stopped");
    return status.state == TRAINER_FINISHED || (status.state == TRAINER_STOPPED && setup->last_epoch > 0);
}

bool follower_train(const struct run_setup *setup, struct error *e)
{
    struct run_choice choice;

    if (!run_setup_choose(setup, &choice, e))
        return false;

    bool fine = train(setup, &choice, e);

    pretrained_free(&choice.pretrained);
    return fine;
}
