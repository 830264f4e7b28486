// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of a target portal group as configfs text: defaults, validation and printing of
 * each file under param/, driven by the key table.
 * Pure code: bytes in, decision out; also built in user space.
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "iscsi_keys.h"

static struct iscsit_list *list_of(struct iscsit_config *cfg, enum iscsit_key_id id)
{
	switch (id) {
	case ISCSIT_KEY_AUTH_METHOD:
		return &cfg->auth_method;
	case ISCSIT_KEY_HEADER_DIGEST:
		return &cfg->header_digest;
	case ISCSIT_KEY_DATA_DIGEST:
		return &cfg->data_digest;
	default:
		return NULL;
	}
}

static char *text_of(struct iscsit_config *cfg, enum iscsit_key_id id, size_t *size)
{
	switch (id) {
	case ISCSIT_KEY_TARGET_ALIAS:
		*size = sizeof(cfg->target_alias);
		return cfg->target_alias;
	case ISCSIT_KEY_IF_MARK_INT:
		*size = sizeof(cfg->if_mark_int);
		return cfg->if_mark_int;
	case ISCSIT_KEY_OF_MARK_INT:
		*size = sizeof(cfg->of_mark_int);
		return cfg->of_mark_int;
	default:
		return NULL;
	}
}

static bool is_bool(const struct iscsit_key *key)
{
	return key->type == ISCSIT_TYPE_BOOL_AND || key->type == ISCSIT_TYPE_BOOL_OR ||
	       key->type == ISCSIT_TYPE_BOOL_NEVER;
}

static bool is_param(enum iscsit_key_id id)
{
	return id < ISCSIT_KEY_NR && (iscsit_keys[id].flags & ISCSIT_KF_CONFIG);
}

void iscsit_config_init(struct iscsit_config *cfg)
{
	static const struct iscsit_list digests = {
		.n = 2, .v = { ISCSIT_DIGEST_CRC32C, ISCSIT_DIGEST_NONE },
	};
	unsigned int id;

	memset(cfg, 0, sizeof(*cfg));
	for (id = 0; id < ISCSIT_KEY_NR; id++)
		cfg->num[id] = iscsit_keys[id].cfg_def;
	cfg->auth_method.n = 1;
	cfg->auth_method.v[0] = ISCSIT_AUTH_CHAP;
	cfg->header_digest = digests;
	cfg->data_digest = digests;
	strscpy(cfg->target_alias, "LIO Target", sizeof(cfg->target_alias));
	strscpy(cfg->if_mark_int, "Reject", sizeof(cfg->if_mark_int));
	strscpy(cfg->of_mark_int, "Reject", sizeof(cfg->of_mark_int));
}

static bool list_has(const struct iscsit_list *list, u8 v)
{
	return memchr(list->v, v, list->n);
}

static int store_list(const struct iscsit_key *key, struct iscsit_list *dst,
		      const char *s, u32 len)
{
	struct iscsit_list list = { 0 };
	const char *tok;
	u32 tok_len, i;

	/* A trailing comma would otherwise pass as the end of the list. */
	if (!len || s[len - 1] == ',')
		return -EINVAL;
	while (iscsit_text_token(&s, &len, &tok, &tok_len)) {
		for (i = 0; i < key->ntokens; i++)
			if (iscsit_text_is(tok, tok_len, key->tokens[i]))
				break;
		if (i == key->ntokens || list_has(&list, i))
			return -EINVAL;
		list.v[list.n++] = i;
	}
	*dst = list;
	return 0;
}

static bool mark_int_ok(const char *s, u32 len)
{
	u32 lo, hi;

	if (iscsit_text_word(s, len))
		return true;
	return !iscsit_text_range(s, len, &lo, &hi) && lo >= 1 && hi <= 65535;
}

static int store_text(enum iscsit_key_id id, char *dst, size_t size, const char *s, u32 len)
{
	u32 i;

	if (len >= size)
		return -EINVAL;
	if (id != ISCSIT_KEY_TARGET_ALIAS && !mark_int_ok(s, len))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f || s[i] == ',')
			return -EINVAL;
	memcpy(dst, s, len);
	dst[len] = '\0';
	return 0;
}

static int store_value(struct iscsit_config *cfg, enum iscsit_key_id id,
		       const char *s, u32 len)
{
	const struct iscsit_key *key = &iscsit_keys[id];
	u32 val;

	if (is_bool(key)) {
		val = iscsit_text_is(s, len, "Yes");
		if (!val && !iscsit_text_is(s, len, "No"))
			return -EINVAL;
	} else if (iscsit_text_number(s, len, &val) || val < key->min || val > key->max) {
		return -EINVAL;
	}
	cfg->num[id] = val;
	return 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int iscsit_config_store(struct iscsit_config *cfg, enum iscsit_key_id id,
			const char *buf, size_t len)
{
	enum iscsit_word word;
	size_t size;
	char *text;
	int ret = 0;

	if (!is_param(id))
		return -EINVAL;
	if (len && is_space(buf[len - 1]))
		len--;
	if (len > ISCSIT_VALUE_MAX)
		return -EINVAL;

	text = text_of(cfg, id, &size);
	if (text)
		return store_text(id, text, size, buf, len);
	word = iscsit_text_word(buf, len);
	if (word == ISCSIT_WORD_NONE && list_of(cfg, id))
		ret = store_list(&iscsit_keys[id], list_of(cfg, id), buf, len);
	else if (word == ISCSIT_WORD_NONE)
		ret = store_value(cfg, id, buf, len);
	if (!ret)
		cfg->word[id] = word;
	return ret;
}

/* 255 bytes hold every list: AuthMethod with all its methods has 32. */
static int show_list(const struct iscsit_key *key, const struct iscsit_list *list,
		     char *buf, size_t size)
{
	size_t len = 0;
	u32 i;

	buf[0] = '\0';
	for (i = 0; i < list->n; i++)
		len += scnprintf(buf + len, size - len, "%s%s", i ? "," : "",
				 key->tokens[list->v[i]]);
	return len;
}

int iscsit_config_show(const struct iscsit_config *cfg, enum iscsit_key_id id,
		       char *buf, size_t size)
{
	static const char *const words[] = { "", "Irrelevant", "Reject", "NotUnderstood" };
	/* list_of() and text_of() serve both directions; nothing is written here. */
	struct iscsit_config *c = (struct iscsit_config *)cfg;
	size_t text_size;
	const char *text;

	if (!is_param(id) || !size)
		return -EINVAL;
	text = text_of(c, id, &text_size);
	if (text)
		return scnprintf(buf, size, "%s", text);
	if (cfg->word[id])
		return scnprintf(buf, size, "%s", words[cfg->word[id]]);
	if (list_of(c, id))
		return show_list(&iscsit_keys[id], list_of(c, id), buf, size);
	if (is_bool(&iscsit_keys[id]))
		return scnprintf(buf, size, "%s", cfg->num[id] ? "Yes" : "No");
	return scnprintf(buf, size, "%u", cfg->num[id]);
}

bool iscsit_config_auth_optional(const struct iscsit_config *cfg)
{
	return list_has(&cfg->auth_method, ISCSIT_AUTH_NONE);
}

void iscsit_config_set_auth(struct iscsit_config *cfg, bool required)
{
	struct iscsit_list *list = &cfg->auth_method;
	u8 i, n = 0;

	for (i = 0; i < list->n; i++)
		if (!required || list->v[i] != ISCSIT_AUTH_NONE)
			list->v[n++] = list->v[i];
	list->n = n;
	if (required && !n)
		list->v[list->n++] = ISCSIT_AUTH_CHAP;
	if (!required && !iscsit_config_auth_optional(cfg))
		list->v[list->n++] = ISCSIT_AUTH_NONE;
	cfg->word[ISCSIT_KEY_AUTH_METHOD] = ISCSIT_WORD_NONE;
}
