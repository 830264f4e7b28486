/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sending on a locked TCP socket without blocking: memory, which is copied, and pages, which are
 * not. Until 6.4 pages had a call of their own; since 6.5 they are a message with a flag.
 */
#ifndef COMPAT_SOCKET_H
#define COMPAT_SOCKET_H

#include <linux/bvec.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>
#include <net/tcp.h>

/* Both return bytes taken, -EAGAIN for a full socket, or another errno. */

static inline int compat_send_vec(struct sock *sk, struct kvec *vec, unsigned int n, bool more)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0) };
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		len += vec[i].iov_len;
	iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, vec, n, len);
	return tcp_sendmsg_locked(sk, &msg, len);
}

static inline int compat_send_page(struct sock *sk, struct page *page, u32 off, u32 len, bool more)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0) };
	struct bio_vec vec = { .bv_page = page, .bv_offset = off, .bv_len = len };

	if (sendpage_ok(page)) {
#ifdef MSG_SPLICE_PAGES
		msg.msg_flags |= MSG_SPLICE_PAGES;
#else
		if (more)
			msg.msg_flags |= MSG_SENDPAGE_NOTLAST;
		return tcp_sendpage_locked(sk, page, off, len, msg.msg_flags);
#endif
	}
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, &vec, 1, len);
	return tcp_sendmsg_locked(sk, &msg, len);
}

#endif /* COMPAT_SOCKET_H */
