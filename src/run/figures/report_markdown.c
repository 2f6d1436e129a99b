#include <string.h>

#include "base/text.h"
#include "run/figures/report_format.h"

/* What means something in Markdown, or in the HTML that it may hold, loses its meaning. */
static void put(FILE *out, const char *text)
{
    char clean[1024];

    text_sanitise(clean, sizeof clean, text);
    for (const char *c = clean; *c; c++) {
        if (strchr("\\`*_{}[]<>|#!~$&", *c))
            putc('\\', out);
        putc(*c, out);
    }
}

static void begin(FILE *out, const char *title, const char *subtitle)
{
    fputs("# ", out);
    put(out, title);
    fputs("\n\n", out);
    put(out, subtitle);
    fputs("\n", out);
}

static void heading(FILE *out, const char *text)
{
    fputs("\n## ", out);
    put(out, text);
    fputs("\n\n", out);
}

static void row(FILE *out, const char *const *cells, int count)
{
    for (int i = 0; i < count; i++) {
        fputs(i > 0 ? " | " : "| ", out);
        put(out, cells[i]);
    }
    fputs(" |\n", out);
}

static void table_begin(FILE *out, const char *const *cells, int count)
{
    row(out, cells, count);
    for (int i = 0; i < count; i++)
        fputs("|---", out);
    fputs("|\n", out);
}

static void table_end(FILE *out)
{
    putc('\n', out);
}

static void picture(FILE *out, const struct report_picture *p)
{
    fprintf(out, "![%s](%s.svg)\n\n", p->title, p->name);
}

/* Indented: there is nothing in a line that would end it. */
static void lines(FILE *out, const char *text)
{
    char clean[1024], line[1024];

    while (*text) {
        text = text_line(line, sizeof line, text);
        text_sanitise(clean, sizeof clean, line);
        fprintf(out, "    %s\n", clean);
    }
}

static void end(FILE *out, const char *footer)
{
    putc('\n', out);
    put(out, footer);
    putc('\n', out);
}

const struct report_format report_markdown = {
    .file = "report.md",
    .begin = begin,
    .heading = heading,
    .table_begin = table_begin,
    .row = row,
    .table_end = table_end,
    .picture = picture,
    .lines = lines,
    .end = end,
};
