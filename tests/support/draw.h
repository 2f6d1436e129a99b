/* How random cases of operations are drawn (op_cases.h): one function for each operation, draw_NAME, in a file for each
 * family, and what these functions share. */
#ifndef SUPPORT_DRAW_H
#define SUPPORT_DRAW_H

#include "tests/support/chance.h"
#include "tests/support/op_cases.h"

/* Sets the settings and operands of an operation; what all operations have is set already. */
typedef void draw_function(struct op_case *c, struct chance *r);

#define OPERATION(KIND, name, ...) draw_function draw_##name;
OPERATIONS(OPERATION)
#undef OPERATION

/* What a value holds: all ones (as floats NANs), or numbers in -1..1, 0.01..1, -12..12; bytes are any. */
enum fill { FILL_UNDEFINED, FILL_SIGNED, FILL_POSITIVE, FILL_LARGE };

/* A new value of `count` elements (for each image, when per_image) in the arena. Inputs are FILL_SIGNED, outputs
 * FILL_UNDEFINED. Without memory the case is marked, and op_case_draw() returns false. */
value draw_value(struct op_case *c, struct chance *r, enum element element, bool per_image, int count, enum fill fill);
/* The same for each image and for `next` more of them, which stand behind these. */
value draw_with_next(struct op_case *c, struct chance *r, enum element element, int count, enum fill fill, int next);
value draw_image_input(struct op_case *c, struct chance *r, int count);
value draw_image_output(struct op_case *c, struct chance *r, int count);
value draw_input(struct op_case *c, struct chance *r, int count);
value draw_output(struct op_case *c, struct chance *r, int count);
/* The operands of most operations: an image of `in` numbers to one of `out` numbers. */
void draw_one_to_one(struct op_case *c, struct chance *r, int in, int out);
/* Mean and variance, or any two rows of which the second must not be negative; an output if `undefined`. */
value draw_two_rows(struct op_case *c, struct chance *r, int count, bool undefined);
/* Its second row becomes what it divides by: 1/1 to 1/0.01. */
void draw_invert_second_row(struct op_case *c, value v);
/* How the step mixes its images. */
void draw_mixture(struct op_case *c, struct chance *r, int height, int width);
value draw_labels(struct op_case *c, struct chance *r, int classes, int next); /* and those of `next` more images */
/* Multiplies a value's floats. */
void draw_scale(struct op_case *c, value v, float factor);
/* Makes a value's floats whole numbers, -2..2 if they were -1..1, so that some are equal. */
void draw_whole_numbers(struct op_case *c, value v);

/* Sizes around the widths of vectors and blocks, and 1. */
int draw_channels(struct chance *r);

/* For convolutions and pools: a kernel of height × width, and sizes and padding that go with it as the layers make
 * them. Stride and channels are there already. */
void draw_window(struct op_window *w, struct chance *r, int height, int width);
/* Padding such as no layer has: any on one side, any on the other, but less than the kernel. */
void draw_padding(struct op_window *w, struct chance *r);

/* How many numbers there are in an input image, in an output image (of the pool, if there is one), in the weights. */
int draw_window_input(const struct op_window *w);
int draw_window_output(const struct op_window *w);
int draw_window_weights(const struct op_window *w);

#endif
