// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of iSCSI negotiations (RFC 7143 section 6.1): splitting a data segment into key=value
 * pairs, numbers, lists and names, and bounded building of answers.
 * Pure code: bytes in, decision out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "iscsi_keys.h"

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* standard-label of 6.1, with small initials because of iSCSIProtocolLevel */
static bool key_name_ok(const char *s, u32 len)
{
	u32 i;

	if (!len || len > ISCSIT_KEY_NAME_MAX || !is_letter(s[0]))
		return false;
	for (i = 1; i < len; i++)
		if (!is_letter(s[i]) && !is_digit(s[i]) && !memchr(".-+@_", s[i], 5))
			return false;
	return true;
}

/* The values of unknown keys are dropped, so only the segment bounds them. */
static bool value_len_ok(enum iscsit_key_id id, u32 len)
{
	if (id == ISCSIT_KEY_UNKNOWN)
		return true;
	if (iscsit_keys[id].flags & ISCSIT_KF_BINARY)
		return len <= ISCSIT_BINARY_MAX;
	return len <= ISCSIT_VALUE_MAX;
}

int iscsit_text_next(struct iscsit_text_iter *it, struct iscsit_pair *pair)
{
	const char *eq, *nul;
	u32 len;

	while (it->pos < it->end && !*it->pos)
		it->pos++;
	if (it->pos == it->end)
		return 0;

	nul = memchr(it->pos, 0, it->end - it->pos);
	len = (nul ? nul : it->end) - it->pos;
	eq = memchr(it->pos, '=', len);
	if (!eq)
		return -EINVAL;
	pair->key = it->pos;
	pair->key_len = eq - it->pos;
	pair->val = eq + 1;
	pair->val_len = len - pair->key_len - 1;
	if (!key_name_ok(pair->key, pair->key_len))
		return -EINVAL;
	pair->id = iscsit_key_find(pair->key, pair->key_len);
	if (!value_len_ok(pair->id, pair->val_len))
		return -EINVAL;
	it->pos += len;
	return 1;
}

bool iscsit_text_is(const char *s, u32 len, const char *word)
{
	return strlen(word) == len && !memcmp(s, word, len);
}

enum iscsit_word iscsit_text_word(const char *s, u32 len)
{
	if (iscsit_text_is(s, len, "Irrelevant"))
		return ISCSIT_WORD_IRRELEVANT;
	if (iscsit_text_is(s, len, "Reject"))
		return ISCSIT_WORD_REJECT;
	if (iscsit_text_is(s, len, "NotUnderstood"))
		return ISCSIT_WORD_NOT_UNDERSTOOD;
	return ISCSIT_WORD_NONE;
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

int iscsit_text_number(const char *s, u32 len, u32 *out)
{
	u32 base = 10, i = 0;
	u64 v = 0;

	if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		i = 2;
	} else if (len > 1 && s[0] == '0') {
		return -EINVAL;		/* 6.1: a decimal constant has no leading zeros */
	}
	if (i == len)
		return -EINVAL;
	for (; i < len; i++) {
		u32 d = digit_value(s[i]);

		if (d >= base)
			return -EINVAL;
		v = v * base + d;
		if (v > U32_MAX)
			return -EINVAL;
	}
	*out = v;
	return 0;
}

int iscsit_text_range(const char *s, u32 len, u32 *lo, u32 *hi)
{
	const char *tilde = memchr(s, '~', len);
	u32 first = tilde ? tilde - s : len;

	if (iscsit_text_number(s, first, lo))
		return -EINVAL;
	*hi = *lo;
	if (tilde && iscsit_text_number(tilde + 1, len - first - 1, hi))
		return -EINVAL;
	return *lo <= *hi ? 0 : -EINVAL;
}

bool iscsit_text_token(const char **s, u32 *len, const char **tok, u32 *tok_len)
{
	const char *comma;

	if (!*len)
		return false;
	comma = memchr(*s, ',', *len);
	*tok = *s;
	*tok_len = comma ? comma - *s : *len;
	*s += *tok_len + !!comma;
	*len -= *tok_len + !!comma;
	return true;
}

/* What would be ambiguous in configfs paths, SendTargets addresses and logs is no name. */
static bool name_char_ok(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && c != '/' && c != ',';
}

int iscsit_name_normalize(const char *s, u32 len, char *out)
{
	u32 i;

	if (len < 5 || len > ISCSIT_NAME_MAX)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (!name_char_ok(s[i]))
			return -EINVAL;
		out[i] = s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a' : s[i];
	}
	out[len] = '\0';
	if (memcmp(out, "iqn.", 4) && memcmp(out, "eui.", 4) && memcmp(out, "naa.", 4))
		return -EINVAL;
	return 0;
}

/* Room for a pair of this size, or NULL and the buffer is closed. */
static char *reserve(struct iscsit_textbuf *b, size_t key_len, size_t val_len)
{
	size_t need = key_len + 1 + val_len + 1;
	char *at = b->p + b->len;

	if (b->overflow || need > b->cap - b->len) {
		b->overflow = true;
		return NULL;
	}
	b->len += need;
	at[key_len] = '=';
	at[need - 1] = '\0';
	return at;
}

void iscsit_textbuf_add_raw(struct iscsit_textbuf *b, const char *key, u32 key_len,
			    const char *val)
{
	size_t val_len = strlen(val);
	char *at = reserve(b, key_len, val_len);

	if (!at)
		return;
	memcpy(at, key, key_len);
	memcpy(at + key_len + 1, val, val_len);
}

void iscsit_textbuf_add(struct iscsit_textbuf *b, const char *key, const char *val)
{
	iscsit_textbuf_add_raw(b, key, strlen(key), val);
}

void iscsit_textbuf_add_num(struct iscsit_textbuf *b, const char *key, u32 val)
{
	char buf[12];

	snprintf(buf, sizeof(buf), "%u", val);
	iscsit_textbuf_add(b, key, buf);
}

void iscsit_textbuf_add_hex(struct iscsit_textbuf *b, const char *key, const u8 *bin, u32 len)
{
	static const char hex[] = "0123456789abcdef";
	size_t key_len = strlen(key);
	char *at = reserve(b, key_len, 2 + 2 * (size_t)len);
	u32 i;

	if (!at)
		return;
	memcpy(at, key, key_len);
	at += key_len + 1;
	*at++ = '0';
	*at++ = 'x';
	for (i = 0; i < len; i++) {
		*at++ = hex[bin[i] >> 4];
		*at++ = hex[bin[i] & 15];
	}
}
