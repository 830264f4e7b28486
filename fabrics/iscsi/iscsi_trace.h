/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the iSCSI target: the header of every PDU received and sent.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM iscsi_target

#if !defined(ISCSIT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ISCSIT_TRACE_H

#include <linux/tracepoint.h>
#include "iscsit.h"

#define iscsit_opcode_names				\
	{ ISCSIT_OP_NOP_OUT,	"nop-out" },		\
	{ ISCSIT_OP_SCSI_CMD,	"scsi-command" },	\
	{ ISCSIT_OP_TMF_REQ,	"tmf-request" },	\
	{ ISCSIT_OP_LOGIN_REQ,	"login-request" },	\
	{ ISCSIT_OP_TEXT_REQ,	"text-request" },	\
	{ ISCSIT_OP_DATA_OUT,	"data-out" },		\
	{ ISCSIT_OP_LOGOUT_REQ,	"logout-request" },	\
	{ ISCSIT_OP_SNACK_REQ,	"snack" },		\
	{ ISCSIT_OP_NOP_IN,	"nop-in" },		\
	{ ISCSIT_OP_SCSI_RSP,	"scsi-response" },	\
	{ ISCSIT_OP_TMF_RSP,	"tmf-response" },	\
	{ ISCSIT_OP_LOGIN_RSP,	"login-response" },	\
	{ ISCSIT_OP_TEXT_RSP,	"text-response" },	\
	{ ISCSIT_OP_DATA_IN,	"data-in" },		\
	{ ISCSIT_OP_LOGOUT_RSP,	"logout-response" },	\
	{ ISCSIT_OP_R2T,	"r2t" },		\
	{ ISCSIT_OP_ASYNC,	"async" },		\
	{ ISCSIT_OP_REJECT,	"reject" }

/* @sn, @expected: CmdSN and ExpStatSN of requests, StatSN and ExpCmdSN of answers. */
DECLARE_EVENT_CLASS(iscsit_pdu,
	TP_PROTO(const struct iscsit_conn *conn, const struct iscsit_bhs *bhs),
	TP_ARGS(conn, bhs),
	TP_STRUCT__entry(
		__field(u16, tsih)
		__field(u16, cid)
		__field(u8, opcode)
		__field(u8, flags)
		__field(u32, len)
		__field(u32, itt)
		__field(u32, sn)
		__field(u32, expected)
	),
	TP_fast_assign(
		__entry->tsih = conn->sess ? conn->sess->tsih : 0;
		__entry->cid = conn->cid;
		__entry->opcode = bhs->opcode & ISCSIT_OPCODE_MASK;
		__entry->flags = bhs->flags;
		__entry->len = iscsit_get_dlen(bhs->dlen);
		__entry->itt = be32_to_cpu(bhs->itt);
		__entry->sn = be32_to_cpu(bhs->cmdsn);
		__entry->expected = be32_to_cpu(bhs->exp_statsn);
	),
	TP_printk("tsih=%u cid=%u %s flags=%#04x itt=%#x length=%u sn=%#x expected=%#x",
		  __entry->tsih, __entry->cid,
		  __print_symbolic(__entry->opcode, iscsit_opcode_names), __entry->flags,
		  __entry->itt, __entry->len, __entry->sn, __entry->expected)
);

DEFINE_EVENT(iscsit_pdu, iscsit_rx,
	TP_PROTO(const struct iscsit_conn *conn, const struct iscsit_bhs *bhs),
	TP_ARGS(conn, bhs));

DEFINE_EVENT(iscsit_pdu, iscsit_tx,
	TP_PROTO(const struct iscsit_conn *conn, const struct iscsit_bhs *bhs),
	TP_ARGS(conn, bhs));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE iscsi_trace
#include <trace/define_trace.h>
