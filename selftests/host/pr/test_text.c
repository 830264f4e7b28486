// SPDX-License-Identifier: GPL-2.0-only
/*
 * The APTPL file and the records fed back from it: the exact text, and back.
 */
#include <linux/slab.h>
#include <stdio.h>
#include "util.h"

static char *text_of(const struct pr_state *s, u32 *len)
{
	struct pr_buf size = {}, out;

	pr_text(s, &size);
	out = (struct pr_buf) { .buf = kmalloc(size.len, GFP_KERNEL), .room = size.len };
	pr_text(s, &out);
	assert_int_equal(out.len, size.len);
	assert_int_equal(out.buf[out.len - 1], 0);
	*len = out.len;
	return (char *)out.buf;
}

static void fill(struct unit *u)
{
	must_register(u, 'a', KEY_A);
	must_register(u, 'b', KEY_B);
	u->s->regs[0].nexus.mapped_lun = 3;
	u->s->regs[0].nexus.target_lun = 4;
	u->s->regs[1].nexus.has_isid = false;
	u->s->regs[1].all_tg_pt = true;
	assert_int_equal(do_typed(u, 'a', PR_RESERVE, PR_EXCLUSIVE_ACCESS_RO, KEY_A), GOOD);
	u->s->aptpl = true;
}

static void the_exact_text(void **state)
{
	struct unit *u = *state;
	char *text;
	u32 len;

	fill(u);
	text = text_of(u->s, &len);
	assert_string_equal(text,
			    "PR_REG_START: 0\n"
			    "initiator_fabric=iSCSI\n"
			    "initiator_node=iqn.2024-01.org.example:a\n"
			    "initiator_sid=616161616161\n"
			    "sa_res_key=43690\n"
			    "res_holder=1\n"
			    "res_type=06\n"
			    "res_scope=00\n"
			    "res_all_tg_pt=0\n"
			    "mapped_lun=3\n"
			    "target_fabric=iSCSI\n"
			    "target_node=iqn.2024-01.org.example:target\n"
			    "tpgt=1\n"
			    "port_rtpi=11\n"
			    "target_lun=4\n"
			    "PR_REG_END: 0\n"
			    "PR_REG_START: 1\n"
			    "initiator_fabric=iSCSI\n"
			    "initiator_node=iqn.2024-01.org.example:b\n"
			    "sa_res_key=48059\n"
			    "res_holder=0\n"
			    "res_all_tg_pt=1\n"
			    "mapped_lun=0\n"
			    "target_fabric=iSCSI\n"
			    "target_node=iqn.2024-01.org.example:target\n"
			    "tpgt=1\n"
			    "port_rtpi=11\n"
			    "target_lun=0\n"
			    "PR_REG_END: 1\n");
	assert_int_equal(len, strlen(text) + 1);
	kfree(text);
}

static void nothing_to_keep(void **state)
{
	struct unit *u = *state;
	char *text;
	u32 len;

	text = text_of(NULL, &len);
	assert_string_equal(text, "No Registrations or Reservations");
	assert_int_equal(len, strlen(text) + 1);
	kfree(text);
	fill(u);
	u->s->aptpl = false;
	text = text_of(u->s, &len);
	assert_string_equal(text, "No Registrations or Reservations");
	kfree(text);
}

static int parse(const char *text, struct pr_reg *reg, u8 *type)
{
	char *copy = kstrdup(text, GFP_KERNEL);
	int ret;

	memset(reg, 0, sizeof(*reg));
	*type = 0xff;
	ret = pr_text_parse(copy, reg, type);
	kfree(copy);
	return ret;
}

/* Splits the file as user space does: at white space, a record's tokens joined with commas. */
static void there_and_back(void **state)
{
	struct unit *u = *state;
	char *text, *word, *save = NULL, record[2048] = "";
	unsigned int records = 0;
	struct pr_reg reg;
	u32 len;
	u8 type;

	fill(u);
	text = text_of(u->s, &len);
	for (word = strtok_r(text, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		if (!strcmp(word, "PR_REG_START:")) {
			record[0] = 0;
		} else if (!strcmp(word, "PR_REG_END:")) {
			strcat(record, records ? ",1,\n" : ",0");
			assert_int_equal(parse(record, &reg, &type), 0);
			assert_true(pr_nexus_equal(&reg.nexus, &u->s->regs[records].nexus));
			assert_int_equal(reg.nexus.has_isid, u->s->regs[records].nexus.has_isid);
			assert_int_equal(reg.nexus.proto, 5);
			assert_int_equal(reg.key, u->s->regs[records].key);
			assert_int_equal(reg.all_tg_pt, u->s->regs[records].all_tg_pt);
			assert_int_equal(reg.nexus.mapped_lun,
					 u->s->regs[records].nexus.mapped_lun);
			assert_int_equal(type, records ? PR_NONE : PR_EXCLUSIVE_ACCESS_RO);
			records++;
		} else {
			strcat(record, ",");
			strcat(record, word);
		}
	}
	assert_int_equal(records, 2);
	kfree(text);
}

#define BASE	"initiator_node=iqn.a,target_node=iqn.t,sa_res_key=0x10,"

static void the_grammar(void **state)
{
	struct pr_reg reg;
	u8 type;

	assert_int_equal(parse(BASE, &reg, &type), 0);
	assert_int_equal(reg.key, 16);
	assert_int_equal(type, PR_NONE);
	assert_int_equal(parse(BASE "res_holder=1,res_type=08", &reg, &type), 0);
	assert_int_equal(type, PR_EXCLUSIVE_ACCESS_AR);
	assert_int_equal(parse(BASE "res_holder=0,res_type=08", &reg, &type), 0);
	assert_int_equal(type, PR_NONE);
	assert_int_equal(parse(BASE "tpgt=010\ntarget_lun=7", &reg, &type), 0);
	assert_int_equal(reg.nexus.tpg_tag, 10);
	assert_int_equal(reg.nexus.target_lun, 7);
	assert_int_equal(parse(BASE "0,,\n,whatever,unknown=x,=,a=", &reg, &type), 0);

	assert_int_equal(parse("", &reg, &type), -EINVAL);
	assert_int_equal(parse("target_node=t,sa_res_key=1", &reg, &type), -EINVAL);
	assert_int_equal(parse("initiator_node=i,sa_res_key=1", &reg, &type), -EINVAL);
	assert_int_equal(parse("initiator_node=i,target_node=t", &reg, &type), -EINVAL);
	assert_int_equal(parse("initiator_node=i,target_node=t,sa_res_key=0", &reg, &type),
			 -EINVAL);
	assert_int_equal(parse(BASE "res_holder=1", &reg, &type), -EINVAL);
	assert_int_equal(parse(BASE "res_holder=1,res_type=2", &reg, &type), -EINVAL);
	assert_int_equal(parse(BASE "res_holder=x", &reg, &type), -EINVAL);
	assert_int_equal(parse(BASE "tpgt=65536", &reg, &type), -ERANGE);
	assert_int_equal(parse(BASE "mapped_lun=99999999999999999999", &reg, &type), -ERANGE);
	assert_int_equal(parse(BASE "initiator_sid=12", &reg, &type), -EINVAL);
	assert_int_equal(parse(BASE "initiator_sid=00023d00000g", &reg, &type), -EINVAL);
	assert_int_equal(parse(BASE "initiator_sid=00023d000001", &reg, &type), 0);
	assert_true(reg.nexus.has_isid);
	assert_int_equal(parse(BASE "target_fabric=", &reg, &type), 0);
	assert_int_equal(parse(BASE "target_fabric=i SCSI", &reg, &type), -EINVAL);
}

static void names_too_long(void **state)
{
	char text[600], name[300];
	struct pr_reg reg;
	u8 type;

	memset(name, 'n', sizeof(name));
	name[223] = 0;
	snprintf(text, sizeof(text), "initiator_node=%s,target_node=t,sa_res_key=1", name);
	assert_int_equal(parse(text, &reg, &type), 0);
	name[223] = 'n';
	name[224] = 0;
	snprintf(text, sizeof(text), "initiator_node=%s,target_node=t,sa_res_key=1", name);
	assert_int_equal(parse(text, &reg, &type), -EINVAL);
	snprintf(text, sizeof(text), BASE "target_fabric=%s", name);
	assert_int_equal(parse(text, &reg, &type), 0);
}

static void the_longest_lines_are_whole(void **state)
{
	struct unit *u = *state;
	char *text;
	u32 len;

	fill(u);
	memset(u->s->regs[0].nexus.initiator, 'i', PR_NAME_MAX - 1);
	memset(u->s->regs[0].nexus.target, 't', PR_NAME_MAX - 1);
	text = text_of(u->s, &len);
	assert_non_null(strstr(text, "iii\ninitiator_sid="));
	assert_non_null(strstr(text, "ttt\ntpgt="));
	kfree(text);
}

/* Returns how many records can be read, or the error. */
static int read_back(const char *text)
{
	char *copy = kstrdup(text, GFP_KERNEL), *pos = copy, *record;
	struct pr_reg reg;
	int ret, n = 0;
	u8 type;

	while ((ret = pr_text_next(&pos, &record)) > 0) {
		memset(&reg, 0, sizeof(reg));
		ret = pr_text_parse(record, &reg, &type);
		if (ret)
			break;
		assert_int_equal(reg.key, n ? KEY_B : KEY_A);
		assert_int_equal(type, n ? PR_NONE : PR_EXCLUSIVE_ACCESS_RO);
		n++;
	}
	kfree(copy);
	return ret ?: n;
}

static void the_file_as_a_whole(void **state)
{
	struct unit *u = *state;
	char *text, *end;
	u32 len;

	fill(u);
	text = text_of(u->s, &len);
	assert_int_equal(pr_text_count(text), 2);
	assert_int_equal(read_back(text), 2);
	end = strstr(text, "PR_REG_END: 1");
	*end = 0;
	assert_int_equal(read_back(text), -EINVAL);
	end = strstr(text, "PR_REG_END: 0");
	*end = ' ';
	assert_int_equal(read_back(text), -EINVAL);
	kfree(text);
	assert_int_equal(pr_text_count("No Registrations or Reservations"), 0);
	assert_int_equal(read_back("No Registrations or Reservations"), 0);
	assert_int_equal(pr_text_count(""), -EINVAL);
	assert_int_equal(pr_text_count("something else"), -EINVAL);
}

static void a_name_like_a_mark(void **state)
{
	struct unit *u = *state;
	char *text;
	u32 len;

	fill(u);
	strscpy(u->s->regs[0].nexus.initiator, "PR_REG_END:", PR_NAME_MAX);
	strscpy(u->s->regs[1].nexus.initiator, "x.PR_REG_START:", PR_NAME_MAX);
	text = text_of(u->s, &len);
	assert_int_equal(pr_text_count(text), 2);
	assert_int_equal(read_back(text), 2);
	kfree(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		state_test(the_exact_text),
		state_test(nothing_to_keep),
		state_test(there_and_back),
		cmocka_unit_test(the_grammar),
		cmocka_unit_test(names_too_long),
		state_test(the_longest_lines_are_whole),
		state_test(the_file_as_a_whole),
		state_test(a_name_like_a_mark),
	};

	return cmocka_run_group_tests_name("pr_text", tests, NULL, NULL);
}
