/* The mouse: a press goes to a panel and selects a line, again it is Enter; the wheel scrolls what is under it; a drag
 * on the charts moves their cursor; an entry of the key line is pressed. Nothing needs it. */
#ifndef TUI_POINTER_H
#define TUI_POINTER_H

struct app;

/* An event of mouse.h. `press` presses a key, as from the keyboard. */
void pointer_do(struct app *app, int event, void (*press)(struct app *app, int key));

#endif
