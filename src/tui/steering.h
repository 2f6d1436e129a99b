/* What a user does to a run: starts, stops and pauses it, changes its learning rate, and has its charts. Each says what
 * came of it, or why it cannot be. */
#ifndef TUI_STEERING_H
#define TUI_STEERING_H

struct app;

void steering_train(struct app *app);  /* asks first: to stop one that goes on, to start one that may not fit */
void steering_pause(struct app *app);  /* or resumes */
void steering_checkpoint(struct app *app); /* writes one now */
void steering_slower(struct app *app); /* halves the learning rate, of the recipe where nothing trains */
void steering_faster(struct app *app); /* doubles it */

#endif
