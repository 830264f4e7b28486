#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
echo 1..1
uname -a
ls /lib/modules/*/updates
modprobe scsi_mod && modprobe null_blk && echo "ok 1 - modules load"
