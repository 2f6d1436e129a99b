# What stands in for the management library of NVIDIA's driver, in three ages.
FAKES := $(patsubst %,$(BUILD)/tests/fakes/%.so,nvml nvml_old nvml_bare)
AGE_nvml      := TODAY
AGE_nvml_old  := OLD
AGE_nvml_bare := BARE
$(FAKES): $(BUILD)/tests/fakes/%.so: tests/fakes/nvml.c
	@mkdir -p $(@D)
	$(call say,FAKE,$@)$(CC) $(FLAGS) $(CFLAGS) -DAGE=$(AGE_$*) -shared -o $@ $<
$(addprefix $(BUILD)/tests/host/gpu/,test_gpu_readings test_gpu_sampler): | $(FAKES)
$(addprefix $(BUILD)/tests/,cli/test_devices tui/test_workbench_link): | $(FAKES)

# Makes one call of the C library fail, in the program that it is loaded into.
FAULTS := $(BUILD)/tests/fakes/faults.so
$(FAULTS): tests/fakes/faults.c
	@mkdir -p $(@D)
	$(call say,FAKE,$@)$(CC) $(FLAGS) $(CFLAGS) -fno-builtin -fsemantic-interposition -shared -o $@ $< -ldl
$(BUILD)/tests/cli/test_faults: | $(FAULTS)

# Warns the program that it is loaded into from its first moment on.
WARNER := $(BUILD)/tests/fakes/warnings.so
$(WARNER): tests/fakes/warnings.c
	@mkdir -p $(@D)
	$(call say,FAKE,$@)$(CC) $(FLAGS) $(CFLAGS) -shared -o $@ $<
$(BUILD)/tests/cli/test_warnings: | $(WARNER)

# What stands in for NCCL, on the CUDA that the host plays.
FAKE_NCCL := $(BUILD)/tests/fakes/nccl.so
$(FAKE_NCCL): tests/fakes/nccl.c src/gpu/nccl/nccl_calls.h
	@mkdir -p $(@D)
	$(call say,FAKE,$@)$(CC) $(FLAGS) -Itests/cuda_on_host/include $(CFLAGS) -shared -o $@ $< -ldl
$(addprefix $(BUILD)/tests/,gpu/test_gpus_together gpu/test_train_together nccl/test_nccl_library cli/test_train_gpus): | $(FAKE_NCCL)
