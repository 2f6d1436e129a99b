#include "cli/inspect_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/json_out.h"
#include "data/preview.h"
#include "run/predictions/ranking.h"

static json_t *class_name(const struct run_inspection *r, int class)
{
    char name[CLASS_NAME_SIZE];

    network_class_name(&r->network, class, name, sizeof name);
    return json_string(name);
}

static json_t *figures(const struct confusion_figures *f)
{
    return json_pack("{s:o, s:o, s:o, s:I}", "precision", json_out_figure(f->precision), "recall",
                     json_out_figure(f->recall), "f1", json_out_figure(f->f1), "images", (json_int_t)f->support);
}

static json_t *classes(const struct run_inspection *r)
{
    const int n = r->confusion.classes;
    struct error ignored;
    struct confusion_figures *of_class = memory_new((size_t)n, sizeof *of_class, &ignored);
    json_t *all = of_class ? json_array() : NULL;

    if (of_class)
        confusion_of_classes(&r->confusion, of_class);
    for (int i = 0; all && i < n; i++) {
        json_t *row = figures(&of_class[i]);

        json_object_set_new(row, "name", class_name(r, i));
        json_array_append_new(all, row);
    }
    free(of_class);
    return all;
}

static json_t *matrix(const struct confusion *c)
{
    json_t *all = json_array();

    for (int label = 0; label < c->classes; label++) {
        json_t *row = json_array();

        for (int answer = 0; answer < c->classes; answer++)
            json_array_append_new(row, json_integer(confusion_count(c, label, answer)));
        json_array_append_new(all, row);
    }
    return all;
}

static json_t *bins(const struct calibration *c)
{
    json_t *all = json_array();

    for (int b = 0; b < CALIBRATION_BINS; b++)
        json_array_append_new(all, json_pack("{s:f, s:f, s:I, s:o, s:o}", "above", (double)b / CALIBRATION_BINS, "to",
                                             (b + 1.0) / CALIBRATION_BINS, "images", (json_int_t)c->bins[b].n,
                                             "confidence", json_out_figure(c->bins[b].confidence), "accuracy",
                                             json_out_figure(c->bins[b].accuracy)));
    return all;
}

static json_t *image(const struct run_inspection *r, uint32_t i)
{
    const struct predictions *p = &r->result.predictions;
    char name[PATH_SIZE];

    preview_name(r->source, r->split, p->index[i], name, sizeof name);
    return json_pack("{s:I, s:o, s:i, s:o, s:f, s:i, s:o, s:f}", "index", (json_int_t)p->index[i], "file",
                     name[0] == '#' ? json_null() : json_string(name), "label", (int)p->label[i], "label_name",
                     class_name(r, p->label[i]), "label_probability", (double)p->of_label[i], "answer",
                     predictions_class(p, i), "answer_name", class_name(r, predictions_class(p, i)), "confidence",
                     (double)predictions_confidence(p, i));
}

static json_t *images(const struct run_inspection *r, enum ranking ranking, int each)
{
    const struct predictions *p = &r->result.predictions;
    struct error ignored;
    uint32_t *order = memory_new(p->n, sizeof *order, &ignored);
    const uint32_t n = order ? ranking_make(p, ranking, RANKING_ANY, RANKING_ANY, order) : 0;
    json_t *all = order ? json_array() : NULL;

    for (uint32_t i = 0; i < n && i < (uint32_t)each; i++)
        json_array_append_new(all, image(r, order[i]));
    free(order);
    return all;
}

bool inspect_json(const struct run_inspection *r, int each, struct error *e)
{
    const struct predict_result *found = &r->result;
    struct confusion_figures macro, weighted;

    confusion_means(&r->confusion, &macro, &weighted);

    json_t *all = json_pack(
        "{s:o, s:o, s:s, s:I, s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "model",
        json_out_text(r->network.file), "dataset", json_out_text(r->info.name), "images_from",
        r->subset == SUBSET_TEST ? "test" : "validation", "images", (json_int_t)found->predictions.n, "unreadable",
        (json_int_t)found->unreadable, "seconds", found->seconds, "loss", json_out_figure(found->loss), "accuracy",
        json_out_figure(predictions_accuracy(&found->predictions, 1)), "top5_accuracy",
        json_out_figure(predictions_accuracy(&found->predictions, PREDICTIONS_TOP)), "calibration_error",
        json_out_figure(r->calibration.error), "macro", figures(&macro), "weighted", figures(&weighted), "classes",
        classes(r), "confusion", matrix(&r->confusion), "calibration", bins(&r->calibration), "most_wrong",
        images(r, RANKING_WORST, each), "least_sure", images(r, RANKING_UNSURE, each));

    return json_out_print(all, JSON_INDENT(1) | JSON_REAL_PRECISION(9), "the result", e);
}
