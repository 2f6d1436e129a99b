/* cuvette doctor: one page on this node, what is odd about it and what to type. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/errand.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/doctor/section.h"
#include "cli/json_out.h"
#include "cli/options.h"
#include "cli/wrap.h"

enum { JSON, SECONDS };

enum { SECONDS_USUAL = 20, SECONDS_MOST = 600 };

static const struct command_option options[] = {
    [JSON] = { "json", NULL, "print one JSON object for programs, and for who helps you" },
    [SECONDS] = { "seconds", "N", "wait so long for libraries and file systems that do not answer (20)" },
    { .name = NULL },
};

enum {
#define SECTION_POSITION(name) SECTION_##name,
    SECTIONS(SECTION_POSITION)
#undef SECTION_POSITION
        SECTION_COUNT
};

static const struct section *const sections[SECTION_COUNT] = {
#define SECTION_ROW(name) &section_##name,
    SECTIONS(SECTION_ROW)
#undef SECTION_ROW
};

/* A section that is being looked at, all at the same time. */
struct looking {
    struct errand *errand; /* NULL: it was done here */
    struct page here;
    const struct page *page; /* this one, or the errand's paper */
    bool whole;              /* nothing hung or crashed */
};

struct asked {
    int section;
};

struct paper {
    struct asked asked;
    struct page page;
};

static bool work(void *paper, struct error *e)
{
    struct paper *p = paper;

    (void)e;
    sections[p->asked.section]->look(&p->page);
    return true;
}

static bool begin(struct looking *l, int section, double seconds, struct error *e)
{
    const struct asked asked = { .section = section };

    l->page = &l->here;
    if (sections[section]->here) {
        sections[section]->look(&l->here);
        l->whole = true;
        return true;
    }
    l->errand = errand_start(&(struct errand_setup){ .work = work,
                                                     .asked = &asked,
                                                     .asked_size = sizeof asked,
                                                     .size = sizeof(struct paper),
                                                     .limits = { .seconds = seconds },
                                                     .subject = sections[section]->title },
                             e);
    if (l->errand)
        l->page = &((const struct paper *)errand_paper(l->errand))->page;
    return l->errand != NULL;
}

static void end(struct looking *l, double seconds)
{
    const double grace = 2; /* the guard ends it before */
    struct error e = { .kind = ERROR_NONE };

    if (!l->errand)
        return;
    l->whole = errand_wait(l->errand, seconds + grace, &e) && e.kind == ERROR_NONE;
}

static int count_odd(const struct looking all[SECTION_COUNT])
{
    int odd = 0;

    for (int i = 0; i < SECTION_COUNT; i++) {
        odd += !all[i].whole;
        for (int k = 0; k < all[i].page->count; k++)
            odd += all[i].page->lines[k].state == PAGE_ODD;
    }
    return odd;
}

static void print_line(const struct page_line *line)
{
    static const char marks[] = { [PAGE_FINE] = ' ', [PAGE_ABSENT] = '-', [PAGE_ODD] = '!' };

    printf("%c %-13s  %s\n", marks[line->state], line->name, line->text);
    if (line->advice[0])
        printf("  %-13s  -> %s\n", "", line->advice);
}

static const char unanswered[] = "did not answer, or crashed: what hangs there will hang or crash what needs it, too";
static const char unanswered_advice[] = "cuvette doctor --seconds 120 waits longer; else another node";

static void print_page(const struct looking all[SECTION_COUNT])
{
    wrap_break_paths();
    for (int i = 0; i < SECTION_COUNT; i++) {
        printf("%s%s\n", i ? "\n" : "", sections[i]->title);
        for (int k = 0; k < all[i].page->count; k++)
            print_line(&all[i].page->lines[k]);
        if (!all[i].whole)
            printf("! %-13s  %s\n  %-13s  -> %s\n", all[i].page->looking, unanswered, "", unanswered_advice);
    }

    int odd = count_odd(all);

    if (odd == 0)
        puts("\nNothing is odd.");
    else
        printf("\n%d thing%s odd, marked with !; what to type is behind ->.\n", odd, odd == 1 ? " is" : "s are");
}

static json_t *section_json(int i, const struct looking *l)
{
    static const char *const states[] = { [PAGE_FINE] = "fine", [PAGE_ABSENT] = "absent", [PAGE_ODD] = "odd" };
    json_t *lines = json_array();

    for (int k = 0; k < l->page->count; k++) {
        const struct page_line *line = &l->page->lines[k];

        json_array_append_new(lines,
                              json_pack("{s:s, s:s, s:s, s:s?}", "name", line->name, "state", states[line->state],
                                        "text", line->text, "advice", line->advice[0] ? line->advice : NULL));
    }
    return json_pack("{s:s, s:s, s:b, s:s?, s:o}", "name", sections[i]->name, "title", sections[i]->title, "whole",
                     l->whole, "unanswered", l->whole ? NULL : l->page->looking, "lines", lines);
}

static bool print_json(const struct looking all[SECTION_COUNT], struct error *e)
{
    json_t *list = json_array();

    for (int i = 0; i < SECTION_COUNT; i++)
        json_array_append_new(list, section_json(i, &all[i]));
    return json_out_print(
        json_pack("{s:s, s:i, s:o}", "version", CUVETTE_VERSION, "odd", count_odd(all), "sections", list),
        JSON_INDENT(2), "the page", e);
}

static bool look(bool json, double seconds, struct error *e)
{
    struct looking *all = memory_new(SECTION_COUNT, sizeof *all, e);
    bool good = all != NULL;

    for (int i = 0; good && i < SECTION_COUNT; i++)
        good = begin(&all[i], i, seconds, e);
    for (int i = 0; good && i < SECTION_COUNT; i++)
        end(&all[i], seconds);
    if (good && json)
        good = print_json(all, e);
    else if (good)
        print_page(all);
    for (int i = 0; all && i < SECTION_COUNT; i++)
        errand_free(all[i].errand);
    free(all);
    return good;
}

static bool take_seconds(const char *word, int64_t *out, struct error *e)
{
    return (text_to_int64(word, out) && *out >= 1 && *out <= SECONDS_MOST) ||
           error_set(e, ERROR_USAGE, "--seconds takes a number 1..%d, not '%.32s'", SECONDS_MOST, word);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;
    bool json = false;
    int64_t seconds = SECONDS_USUAL;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case JSON:
            json = true;
            break;
        case SECONDS:
            if (!take_seconds(word, &seconds, e))
                return false;
            break;
        case OPTIONS_WORD:
            return options_surplus(word, e);
        default:
            return false;
        }
    return look(json, (double)seconds, e);
}

COMMAND(doctor) = {
    .name = "doctor",
    .arguments = "[--json]",
    .help = "say what is odd about this node, and what to type",
    .details = "Looks at libraries, processor, memory and limits, GPUs and CUDA, MPI, the Slurm\n"
               "job, folders and their room, terminal and locale. What hangs is given up after\n"
               "a while and named. Nothing is changed, and no passwords are shown: the page can\n"
               "be sent to who helps you.",
    .options = options,
    .run = run,
};
