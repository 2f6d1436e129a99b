/* Names in a model file that its writer and its reader share. */
#ifndef RUN_MODEL_FILE_LAYOUT_H
#define RUN_MODEL_FILE_LAYOUT_H

#define MODEL_FILE_WEIGHTS       "model_weights"
#define MODEL_FILE_LAYER_NAMES   "layer_names"
#define MODEL_FILE_WEIGHT_NAMES  "weight_names"
#define MODEL_FILE_OWN           "cuvette"
#define MODEL_FILE_NORMALISATION "normalisation"

#endif
