# Plug-ins, and libraries for the tests of loading them; one needs a library under a name that is never found.
TEST_PLUGINS := $(patsubst %.c,$(BUILD)/%.so,$(sort $(wildcard tests/plugins/*.c)))
$(BUILD)/tests/plugins/absent.so: NAMED := -Wl,-soname,libcublasLt.so.0
$(BUILD)/tests/plugins/needs_absent.so: $(BUILD)/tests/plugins/absent.so
$(TEST_PLUGINS): $(BUILD)/%.so: %.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(FLAGS) $(CFLAGS) -shared $(NAMED) -MMD -MP -o $@ $(filter %.c %.so,$^)

# And the CUDA backend as one, with the host for a GPU. Like the real one it needs nothing of the program that loads it.
ON_HOST_SHARED := $(patsubst %,$(ON_HOST)/%.o,$(filter-out $(GPU),$(PLUGIN_SOURCES)))
$(BUILD)/tests/plugins/on_host.so: $(ON_HOST_OBJECTS) $(ON_HOST_SHARED)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(CFLAGS) -shared -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE)) \
	    -Wl,-Bsymbolic,-z,defs,-z,noexecstack -o $@ $^ $(call pkg,libs,PLAYED_BY) $(LIBS)
-include $(ON_HOST_SHARED:.o=.d)
$(BUILD)/tests/run/test_cuda_plugin: | $(BUILD)/tests/plugins/on_host.so
NEED_PLUGINS := run/test_cuda_plugin gpu/test_device_code cli/test_devices cli/test_doctor cudnn/test_cudnn_library tui/test_slow_driver
$(addprefix $(BUILD)/tests/,$(NEED_PLUGINS)): | $(TEST_PLUGINS)
$(BUILD)/tests/cli/test_train_gpus: | $(BUILD)/tests/plugins/on_host.so $(TEST_PLUGINS)
