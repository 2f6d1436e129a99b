# What we say of cuDNN (gpu/cudnn_calls.h), held against NVIDIA's header and library, where the machine has them.
CUDNN_TESTS := $(filter $(BUILD)/tests/cudnn/%,$(TEST_PROGRAMS))

$(CUDNN_TESTS): $(patsubst %,$(BUILD)/src/gpu/cudnn_%.o,library descriptors operation)
$(CUDNN_TESTS:=.o): private FLAGS += $(if $(TOOLKIT),-isystem $(TOOLKIT)/include)
