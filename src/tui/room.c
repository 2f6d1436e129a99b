#include "tui/room.h"

#include <string.h>

#include "tui/app.h"

bool room_device_fits(const struct app *app, int position, char *words, size_t size)
{
    const struct device *device = &app->machine.devices[position];
    struct memory_room room = node_room(&app->node, device);
    struct memory_need need;

    words[0] = '\0';
    return !forecast_need(&app->forecast, position, device, &need) ||
           forecast_memory_words(&need, &room, words, size);
}

/* Of the recipe's device; -1: it is not there. */
static int own_device(const struct app *app)
{
    const struct machine *m = &app->machine;

    for (int i = 0; m->device_error.kind == ERROR_NONE && i < m->n_devices; i++)
        if (devices_has(&m->device, &m->devices[i]))
            return i;
    return -1;
}

bool room_fits(const struct app *app, char *words, size_t size)
{
    int device = own_device(app);

    words[0] = '\0';
    return device < 0 || room_device_fits(app, device, words, size);
}

void room_advice(const struct app *app, char *to, size_t size)
{
    int device = own_device(app);

    to[0] = '\0';
    if (device >= 0 && app->forecast.counted)
        memory_need_advice(&app->forecast.needs[device], to, size);
}
