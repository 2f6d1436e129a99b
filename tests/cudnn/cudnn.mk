# The part of the CUDA backend that calls cuDNN, held against NVIDIA's header and library where the machine has them.
CUDNN_TESTS := $(filter $(BUILD)/tests/cudnn/%,$(TEST_PROGRAMS))

CUDNN_OBJECTS := $(patsubst %,$(BUILD)/src/gpu/cudnn/cudnn_%.o,library descriptor problem plans)

$(CUDNN_TESTS): $(CUDNN_OBJECTS)
-include $(CUDNN_OBJECTS:.o=.d)
$(CUDNN_TESTS:=.o): private FLAGS += -Itests/cuda_on_host/include $(if $(TOOLKIT),-isystem $(TOOLKIT)/include)
