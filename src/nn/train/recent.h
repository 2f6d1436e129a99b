/* Loss and accuracy of the last steps: those of a single step are too noisy to be read. */
#ifndef NN_RECENT_H
#define NN_RECENT_H

enum { RECENT_STEPS = 50 };

/* Sums over each of the last steps' images, in a ring. Zeroed: no step yet. */
struct recent {
    double loss[RECENT_STEPS], correct[RECENT_STEPS], rows[RECENT_STEPS];
    int count, next;
};

void recent_add(struct recent *r, double loss, double correct, int rows); /* of a step: its mean loss */

/* Means over the images of the last RECENT_STEPS steps, or of as many as there are; negative before the first. */
double recent_loss(const struct recent *r);
double recent_accuracy(const struct recent *r);

#endif
