/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The logical unit of the CDB fuzz target: the sample of selftests/host, given any shape that
 * attribute files, a backstore and a port can give it.
 */
#ifndef FUZZ_DISK_H
#define FUZZ_DISK_H

#include "fuzz.h"
#include "lu.h"

#define DISK_BYTES	8	/* of an input that its shape takes */

static inline void disk_commands(struct target_dev_attrib *a, u8 bits)
{
	a->emulate_tpu = bits & 0x01;
	a->emulate_tpws = !!(bits & 0x02);
	a->emulate_caw = !!(bits & 0x04);
	a->emulate_3pc = !!(bits & 0x08);
	a->emulate_fua_write = !!(bits & 0x10);
	a->removable = !!(bits & 0x20);
	a->emulate_pr = !(bits & 0x40);
	a->emulate_rsoc = !(bits & 0x80);
}

static inline void disk_limits(struct sample *s, u8 bits)
{
	s->attrib.block_size = 512 << (bits & 3);
	s->attrib.max_unmap_lba_count = 8192;
	s->attrib.max_unmap_block_desc_count = 4;
	s->attrib.unmap_granularity = bits & 0x04 ? 8 : 0;
	s->attrib.unmap_zeroes_data = !!(bits & 0x08);
	s->attrib.is_nonrot = !!(bits & 0x10);
	s->limits.block_size = s->attrib.block_size;
	s->limits.max_unmap_blocks = bits & 0x20 ? 8192 : 0;
	s->limits.max_atomic_blocks = bits & 0x40 ? U32_MAX : 0;
	s->limits.knows_space = bits & 0x80;
}

static inline void disk_unit(struct scsi_lu *lu, u8 bits)
{
	lu->well_known = (bits & 3) == 1;
	lu->connected = bits & 2 || !(bits & 3);
	lu->write_cache = bits & 0x04;
	lu->cache_fixed = bits & 0x08;
	lu->has_map = bits & 0x10;
	lu->can_save = bits & 0x20;
	lu->write_protect = bits & 0x40;
	lu->referrals = bits & 0x80;
}

static inline void disk_port(struct scsi_lu *lu, u8 name, u8 bits)
{
	static const char long_name[224] = { [0 ... 222] = 'x' };
	static const char *const names[] = {
		"iqn.2003-01.org.example:t0", "naa.5001405000000001", "eui.0011223344556677", "",
		"naa.50014050000000g1", "naa.1", long_name, "iqn.\377",
	};

	lu->target_name = names[name & 7];
	lu->proto_id = name >> 4;
	lu->alua_group_known = name & 8;
	lu->alua_state = bits & 0xf;
	lu->alua_access = bits >> 4 & 3;
	lu->alua_preferred = bits & 0x40;
}

/* Texts end with a NUL and are what user space likes otherwise. */
static inline void disk_names(struct target_identity *id, u8 serial, u8 product)
{
	static const char text[] = "0a1b2c3d-4e5f\t6071\2018293-a4b5c6d7e8f9,=\"";
	u32 i, len = serial % sizeof(id->serial);

	memset(id->serial, 0, sizeof(id->serial));
	for (i = 0; i < len; i++)
		id->serial[i] = text[i % (sizeof(text) - 1)];
	strscpy(id->product, text + product % 20, sizeof(id->product));
}

/* Takes DISK_BYTES of the input. */
static inline void disk_shape(struct sample *s, struct fuzz_in *in)
{
	u8 capacity, name, product;

	disk_commands(&s->attrib, take_u8(in));
	disk_limits(s, take_u8(in));
	disk_unit(&s->lu, take_u8(in));
	capacity = take_u8(in);
	s->lu.nr_blocks = capacity ? 1ULL << (capacity & 63) : 0;
	name = take_u8(in);
	disk_port(&s->lu, name, take_u8(in));
	product = take_u8(in);
	disk_names(&s->id, take_u8(in), product);
	s->lu.segment_size = product;
}

#endif
