/* Whether the recipe fits into the memory that is free for a run. */
#ifndef TUI_ROOM_H
#define TUI_ROOM_H

#include <stdbool.h>
#include <stddef.h>

struct app;

/* Does the recipe fit into a device's memory, or into that of its own device, as far as that can be counted? `words`
 * says it in words; "" where nothing can be counted. */
bool room_device_fits(const struct app *app, int position, char *words, size_t size);
bool room_fits(const struct app *app, char *words, size_t size);
void room_advice(const struct app *app, char *to, size_t size); /* what would, of that device; "": it is not known */

#endif
