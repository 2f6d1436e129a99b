/* What `cuvette train --profile --json` prints, for programs. */
#ifndef CLI_PROFILE_JSON_H
#define CLI_PROFILE_JSON_H

#include "run/recipe_profile.h"

/* One JSON object on standard output. False with an error when it cannot be made or printed. */
bool profile_json_print(const struct recipe_profile *p, const struct recipe *recipe, struct error *e);

#endif
