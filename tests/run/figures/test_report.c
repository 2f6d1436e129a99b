/* The report of runs: a folder that stands alone, and texts that stay texts. */
#include "tests/support/check.h"

#include <stdio.h>

#include "base/markup.h"
#include "run/figures/report.h"
#include "run/metrics.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

static const char recipe[] = "[training]\nepochs = 1\nseed = 7\n[layers]\nflatten =\ndense = units=10\n";

static const char metrics[] =
    "{\"kind\":\"run\",\"name\":\"<script>alert(1)</script>\",\"dataset\":\"/data/a|b*c\",\"device\":\"cpu\","
    "\"device_name\":\"A & \\\"B\\\" \\u001b[31m\",\"threads\":4,\"state\":\"running\",\"date\":\"2026-11-21 14:03\","
    "\"version\":\"0.1.0\"}\n"
    "{\"kind\":\"step\",\"step\":1,\"epoch\":0.5,\"loss\":2.3,\"accuracy\":0.1}\n"
    "{\"kind\":\"step\",\"step\":2,\"epoch\":1,\"loss\":1.9,\"accuracy\":0.4}\n";

static struct run_data data;

static void write_report_of(const char *folder, const char *lines, char into[PATH_SIZE])
{
    char run[PATH_SIZE], page[PATH_SIZE];
    const struct run_set set = { 1, &data };
    struct error e = { 0 };

    strcpy(run, folder_path(folder, "run"));
    strcpy(into, folder_path(folder, "report"));
    folder_put(run, "recipe.ini", recipe);
    folder_put(run, "metrics.jsonl", lines);
    assert_good(run_data_read(&data, run, &e), e);
    assert_good(report_write(&set, &(struct export_wish){ .into = into }, page, &e), e);
    run_data_free(&data);
    assert_string_equal(path_name(page), "report.html");
    assert_true(path_is_file(page));
}

static void write_report(const char *folder, char into[PATH_SIZE])
{
    write_report_of(folder, metrics, into);
}

static void test_the_folder_has_all_of_it(void **state)
{
    static const char *const names[] = { "loss.png",   "loss.svg",  "loss.csv",   "accuracy.png",
                                         "recipe.ini", "report.md", "report.html" };
    char into[PATH_SIZE];

    write_report(*state, into);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!path_is_file(folder_path(into, names[i])))
            fail_msg("there is no %s", names[i]);
    assert_false(path_is_file(folder_path(into, "step-time.png"))); /* nothing is known of it */

    char *copied = folder_text(into, "recipe.ini"), *page = folder_text(into, "report.md");

    assert_non_null(strstr(copied, "seed = 7\n"));
    assert_non_null(strstr(page, "    cuvette train recipe.ini --device cpu:4\n"));
    assert_non_null(strstr(page, "    seed = 7\n"));
    assert_non_null(strstr(page, "| epochs | 0 of 1 |\n"));
    assert_null(strstr(page, "best epoch")); /* nor of that */
    free(copied);
    free(page);
}

/* Its process was killed before the metrics had their first line. */
static void test_what_nobody_told_is_not_said(void **state)
{
    char into[PATH_SIZE];

    write_report_of(*state, strchr(metrics, '\n') + 1, into);
    char *page = folder_text(into, "report.md");

    assert_non_null(strstr(page, "| state | cut off |\n"));
    assert_null(strstr(page, "training loss"));
    assert_null(strstr(page, "training accuracy"));
    assert_null(strstr(page, "test accuracy"));
    free(page);
}

/* As long as somebody holds its metrics. */
static void test_a_run_that_trains_is_not_called_cut_off(void **state)
{
    struct metrics_writer *writer;
    struct error e = { 0 };

    folder_put(*state, "recipe.ini", recipe);
    writer = metrics_create(folder_path(*state, "metrics.jsonl"), &e);
    assert_good(writer != NULL, e);
    assert_good(run_data_read(&data, *state, &e), e);
    assert_string_equal(data.summary.state, "running");
    run_data_free(&data);
    assert_good(metrics_close(writer, &e), e);
    assert_good(run_data_read(&data, *state, &e), e);
    assert_string_equal(data.summary.state, "cut off");
    run_data_free(&data);
}

static void test_texts_stay_texts(void **state)
{
    char into[PATH_SIZE];

    write_report(*state, into);
    char *html = folder_text(into, "report.html"), *markdown = folder_text(into, "report.md");

    assert_null(strstr(html, "<script"));
    assert_null(strchr(html, '\x1b'));
    assert_non_null(strstr(html, "<h1>&lt;script&gt;alert(1)&lt;/script&gt; on a|b*c</h1>"));
    assert_non_null(strstr(html, "A &amp; &quot;B&quot; ?[31m"));
    assert_null(strstr(html, "src=\"http"));
    assert_non_null(strstr(markdown, "# \\<script\\>alert(1)\\</script\\> on a\\|b\\*c\n"));
    assert_null(strchr(markdown, '\x1b'));
    free(html);
    free(markdown);
}

static const char read_page[] =
    "import sys, base64, html.parser, xml.etree.ElementTree as t\n"
    "class Page(html.parser.HTMLParser):\n"
    "    tags, pictures = set(), []\n"
    "    def handle_starttag(self, tag, attributes):\n"
    "        self.tags.add(tag)\n"
    "        if tag == 'img':\n"
    "            self.pictures.append(dict(attributes)['src'].split(',', 1)[1])\n"
    "page = Page()\n"
    "page.feed(open(sys.argv[1], encoding='utf-8').read())\n"
    "for picture in page.pictures: t.fromstring(base64.b64decode(picture, validate=True))\n"
    "print(len(page.pictures), 'pictures', 'script' in page.tags)\n"
    "texts = lambda root: [x.text for x in root.iter() if x.tag.endswith('}text')]\n"
    "first = texts(t.fromstring(base64.b64decode(page.pictures[0])))\n"
    "print('same' if first and first == texts(t.parse(sys.argv[2])) else 'other')\n";

static void test_the_page_holds_its_pictures(void **state)
{
    char into[PATH_SIZE], page[PATH_SIZE];

    write_report(*state, into);
    strcpy(page, folder_path(into, "report.html"));
    struct process *p = process_start(
        (const char *const[]){ "python3", "-c", read_page, page, folder_path(into, "loss.svg"), NULL }, NULL, NULL);
    process_finish(p);
    if (p->exit_code == 127) {
        process_free(p);
        skip();
    }
    if (p->exit_code != 0)
        fail_msg("%s", p->err);
    assert_string_equal(p->out, "4 pictures False\nsame\n");
    process_free(p);
}

/* The examples of RFC 4648. */
static void test_base64_is_that_of_the_standard(void **state)
{
    static const char *const cases[][2] = { { "", "" },         { "f", "Zg==" },         { "fo", "Zm8=" },
                                            { "foo", "Zm9v" },  { "foob", "Zm9vYg==" },  { "fooba", "Zm9vYmE=" },
                                            { "foobar", "Zm9vYmFy" } };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);

        assert_non_null(out);
        markup_print_base64(out, cases[i][0], strlen(cases[i][0]));
        assert_int_equal(fclose(out), 0);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_folder_has_all_of_it),
        TEST(test_what_nobody_told_is_not_said),
        TEST(test_a_run_that_trains_is_not_called_cut_off),
        TEST(test_texts_stay_texts),
        TEST(test_the_page_holds_its_pictures),
        cmocka_unit_test(test_base64_is_that_of_the_standard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
