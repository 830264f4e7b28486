/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command: what a fabric and the core share for the time of one SCSI
 * command, and the task management request. See Documentation/architecture.rst
 * for the way of a command.
 */
#ifndef TARGET_COMMAND_H
#define TARGET_COMMAND_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>
#include <target/io.h>

struct target_itl;
struct target_nexus;
struct target_tmf;
struct scsi_op;

#define TARGET_MAX_CDB		32	/* the longest CDB with a row in the opcode table */
#define TARGET_SENSE_BYTES	96	/* room for sense data, SPC-4 4.5 */
#define TARGET_INLINE_SG	2	/* segments that need no scatterlist allocation */

/* target_cmd.dir, seen from the initiator */
enum target_data_dir { TARGET_DATA_NONE, TARGET_DATA_IN, TARGET_DATA_OUT, TARGET_DATA_BIDI };

/** enum target_task_attr - SAM-5 8.9 */
enum target_task_attr {
	TARGET_ATTR_SIMPLE,
	TARGET_ATTR_ORDERED,
	TARGET_ATTR_HEAD_OF_QUEUE,
	TARGET_ATTR_ACA,
};

/* Status codes, SAM-5 5.3.1 */
#define TARGET_STAT_GOOD		0x00
#define TARGET_STAT_CHECK_CONDITION	0x02
#define TARGET_STAT_CONDITION_MET	0x04
#define TARGET_STAT_BUSY		0x08
#define TARGET_STAT_RESERVATION_CONFLICT 0x18
#define TARGET_STAT_TASK_SET_FULL	0x28
#define TARGET_STAT_ACA_ACTIVE		0x30
#define TARGET_STAT_TASK_ABORTED	0x40

/**
 * enum target_cmd_state - where a command is; target_cmd.state low byte
 *
 * Changed in target_cmd_set_state() alone, and by the atomic exchange that
 * decides between an abort and the answer.
 */
enum target_cmd_state {
	TARGET_CMD_IDLE,	/* not in use, or the fabric's again after respond */
	TARGET_CMD_DATA,	/* init said go: the fabric fetches data-out */
	TARGET_CMD_DELAYED,	/* waits in the task set behind an ORDERED command */
	TARGET_CMD_ACTIVE,	/* a handler or the backstore has it */
};

#define TARGET_CMD_STATE_MASK	0x000000ff
#define TARGET_CMD_ABORTED	0x00000100	/* or'ed in: suppress the answer */
#define TARGET_CMD_ABORT_TAS	0x00000200	/* with it: answer TASK ABORTED after all */
#define TARGET_CMD_ORPHAN	0x00000400	/* with it: nobody waits for the end any more */
#define TARGET_CMD_RANGE	0x00000800	/* its blocks are recorded (medium.c) */
#define TARGET_CMD_LEFT		0x00001000	/* has left its task set early, as an orphan */
#define TARGET_CMD_GEN		0x00010000	/* incarnation counter in the upper half */

/* target_cmd.flags */
#define TARGET_CMDF_ATOMIC	0x0001	/* fabric: executes the command where it can't sleep */
#define TARGET_CMDF_OWN_SGL	0x0002	/* core allocated the pages of sgl */
#define TARGET_CMDF_OVERFLOW	0x0004	/* core: residual is an overflow */
#define TARGET_CMDF_UNDERFLOW	0x0008	/* core: residual is an underflow */
#define TARGET_CMDF_REFS	0x0010	/* core: nexus reference held */
#define TARGET_CMDF_INFLIGHT	0x0020	/* core: counted in the device's task set */
#define TARGET_CMDF_ORDERED	0x0040	/* core: is the ORDERED command that runs alone */
#define TARGET_CMDF_ANSWERED	0x0080	/* core: status decided */
#define TARGET_CMDF_LAG		0x0100	/* core: not before target_cmd.due (alua_delay.c) */
#define TARGET_CMDF_CHILD	0x0200	/* core: sent by the copy manager, not by a fabric */
#define TARGET_CMDF_OWN_TASKS	0x0400	/* core: is in the task set of its I_T_L nexus */
#define TARGET_CMDF_INJECTED	0x0800	/* core: a rule has held it, no other one may (inject.c) */

/**
 * struct target_sense - sense data before it is formatted (SPC-4 4.5)
 * @info: INFORMATION, valid with TARGET_SENSE_INFO.
 * @field: byte (and @bit) the sense-key specific field pointer names.
 * @progress: progress indication, 65536ths, valid with TARGET_SENSE_PROGRESS.
 * @cmd_info: COMMAND-SPECIFIC INFORMATION, valid with TARGET_SENSE_CMD_INFO.
 */
struct target_sense {
	u64	info;
	u16	field;
	u16	progress;
	u32	cmd_info;
	u8	bit;
	u8	key;
	u8	asc;
	u8	ascq;
	u8	flags;
};

#define TARGET_SENSE_INFO	0x01
#define TARGET_SENSE_FIELD	0x02	/* field points into the CDB or parameter data */
#define TARGET_SENSE_IN_CDB	0x04	/* C/D bit: the field is in the CDB */
#define TARGET_SENSE_BIT	0x08	/* BPV: bit is valid */
#define TARGET_SENSE_PROGRESS	0x10
#define TARGET_SENSE_CMD_INFO	0x20
#define TARGET_SENSE_SEGMENT	0x40	/* SD bit: field is in a segment descriptor */
#define TARGET_SENSE_REFERRAL	0x80	/* the core appends where the blocks are accessible */

/**
 * struct target_range - the blocks of one command, for target_core/range_lock.c
 * @first: first block.
 * @last: last block, itself included.
 * @exclusive: of an atomic command, or of a write that is an orphan: nothing else on these
 *	blocks meanwhile.
 * @link: in a list of the device.
 * @seq: order of arrival.
 * @blockers: earlier ranges to be waited for, 0 when the command may go on.
 */
struct target_range {
	u64			first;
	u64			last;
	bool			exclusive;
	struct list_head	link;
	u64			seq;
	u32			blockers;
};

/**
 * struct target_cmd - one SCSI command
 *
 * A member of the fabric's own per-tag struct. The fabric owns the memory, which
 * must stay readable until the nexus is released (ops->release_nexus), even
 * between two commands: task management looks at @state of idle tags too.
 * Zero it once, when the tag is made; target_cmd_init() resets the rest.
 *
 * Set by the fabric before target_cmd_init():
 * @nexus: who sent it.
 * @tag: the initiator's task tag; task management finds the command by it.
 * @lun: logical unit number, decoded to its flat value (target_lun_decode()).
 * @cdb: the CDB, zero padded.
 * @edtl: bytes the initiator's buffer has (expected data transfer length).
 * @dir: direction the transport announced.
 * @attr: enum target_task_attr.
 * @flags: TARGET_CMDF_ATOMIC or 0.
 *
 * Set by target_cmd_init():
 * @xfer_len: bytes to move: what the CDB asks for, at most @edtl.
 * @scsi_len: bytes the CDB asks for.
 *
 * Set by the fabric, or target_cmd_alloc_data(), before target_cmd_execute():
 * @sgl: at least @xfer_len bytes.
 * @sg_cnt: entries of it.
 *
 * Valid in ops->respond():
 * @status: SAM status.
 * @data_in_len: valid data-in bytes in @sgl (at most @xfer_len).
 * @residual: difference between @edtl and what the command had, see
 *	TARGET_CMDF_OVERFLOW and _UNDERFLOW.
 * @sense_data: formatted sense data, @sense_len bytes (0 if none).
 *
 * The core's own:
 * @state: incarnation, abort mark and enum target_cmd_state in one word.
 * @op: row of the opcode table.
 * @itl: I_T_L nexus, referenced; NULL for a LUN that does not exist.
 * @lba: first block of the CDB. @blocks: number of blocks.
 * @sense: sense to be formatted.
 * @born: in jiffies, when it came.
 * @due: until when it waits, as ktime in ns, because its port is not the optimized one or a rule of
 *	fault injection has delayed it.
 * @entry: on the task set's delayed list, where it waits until @due, or on the list of
 *	commands that fault injection has dropped.
 * @abort_entry: on the list of the task management request that waits for it, or of
 *	the orphans.
 * @tmf: task management request that waits for the end of this command.
 * @range: its blocks, while atomic commands run on the device (medium.c).
 * @io: the request to the backstore.
 * @start: ktime in ns at execute (0 when not measured; latency.c).
 */
struct target_cmd {
	struct target_nexus	*nexus;
	u64			tag;
	u64			lun;
	u8			cdb[TARGET_MAX_CDB] __aligned(8);
	u32			edtl;
	u8			dir;
	u8			attr;
	u16			flags;

	u32			xfer_len;
	u32			sg_cnt;
	u64			scsi_len;
	struct scatterlist	*sgl;

	u32			data_in_len;
	u32			residual;
	u8			status;
	u8			sense_len;

	atomic_t		state;
	const struct scsi_op	*op;
	struct target_itl	*itl;
	u64			lba;
	u64			blocks;
	u64			start;
	unsigned long		born;
	u64			due;
	struct list_head	entry;
	struct list_head	abort_entry;
	struct target_tmf	*tmf;
	struct target_sense	sense;
	struct target_range	range;
	struct scatterlist	inline_sgl[TARGET_INLINE_SG];
	struct target_io	io;
	u8			sense_data[TARGET_SENSE_BYTES];
};

/** enum target_tmf_fn - SAM-5 clause 7 */
enum target_tmf_fn {
	TARGET_TMF_ABORT_TASK,
	TARGET_TMF_ABORT_TASK_SET,
	TARGET_TMF_CLEAR_ACA,
	TARGET_TMF_CLEAR_TASK_SET,
	TARGET_TMF_LUN_RESET,
	TARGET_TMF_TARGET_WARM_RESET,
	TARGET_TMF_TARGET_COLD_RESET,
	TARGET_TMF_I_T_NEXUS_RESET,
	TARGET_TMF_QUERY_TASK,
	TARGET_TMF_QUERY_TASK_SET,
	TARGET_TMF_QUERY_ASYNC_EVENT,
};

/** enum target_tmf_response - service response, SAM-5 7.1 */
enum target_tmf_response {
	TARGET_TMF_COMPLETE,
	TARGET_TMF_SUCCEEDED,
	TARGET_TMF_NO_TASK,
	TARGET_TMF_NO_LUN,
	TARGET_TMF_NOT_SUPPORTED,
	TARGET_TMF_REJECTED,
};

/**
 * struct target_tmf - one task management request
 * @nexus: who asks. Set by the fabric, as are the next three.
 * @lun: flat logical unit number (not for target and nexus resets).
 * @tag: task to abort or query.
 * @fn: enum target_tmf_fn.
 * @response: enum target_tmf_response, valid in ops->tmf_done().
 * @additional: three bytes of additional response information (QUERY ASYNC
 *	EVENT, SAM-5 7.10), zero otherwise.
 * @pending: affected commands that have not ended, plus one while the request
 *	is set up. Under the core's abort lock, as are the rest.
 * @cmds: the affected commands, linked by target_cmd.abort_entry.
 * @ended: for a request of the core's own: called in place of ops->tmf_done().
 * @work: starts the request in process context.
 * @end: ends it, when @pending is zero or after TARGET_ABORT_WAIT; the commands
 *	left then are orphans.
 */
struct target_tmf {
	struct target_nexus	*nexus;
	u64			lun;
	u64			tag;
	u8			fn;
	u8			response;
	u8			additional[3];

	u32			pending;
	void			(*ended)(struct target_tmf *tmf);
	struct list_head	cmds;
	struct work_struct	work;
	struct delayed_work	end;
};

#endif
