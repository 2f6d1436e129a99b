#include "tui/panels/view.h"

#include "tui/draw/graph.h"

void view_curves(struct canvas *c, const struct app *app, enum place place)
{
    const struct curves *curves = &app->live.curves;
    const struct curve_pair *pair = place == PLACE_LOSS ? &curves->loss : &curves->accuracy;

    if (!app->live.run) {
        const char *text = place == PLACE_LOSS ? "F5 trains: the loss is drawn here" : "and the accuracy here";

        canvas_text(c, c->clip.rows / 2, (c->clip.columns - canvas_text_width(text)) / 2, ROLE_DIM, text);
        return;
    }
    graph_draw(c, &pair->scale, &pair->train, &pair->valid);
}

void view_legend(struct canvas *edge, const struct app *app)
{
    int column = edge->clip.columns - 2;

    if (!app->live.run)
        return;
    column = canvas_text_right(edge, 0, column, ROLE_VALID, " valid " GRAPH_MARK " ");
    canvas_text_right(edge, 0, column, ROLE_TRAIN, " train " GRAPH_LINE);
}
