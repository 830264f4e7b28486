/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: who is behind the number of a nexus, each state change of a command, refusals,
 * faults that are injected, and the end; task management. Documentation/observing.rst tells how
 * to read them.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM target

#if !defined(TARGET_CORE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TARGET_CORE_TRACE_H

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/tracepoint.h>
#include "core.h"

#define target_state_names				\
	{ TARGET_CMD_IDLE,	"idle" },		\
	{ TARGET_CMD_DATA,	"data" },		\
	{ TARGET_CMD_DELAYED,	"delayed" },		\
	{ TARGET_CMD_ACTIVE,	"active" }

#define target_inject_names				\
	{ INJECT_DELAY,		"delay" },		\
	{ INJECT_SENSE,		"sense" },		\
	{ INJECT_DROP,		"drop" }

DECLARE_EVENT_CLASS(target_nexus,
	TP_PROTO(const struct target_nexus *nexus),
	TP_ARGS(nexus),
	TP_STRUCT__entry(
		__field(u32, nexus)
		__field(u16, tag)
		__string(initiator, nexus->initiator)
		__string(target, nexus->tpg->wwn->name)
	),
	TP_fast_assign(
		__entry->nexus = nexus->id;
		__entry->tag = nexus->tpg->tag;
		target_assign_str(initiator, nexus->initiator);
		target_assign_str(target, nexus->tpg->wwn->name);
	),
	TP_printk("nexus=%u target=%s,%u initiator=%s", __entry->nexus, __get_str(target),
		  __entry->tag, __get_str(initiator))
);

DEFINE_EVENT(target_nexus, target_nexus_open,
	TP_PROTO(const struct target_nexus *nexus), TP_ARGS(nexus));
DEFINE_EVENT(target_nexus, target_nexus_close,
	TP_PROTO(const struct target_nexus *nexus), TP_ARGS(nexus));

DECLARE_EVENT_CLASS(target_cmd_step,
	TP_PROTO(const struct target_cmd *cmd, u8 step),
	TP_ARGS(cmd, step),
	TP_STRUCT__entry(
		__field(u32, nexus)
		__field(u64, tag)
		__field(u64, lun)
		__field(u8, opcode)
		__field(u8, step)
	),
	TP_fast_assign(
		__entry->nexus = cmd->nexus->id;
		__entry->tag = cmd->tag;
		__entry->lun = cmd->lun;
		__entry->opcode = cmd->cdb[0];
		__entry->step = step;
	),
	TP_printk("nexus=%u lun=%llu tag=%#llx opcode=%#04x state=%s",
		  __entry->nexus, __entry->lun, __entry->tag, __entry->opcode,
		  __print_symbolic(__entry->step, target_state_names))
);

DEFINE_EVENT(target_cmd_step, target_cmd_state,
	TP_PROTO(const struct target_cmd *cmd, u8 step), TP_ARGS(cmd, step));

DEFINE_EVENT_PRINT(target_cmd_step, target_inject,
	TP_PROTO(const struct target_cmd *cmd, u8 step), TP_ARGS(cmd, step),
	TP_printk("nexus=%u lun=%llu tag=%#llx opcode=%#04x inject=%s",
		  __entry->nexus, __entry->lun, __entry->tag, __entry->opcode,
		  __print_symbolic(__entry->step, target_inject_names))
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
		__field(u64, ns)
		__field(u32, ms)
		__field(u8, opcode)
		__field(bool, aborted)
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
		__entry->ns = cmd->start ? ktime_get_mono_fast_ns() - cmd->start : 0;
		__entry->ms = jiffies_to_msecs(jiffies - cmd->born);
		__entry->aborted = target_cmd_is_aborted(cmd);
		__entry->opcode = cmd->cdb[0];
		__entry->status = cmd->status;
		__entry->key = check ? cmd->sense.key : 0;
		__entry->asc = check ? cmd->sense.asc : 0;
		__entry->ascq = check ? cmd->sense.ascq : 0;
		target_assign_str(name, cmd->op ? cmd->op->name : "unknown");
	),
	TP_printk("nexus=%u lun=%llu tag=%#llx %#04x (%s) lba=%llu+%llu status=%#04x %x/%02x/%02x "
		  "ms=%u ns=%llu%s",
		  __entry->nexus, __entry->lun, __entry->tag, __entry->opcode, __get_str(name),
		  __entry->lba, __entry->blocks, __entry->status, __entry->key, __entry->asc,
		  __entry->ascq, __entry->ms, __entry->ns, __entry->aborted ? " aborted" : "")
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
