/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of IP address prefixes, for who may log in to a TPG, and redirections of logins, as
 * configfs text. Pure code: it knows no sockets and also builds in user space.
 */
#ifndef ISCSIT_PREFIX_H
#define ISCSIT_PREFIX_H

#include <linux/types.h>

#define ISCSIT_PREFIX_MAX	64	/* in one list: its text always fits a page */
#define ISCSIT_PREFIX_TEXT	50	/* characters of one with its separator, at most */
#define ISCSIT_REDIRECT_MAX	100	/* characters of a redirection's address */

/**
 * struct iscsit_prefix - addresses that agree in their first bits
 * @addr: network byte order; IPv4 uses the first four bytes.
 * @v6: IPv6. @bits: 0 to 32, or to 128.
 */
struct iscsit_prefix {
	u8	addr[16];
	bool	v6;
	u8	bits;
};

/**
 * struct iscsit_prefixes - a list of them
 * @n: entries; 0 stands for every address.
 * @text: as it was written, with one blank between entries.
 */
struct iscsit_prefixes {
	u32			n;
	struct iscsit_prefix	v[ISCSIT_PREFIX_MAX];
	char			text[ISCSIT_PREFIX_MAX * ISCSIT_PREFIX_TEXT];
};

/**
 * iscsit_prefixes_parse - read a list such as "10.1.0.0/16 192.0.2.7 2001:db8::/32"
 * @set: the result; undefined after an error
 * @s: the text, which need not end with NUL
 * @len: bytes of it
 *
 * Entries are separated by blanks, commas or line ends. One without a length is a single address.
 * Bits behind the prefix must be 0, so that a typing error does not admit a whole network.
 *
 * Return: 0, -EINVAL for what is no prefix, -E2BIG for too many.
 */
int iscsit_prefixes_parse(struct iscsit_prefixes *set, const char *s, size_t len);

/**
 * iscsit_prefixes_match - whether an address is in the list
 * @set: the list; an empty one has every address
 * @addr: 4 or 16 bytes
 * @v6: which of them
 */
bool iscsit_prefixes_match(const struct iscsit_prefixes *set, const u8 *addr, bool v6);

/**
 * struct iscsit_redirect - where initiators are sent to
 * @status: ISCSIT_LOGIN_MOVED_TEMPORARILY or _PERMANENTLY; 0 for nowhere.
 * @to: value of TargetAddress: "address[:port][,portal-group-tag]" (RFC 7143 section 13.8).
 */
struct iscsit_redirect {
	u16	status;
	char	to[ISCSIT_REDIRECT_MAX + 1];
};

/**
 * iscsit_redirect_parse - read "temporary ADDRESS", "permanent ADDRESS", "none" or nothing
 * @r: the result; unchanged after an error
 * @s: the text, which need not end with NUL
 * @len: bytes of it
 *
 * The address is an IPv4 address, an IPv6 address in brackets or a host name.
 *
 * Return: 0 or -EINVAL.
 */
int iscsit_redirect_parse(struct iscsit_redirect *r, const char *s, size_t len);

/**
 * iscsit_redirect_show - the text that iscsit_redirect_parse() would read, with a line end
 * @r: what to show
 * @buf: receives it
 * @size: of @buf, at least ISCSIT_REDIRECT_MAX + 16
 *
 * Return: characters written.
 */
int iscsit_redirect_show(const struct iscsit_redirect *r, char *buf, size_t size);

#endif /* ISCSIT_PREFIX_H */
