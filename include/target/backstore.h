/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between the core and a backstore: a backstore plugin registers
 * one const ops table, the core makes one target_backdev per storage object.
 */
#ifndef TARGET_BACKSTORE_H
#define TARGET_BACKSTORE_H

#include <linux/configfs.h>
#include <linux/module.h>
#include <target/io.h>

/**
 * struct target_limits - geometry and limits of an open device, as data
 * @block_size: logical block in bytes: 512, 1024, 2048 or 4096.
 * @max_blocks: largest READ or WRITE in logical blocks (hw_max_sectors).
 * @queue_depth: requests the device can usefully have outstanding.
 * @phys_exp: logical blocks per physical block, as a power of two.
 * @lowest_aligned: first LBA aligned to a physical block.
 * @io_min: preferred granularity in blocks, 0 unknown (VPD B0).
 * @io_opt: optimal transfer length in blocks, 0 unknown (VPD B0).
 * @max_unmap_blocks: blocks per UNMAP request, 0 = UNMAP not possible.
 * @max_unmap_descs: UNMAP descriptors per command, 0 = UNMAP not possible.
 * @unmap_gran: optimal unmap granularity in blocks.
 * @unmap_align: LBA of the first aligned unmap granule.
 * @max_zero_blocks: blocks per ZERO request, 0 = the core must write zeroes.
 * @max_atomic_blocks: largest WRITE that leaves nothing behind when it fails
 *	(TARGET_IO_ATOMIC), 0 = no such promise. At most @max_blocks.
 * @cache_bytes: as much as this that is read is still in memory when it is read
 *	again (PRE-FETCH); 0 none, U64_MAX all is in memory always.
 * @rotational: spinning medium (VPD B1).
 * @write_cache: a volatile cache is in front of the medium; FLUSH and FUA matter.
 * @read_only: the medium can't be written; LUNs on it are write protected.
 * @unmap_zeroes: unmapped blocks read as zeroes (LBPRZ).
 * @knows_space: ops->space works for this medium.
 * @resizes: the medium may change its size without a word to the backstore: the core
 *	asks ops->size now and then.
 * @may_sleep_io: submit needs process context always (never call it with
 *	TARGET_IO_NOWAIT).
 *
 * Filled in by ops->open; constant until ops->close, except through
 * target_backdev_limits_changed().
 */
struct target_limits {
	u32	block_size;
	u32	max_blocks;
	u32	queue_depth;
	u8	phys_exp;
	u16	lowest_aligned;
	u32	io_min;
	u32	io_opt;
	u32	max_unmap_blocks;
	u32	max_unmap_descs;
	u32	unmap_gran;
	u32	unmap_align;
	u32	max_zero_blocks;
	u32	max_atomic_blocks;
	u64	cache_bytes;
	bool	rotational;
	bool	write_cache;
	bool	read_only;
	bool	unmap_zeroes;
	bool	knows_space;
	bool	resizes;
	bool	may_sleep_io;
};

/** enum target_map_state - provisioning status of a block, SBC-3 5.4.2 */
enum target_map_state {
	TARGET_MAPPED		= 0,
	TARGET_DEALLOCATED	= 1,
	TARGET_ANCHORED		= 2,
};

/**
 * struct target_space - what is behind a thin provisioned medium
 * @used: bytes allocated for it.
 * @available: bytes that writes to it can still allocate.
 * @shared: others can take of what is available, too.
 */
struct target_space {
	u64	used;
	u64	available;
	bool	shared;
};

/**
 * struct target_backdev - a storage object as its backstore sees it
 * @ops: the plugin. Set by the core.
 * @name: directory name of the object in configfs. Set by the core.
 * @hba_index: number behind the plugin's name (core/<plugin>_<n>).
 * @block_size: logical block size in force (the block_size attribute; starts
 *	as limits.block_size). Set by the core, constant while exported.
 * @limits: filled in by ops->open.
 * @priv: the plugin's.
 */
struct target_backdev {
	const struct target_backstore_ops *ops;
	const char		*name;
	u32			hba_index;
	u32			block_size;
	struct target_limits	limits;
	void			*priv;
};

/**
 * struct target_backstore_ops - a backstore plugin
 * @name: plugin name in configfs: "iblock", "fileio", "rd_mcp"...
 * @product: default product identification (INQUIRY), at most 16 characters.
 * @owner: THIS_MODULE.
 * @reports_cache: limits.write_cache is the truth and emulate_write_cache
 *	can't be set to 1 by hand.
 * @create: a directory was made: allocate @priv. May sleep. Returns 0 or errno.
 * @destroy: free @priv. May sleep. After @close if the device was open.
 * @control: one option, "key=value" split; may modify @value in place, never
 *	keep it. Returns 0, -ENOENT for an unknown key (which the core ignores,
 *	as user space relies on), or another errno for a bad value. Under the
 *	device's configuration mutex.
 * @open: open the medium and fill @limits (zeroed before). May sleep.
 *	Returns 0 or errno.
 * @close: the last request has ended; let go of the medium. In a work item; may sleep for as
 *	long as the medium wants.
 * @size: bytes of the medium now, 0 once it has been taken away; cheap, any context.
 * @submit: start a request. May sleep only without TARGET_IO_NOWAIT, and wait for
 *	the medium only with TARGET_IO_WORKER (else target_io_retry()). Returns 0
 *	(io->done will be, or has been, called) or, only with TARGET_IO_NOWAIT,
 *	-EAGAIN (not accepted: the core comes back in process context). Many
 *	submits run at the same time.
 * @info: text for the info file, after the common line. May sleep. @page has
 *	@room bytes; returns the length written (use scnprintf).
 * @write_cache: optional: state of the real cache now, instead of
 *	limits.write_cache.
 * @map: optional: the state of what is at @pos, and in *@len how many bytes of at
 *	most *@len are in that state. May sleep. Returns enum target_map_state or
 *	errno.
 * @space: optional, with limits.knows_space: how much room there is now. May sleep.
 *	Returns 0 or errno.
 */
struct target_backstore_ops {
	const char	*name;
	const char	*product;
	struct module	*owner;
	bool		reports_cache;

	int	(*create)(struct target_backdev *bd);
	void	(*destroy)(struct target_backdev *bd);
	int	(*control)(struct target_backdev *bd, const char *key, char *value);
	int	(*open)(struct target_backdev *bd);
	void	(*close)(struct target_backdev *bd);
	u64	(*size)(struct target_backdev *bd);
	int	(*submit)(struct target_io *io);
	ssize_t	(*info)(struct target_backdev *bd, char *page, size_t room);
	bool	(*write_cache)(struct target_backdev *bd);
	int	(*map)(struct target_backdev *bd, u64 pos, u64 *len);
	int	(*space)(struct target_backdev *bd, struct target_space *space);
};

/* A plugin's module answers to this alias, so that mkdir core/<name>_<n> loads it. */
#define MODULE_ALIAS_TARGET_BACKSTORE(name) MODULE_ALIAS("target-backstore-" name)

int target_backstore_register(const struct target_backstore_ops *ops);
void target_backstore_unregister(const struct target_backstore_ops *ops);
void target_backdev_capacity_changed(struct target_backdev *bd);
void target_io_retry(struct target_io *io);
void target_io_done_later(struct target_io *io, int err);

#endif
