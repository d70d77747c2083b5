//! How a module is built outside the kernel's tree.

/// The file Kbuild. The folder's own headers come before those of the kernel, which may have a family of the name.
pub(super) fn kbuild(ident: &str) -> String {
    format!(
        "\
# SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
# Written by nlgen once: it is yours.
#
#   make -C /lib/modules/$(uname -r)/build M=$PWD modules
#
# Where that says `pahole: not found`, add CONFIG_DEBUG_INFO_BTF_MODULES= to it.

obj-m := {ident}.o
{ident}-y := {ident}_core.o {ident}_nl.o {ident}_gen.o

LINUXINCLUDE := -I$(src)/include $(LINUXINCLUDE)
"
    )
}
