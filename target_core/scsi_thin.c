// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thresholds of thin provisioning (SBC-3 4.7.3.8): which logical units have them,
 * what they are counted in, and when one is reached.
 */
#include <linux/log2.h>
#include <linux/kernel.h>
#include "scsi.h"

#define SET_BYTES	(1U << 20)	/* a threshold set, unless the medium is huge */

/* Threshold descriptors in mode page 1Ch/02h, SBC-3 6.4.8 */
#define FIRST_DESC	16
#define DESC_BYTES	8

/**
 * scsi_lu_thresholds - does the logical unit have thresholds?
 * @lu: a connected logical unit.
 *
 * A thin one whose backstore knows how much room there is.
 */
bool scsi_lu_thresholds(const struct scsi_lu *lu)
{
	return lu->limits->knows_space && scsi_lu_thin(lu);
}

/**
 * scsi_threshold_offset - where the descriptor of a threshold begins in its mode page
 * @which: the threshold.
 */
u8 scsi_threshold_offset(enum scsi_threshold which)
{
	return FIRST_DESC + which * DESC_BYTES;
}

/**
 * scsi_threshold_exponent - THRESHOLD EXPONENT, SBC-3 6.6.5
 * @nr_blocks: capacity.
 * @block_size: bytes.
 *
 * Returns: blocks of a threshold set, as a power of two: so many that the whole
 * capacity can be counted in 32 bits, and not 0, which would mean no thresholds.
 */
u8 scsi_threshold_exponent(u64 nr_blocks, u32 block_size)
{
	u8 exponent = ilog2(SET_BYTES / block_size);

	while (nr_blocks >> exponent > U32_MAX)
		exponent++;
	return exponent;
}

/**
 * scsi_threshold_reached - has a threshold been reached just now?
 * @which: the threshold.
 * @bytes: what there is of its resource.
 * @count: THRESHOLD COUNT, in sets.
 * @set_shift: bytes of a set, as a power of two.
 * @armed: its state, which this changes.
 *
 * The range around the count is a set wide: beyond its far end an armed threshold
 * is reached, once; beyond the near end it is armed again.
 */
bool scsi_threshold_reached(enum scsi_threshold which, u64 bytes, u32 count, u32 set_shift,
			    bool *armed)
{
	u64 center = (u64)count << set_shift, half = 1ULL << (set_shift - 1);
	u64 low = center - min(center, half), high = center + min(U64_MAX - center, half);
	bool decreasing = which == SCSI_THRESHOLD_AVAILABLE;

	if (decreasing ? bytes > high : bytes < low)
		*armed = true;
	if (!*armed || (decreasing ? bytes > low : bytes < high))
		return false;
	*armed = false;
	return true;
}
