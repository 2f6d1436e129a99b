"""The reference jobs, by the recipes that they are."""

JOBS = {"J1": "cifar10-lesson", "J2": "mnist-mlp", "J3": "mnist-cnn"}
