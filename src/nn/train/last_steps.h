/* Loss and accuracy of the last steps: those of a single step are too noisy to be read. */
#ifndef NN_LAST_STEPS_H
#define NN_LAST_STEPS_H

enum { LAST_STEPS = 50 };

/* Sums over each of the last steps' images, in a ring. Zeroed: no step yet. */
struct last_steps {
    double loss[LAST_STEPS], correct[LAST_STEPS], rows[LAST_STEPS];
    int count, next;
};

void last_steps_add(struct last_steps *r, double loss, double correct, int rows); /* of a step: its mean loss */

/* Means over the images of the last LAST_STEPS steps, or of as many as there are; negative before the first. */
double last_steps_loss(const struct last_steps *r);
double last_steps_accuracy(const struct last_steps *r);

#endif
