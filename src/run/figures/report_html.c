
#include "base/markup.h"
#include "base/text.h"
#include "run/figures/report_format.h"

/* Nothing is fetched and nothing runs: the page says so itself, should a text slip through. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n";

static const char style[] =
    "<style>\n"
    "body { font: 16px/1.5 sans-serif; color: #212121; max-width: 60em; margin: 2em auto; padding: 0 1em; }\n"
    "h2 { margin-top: 2em; }\n"
    "img { width: 100%; margin: 0 0 1.5em; }\n"
    "table { border-collapse: collapse; }\n"
    "th, td { text-align: left; padding: .25em 1.5em .25em 0; border-bottom: 1px solid #e0e0e0; "
    "vertical-align: top; }\n"
    "pre { background: #f5f5f5; padding: 1em; overflow: auto; }\n"
    "footer { color: #707070; margin-top: 2em; }\n"
    "@media print { img, table, pre { break-inside: avoid; } }\n"
    "</style>\n";

static void element(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "<%s>", tag);
    markup_print(out, text);
    fprintf(out, "</%s>", tag);
}

static void begin(FILE *out, const char *title, const char *subtitle)
{
    fputs(head, out);
    element(out, "title", title);
    putc('\n', out);
    fputs(style, out);
    fputs("</head>\n<body>\n", out);
    element(out, "h1", title);
    element(out, "p", subtitle);
    putc('\n', out);
}

static void heading(FILE *out, const char *text)
{
    element(out, "h2", text);
    putc('\n', out);
}

static void table_begin(FILE *out, const char *const *cells, int count)
{
    fputs("<table>\n<tr>", out);
    for (int i = 0; i < count; i++)
        element(out, "th", cells[i]);
    fputs("</tr>\n", out);
}

static void row(FILE *out, const char *const *cells, int count)
{
    fputs("<tr>", out);
    for (int i = 0; i < count; i++)
        element(out, i == 0 ? "th" : "td", cells[i]);
    fputs("</tr>\n", out);
}

static void table_end(FILE *out)
{
    fputs("</table>\n", out);
}

static void picture(FILE *out, const struct report_picture *p)
{
    fprintf(out, "<img alt=\"%s\" src=\"data:image/svg+xml;base64,", p->title);
    markup_print_base64(out, p->svg, p->svg_size);
    fputs("\">\n", out);
}

static void lines(FILE *out, const char *text)
{
    fputs("<pre>", out);
    while (*text) {
        char line[1024];

        text = text_line(line, sizeof line, text);
        markup_print(out, line);
        putc('\n', out);
    }
    fputs("</pre>\n", out);
}

static void end(FILE *out, const char *footer)
{
    element(out, "footer", footer);
    fputs("\n</body>\n</html>\n", out);
}

const struct report_format report_html = {
    .file = "report.html",
    .begin = begin,
    .heading = heading,
    .table_begin = table_begin,
    .row = row,
    .table_end = table_end,
    .picture = picture,
    .lines = lines,
    .end = end,
};
