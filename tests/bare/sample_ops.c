/* Compares operations of a GPU with the reference, case by case, until a time is over.
 *
 *   sample_ops SEED SECONDS             first goes round all operations, each in every precision that matters to it, at
 *                                       one ragged and one regular shape; then draws on
 *   sample_ops --go-on SEED SECONDS     only draws on
 *   sample_ops OPERATION PRECISION CASE one case again; a disagreement is printed with these words before it
 *
 * Figures are those of bench/figure.h. Exit code 1: something disagreed, or the device failed. CUVETTE_CUDNN=0 does
 * without cuDNN, which is chosen once a process. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/figure.h"
#include "tests/gpu/gpu_cases.h"

/* Tensor cores and wide loads have ways of their own for sizes that are multiples of this. */
enum { REGULAR = 8, DRAWS_MOST = 5000 };

enum shape_kind { RAGGED, REGULAR_SHAPE, SHAPE_KINDS };
static const char *const shape_names[] = { "ragged", "regular" };

struct sample {
    struct op_case c;
    enum op_kind kind;
    enum precision precision;
    uint64_t seed; /* of the next case */
    double deadline;
    bool going_on; /* no round is promised */
    int compared, disagreed, rounds, not_drawn;
    char at[96]; /* the case that runs, for whoever ends this program */
};

static struct sample sample;

/* What a program that hangs was doing is told when it is ended. */
static void tell_and_end(int number)
{
    static const char words[] = "ended while it compared: ";

    if (write(STDOUT_FILENO, words, sizeof words - 1) > 0 && write(STDOUT_FILENO, sample.at, strlen(sample.at)) > 0)
        (void)!write(STDOUT_FILENO, "\n", 1);
    signal(number, SIG_DFL);
    raise(number);
}

/* Of products the last size of every operand is a multiple of 8; of all else the numbers of an image, or of an arena.
 */
static bool is_regular(const struct op *op)
{
    const struct op_class *class = &op_classes[op->kind];
    const struct op_operand *operands[] = { &class->in[0], &class->in[1], &class->in[2], &class->out[0] };

    if (!op_multiplies(op->kind))
        return (int64_t)op_count(op, class->in[0].dimensions, 1) % REGULAR == 0;
    for (size_t i = 0; i < sizeof operands / sizeof *operands; i++) {
        size_t rank = strlen((const char *)operands[i]->dimensions);

        if (rank > 0 && class->dimension(op, operands[i]->dimensions[rank - 1]) % REGULAR != 0)
            return false;
    }
    return true;
}

/* The next case of that shape. False when there seems to be none. */
static bool draw(struct sample *s, enum shape_kind shape)
{
    for (int i = 0; i < DRAWS_MOST; i++) {
        if (op_case_draw(&s->c, s->kind, s->seed++) && is_regular(&s->c.op) == (shape == REGULAR_SHAPE))
            return true;
        op_case_free(&s->c);
    }
    return false;
}

/* Compares the case that was drawn. False when the device is lost, and nothing more can be compared. */
static bool compare(struct sample *s)
{
    struct error e = { 0 };
    bool agrees;

    snprintf(s->at, sizeof s->at, "%s %s %llu", op_name(s->kind), precision_names[s->precision],
             (unsigned long long)s->c.seed);
    s->c.op.precision = s->precision;
    agrees = op_case_expect(&s->c, &e) && op_case_agrees(&s->c, &cuda_backend_class, 1, gpu_bounds[s->precision], &e);
    s->compared++;
    if (agrees)
        return true;
    s->disagreed++;
    printf("sample_ops %s: %s\n", s->at, e.text);
    fflush(stdout);
    return e.kind != ERROR_DEVICE;
}

/* The first round takes the time that it needs. */
static bool time_is_over(const struct sample *s)
{
    return (s->going_on || s->rounds > 0) && clock_seconds() >= s->deadline;
}

static bool go_round(struct sample *s)
{
    for (s->kind = 0; s->kind < OP_COUNT; s->kind++)
        for (int precision = PRECISION_FP32; precision < GPU_PRECISIONS; precision++)
            for (int shape = RAGGED; shape < SHAPE_KINDS; shape++) {
                bool good = true;

                if (precision != PRECISION_FP32 && !op_multiplies(s->kind))
                    continue;
                if (time_is_over(s))
                    return true;
                s->precision = (enum precision)precision;
                if (draw(s, (enum shape_kind)shape)) {
                    good = compare(s);
                } else {
                    s->not_drawn++;
                    printf("%s: no %s case was drawn\n", op_name(s->kind), shape_names[shape]);
                }
                op_case_free(&s->c);
                if (!good)
                    return false;
            }
    s->rounds++;
    return true;
}

static int go_on(struct sample *s, char **words)
{
    bool good = true;

    s->seed = strtoull(words[0], NULL, 10);
    s->deadline = clock_seconds() + atof(words[1]);
    printf("Cases from %llu on, for %s s.\n", (unsigned long long)s->seed, words[1]);
    fflush(stdout);
    while (good && !time_is_over(s))
        good = go_round(s);
    figure_print("cases", s->compared, "cases");
    figure_print("disagreements", s->disagreed, "cases");
    figure_print("rounds", s->rounds, "rounds");
    return s->disagreed == 0 && s->not_drawn == 0 && good ? 0 : 1;
}

static int find(const char *name, const char *const names[], int count)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(name, names[i]))
            return i;
    return -1;
}

static int again(struct sample *s, char **words)
{
    const char *names[OP_COUNT];
    int kind, precision = find(words[1], precision_names, GPU_PRECISIONS);

    for (int i = 0; i < OP_COUNT; i++)
        names[i] = op_name((enum op_kind)i);
    kind = find(words[0], names, OP_COUNT);
    if (kind < 0 || precision < 0) {
        fprintf(stderr, "sample_ops: there is no %s\n", words[kind < 0 ? 0 : 1]);
        return 2;
    }
    s->kind = (enum op_kind)kind;
    s->precision = (enum precision)precision;
    if (op_case_draw(&s->c, s->kind, strtoull(words[2], NULL, 10)))
        compare(s);
    op_case_free(&s->c);
    printf("%s\n", s->compared > 0 && s->disagreed == 0 ? "agrees" : "disagrees");
    return s->compared > 0 && s->disagreed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    signal(SIGTERM, tell_and_end);
    sample.going_on = argc == 4 && !strcmp(argv[1], "--go-on");
    if (argc == 3 || sample.going_on)
        return go_on(&sample, argv + argc - 2);
    if (argc == 4)
        return again(&sample, argv + 1);
    fprintf(stderr, "usage: sample_ops [--go-on] SEED SECONDS | sample_ops OPERATION PRECISION CASE\n");
    return 2;
}
