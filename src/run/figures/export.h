/* Charts of runs as files, from their folders, while they run or after. */
#ifndef RUN_FIGURES_EXPORT_H
#define RUN_FIGURES_EXPORT_H

#include "base/error.h"
#include "base/path.h"
#include "run/figures/figure.h"

struct export_wish {
    const char *into;                   /* the folder, which is made when it is missing. NULL: the run's plots/ */
    bool figures[FIGURE_COUNT];         /* none: all that have something to draw */
    bool formats[PICTURE_FORMAT_COUNT]; /* none: PNG */
    struct picture_form form;           /* zeroed: of the usual size */
    struct figure_wish curves;
};

/* The form with its presets filled in, and whether a figure is to be drawn. */
struct picture_form export_form(const struct export_wish *wish);
bool export_has(const struct export_wish *wish, enum figure_position position, const struct run_set *set);

struct export_files {
    int count;
    char path[FIGURE_COUNT * PICTURE_FORMAT_COUNT][PATH_SIZE];
};

/* Writes NAME.FORMAT for each figure and format. False with an error; files that were written before it stay. */
bool export_figures(const struct run_set *set, const struct export_wish *wish, struct export_files *out,
                    struct error *e);

/* The same for one run, from its folder. */
bool export_run(const char *run_folder, const struct export_wish *wish, struct export_files *out, struct error *e);

/* "loss,accuracy" or "all", and "png,svg". False with ERROR_USAGE that names what there is. */
bool export_parse_figures(struct export_wish *wish, const char *text, struct error *e);
bool export_parse_formats(struct export_wish *wish, const char *text, struct error *e);

/* "1600x1000" are pixels, "160x100mm" or cm or in millimetres, centimetres or inches at form->dpi, which comes first;
 * 0: the usual one. */
bool export_parse_size(struct export_wish *wish, const char *text, struct error *e);

#endif
