// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit attention conditions (SAM-5 5.14): a bit map per I_T_L nexus, ordered
 * by precedence, so that the I/O path tests one word.
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include "core.h"

#define UA_INTLCK_BUSY	2	/* emulate_ua_intlck_ctrl: UA_INTLCK_CTRL 11b */

static const u16 ua_codes[TARGET_UA_COUNT] = {
	[TARGET_UA_POWER_ON]		= 0x2900,
	[TARGET_UA_BUS_RESET]		= 0x2902,
	[TARGET_UA_LUN_RESET]		= 0x2903,
	[TARGET_UA_NEXUS_LOSS]		= 0x2907,
	[TARGET_UA_MEDIUM_CHANGED]	= 0x2800,
	[TARGET_UA_LUNS_CHANGED]	= 0x3f0e,
	[TARGET_UA_INQUIRY_CHANGED]	= 0x3f03,
	[TARGET_UA_MODE_CHANGED]	= 0x2a01,
	[TARGET_UA_LOG_CHANGED]		= 0x2a02,
	[TARGET_UA_TIMESTAMP_CHANGED]	= 0x2a10,
	[TARGET_UA_IDENT_CHANGED]	= 0x3f05,
	[TARGET_UA_RESERVATIONS_PREEMPTED]	= 0x2a03,
	[TARGET_UA_RESERVATIONS_RELEASED]	= 0x2a04,
	[TARGET_UA_REGISTRATIONS_PREEMPTED]	= 0x2a05,
	[TARGET_UA_CAPACITY_CHANGED]	= 0x2a09,
	[TARGET_UA_ALUA_CHANGED]	= 0x2a06,
	[TARGET_UA_THIN_AVAILABLE]	= 0x3807,
	[TARGET_UA_THIN_USED]		= 0x3807,
	[TARGET_UA_COMMANDS_CLEARED]	= 0x2f00,
	[TARGET_UA_PREVIOUS_BUSY]	= 0x2c07,
	[TARGET_UA_PREVIOUS_TASK_SET_FULL]	= 0x2c08,
	[TARGET_UA_PREVIOUS_CONFLICT]	= 0x2c09,
};

/**
 * target_ua_raise() - establish a unit attention condition for one I_T_L nexus
 * @itl: whose next command is to be told
 * @ua: the condition; raising it twice reports it once
 *
 * Any context; the caller keeps @itl alive.
 */
void target_ua_raise(struct target_itl *itl, enum target_ua ua)
{
	const struct target_fabric_ops *ops = itl->nexus->ops;

	BUILD_BUG_ON(TARGET_UA_COUNT > BITS_PER_LONG);
	if (!test_and_set_bit(ua, &itl->ua) && ops->unit_attention)
		ops->unit_attention(itl->nexus, itl->number, ua_codes[ua]);
}

/**
 * target_ua_raise_device() - tell every I_T nexus of a device
 * @dev: the logical unit
 * @ua: the condition
 * @except: nexus that need not be told, or NULL
 *
 * Caller holds target_lock.
 */
void target_ua_raise_device(struct target_device *dev, enum target_ua ua,
			    const struct target_nexus *except)
{
	struct target_lun *lun;
	struct target_itl *itl;

	lockdep_assert_held(&target_lock);
	target_device_for_each_itl(dev, lun, itl)
		if (itl->nexus != except)
			target_ua_raise(itl, ua);
}

/* Which threshold it was: where its descriptor begins in mode page 1Ch/02h (SBC-3 4.7.3.8) */
static void ua_sense(enum target_ua ua, struct target_sense *sense)
{
	scsi_sense_set(sense, SENSE_UNIT_ATTENTION, ua_codes[ua]);
	if (ua == TARGET_UA_THIN_AVAILABLE || ua == TARGET_UA_THIN_USED) {
		sense->flags |= TARGET_SENSE_INFO;
		sense->info = scsi_threshold_offset(ua == TARGET_UA_THIN_USED ?
						    SCSI_THRESHOLD_USED : SCSI_THRESHOLD_AVAILABLE);
	}
}

/**
 * target_ua_peek() - the condition of highest precedence, which stays
 * @itl: I_T_L nexus
 * @sense: filled in if there is one
 *
 * Return: whether a condition is pending.
 */
bool target_ua_peek(struct target_itl *itl, struct target_sense *sense)
{
	unsigned long pending = READ_ONCE(itl->ua);

	if (!pending)
		return false;
	ua_sense(__ffs(pending), sense);
	return true;
}

/**
 * target_ua_take() - report and clear the condition of highest precedence
 * @itl: I_T_L nexus
 * @sense: filled in if there was one
 *
 * Two commands racing here report a condition once: the one that clears the
 * bit wins, the other looks again.
 *
 * Return: whether a condition was pending.
 */
bool target_ua_take(struct target_itl *itl, struct target_sense *sense)
{
	unsigned long pending;

	while ((pending = READ_ONCE(itl->ua))) {
		unsigned int ua = __ffs(pending);

		if (!test_and_clear_bit(ua, &itl->ua))
			continue;
		ua_sense(ua, sense);
		return true;
	}
	return false;
}

/**
 * target_ua_report() - report a condition with CHECK CONDITION
 * @itl: I_T_L nexus
 * @sense: filled in if there was one
 *
 * Unless UA_INTLCK_CTRL leaves it pending, for REQUEST SENSE to clear (SPC-4 7.5.8).
 *
 * Return: whether a condition was pending.
 */
bool target_ua_report(struct target_itl *itl, struct target_sense *sense)
{
	if (READ_ONCE(itl->dev->attrib.emulate_ua_intlck_ctrl))
		return target_ua_peek(itl, sense);
	return target_ua_take(itl, sense);
}

#define UA_PREVIOUS_STATUS	(BIT(TARGET_UA_PREVIOUS_BUSY) |			\
				 BIT(TARGET_UA_PREVIOUS_TASK_SET_FULL) |	\
				 BIT(TARGET_UA_PREVIOUS_CONFLICT))

/**
 * target_ua_busy() - a command ends with a status other than GOOD and CHECK CONDITION
 * @itl: its I_T_L nexus
 * @status: the status
 *
 * UA_INTLCK_CTRL 11b makes a unit attention condition of it, one until that is
 * cleared (SPC-4 7.5.8). Any context.
 */
void target_ua_busy(struct target_itl *itl, u8 status)
{
	if (READ_ONCE(itl->dev->attrib.emulate_ua_intlck_ctrl) != UA_INTLCK_BUSY ||
	    (READ_ONCE(itl->ua) & UA_PREVIOUS_STATUS))
		return;
	if (status == TARGET_STAT_BUSY)
		target_ua_raise(itl, TARGET_UA_PREVIOUS_BUSY);
	else if (status == TARGET_STAT_TASK_SET_FULL)
		target_ua_raise(itl, TARGET_UA_PREVIOUS_TASK_SET_FULL);
	else if (status == TARGET_STAT_RESERVATION_CONFLICT)
		target_ua_raise(itl, TARGET_UA_PREVIOUS_CONFLICT);
}

/**
 * target_ua_clear() - withdraw a condition that another command has reported
 * @itl: I_T_L nexus
 * @ua: the condition (REPORT LUNS clears REPORTED LUNS DATA HAS CHANGED, SPC-4 6.33)
 */
void target_ua_clear(struct target_itl *itl, enum target_ua ua)
{
	clear_bit(ua, &itl->ua);
}
