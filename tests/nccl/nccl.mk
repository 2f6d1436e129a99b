# The part of the CUDA backend that calls NCCL, held against NVIDIA's header and library where the machine has them.
NCCL_TESTS   := $(filter $(BUILD)/tests/nccl/%,$(TEST_PROGRAMS))
NCCL_OBJECTS := $(BUILD)/src/gpu/nccl/nccl_library.o

$(NCCL_TESTS): $(NCCL_OBJECTS)
-include $(NCCL_OBJECTS:.o=.d)
$(NCCL_TESTS:=.o): private FLAGS += $(if $(TOOLKIT),-isystem $(TOOLKIT)/include)
