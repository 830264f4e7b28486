// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of IP address prefixes and redirections of logins: reading their configfs text and matching
 * addresses.
 * Pure code: bytes in, decision out; also built in user space.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_login.h"
#include "iscsi_prefix.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word of the text; returns its length, 0 at the end. */
static size_t next_word(const char **s, size_t *len)
{
	size_t n = 0;

	while (*len && is_blank(**s)) {
		(*s)++;
		(*len)--;
	}
	while (n < *len && !is_blank((*s)[n]))
		n++;
	return n;
}

/* The same where a comma separates as a blank does. */
static size_t next_entry(const char **s, size_t *len)
{
	const char *comma;
	size_t n;

	while ((n = next_word(s, len)) && **s == ',') {
		(*s)++;
		(*len)--;
	}
	comma = memchr(*s, ',', n);
	return comma ? comma - *s : n;
}

/* The kernel's isalnum() knows letters beyond ASCII. */
static bool is_alnum(char c)
{
	return isascii(c) && isalnum(c);
}

/* Address and length are digits, letters, dots and colons: nothing else gets further than this. */
static int copy_word(char *buf, size_t size, const char *s, size_t len)
{
	size_t i;

	if (!len || len >= size)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (!(isascii(s[i]) && isxdigit(s[i])) && s[i] != '.' && s[i] != ':')
			return -EINVAL;
		buf[i] = s[i];
	}
	buf[len] = '\0';
	return 0;
}

static int parse_address(struct iscsit_prefix *p, const char *s, size_t len)
{
	char buf[48];
	const char *end;

	memset(p, 0, sizeof(*p));
	if (copy_word(buf, sizeof(buf), s, len))
		return -EINVAL;
	p->v6 = strchr(buf, ':');
	p->bits = p->v6 ? 128 : 32;
	if (!(p->v6 ? in6_pton : in4_pton)(buf, len, p->addr, -1, &end))
		return -EINVAL;
	return *end ? -EINVAL : 0;
}

/* One to three digits, no more than the address has bits. */
static int parse_bits(struct iscsit_prefix *p, const char *s, size_t len)
{
	u32 bits = 0;
	size_t i;

	if (!len || len > 3)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -EINVAL;
		bits = bits * 10 + s[i] - '0';
	}
	if (bits > p->bits)
		return -EINVAL;
	p->bits = bits;
	return 0;
}

static u8 mask_of(u32 bits, u32 byte)
{
	if (bits >= 8 * (byte + 1))
		return 0xff;
	return bits > 8 * byte ? (u8)(0xff00 >> (bits - 8 * byte)) : 0;
}

static bool tail_is_zero(const struct iscsit_prefix *p)
{
	u32 i;

	for (i = 0; i < sizeof(p->addr); i++)
		if (p->addr[i] & ~mask_of(p->bits, i))
			return false;
	return true;
}

static int parse_prefix(struct iscsit_prefix *p, const char *s, size_t len)
{
	const char *slash = memchr(s, '/', len);
	size_t n = slash ? slash - s : len;

	if (parse_address(p, s, n))
		return -EINVAL;
	if (slash && parse_bits(p, slash + 1, len - n - 1))
		return -EINVAL;
	return tail_is_zero(p) ? 0 : -EINVAL;
}

int iscsit_prefixes_parse(struct iscsit_prefixes *set, const char *s, size_t len)
{
	char *out = set->text;
	size_t n;

	set->n = 0;
	for (; (n = next_entry(&s, &len)); s += n, len -= n) {
		if (set->n == ISCSIT_PREFIX_MAX)
			return -E2BIG;
		/* No address is as long: this also bounds the text. */
		if (n >= ISCSIT_PREFIX_TEXT || parse_prefix(&set->v[set->n], s, n))
			return -EINVAL;
		if (set->n++)
			*out++ = ' ';
		memcpy(out, s, n);
		out += n;
	}
	*out = '\0';
	return 0;
}

static bool prefix_match(const struct iscsit_prefix *p, const u8 *addr, bool v6)
{
	u32 i, size = v6 ? 16 : 4;

	if (p->v6 != v6)
		return false;
	for (i = 0; i < size; i++)
		if ((p->addr[i] ^ addr[i]) & mask_of(p->bits, i))
			return false;
	return true;
}

bool iscsit_prefixes_match(const struct iscsit_prefixes *set, const u8 *addr, bool v6)
{
	u32 i;

	for (i = 0; i < set->n; i++)
		if (prefix_match(&set->v[i], addr, v6))
			return true;
	return !set->n;
}

/* ---- redirections ---- */

static bool word_is(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(s, word, len);
}

/* A number of 16 bits at the start of the text; returns its digits, 0 if there is none. */
static size_t take_u16(const char *s, size_t len, u32 *value)
{
	size_t n;

	*value = 0;
	for (n = 0; n < len && n < 5 && s[n] >= '0' && s[n] <= '9'; n++)
		*value = *value * 10 + s[n] - '0';
	return *value <= 65535 ? n : 0;
}

/* ":port", ",tag", both or nothing. */
static bool suffix_ok(const char *s, size_t len)
{
	u32 value;
	size_t n;

	if (len && *s == ':') {
		n = take_u16(s + 1, len - 1, &value);
		if (!n || !value)
			return false;
		s += n + 1;
		len -= n + 1;
	}
	if (len && *s == ',') {
		n = take_u16(s + 1, len - 1, &value);
		return n && n + 1 == len;
	}
	return !len;
}

static bool address_ok(const char *s, size_t len)
{
	struct iscsit_prefix ignored;
	const char *end;
	size_t n = 0;

	if (*s == '[') {
		end = memchr(s, ']', len);
		if (!end || parse_address(&ignored, s + 1, end - s - 1) || !ignored.v6)
			return false;
		n = end + 1 - s;
	} else {
		while (n < len && (is_alnum(s[n]) || s[n] == '.' || s[n] == '-'))
			n++;
		if (!n)
			return false;
	}
	return suffix_ok(s + n, len - n);
}

int iscsit_redirect_parse(struct iscsit_redirect *r, const char *s, size_t len)
{
	u16 status = ISCSIT_LOGIN_MOVED_TEMPORARILY;
	size_t n;

	while (len && is_blank(s[len - 1]))
		len--;
	n = next_word(&s, &len);
	if (!n || word_is(s, len, "none")) {
		memset(r, 0, sizeof(*r));
		return 0;
	}
	if (word_is(s, n, "permanent"))
		status = ISCSIT_LOGIN_MOVED_PERMANENTLY;
	else if (!word_is(s, n, "temporary"))
		return -EINVAL;
	s += n;
	len -= n;
	if (!next_word(&s, &len) || len > ISCSIT_REDIRECT_MAX || !address_ok(s, len))
		return -EINVAL;
	r->status = status;
	memcpy(r->to, s, len);
	r->to[len] = '\0';
	return 0;
}

int iscsit_redirect_show(const struct iscsit_redirect *r, char *buf, size_t size)
{
	if (!r->status)
		return scnprintf(buf, size, "none\n");
	return scnprintf(buf, size, "%s %s\n", r->status == ISCSIT_LOGIN_MOVED_PERMANENTLY ?
			 "permanent" : "temporary", r->to);
}
