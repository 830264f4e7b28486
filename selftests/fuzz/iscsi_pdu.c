// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a received header and the additional header segments behind it.
 */
#include <stdlib.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_pdu.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check_ahs(const u8 *data, size_t size)
{
	struct iscsit_ahs_info ahs;

	if (iscsit_ahs_parse(data, size, &ahs))
		return;
	if (ahs.ext_cdb_len > 244)
		abort();
	if (ahs.ext_cdb && (ahs.ext_cdb < data || ahs.ext_cdb + ahs.ext_cdb_len > data + size))
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct iscsit_pdu_limits lim = { .max_data = 65536, .first_burst = 8192 };
	struct iscsit_pdu_info info;
	struct iscsit_bhs bhs;

	if (size < sizeof(bhs) + 1)
		return 0;
	lim.phase = data[0] % 3;
	lim.immediate_data = data[0] & 4;
	lim.initial_r2t = data[0] & 8;
	memcpy(&bhs, data + 1, sizeof(bhs));
	data += 1 + sizeof(bhs);
	size -= 1 + sizeof(bhs);
	if (iscsit_pdu_check(&bhs, &lim, &info))
		return 0;
	if (info.data_len > lim.max_data || (info.data_len + info.pad_len) % 4)
		abort();
	check_ahs(data, min_t(size_t, size, info.ahs_len));
	return 0;
}
