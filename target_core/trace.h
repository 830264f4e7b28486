/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the command path: every state change, refusals, and the end.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM target

#if !defined(TARGET_CORE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TARGET_CORE_TRACE_H

#include <linux/tracepoint.h>
#include "core.h"

#define target_state_names				\
	{ TARGET_CMD_IDLE,	"idle" },		\
	{ TARGET_CMD_DATA,	"data" },		\
	{ TARGET_CMD_DELAYED,	"delayed" },		\
	{ TARGET_CMD_ACTIVE,	"active" }

TRACE_EVENT(target_cmd_state,
	TP_PROTO(const struct target_cmd *cmd, u8 state),
	TP_ARGS(cmd, state),
	TP_STRUCT__entry(
		__field(u32, nexus)
		__field(u64, tag)
		__field(u64, lun)
		__field(u8, opcode)
		__field(u8, state)
	),
	TP_fast_assign(
		__entry->nexus = cmd->nexus->id;
		__entry->tag = cmd->tag;
		__entry->lun = cmd->lun;
		__entry->opcode = cmd->cdb[0];
		__entry->state = state;
	),
	TP_printk("nexus=%u lun=%llu tag=%#llx opcode=%#04x state=%s",
		  __entry->nexus, __entry->lun, __entry->tag, __entry->opcode,
		  __print_symbolic(__entry->state, target_state_names))
);

DECLARE_EVENT_CLASS(target_cmd_answer,
	TP_PROTO(const struct target_cmd *cmd),
	TP_ARGS(cmd),
	TP_STRUCT__entry(
		__field(u32, nexus)
		__field(u64, tag)
		__field(u64, lun)
		__field(u64, lba)
		__field(u64, blocks)
		__field(u8, opcode)
		__field(u8, status)
		__field(u8, key)
		__field(u8, asc)
		__field(u8, ascq)
		__string(name, cmd->op ? cmd->op->name : "unknown")
	),
	TP_fast_assign(
		bool check = cmd->status == TARGET_STAT_CHECK_CONDITION;

		__entry->nexus = cmd->nexus->id;
		__entry->tag = cmd->tag;
		__entry->lun = cmd->lun;
		__entry->lba = cmd->lba;
		__entry->blocks = cmd->blocks;
		__entry->opcode = cmd->cdb[0];
		__entry->status = cmd->status;
		__entry->key = check ? cmd->sense.key : 0;
		__entry->asc = check ? cmd->sense.asc : 0;
		__entry->ascq = check ? cmd->sense.ascq : 0;
		target_assign_str(name, cmd->op ? cmd->op->name : "unknown");
	),
	TP_printk("nexus=%u lun=%llu tag=%#llx %#04x (%s) lba=%llu+%llu status=%#04x %x/%02x/%02x",
		  __entry->nexus, __entry->lun, __entry->tag, __entry->opcode, __get_str(name),
		  __entry->lba, __entry->blocks, __entry->status, __entry->key, __entry->asc,
		  __entry->ascq)
);

DEFINE_EVENT(target_cmd_answer, target_cmd_refused,
	TP_PROTO(const struct target_cmd *cmd), TP_ARGS(cmd));
DEFINE_EVENT(target_cmd_answer, target_cmd_finish,
	TP_PROTO(const struct target_cmd *cmd), TP_ARGS(cmd));

TRACE_EVENT(target_tmf,
	TP_PROTO(const struct target_tmf *tmf, bool end),
	TP_ARGS(tmf, end),
	TP_STRUCT__entry(
		__field(u32, nexus)
		__field(u64, tag)
		__field(u64, lun)
		__field(u8, fn)
		__field(u8, response)
		__field(bool, end)
	),
	TP_fast_assign(
		__entry->nexus = tmf->nexus->id;
		__entry->tag = tmf->tag;
		__entry->lun = tmf->lun;
		__entry->fn = tmf->fn;
		__entry->response = tmf->response;
		__entry->end = end;
	),
	TP_printk("nexus=%u lun=%llu tag=%#llx function=%u %s response=%u",
		  __entry->nexus, __entry->lun, __entry->tag, __entry->fn,
		  __entry->end ? "end" : "start", __entry->response)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
