# SPDX-License-Identifier: GPL-2.0-only
#
# The fuzz targets, for the fuzzer here and for selftests/host, which runs their seeds. A target
# is NAME.c here. TOP is the top of the tree.
#
# fuzz_NAME_SRCS		what it is linked with
# fuzz_NAME_PARSERS		the code it is there for, whose lines a coverage report counts,
# fuzz_NAME_FUNCTIONS		if not of all its functions: shell patterns, ! before one not meant
# fuzz_NAME_DICT		its dictionary
# fuzz_NAME_MAX_LEN		the longest input that makes sense

fuzz_core = $(patsubst %,$(TOP)/target_core/%.c,$(1))
fuzz_iscsi = $(patsubst %,$(TOP)/fabrics/iscsi/iscsi_%.c,$(1))

FUZZ_ISCSI := $(call fuzz_iscsi,pdu text keys config chap login sendtargets prefix)
FUZZ_SENSE := $(call fuzz_core,scsi_sense)
FUZZ_PR := $(call fuzz_core,pr_state pr_param pr_tid pr_in pr_text) $(FUZZ_SENSE)
FUZZ_SCSI := $(call fuzz_core,scsi_op scsi_inquiry scsi_mode scsi_mode_select scsi_thin scsi_spc \
	scsi_sbc scsi_diag scsi_format xcopy_list xcopy_reply store_text) $(FUZZ_SENSE)

FUZZ_TARGETS := iscsi_pdu iscsi_text iscsi_chap iscsi_login iscsi_sendtargets iscsi_prefix
$(foreach t,$(FUZZ_TARGETS),$(eval fuzz_$(t)_SRCS := $(FUZZ_ISCSI)) \
	$(eval fuzz_$(t)_DICT := iscsi.dict))
fuzz_iscsi_pdu_PARSERS := $(call fuzz_iscsi,pdu)
# Builders of answers are for iscsi_stream.
fuzz_iscsi_pdu_FUNCTIONS := !iscsit_build_* !put_lun !start_response
fuzz_iscsi_text_MAX_LEN := 1024
fuzz_iscsi_text_PARSERS := $(call fuzz_iscsi,text keys config)
# Those are for iscsi_login, and iscsi_chap.
fuzz_iscsi_text_FUNCTIONS := !iscsit_name_normalize !name_char_ok !iscsit_nego_declare \
	!iscsit_config_*auth* !iscsit_textbuf_add_hex
fuzz_iscsi_chap_MAX_LEN := 1024
fuzz_iscsi_chap_PARSERS := $(call fuzz_iscsi,chap)
fuzz_iscsi_login_PARSERS := $(call fuzz_iscsi,login chap keys text)
fuzz_iscsi_login_FUNCTIONS := !iscsit_text_range
fuzz_iscsi_sendtargets_MAX_LEN := 512
fuzz_iscsi_sendtargets_PARSERS := $(call fuzz_iscsi,sendtargets)
fuzz_iscsi_prefix_PARSERS := $(call fuzz_iscsi,prefix)

FUZZ_TARGETS += pr_out pr_in aptpl
fuzz_pr_out_MAX_LEN := 512
fuzz_pr_out_SRCS := $(FUZZ_PR)
fuzz_pr_out_PARSERS := $(call fuzz_core,pr_param pr_state pr_tid)
# Names are for pr_in, what comes back from a file for aptpl.
fuzz_pr_out_FUNCTIONS := !pr_restore !rename_nexus !name_to_id !pr_tid_names !skip_prefix
fuzz_pr_in_MAX_LEN := 1024
fuzz_pr_in_SRCS := $(FUZZ_PR)
fuzz_pr_in_PARSERS := $(call fuzz_core,pr_in pr_tid)
fuzz_aptpl_SRCS := $(FUZZ_PR)
fuzz_aptpl_PARSERS := $(call fuzz_core,pr_text)
fuzz_aptpl_DICT := aptpl.dict

FUZZ_TARGETS += mode_select
fuzz_mode_select_MAX_LEN := 256
fuzz_mode_select_SRCS := $(call fuzz_core,scsi_mode scsi_mode_select) $(FUZZ_SENSE)
fuzz_mode_select_PARSERS := $(call fuzz_core,scsi_mode scsi_mode_select)
fuzz_mode_select_FUNCTIONS := !mode_page_row !mode_check

FUZZ_TARGETS += xcopy
fuzz_xcopy_SRCS := $(call fuzz_core,xcopy_list xcopy_plan) $(FUZZ_SENSE)
fuzz_xcopy_PARSERS := $(call fuzz_core,xcopy_list xcopy_plan)

FUZZ_TARGETS += unmap
fuzz_unmap_SRCS := $(call fuzz_core,scsi_sbc) $(FUZZ_SENSE)
fuzz_unmap_FUNCTIONS := scsi_unmap_*
fuzz_unmap_PARSERS := $(call fuzz_core,scsi_sbc)

FUZZ_TARGETS += format
fuzz_format_SRCS := $(call fuzz_core,scsi_format store_text) $(FUZZ_SENSE)
fuzz_format_PARSERS := $(call fuzz_core,scsi_format store_text)
fuzz_format_DICT := store.dict

FUZZ_TARGETS += log_select
fuzz_log_select_SRCS := $(call fuzz_core,scsi_log scsi_diag scsi_sbc scsi_thin) $(FUZZ_SENSE)
fuzz_log_select_PARSERS := $(call fuzz_core,scsi_log)

FUZZ_TARGETS += cdb
fuzz_cdb_MAX_LEN := 1024
fuzz_cdb_SRCS := $(FUZZ_SCSI) $(call fuzz_core,scsi_log scsi_buffer scsi_ident alua_rules lba_map \
	pr_conflict pr_state pr_param pr_tid pr_in) \
	$(patsubst %,$(TOP)/selftests/host/%.c,lu exec_stubs)
fuzz_cdb_PARSERS := $(FUZZ_SCSI) $(call fuzz_core,scsi_log scsi_buffer scsi_ident alua_rules \
	pr_param)
# Those of text that is kept are for format, store, log_select and mode_select. The rest are
# asked by the core alone, with nothing that came from outside.
fuzz_cdb_FUNCTIONS := !*erase* !target_store_* !*_text !*_parse !word_of_* !alua_saved_* \
	!take_line !scsi_selftest_extended !alua_allows !alua_refusal !alua_support_bit \
	!alua_change_allowed !scsi_progress !scsi_sense_progress !scsi_sense_forward \
	!scsi_sense_from_errno !scsi_threshold_reached !scsi_sanitize_fill !mode_page_row \
	!xcopy_find_cscd !scsi_designates !desig_same !scsi_op_init !scsi_op_*valid \
	!scsi_op_follows !scsi_op_group_len !scsi_op_control_at !scsi_op_fields_end

FUZZ_TARGETS += iscsi_stream
fuzz_iscsi_stream_SRCS := $(FUZZ_ISCSI) $(call fuzz_iscsi,burst window)
fuzz_iscsi_stream_PARSERS := $(call fuzz_iscsi,pdu burst window sendtargets)
fuzz_iscsi_stream_DICT := iscsi.dict

FUZZ_TARGETS += store
fuzz_store_SRCS := $(call fuzz_core,store_text alua_rules scsi_mode scsi_mode_select scsi_diag \
	scsi_thin scsi_sbc) $(FUZZ_SENSE)
fuzz_store_PARSERS := $(call fuzz_core,store_text alua_rules scsi_mode_select scsi_diag)
fuzz_store_FUNCTIONS := target_store_next alua_saved_* take_line scsi_mode_parse scsi_mode_text \
	scsi_mode_apply word_of_* scsi_selftest_*text diag_of_code
fuzz_store_DICT := store.dict

fuzz_options := $(patsubst %,$(TOP)/backstores/%_options.c,file/file block/block ramdisk/ramdisk)
FUZZ_TARGETS += config
fuzz_config_MAX_LEN := 1024
fuzz_config_SRCS := $(call fuzz_core,option_text lba_map) $(fuzz_options)
fuzz_config_PARSERS := $(fuzz_config_SRCS)
fuzz_config_DICT := config.dict
