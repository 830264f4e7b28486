// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers the opcode table names. The tests never run a command, but the rows
 * must tell which handler they have.
 */
#include <stdlib.h>
#include "scsi.h"

#define STUB(name) void name(struct target_cmd *cmd) { abort(); }

STUB(exec_inquiry)
STUB(exec_test_unit_ready)
STUB(exec_request_sense)
STUB(exec_report_luns)
STUB(exec_mode_sense)
STUB(exec_mode_select)
STUB(exec_read_capacity)
STUB(exec_report_opcodes)
STUB(exec_report_target_port_groups)
STUB(exec_set_target_port_groups)
STUB(exec_report_referrals)
STUB(exec_read_write)
STUB(exec_verify)
STUB(exec_sync_cache)
STUB(exec_unmap)
STUB(exec_write_same)
STUB(exec_persistent_reserve_in)
STUB(exec_persistent_reserve_out)
STUB(exec_reserve)
STUB(exec_release)
STUB(exec_compare_and_write)
STUB(exec_orwrite)
STUB(exec_format_unit)
STUB(exec_sanitize)
STUB(exec_write_verify)
STUB(exec_prefetch)
STUB(exec_get_lba_status)
STUB(exec_start_stop)
STUB(exec_read_defects)
STUB(exec_report_tmfs)
STUB(exec_log_sense)
STUB(exec_log_select)
STUB(exec_send_diagnostic)
STUB(exec_receive_diagnostic)
STUB(exec_report_timestamp)
STUB(exec_set_timestamp)
STUB(exec_report_ident)
STUB(exec_set_ident)
STUB(exec_read_buffer)
STUB(exec_write_buffer)
STUB(exec_extended_copy)
STUB(exec_copy_operation_abort)
STUB(exec_receive_copy)
STUB(exec_receive_copy_parameters)
