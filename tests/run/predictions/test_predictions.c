/* Tables of answers, compared with plain loops in double precision over the whole of the probabilities. */
#include "tests/support/check.h"

#include <math.h>

#include "run/predictions/calibration.h"
#include "run/predictions/confusion.h"
#include "run/predictions/ranking.h"
#include "tests/support/chance.h"

enum { IMAGES = 400, CLASSES_MOST = 1024 };

/* Answers that are right about as often as not, some of them with ties. */
struct subject {
    int classes;
    float *p; /* [IMAGES][classes] */
    int label[IMAGES], answer[IMAGES];
    struct predictions predictions;
};

static float of(const struct subject *s, int image, int class)
{
    return s->p[image * s->classes + class];
}

static void draw_image(struct subject *s, int image, struct chance *chance)
{
    float *p = s->p + image * s->classes;
    double sum = 0;

    s->label[image] = chance_int(chance, 0, s->classes > 3 ? s->classes - 2 : s->classes - 1); /* one class has none */
    for (int c = 0; c < s->classes; c++)
        p[c] = image % 7 == 0 ? (float)chance_int(chance, 1, 3) : chance_between(chance, 0.0f, 1.0f);
    if (chance_toss(chance))
        p[s->label[image]] += chance_between(chance, 0.0f, (float)s->classes);
    for (int c = 0; c < s->classes; c++)
        sum += p[c];
    for (int c = 0; c < s->classes; c++)
        p[c] = (float)(p[c] / sum);
}

/* How many classes are likelier, or as likely and come first. */
static int place_of(const struct subject *s, int image, int class)
{
    int before = 0;

    for (int c = 0; c < s->classes; c++)
        before += of(s, image, c) > of(s, image, class) || (c < class && of(s, image, c) == of(s, image, class));
    return before;
}

static int likeliest(const struct subject *s, int image)
{
    int best = 0;

    for (int c = 1; c < s->classes; c++)
        best = of(s, image, c) > of(s, image, best) ? c : best;
    return best;
}

static void begin(struct subject *s, int classes)
{
    struct chance chance = { .seed = (uint64_t)classes };
    struct error e;

    s->classes = classes;
    s->p = calloc((size_t)IMAGES * (size_t)classes, sizeof *s->p);
    assert_non_null(s->p);
    assert_good(predictions_new(&s->predictions, IMAGES, classes, &e), e);
    for (int i = 0; i < IMAGES; i++) {
        draw_image(s, i, &chance);
        assert_true(predictions_note(&s->predictions, (uint32_t)i, (uint32_t)(3 * i), s->label[i],
                                     s->p + i * classes));
        s->answer[i] = likeliest(s, i);
    }
}

static void end(struct subject *s)
{
    predictions_free(&s->predictions);
    free(s->p);
}

static void check_top(const struct subject *s)
{
    const struct predictions *p = &s->predictions;

    assert_int_equal(p->top, s->classes < 5 ? s->classes : 5);
    for (int i = 0; i < IMAGES; i++) {
        assert_int_equal(p->index[i], 3 * i);
        assert_int_equal(p->place[i], place_of(s, i, s->label[i]));
        assert_true(p->of_label[i] == of(s, i, s->label[i]));
        for (int k = 0; k < p->top; k++) {
            const int class = p->class[i * p->top + k];

            assert_int_equal(place_of(s, i, class), k);
            assert_true(p->probability[i * p->top + k] == of(s, i, class));
        }
    }
}

static void check_confusion(const struct subject *s)
{
    struct confusion c;
    struct confusion_figures *figures = calloc((size_t)s->classes, sizeof *figures), macro, weighted;
    double sums[2][3] = { { 0 } };
    int present = 0;
    struct error e;

    assert_non_null(figures);
    assert_good(confusion_new(&c, &s->predictions, &e), e);
    confusion_of_classes(&c, figures);
    confusion_means(&c, &macro, &weighted);
    for (int class = 0; class < s->classes; class++) {
        double right = 0, of_it = 0, said = 0;

        for (int i = 0; i < IMAGES; i++) {
            const int answer = s->answer[i];

            right += s->label[i] == class && answer == class;
            of_it += s->label[i] == class;
            said += answer == class;
        }

        const double precision = right / said, recall = right / of_it, f1 = 2 * right / (said + of_it);

        assert_true(said > 0 ? fabs(figures[class].precision - precision) < 1e-12 : isnan(figures[class].precision));
        assert_true(of_it > 0 ? fabs(figures[class].recall - recall) < 1e-12 : isnan(figures[class].recall));
        assert_true(said + of_it > 0 ? fabs(figures[class].f1 - f1) < 1e-12 : isnan(figures[class].f1));
        assert_int_equal(figures[class].support, of_it);
        if (of_it == 0)
            continue;
        present++;
        for (int weighing = 0; weighing < 2; weighing++) {
            sums[weighing][0] += (weighing ? of_it : 1) * (said > 0 ? precision : 0);
            sums[weighing][1] += (weighing ? of_it : 1) * recall;
            sums[weighing][2] += (weighing ? of_it : 1) * f1;
        }
    }
    assert_true(fabs(macro.precision - sums[0][0] / present) < 1e-9);
    assert_true(fabs(macro.recall - sums[0][1] / present) < 1e-9);
    assert_true(fabs(macro.f1 - sums[0][2] / present) < 1e-9 && fabs(weighted.f1 - sums[1][2] / IMAGES) < 1e-9);
    assert_true(fabs(weighted.precision - sums[1][0] / IMAGES) < 1e-9);
    /* Recall weighted by images is the accuracy. */
    assert_true(fabs(weighted.recall - predictions_accuracy(&s->predictions, 1)) < 1e-9);
    assert_int_equal(weighted.support, IMAGES);
    confusion_free(&c);
    free(figures);
}

static uint32_t times(const struct subject *s, int label, int answer)
{
    uint32_t n = 0;

    for (int i = 0; i < IMAGES; i++)
        n += s->label[i] == label && s->answer[i] == answer;
    return n;
}

static void check_pairs(const struct subject *s)
{
    struct confusion_pair pairs[4];
    struct confusion c;
    struct error e;

    assert_good(confusion_new(&c, &s->predictions, &e), e);

    const int n = confusion_pairs(&c, 4, pairs);
    uint32_t most = 0;

    assert_true(n > 0 && n <= 4);
    for (int i = 0; i < n; i++) {
        assert_int_not_equal(pairs[i].label, pairs[i].answer);
        assert_int_equal(pairs[i].count, times(s, pairs[i].label, pairs[i].answer));
        assert_true(i == 0 || pairs[i].count <= pairs[i - 1].count);
    }
    for (int i = 0; i < IMAGES; i++) {
        const int answer = s->answer[i];
        const uint32_t count = answer == s->label[i] ? 0 : times(s, s->label[i], answer);

        most = count > most ? count : most;
    }
    assert_int_equal(pairs[0].count, most);
    confusion_free(&c);
}

static void check_calibration(const struct subject *s)
{
    struct calibration found;
    double error = 0;

    calibration_measure(&s->predictions, &found);
    for (int b = 0; b < 15; b++) {
        double n = 0, confidence = 0, right = 0;

        for (int i = 0; i < IMAGES; i++) {
            const int answer = s->answer[i];
            const double sure = (double)of(s, i, answer);

            if (sure <= b / 15.0 || sure > (b + 1) / 15.0)
                continue;
            n++;
            confidence += sure;
            right += answer == s->label[i];
        }
        assert_int_equal(found.bins[b].n, n);
        assert_true(n > 0 ? fabs(found.bins[b].confidence - confidence / n) < 1e-9 : isnan(found.bins[b].confidence));
        assert_true(n > 0 ? fabs(found.bins[b].accuracy - right / n) < 1e-9 : isnan(found.bins[b].accuracy));
        if (n > 0)
            error += n / IMAGES * fabs(confidence / n - right / n);
    }
    assert_true(fabs(found.error - error) < 1e-9);
}

static void check_rankings(const struct subject *s)
{
    static uint32_t order[IMAGES];
    const uint32_t n = ranking_make(&s->predictions, RANKING_WORST, RANKING_ANY, RANKING_ANY, order);
    const uint32_t one = ranking_make(&s->predictions, RANKING_ORDER, s->label[0], RANKING_ANY, order);
    uint32_t wrong = 0, alike = 0;

    for (int i = 0; i < IMAGES; i++) {
        wrong += s->answer[i] != s->label[i];
        alike += s->label[i] == s->label[0];
    }
    assert_int_equal(n, wrong);
    assert_int_equal(one, alike);
    assert_int_equal(order[0], 0);
    ranking_make(&s->predictions, RANKING_WORST, RANKING_ANY, RANKING_ANY, order);
    for (uint32_t i = 0; i < n; i++) {
        assert_true(s->answer[order[i]] != s->label[order[i]]);
        assert_true(i == 0 || of(s, (int)order[i - 1], s->label[order[i - 1]]) <=
                                  of(s, (int)order[i], s->label[order[i]]));
    }
    assert_int_equal(ranking_make(&s->predictions, RANKING_UNSURE, RANKING_ANY, RANKING_ANY, order), IMAGES);
    for (int i = 1; i < IMAGES; i++)
        assert_true(of(s, (int)order[i - 1], s->answer[order[i - 1]]) <=
                    of(s, (int)order[i], s->answer[order[i]]));
}

static void check_classes(int classes)
{
    static struct subject s;

    begin(&s, classes);
    check_top(&s);
    check_confusion(&s);
    check_pairs(&s);
    check_calibration(&s);
    check_rankings(&s);
    end(&s);
}

static void test_two_classes(void **state)
{
    (void)state;
    check_classes(2);
}

static void test_ten_classes(void **state)
{
    (void)state;
    check_classes(10);
}

/* Precision, recall and the rest of as many classes as there may be; most have no answer. */
static void test_a_thousand_classes(void **state)
{
    static struct subject s;
    (void)state;

    begin(&s, CLASSES_MOST);
    for (int i = 0; i < IMAGES; i += 40)
        for (int k = 0; k < 5; k++)
            assert_int_equal(place_of(&s, i, s.predictions.class[i * 5 + k]), k);
    check_calibration(&s);
    check_rankings(&s);
    end(&s);
}

static void test_answers_that_are_no_numbers_are_refused(void **state)
{
    const float diverged[3] = { 0.5f, NAN, NAN };
    struct predictions p;
    struct error e;
    (void)state;

    assert_good(predictions_new(&p, 1, 3, &e), e);
    assert_false(predictions_note(&p, 0, 0, 0, diverged));
    predictions_free(&p);
}

static bool is_even(const void *context, uint32_t index)
{
    (void)context;
    return index % 2 == 0;
}

static void test_images_are_taken_out_with_all_that_is_theirs(void **state)
{
    static struct subject s;
    (void)state;

    begin(&s, 10);
    predictions_filter(&s.predictions, is_even, NULL);
    assert_int_equal(s.predictions.n, IMAGES / 2);
    for (int i = 0; i < IMAGES / 2; i++) {
        assert_int_equal(s.predictions.index[i], 6 * i);
        assert_int_equal(s.predictions.label[i], s.label[2 * i]);
        assert_int_equal(predictions_class(&s.predictions, (uint32_t)i), s.answer[2 * i]);
        assert_true(s.predictions.of_label[i] == of(&s, 2 * i, s.label[2 * i]));
        assert_int_equal(s.predictions.place[i], place_of(&s, 2 * i, s.label[2 * i]));
    }
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_classes),
        cmocka_unit_test(test_ten_classes),
        cmocka_unit_test(test_a_thousand_classes),
        cmocka_unit_test(test_answers_that_are_no_numbers_are_refused),
        cmocka_unit_test(test_images_are_taken_out_with_all_that_is_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
