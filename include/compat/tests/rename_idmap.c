// SPDX-License-Identifier: GPL-2.0-only
/* Since 6.3 a mount's id mapping is a type of its own, and vfs_rename() is told that. */
#include <linux/fs.h>
#include <linux/mount.h>

void probe(struct renamedata *rd, struct vfsmount *mnt);
void probe(struct renamedata *rd, struct vfsmount *mnt)
{
	rd->old_mnt_idmap = mnt_idmap(mnt);
}
