# SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
#
#   make             builds the module for the running kernel, or for the one whose headers are in KDIR
#   make generate    writes the generated files anew, after a change of the spec
#   make clean       removes what was built

KDIR ?= /lib/modules/$(shell uname -r)/build

# Types of the kernel for BPF are written by pahole; without it the module has none.
BTF := $(if $(shell sh -c 'command -v pahole'),,CONFIG_DEBUG_INFO_BTF_MODULES=)

modules clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(BTF) $@

generate:
	nlgen generate module ../@name@.yaml -o .

.PHONY: modules clean generate
