/* cuvette help: shows commands, recipe settings, layers and keys, from the tables that the program works by. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "nn/recipe/recipe_file.h"
#include "tui/help.h"

static void print_fields(struct field_table table, const void *presets, FILE *out)
{
    for (int i = 0; i < table.count; i++) {
        const struct field *f = &table.fields[i];
        char preset[512], range[256], line[600] = "";

        field_format(f, presets, preset, sizeof preset);
        field_range(f, range, sizeof range);
        text_append(line, sizeof line, "%s = %s", f->name, preset);
        fprintf(out, "  %-28s %s (%s)\n", line, f->help, range);
    }
}

static void print_recipe(FILE *out)
{
    struct recipe presets;

    recipe_preset(&presets);
    fputs("A recipe is an INI file. A key that is not in it has the value shown here.\n", out);
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        fprintf(out, "\n[%s]  %s\n", recipe_sections[i].name, recipe_sections[i].help);
        print_fields(*recipe_sections[i].fields, recipe_settings(&presets, &recipe_sections[i]), out);
    }
    fputs("\n[layers]  one layer a line, first to last: LAYER = KEY=VALUE... (cuvette help layers)\n\nPresets:", out);
    for (int i = 0; recipe_preset_name(i); i++)
        fprintf(out, " %s", recipe_preset_name(i));
    fputc('\n', out);
}

static void print_layers(FILE *out)
{
    for (int i = 0; layer_classes[i]; i++) {
        const struct layer_class *class = layer_classes[i];
        const struct layer preset = layer_new(class);

        fprintf(out, "%s%s  (%s) %s\n", i ? "\n" : "", class->name, class->category, class->help);
        print_fields(class->fields, preset.settings, out);
    }
}

static void print_keys(FILE *out)
{
    struct help_section section;

    fputs("Everywhere\n", out);
    for (const struct key_binding *key = key_bindings; key->action != ACTION_NONE; key++)
        fprintf(out, "  %-23s %s\n", key->shown, key->help);
    for (int i = 0; (section = help_section(i)).title; i++) {
        fprintf(out, "\n%s\n", section.title);
        for (const struct key_help *key = section.keys; key->keys; key++)
            fprintf(out, "  %-23s %s\n", key->keys, key->help);
    }
}

static const struct {
    const char *name;
    void (*print)(FILE *out);
} topics[] = {
    { "recipe", print_recipe },
    { "layers", print_layers },
    { "keys", print_keys },
};

static bool print_topic(const char *name, struct error *e)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (strcmp(topics[i].name, name) == 0) {
            topics[i].print(stdout);
            return true;
        }

    const struct command *command = command_find(name);
    if (!command)
        return command_unknown(name, e);
    command_print_help(command, stdout);
    return true;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(command_help.options, argc, argv);
    const char *word, *name = NULL;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;) {
        if (option == OPTIONS_ERROR)
            return false;
        if (name)
            return options_surplus(word, e);
        name = word;
    }
    if (name)
        return print_topic(name, e);
    command_print_overview(stdout);
    return true;
}

COMMAND(help) = {
    .name = "help",
    .arguments = "[COMMAND|recipe|layers|keys]",
    .help = "show help on a command, or list recipe settings, layers or keys",
    .details = "cuvette help recipe lists the sections and keys of a recipe and the presets,\n"
               "cuvette help layers the layers and their settings, cuvette help keys the keys\n"
               "of the workbench.",
    .run = run,
};
