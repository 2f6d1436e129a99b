/* The learning rate of a recipe: the optimiser's, along the schedule. One that was meant for another batch is scaled:
 * training.scale says how, where training.batch is k times training.base_batch.
 *
 *     linear  k times the rate: Goyal and others, "Accurate, large minibatch SGD", arXiv 1706.02677, 2017, who rise to
 *             it over the first 5 epochs
 *     sqrt    the root of k times the rate: Krizhevsky, "One weird trick for parallelizing convolutional neural
 *             networks", arXiv 1404.5997, 2014, so that the variance of an update stays the same */
#ifndef NN_RECIPE_RATE_H
#define NN_RECIPE_RATE_H

#include "nn/recipe/recipe.h"

/* At a position in epochs, 0 ≤ position ≤ training.epochs. */
double recipe_rate(const struct recipe *r, double position);

double recipe_rate_batches(const struct recipe *r); /* k; 1 where no base_batch is told */
double recipe_rate_factor(const struct recipe *r);  /* of the rate; 1: it is as it is written */
double recipe_rate_peak(const struct recipe *r);    /* the optimiser's rate, scaled: the one at the schedule's peak */

/* "learning rate 0.4: 0.1 times 4, linear from a batch of 128 to 512"; "" where it is as it is written. */
void recipe_rate_words(const struct recipe *r, char *out, size_t size);

#endif
