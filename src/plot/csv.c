#include "plot/csv.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

void csv_print(FILE *out, const char *text)
{
    char clean[512];

    text_sanitise(clean, sizeof clean, text);
    if (!strpbrk(clean, ",\"")) {
        fputs(clean, out);
        return;
    }
    putc('"', out);
    for (const char *c = clean; *c; c++)
        fputs(*c == '"' ? "\"\"" : (char[]){ *c, '\0' }, out);
    putc('"', out);
}

void csv_print_numbers(FILE *out, const double *numbers, int count)
{
    for (int i = 0; i < count; i++)
        if (isfinite(numbers[i]))
            fprintf(out, ",%.9g", numbers[i]);
        else
            putc(',', out);
    putc('\n', out);
}
