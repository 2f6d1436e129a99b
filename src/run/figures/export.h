/* Charts of runs as files, from their folders, while they run or after. */
#ifndef RUN_FIGURES_EXPORT_H
#define RUN_FIGURES_EXPORT_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/path.h"
#include "run/figures/figure.h"

struct export_wish {
    const char *into;                   /* the folder, which is made when it is missing. NULL: the run's plots/ */
    bool figures[FIGURE_COUNT];         /* none: all that have something to draw */
    bool formats[PICTURE_FORMAT_COUNT]; /* none: PNG */
    struct picture_form form;           /* zeroed: of the usual size */
    struct figure_wish curves;
    const atomic_bool *stopped;         /* no further file is begun: ERROR_STOPPED. NULL: nobody stops it */
};

/* The form with its presets filled in, and whether a figure is to be drawn. */
struct picture_form export_form(const struct export_wish *wish);
bool export_has(const struct export_wish *wish, enum figure_position position, const struct run_set *set);

bool export_go_on(const struct export_wish *wish, struct error *e); /* false with ERROR_STOPPED */

enum { EXPORT_FILES_MAX = 16 * PICTURE_FORMAT_COUNT };
_Static_assert((int)FIGURE_COUNT * (int)PICTURE_FORMAT_COUNT <= (int)EXPORT_FILES_MAX, "no room for all figures");

struct export_files {
    int count;
    char path[EXPORT_FILES_MAX][PATH_SIZE];
};

/* Makes the formats those of a report, whose pages show the SVG files. */
void export_report_formats(struct export_wish *wish);

/* Writes a picture as NAME.FORMAT in each format into a folder that is there, and adds the files to `out`. */
bool export_picture(const struct picture *p, const char *name, const struct export_wish *wish, const char *into,
                    struct export_files *out, struct error *e);

/* Writes NAME.FORMAT for each figure and format. False with an error; files that were written before it stay. */
bool export_figures(const struct run_set *set, const struct export_wish *wish, struct export_files *out,
                    struct error *e);

/* The same for one run, from its folder. */
bool export_run(const char *run_folder, const struct export_wish *wish, struct export_files *out, struct error *e);

/* "loss,accuracy" or "all", and "png,svg". False with ERROR_USAGE that names what there is. */
bool export_parse_figures(struct export_wish *wish, const char *text, struct error *e);
bool export_parse_formats(struct export_wish *wish, const char *text, struct error *e);

/* Marks the names of a list "a,b" in `chosen` [count]; false with ERROR_USAGE. `what`: "chart". */
bool export_parse_list(const char *text, const char *what, const char *(*name_of)(int position), int count,
                       bool *chosen, struct error *e);

/* "1600x1000" are pixels, "160x100mm" or cm or in millimetres, centimetres or inches at form->dpi, which comes first;
 * 0: the usual one. */
bool export_parse_size(struct export_wish *wish, const char *text, struct error *e);

#endif
