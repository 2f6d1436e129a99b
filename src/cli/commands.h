/* Every subcommand there is; each stands in the file of its name. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command command_data;
extern const struct command command_devices;
extern const struct command command_evaluate;
extern const struct command command_export;
extern const struct command command_help;
extern const struct command command_train;

#endif
