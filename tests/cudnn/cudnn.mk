# What we say of cuDNN (gpu/cudnn/cudnn_calls.h), held against NVIDIA's header and library, where the machine has them.
CUDNN_TESTS     := $(filter $(BUILD)/tests/cudnn/%,$(TEST_PROGRAMS))
CUDNN_PLAN_TEST := $(filter %/test_cudnn_plans,$(CUDNN_TESTS))

$(filter-out $(CUDNN_PLAN_TEST),$(CUDNN_TESTS)): $(patsubst %,$(BUILD)/src/gpu/cudnn/cudnn_%.o,library descriptor problem)
$(CUDNN_PLAN_TEST): $(patsubst %,$(ON_HOST)/src/gpu/cudnn/cudnn_%.c.o,plans descriptor problem)
$(CUDNN_TESTS:=.o): private FLAGS += -Itests/cuda_on_host/include $(if $(TOOLKIT),-isystem $(TOOLKIT)/include)
