#include "run/metrics_scan.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct scan {
    const char *at, *end;
};

static bool take_text(struct scan *s, const char *text)
{
    size_t length = strlen(text);

    if ((size_t)(s->end - s->at) < length || memcmp(s->at, text, length) != 0)
        return false;
    s->at += length;
    return true;
}

static bool is_digit(const struct scan *s)
{
    return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

/* Appends digits to the number; as many as a double can hold exactly. */
static bool take_digits(struct scan *s, uint64_t *number, int *count)
{
    const uint64_t exact = (uint64_t)1 << 53;

    for (*count = 0; is_digit(s); s->at++, ++*count) {
        *number = *number * 10 + (uint64_t)(*s->at - '0');
        if (*number > exact)
            return false;
    }
    return *count > 0;
}

/* JSON's exponent, added to *power. */
static bool take_exponent(struct scan *s, int *power)
{
    uint64_t number = 0;
    bool negative;
    int digits;

    if (!take_text(s, "e") && !take_text(s, "E"))
        return true;
    negative = take_text(s, "-");
    if (!negative)
        take_text(s, "+");
    if (!take_digits(s, &number, &digits) || number > 1000)
        return false;
    *power += negative ? -(int)number : (int)number;
    return true;
}

/* JSON's grammar of numbers. Both factors are exact, so that the one operation on them rounds as strtod() does (W. D.
 * Clinger, How to read floating point numbers accurately, 1990); other numbers are refused. */
static bool take_number(struct scan *s, double *out)
{
    static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    const int most = sizeof tens / sizeof *tens - 1;
    bool negative = take_text(s, "-"), zero = s->at < s->end && *s->at == '0';
    uint64_t number = 0;
    int digits, decimals = 0, power = 0;

    if (!take_digits(s, &number, &digits) || (zero && digits > 1))
        return false;
    if (take_text(s, ".") && !take_digits(s, &number, &decimals))
        return false;
    if (!take_exponent(s, &power))
        return false;
    power -= decimals;
    if (power < -most || power > most || (negative && number == 0))
        return false;
    *out = power < 0 ? (double)number / tens[-power] : (double)number * tens[power];
    *out = negative ? -*out : *out;
    return true;
}

static bool take_value(struct scan *s, const char *before, double *out)
{
    if (!take_text(s, before))
        return false;
    if (!take_text(s, "null"))
        return take_number(s, out);
    *out = NAN;
    return true;
}

/* The rest of a line of several steps. */
static bool take_extremes(struct scan *s, double *steps, struct point *out)
{
    double loss_low, loss_high, accuracy_low, accuracy_high;

    if (!take_value(s, ",\"steps\":", steps) || !take_value(s, ",\"loss_low\":", &loss_low) ||
        !take_value(s, ",\"loss_high\":", &loss_high) || !take_value(s, ",\"accuracy_low\":", &accuracy_low) ||
        !take_value(s, ",\"accuracy_high\":", &accuracy_high) || !take_text(s, "}\n"))
        return false;
    out->loss_low = (float)loss_low;
    out->loss_high = (float)loss_high;
    out->accuracy_low = (float)accuracy_low;
    out->accuracy_high = (float)accuracy_high;
    return true;
}

bool metrics_scan_step(const char *line, size_t length, double *step, double *steps, struct point *out)
{
    struct scan s = { line, line + length };
    double epoch, loss, accuracy, rate, seconds, images;

    if (!take_value(&s, "{\"kind\":\"step\",\"step\":", step) || !take_value(&s, ",\"epoch\":", &epoch) ||
        isnan(epoch) || !take_value(&s, ",\"loss\":", &loss) || !take_value(&s, ",\"accuracy\":", &accuracy) ||
        !take_value(&s, ",\"learning_rate\":", &rate) || !take_value(&s, ",\"seconds\":", &seconds) ||
        !take_value(&s, ",\"images_per_second\":", &images))
        return false;
    *steps = 1;
    *out = (struct point){ .position = epoch,
                           .loss = (float)loss,
                           .accuracy = (float)accuracy,
                           .learning_rate = (float)rate,
                           .seconds = seconds,
                           .images_per_second = (float)images };
    return (take_text(&s, "}\n") || take_extremes(&s, steps, out)) && s.at == s.end;
}
