/* A report of runs, to take home: a folder with every chart, the numbers behind them, the recipes, report.md, and
 * report.html, which holds its pictures itself. */
#ifndef RUN_FIGURES_REPORT_H
#define RUN_FIGURES_REPORT_H

#include "run/figures/export.h"

/* Into `into`, which is made when it is missing; NULL: report/ in the first run's folder. Charts are written as PNG,
 * SVG and CSV where the wish names no formats, report.html last. False with an error; what was written before stays.
 * `path`: of report.html. */
bool report_write(const struct run_set *set, const struct export_wish *wish, char path[PATH_SIZE], struct error *e);

#endif
