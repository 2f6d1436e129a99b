/* cuvette export: draws the charts of runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/export_comparison.h"
#include "cli/options.h"
#include "plot/chart_page.h"
#include "run/figures/event_export.h"
#include "run/figures/report.h"
#include "run/run_folder.h"

enum { WHAT, FORMAT, OUT, SIZE, DPI, THEME, ALONG, LOG, REPORT, TENSORBOARD };

static const struct command_option options[] = {
    [WHAT] = { "what", "CHARTS", "these charts, as loss,accuracy; all: those that have something to show" },
    [FORMAT] = { "format", "FORMATS", "png, svg, pdf, csv; several as png,pdf" },
    [OUT] = { "out", "DIR", "write there instead of the run's plots folder" },
    [SIZE] = { "size", "WxH", "1600x1000 pixels, or 160x100mm, 16x10cm, 8x5in" },
    [DPI] = { "dpi", "N", "pixels on an inch: how large text is in the picture" },
    [THEME] = { "theme", "light|dark", "light, or dark for slides" },
    [ALONG] = { "along", "epoch|step|time", "curves over epoch, step or time" },
    [LOG] = { "log", NULL, "logarithmic axes, where that makes sense" },
    [REPORT] = { "report", NULL, "a folder with all of it: charts, numbers, recipe, report.html" },
    [TENSORBOARD] = { "tensorboard", NULL, "an event file for TensorBoard, in the run's folder or DIR/RUN" },
    { .name = NULL },
};

struct request {
    const char *runs[RUNS_DRAWN_MAX], *size, *what;
    char comparison[PATH_SIZE]; /* its folder; "": runs are drawn */
    int n_runs;
    bool report, tensorboard;
    struct export_wish wish;
};

static bool take_run(struct request *r, const char *word, struct error *e)
{
    if (r->n_runs == RUNS_DRAWN_MAX)
        return error_set(e, ERROR_USAGE, "a chart shows at most %d runs", RUNS_DRAWN_MAX);
    r->runs[r->n_runs++] = word;
    return true;
}

static bool take_dpi(struct request *r, const char *word, struct error *e)
{
    const double least = 20, most = 2400;

    return (text_to_double(word, &r->wish.form.dpi) && r->wish.form.dpi >= least && r->wish.form.dpi <= most) ||
           error_set(e, ERROR_USAGE, "--dpi takes a number %g..%g, not '%s'", least, most, word);
}

/* The position of a word among names. */
static bool take_name(const char *option, const char *word, const char *const *names, int count, int *out,
                      struct error *e)
{
    char known[128] = "";

    for (int i = 0; i < count; i++) {
        text_append(known, sizeof known, "%s%s", i == 0 ? "" : i < count - 1 ? ", " : " or ", names[i]);
        if (strcmp(word, names[i]) == 0) {
            *out = i;
            return true;
        }
    }
    return error_set(e, ERROR_USAGE, "--%s takes %s, not '%s'", option, known, word);
}

static bool take_option(struct request *r, int option, const char *word, struct error *e)
{
    const char *axes[AXIS_COUNT];
    int position = 0;

    for (int i = 0; i < AXIS_COUNT; i++)
        axes[i] = axis_name((enum axis)i);
    switch (option) {
    case WHAT:
        r->what = word; /* means other charts where it is a comparison */
        return true;
    case FORMAT:
        return export_parse_formats(&r->wish, word, e);
    case OUT:
        r->wish.into = word;
        return true;
    case SIZE:
        r->size = word;
        return true;
    case DPI:
        return take_dpi(r, word, e);
    case THEME:
        if (!take_name("theme", word, palette_names, PALETTE_COUNT, &position, e))
            return false;
        r->wish.form.palette = (enum palette_position)position;
        return true;
    case ALONG:
        if (!take_name("along", word, axes, AXIS_COUNT, &position, e))
            return false;
        r->wish.curves.axis = (enum axis)position;
        return true;
    case REPORT:
        r->report = true;
        return true;
    case TENSORBOARD:
        r->tensorboard = true;
        return true;
    case LOG:
        r->wish.curves.logarithmic = true;
        return true;
    case OPTIONS_WORD:
        return take_run(r, word, e);
    default:
        return false;
    }
}

static bool parse(int argc, char **argv, struct request *r, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        if (!take_option(r, option, word, e))
            return false;
    if (r->n_runs == 0)
        return error_set(e, ERROR_USAGE, "which run? Give its folder or its number");
    if (r->n_runs != 1 || !export_comparison_find(r->runs[0], r->comparison))
        r->comparison[0] = '\0';
    if (r->tensorboard && (r->report || r->what || r->comparison[0]))
        return error_set(e, ERROR_USAGE, "--tensorboard writes the curves of runs: it does not go with %s",
                         r->report ? "--report" : r->what ? "--what" : "a comparison; name its runs");
    if (r->n_runs > 1 && !r->wish.into && !r->tensorboard)
        r->wish.into = "comparison";
    if (r->what && !r->comparison[0] && !export_parse_figures(&r->wish, r->what, e))
        return false;
    return !r->size || export_parse_size(&r->wish, r->size, e); /* with --dpi, wherever that stands */
}

static void print_path(const char *path)
{
    char shown[PATH_SIZE];

    text_sanitise(shown, sizeof shown, path);
    puts(shown);
}

static bool export_events(const struct request *r, const struct run_data *runs, struct error *e)
{
    char file[PATH_SIZE];

    for (int i = 0; i < r->n_runs; i++) {
        if (!event_export(&runs[i], r->wish.into, file, e))
            return false;
        print_path(file);
    }
    return true;
}

/* All runs are read before anything is written. */
static bool export_all(const struct request *r, struct run_data *runs, int *read, struct error *e)
{
    struct export_files files;
    char folder[PATH_SIZE], page[PATH_SIZE];
    const struct run_set set = { r->n_runs, runs };

    for (; *read < r->n_runs; (*read)++)
        if (!run_folder_find(r->runs[*read], folder, e) || !run_data_read(&runs[*read], folder, e))
            return false;
    if (r->tensorboard)
        return export_events(r, runs, e);
    if (r->report) {
        if (!report_write(&set, &r->wish, page, e))
            return false;
        print_path(page);
        return true;
    }
    bool written = export_figures(&set, &r->wish, &files, e);
    for (int i = 0; i < files.count; i++)
        print_path(files.path[i]);
    return written;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request r = { .n_runs = 0 };
    int read = 0;

    if (!parse(argc, argv, &r, e))
        return false;
    if (r.comparison[0])
        return export_comparison(r.comparison, r.what, r.report, &r.wish, e);
    struct run_data *runs = memory_new((size_t)r.n_runs, sizeof *runs, e);
    bool written = runs && export_all(&r, runs, &read, e);
    for (int i = 0; i < read; i++)
        run_data_free(&runs[i]);
    free(runs);
    return written;
}

static void print_charts(FILE *out)
{
    for (int i = 0; i < FIGURE_COUNT; i++)
        fprintf(out, "  %-15s %s\n", figure_name((enum figure_position)i), figure_help((enum figure_position)i));
    fputs("Of a comparison, a folder or a number of `cuvette compare`, there are these:\n", out);
    export_comparison_charts(out);
}

COMMAND(export) = {
    .name = "export",
    .arguments = "RUN...|COMPARISON [OPTION...]",
    .help = "draw the charts of runs or of a comparison as PNG, SVG or PDF",
    .details = "RUN is the folder of a run, its name or its number. Several runs are drawn\n"
               "beside each other, into the folder comparison. The paths of the files are\n"
               "printed. There are these charts:",
    .print_more = print_charts,
    .options = options,
    .run = run,
};
