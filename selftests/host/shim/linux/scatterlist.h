/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: lists of pieces of memory, and copying from and to them.
 */
#ifndef SHIM_LINUX_SCATTERLIST_H
#define SHIM_LINUX_SCATTERLIST_H

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#define SG_MITER_ATOMIC		1
#define SG_MITER_TO_SG		2
#define SG_MITER_FROM_SG	4

/** struct scatterlist - @page_link is an address; no list goes on elsewhere */
struct scatterlist {
	unsigned long	page_link;
	unsigned int	offset;
	unsigned int	length;
};

struct sg_mapping_iter {
	void			*addr;
	size_t			length;
	struct scatterlist	*sg;
	unsigned int		left;
	size_t			skip;
};

static inline void *sg_virt(const struct scatterlist *sg)
{
	return (u8 *)sg->page_link + sg->offset;
}

static inline void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, nents * sizeof(*sgl));
}

static inline void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len)
{
	*sg = (struct scatterlist) { .page_link = (unsigned long)buf, .length = len };
}

static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len,
			       unsigned int offset)
{
	*sg = (struct scatterlist) { (unsigned long)page, offset, len };
}

static inline int sg_nents_for_len(const struct scatterlist *sgl, u64 len)
{
	int n = 0;

	while (len) {
		len -= min_t(u64, len, sgl[n].length);
		n++;
	}
	return n;
}

static inline void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
				  unsigned int nents, unsigned int flags)
{
	*miter = (struct sg_mapping_iter) { .sg = sgl, .left = nents };
}

static inline bool sg_miter_skip(struct sg_mapping_iter *miter, off_t skip)
{
	miter->skip += skip;
	while (miter->left && miter->skip >= miter->sg->length) {
		miter->skip -= miter->sg->length;
		miter->sg++;
		miter->left--;
	}
	return miter->left || !miter->skip;
}

static inline bool sg_miter_next(struct sg_mapping_iter *miter)
{
	if (!miter->left)
		return false;
	miter->addr = (u8 *)sg_virt(miter->sg) + miter->skip;
	miter->length = miter->sg->length - miter->skip;
	miter->skip = 0;
	miter->sg++;
	miter->left--;
	return true;
}

static inline void sg_miter_stop(struct sg_mapping_iter *miter)
{
}

static inline struct sg_mapping_iter shim_sg_at(struct scatterlist *sgl, unsigned int nents,
						off_t skip)
{
	struct sg_mapping_iter miter;

	sg_miter_start(&miter, sgl, nents, 0);
	sg_miter_skip(&miter, skip);
	return miter;
}

/* @in is copied to the list if there is one, else the list to @out; without either, zeroes. */
static inline size_t shim_sg_copy(struct sg_mapping_iter miter, const u8 *in, u8 *out, size_t len)
{
	size_t done = 0, n;

	while (done < len && sg_miter_next(&miter)) {
		n = min(len - done, miter.length);
		if (in)
			memcpy(miter.addr, in + done, n);
		else if (out)
			memcpy(out + done, miter.addr, n);
		else
			memset(miter.addr, 0, n);
		done += n;
	}
	return done;
}

static inline size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents,
					  const void *buf, size_t len, off_t skip)
{
	return shim_sg_copy(shim_sg_at(sgl, nents, skip), buf, NULL, len);
}

static inline size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
					size_t len, off_t skip)
{
	return shim_sg_copy(shim_sg_at(sgl, nents, skip), NULL, buf, len);
}

static inline size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents,
					 const void *buf, size_t len)
{
	return sg_pcopy_from_buffer(sgl, nents, buf, len, 0);
}

static inline size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
				       size_t len)
{
	return sg_pcopy_to_buffer(sgl, nents, buf, len, 0);
}

static inline size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t len,
				    off_t skip)
{
	return shim_sg_copy(shim_sg_at(sgl, nents, skip), NULL, NULL, len);
}

#endif
