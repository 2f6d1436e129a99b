#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool text_copy(char *to, size_t size, const char *from)
{
    return (size_t)snprintf(to, size, "%s", from) < size;
}

bool text_append(char *to, size_t size, const char *format, ...)
{
    size_t used = strlen(to);
    va_list arguments;

    va_start(arguments, format);
    int wanted = vsnprintf(to + used, size - used, format, arguments);
    va_end(arguments);
    return wanted >= 0 && (size_t)wanted < size - used;
}

static bool only_blanks(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return *text == '\0';
}

bool text_to_int64(const char *text, int64_t *out)
{
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || errno == ERANGE || !only_blanks(end))
        return false;
    *out = number;
    return true;
}

bool text_to_bytes(const char *text, uint64_t *out)
{
    static const char units[] = "KMGT";
    char number[32];
    const char *unit = text[0] ? strchr(units, toupper((unsigned char)text[strlen(text) - 1])) : NULL;
    size_t digits = strlen(text) - (unit != NULL);
    double value;

    if (digits >= sizeof number)
        return false;
    memcpy(number, text, digits);
    number[digits] = '\0';
    if (!text_to_double(number, &value) || value < 0)
        return false;
    value = ldexp(value, unit ? 10 * (int)(unit - units + 1) : 0);
    if (value > 0x1p53 || value != floor(value))
        return false;
    *out = (uint64_t)value;
    return true;
}

bool text_to_double(const char *text, double *out)
{
    char *end;
    /* strtod() would expect a decimal comma in half of Europe's locales. */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);

    if (plain == (locale_t)0)
        return false;
    double number = strtod_l(text, &end, plain);
    freelocale(plain);

    bool hexadecimal = memchr(text, 'x', (size_t)(end - text)) || memchr(text, 'X', (size_t)(end - text));
    if (end == text || hexadecimal || !isfinite(number) || !only_blanks(end))
        return false;
    *out = number;
    return true;
}

/* About three digits, with the largest unit that leaves at least 1: "1.2 M", "592 M". */
static void scaled(char *to, size_t size, double value, double base, const char *const *units, int decimals_of_first)
{
    int unit = 0;

    while (value >= base - 0.5 && units[unit + 1]) {
        value /= base;
        unit++;
    }
    int decimals = unit == 0 ? decimals_of_first : value < 99.95;
    snprintf(to, size, "%.*f %s", decimals, value, units[unit]);
}

void text_count(char *to, size_t size, uint64_t count)
{
    static const char *const units[] = { "k", "M", "G", "T", "P", "E", NULL };

    if (count < 10000)
        snprintf(to, size, "%d", (int)count);
    else
        scaled(to, size, (double)count / 1000, 1000, units, 0);
}

void text_bytes(char *to, size_t size, uint64_t bytes)
{
    static const char *const units[] = { "B", "K", "M", "G", "T", "P", "E", NULL };

    scaled(to, size, (double)bytes, 1024, units, 0);
}

void text_flops(char *to, size_t size, double per_second)
{
    static const char units[] = "MGTP";
    const double thousand = 1e3, rounds_up = 999.5;
    double value = per_second / (thousand * thousand);
    int unit = 0;

    if (!(per_second > 0)) {
        snprintf(to, size, "n/a");
        return;
    }
    for (; value >= rounds_up && units[unit + 1] != '\0'; value /= thousand)
        unit++;
    snprintf(to, size, "%.*f %cFLOP/s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, units[unit]);
}

void text_duration(char *to, size_t size, double seconds)
{
    if (!(seconds >= 0 && seconds < 1e9)) {
        text_copy(to, size, "n/a");
        return;
    }
    long all = lround(seconds);
    long hours = all / 3600, minutes = all / 60 % 60;

    if (hours)
        snprintf(to, size, "%ld:%02ld:%02ld", hours, minutes, all % 60);
    else
        snprintf(to, size, "%ld:%02ld", minutes, all % 60);
}

void text_loss(char to[TEXT_LOSS_SIZE], double loss)
{
    if (fabs(loss) < 1e5)
        snprintf(to, TEXT_LOSS_SIZE, "%.4f", loss);
    else
        snprintf(to, TEXT_LOSS_SIZE, "%.3e", loss);
}

/* The length in bytes of the UTF-8 character at `text`, and its code point; 0 if no character begins there (RFC 3629:
 * no overlong forms, no surrogates, nothing past U+10FFFF). The terminating zero ends any sequence. */
static int utf8_character(const unsigned char *text, uint32_t *point)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = text[0];
    int length = first < 0x80 ? 1 : first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;

    if (length == 0 || first >= 0xF8)
        return 0;
    *point = length == 1 ? first : first & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        *point = *point << 6 | (text[i] & 0x3Fu);
    }
    bool surrogate = *point >= 0xD800 && *point <= 0xDFFF;
    return *point < smallest[length] || surrogate || *point > 0x10FFFF ? 0 : length;
}

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

/* Not control characters, nor those that break lines, turn the direction of writing, or take no room: with these, two
 * names can look alike (Unicode's Cf, Zl, Zp, fillers, variation selectors and tags). */
static bool shown_safely(uint32_t point)
{
    static const struct range unsafe[] = {
        { 0x00, 0x1F },     { 0x7F, 0x9F },     { 0xAD, 0xAD },     { 0x034F, 0x034F }, { 0x061C, 0x061C },
        { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x2028, 0x202E },
        { 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 },
        { 0xFFF0, 0xFFFB }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
    };

    return !in_ranges(point, unsafe, sizeof unsafe / sizeof *unsafe);
}

/* Marks that are drawn over the character before them. */
static bool combines(uint32_t point)
{
    static const struct range marks[] = {
        { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x0610, 0x061A }, { 0x064B, 0x065F },
        { 0x0E31, 0x0E3A }, { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x20D0, 0x20FF },
        { 0x302A, 0x302F }, { 0x3099, 0x309A }, { 0xFE20, 0xFE2F },
    };

    return in_ranges(point, marks, sizeof marks / sizeof *marks);
}

void text_sanitise(char *to, size_t size, const char *from)
{
    enum { MARKS_MOST = 2 }; /* on one character: no language needs more */
    const unsigned char *in = (const unsigned char *)from;
    size_t used = 0;
    int marks = 0;

    while (*in) {
        uint32_t point = 0;
        int length = utf8_character(in, &point);
        bool safe = length > 0 && shown_safely(point);
        size_t out = safe ? (size_t)length : 1;

        marks = safe && combines(point) ? marks + 1 : 0;
        if (marks <= MARKS_MOST) {
            if (used + out >= size)
                break;
            if (safe)
                memcpy(to + used, in, out);
            else
                to[used] = '?';
            used += out;
        }
        in += length > 0 ? length : 1;
    }
    to[used] = '\0';
}

char *text_trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;

    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

const char *text_line(char *to, size_t size, const char *from)
{
    size_t length = strcspn(from, "\n"), kept = length < size ? length : size - 1;

    memcpy(to, from, kept);
    to[kept] = '\0';
    return from + length + (from[length] == '\n');
}
