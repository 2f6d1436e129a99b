#include "cli/together.h"

#include <unistd.h>

#include "base/text.h"
#include "cli/failure.h"
#include "nn/recipe/device_name.h"
#include "run/mpi_plugin.h"
#include "run/ranks_meet.h"

bool together_begin(struct together *t, double patience, struct error *e)
{
    const struct ranks ranks = ranks_read();

    *t = (struct together){ .communicator = NULL };
    if (ranks.count == 1)
        return true;
    t->communicator = mpi_plugin_open(&ranks, patience, e);
    return t->communicator && ranks_meet_share(t->communicator, e);
}

bool together_agree(struct together *t, bool fine, struct error *e)
{
    if (!t->communicator)
        return fine;
    fine = ranks_meet_agree(t->communicator, fine, e);
    t->agreed = !fine;
    return fine;
}

/* Replicas are of one process alone, whether there are cores for them or not. */
static bool is_one(const struct recipe *recipe, struct error *e)
{
    return device_name_replicas(recipe->training.device) == 1 ||
           error_set(e, ERROR_DEVICE, "device \"%s\": each of several processes trains on one device; start more "
                     "processes in place of replicas", recipe->training.device);
}

/* Of several GPUs each rank of a node has the one at its own place among these. */
static bool take_one(struct device *device, int place, const struct recipe *recipe, struct error *e)
{
    const int replicas = devices_replicas(device);

    if (replicas > 1 && place >= replicas)
        return error_set(e, ERROR_DEVICE, "device \"%s\": %d GPUs for at least %d processes on this node; start as "
                         "many as there are GPUs", recipe->training.device, replicas, place + 1);
    if (replicas > 1)
        *device = devices_one_of(device, place);
    return true;
}

bool together_compare(struct together *t, const struct recipe *recipe, struct device *device, struct error *e)
{
    int place;

    if (!t->communicator)
        return true;
    if (!ranks_meet_place(t->communicator, &place, e) ||
        !together_agree(t, is_one(recipe, e) && devices_choose(recipe->training.device, device, e) &&
                        take_one(device, place, recipe, e), e))
        return false;
    t->agreed = !ranks_meet_compare(t->communicator, recipe, device, e);
    return !t->agreed;
}

bool together_tell(struct together *t, int *number, struct recipe *recipe, struct error *e)
{
    struct communicator *c = t->communicator;

    return !c || (c->ops->broadcast(c, number, sizeof *number, 0, e) && ranks_meet_take_recipe(c, recipe, e));
}

/* Rank 0 tells what ends the command, also where another rank failed; where rank 0 is lost, the next one does. */
static bool is_told_elsewhere(struct communicator *c)
{
    struct communicator_loss loss;

    return mpi_plugin_lost(c, &loss) ? !loss.speaks : c->rank > 0;
}

/* A launcher ends all ranks once one of them has failed: what all of them would say, rank 0 must have said before. */
static void let_rank_0_speak(void)
{
    const unsigned seconds = 5; /* where the launcher does not end this one */

    sleep(seconds);
}

/* What all ranks do for the same reason is nobody's failure. The others may end as soon as this one has left, and then
 * the launcher ends it: what is to be said is said before. */
bool together_end(struct together *t, bool fine, struct error *e)
{
    struct communicator *c = t->communicator;

    if (!c) {
        if (!fine && ranks_read().rank > 0) {
            e->text[0] = '\0';
            let_rank_0_speak();
        }
        return fine;
    }

    if (!fine && !t->agreed && e->kind != ERROR_STOPPED)
        c->ops->give_up(c, e);
    if (!fine && is_told_elsewhere(c))
        e->text[0] = '\0';
    else if (!fine)
        failure_print(e);
    c->ops->close(c);
    t->communicator = NULL;
    return fine;
}

bool together_patience(double *out, const char *text, struct error *e)
{
    return (text_to_double(text, out) && *out >= 1 && *out <= 86400) ||
           error_set(e, ERROR_USAGE, "--patience %.32s: seconds from 1 to 86400", text);
}
