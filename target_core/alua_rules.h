/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asymmetric access as plain data (SPC-4 5.15): states, which commands each lets
 * pass, the parameter list of SET TARGET PORT GROUPS and the files that keep a state.
 */
#ifndef TARGET_CORE_ALUA_RULES_H
#define TARGET_CORE_ALUA_RULES_H

#include "scsi.h"

/** enum target_alua_state - SPC-4 6.36, ASYMMETRIC ACCESS STATE */
enum target_alua_state {
	TARGET_ALUA_OPTIMIZED		= 0x0,
	TARGET_ALUA_NON_OPTIMIZED	= 0x1,
	TARGET_ALUA_STANDBY		= 0x2,
	TARGET_ALUA_UNAVAILABLE		= 0x3,
	TARGET_ALUA_LBA_DEPENDENT	= 0x4,
	TARGET_ALUA_OFFLINE		= 0xe,
	TARGET_ALUA_TRANSITIONING	= 0xf,
};

/* States a target port group supports: as in the REPORT TARGET PORT GROUPS descriptor */
#define ALUA_SUP_TRANSITION	0x80
#define ALUA_SUP_OFFLINE	0x40
#define ALUA_SUP_LBA_DEPENDENT	0x10
#define ALUA_SUP_UNAVAILABLE	0x08
#define ALUA_SUP_STANDBY	0x04
#define ALUA_SUP_NON_OPTIMIZED	0x02
#define ALUA_SUP_OPTIMIZED	0x01

/* How states change: the TPGS field of standard INQUIRY data */
#define ALUA_TYPE_IMPLICIT	1
#define ALUA_TYPE_EXPLICIT	2

/* How the state came about, SPC-4 6.36 STATUS CODE */
#define ALUA_STATUS_NONE	0
#define ALUA_STATUS_EXPLICIT	1
#define ALUA_STATUS_IMPLICIT	2

#define ALUA_STPG_MAX	1024	/* descriptors SET TARGET PORT GROUPS takes at once */

bool alua_allows(u8 state, u16 op_flags);
bool alua_passes(u8 state, const struct scsi_op *op, const u8 *cdb);
u16 alua_refusal(u8 state);
u8 alua_support_bit(u8 state);
bool alua_change_allowed(u8 state, u8 supported, u8 access_type, bool explicit);

/**
 * struct alua_stpg - one descriptor of SET TARGET PORT GROUPS (SPC-4 6.45)
 * @state: a primary state, or offline.
 * @id: target port group, or with offline relative target port identifier.
 * @at: offset of the descriptor in the parameter list.
 */
struct alua_stpg {
	u8	state;
	u16	id;
	u32	at;
};

int alua_stpg_count(u32 asked, u32 came, struct target_sense *sense);
bool alua_stpg_desc(const u8 *list, unsigned int i, struct alua_stpg *desc,
		    struct target_sense *sense);
void alua_stpg_refuse(const struct alua_stpg *desc, unsigned int byte, struct target_sense *sense);

/** struct alua_saved - the state of a group (or, with offline, of a LUN) as a file keeps it */
struct alua_saved {
	u16	id;
	u8	state;
	u8	status;
	bool	offline;
};

bool alua_saved_group(char *text, struct alua_saved *saved);
bool alua_saved_lun(char *text, struct alua_saved *saved);

#endif
