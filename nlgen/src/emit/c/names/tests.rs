#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Asked, Names};
use crate::emit::c::words::is_identifier;
use crate::model::{Family, MessageId, SetId};
use crate::span::Source;

fn load(text: &str) -> Family {
    crate::load(Source::new("spec.yaml", text)).unwrap()
}

/// A family that leaves all names to the rules.
const PLAIN: &str = "
name: plain-one
definitions:
  - { name: most, type: const, value: 5 }
  - { name: state, type: enum, entries: [ up ] }
  - { name: caps, type: flags, entries: [ rx ] }
  - { name: pair, type: struct, members: [ { name: left, type: u32 } ] }
attribute-sets:
  - { name: plain-one, attributes: [ { name: item-id, type: u32, checks: { max: most } }, { name: nest, type: nest, nested-attributes: inner } ] }
  - { name: inner, attributes: [ { name: state, type: u32, enum: state }, { name: caps, type: u32, enum: caps }, { name: pair, type: binary, struct: pair } ] }
  - { name: part, subset-of: inner, attributes: [ { name: caps } ] }
operations:
  list:
    - name: item-get
      attribute-set: plain-one
      do: { request: { attributes: [ item-id ] }, reply: { attributes: [ nest ] } }
      dump: { request: { attributes: [ nest ] }, reply: { attributes: [ item-id ] } }
    - { name: item-ntf, attribute-set: part, mcgrp: news, event: { attributes: [ caps ] } }
    - { name: inner, attribute-set: plain-one, config-cond: page-pool, do: { request: { attributes: [ item-id ] } } }
mcast-groups: { list: [ { name: news } ] }
";

/// A family that gives all names that it can.
const GIVEN: &str = "
name: given
protocol: genetlink-legacy
uapi-header: linux/if/given-one.h
c-family-name: given-genl-name
c-version-name: given-genl-version
cmd-max-name: given-cmd-last
cmd-cnt-name: --given-cmd-cnt
definitions:
  - { name: most, type: const, value: 5, name-prefix: gvn- }
  - { name: page-size, type: const, value: 4096, header: linux/mm.h }
  - { name: state, type: enum, enum-name: given-st, name-prefix: gvn-st-, enum-cnt-name: gvn-st-num, entries: [ up ] }
  - { name: hidden, type: enum, enum-name: '', entries: [ up ] }
attribute-sets:
  - name: given
    name-prefix: gvn-attr-
    enum-name: given-attrs
    attr-cnt-name: --gvn-attr-num
    attr-max-name: gvn-attr-last
    attributes: [ { name: id, type: u32 }, { name: own, type: u32, name-prefix: other- } ]
operations:
  name-prefix: gvn-
  enum-name: given-ops
  async-prefix: gvn-ev-
  async-enum: given-events
  list:
    - { name: get, attribute-set: given, do: { request: { attributes: [ id, own ] } } }
    - { name: gone, attribute-set: given, event: { attributes: [ id ] } }
mcast-groups: { list: [ { name: news, c-define-name: given-news-name } ] }
";

#[test]
fn every_rule() {
    let family = load(PLAIN);
    let names = Names::new(&family);
    let op = |at: usize| family.operations.get(at).unwrap();
    let (get, inner) = (op(0), op(1));
    let [root, nest, part] = [SetId(0), SetId(1), SetId(2)];
    let attribute = |set: SetId, at: usize| family.set(set).attributes.get(at).unwrap();
    let (state, caps) = (family.enums.first().unwrap(), family.enums.get(1).unwrap());
    let told = family.notifications.first().unwrap();
    let group = family.groups.first().unwrap();
    let entry = |at: usize| family.enums.get(at).unwrap().entries.first().unwrap();
    for (name, expected) in [
        (names.ident().to_owned(), "plain_one"),
        (names.family_name(), "PLAIN_ONE_FAMILY_NAME"),
        (names.family_version(), "PLAIN_ONE_FAMILY_VERSION"),
        (names.uapi_header(), "linux/plain_one.h"),
        (names.uapi_guard(), "_UAPI_LINUX_PLAIN_ONE_H"),
        (names.kernel_guard(), "_LINUX_PLAIN_ONE_GEN_H"),
        (
            names.constant(family.consts.first().unwrap()),
            "PLAIN_ONE_MOST",
        ),
        (names.enumeration(state).unwrap(), "plain_one_state"),
        (names.entry(state, entry(0)), "PLAIN_ONE_STATE_UP"),
        (names.entry_count(state), "__PLAIN_ONE_STATE_MAX"),
        (names.entry_max(state), "PLAIN_ONE_STATE_MAX"),
        (names.entry_mask(caps), "PLAIN_ONE_CAPS_MASK"),
        (
            names.structure(family.structs.first().unwrap()),
            "plain_one_pair",
        ),
        (
            names.attribute(root, attribute(root, 0)),
            "PLAIN_ONE_A_ITEM_ID",
        ),
        (
            names.attribute(nest, attribute(nest, 0)),
            "PLAIN_ONE_A_INNER_STATE",
        ),
        (
            names.attribute(part, attribute(part, 0)),
            "PLAIN_ONE_A_INNER_CAPS",
        ),
        (names.attribute_count(part), "__PLAIN_ONE_A_INNER_MAX"),
        (names.attribute_max(root), "PLAIN_ONE_A_MAX"),
        (names.request(get, Asked::Do), "PLAIN_ONE_CMD_ITEM_GET"),
        (names.request(get, Asked::Dump), "PLAIN_ONE_CMD_ITEM_GET"),
        (names.reply(get, Asked::Dump), "PLAIN_ONE_CMD_ITEM_GET"),
        (names.notification(told), "PLAIN_ONE_CMD_ITEM_NTF"),
        (names.command_count(), "__PLAIN_ONE_CMD_MAX"),
        (names.command_max(), "PLAIN_ONE_CMD_MAX"),
        (names.group_define(group), "PLAIN_ONE_MCGRP_NEWS"),
        (names.group(group), "PLAIN_ONE_NLGRP_NEWS"),
        (names.handler(get, Asked::Do), "plain_one_nl_item_get_doit"),
        (
            names.handler(get, Asked::Dump),
            "plain_one_nl_item_get_dumpit",
        ),
        (
            names.mode_policy(get, Asked::Do),
            "plain_one_item_get_do_nl_policy",
        ),
        (
            names.mode_policy(get, Asked::Dump),
            "plain_one_item_get_dump_nl_policy",
        ),
        // The nest `inner` has the shorter name.
        (
            names.mode_policy(inner, Asked::Do),
            "plain_one_inner_do_nl_policy",
        ),
        (names.operation_policy(get), "plain_one_item_get_nl_policy"),
        (names.nested_policy(root), "plain_one_nl_policy"),
        (names.nested_policy(nest), "plain_one_inner_nl_policy"),
        (
            names.range(root, attribute(root, 0)),
            "plain_one_a_item_id_range",
        ),
        (
            names.validate(nest, attribute(nest, 0)),
            "plain_one_a_inner_state_validate",
        ),
        (names.ops(), "plain_one_nl_ops"),
        (names.groups(), "plain_one_nl_mcgrps"),
        (names.family(), "plain_one_nl_family"),
        (names.sock_priv("init"), "plain_one_nl_sock_priv_init"),
        (Names::config("page-pool"), "CONFIG_PAGE_POOL"),
        (names.ops_if("page-pool"), "PLAIN_ONE_NL_OPS_PAGE_POOL"),
        (Names::hook("my-lock"), "my_lock"),
        (Names::member("max-P"), "max_p"),
        (Names::member("class"), "class_"),
    ] {
        assert_eq!(name, expected);
    }
    let messages: Vec<&str> = (0..family.messages.len())
        .map(|at| names.message(MessageId(at)))
        .collect();
    assert_eq!(
        messages,
        [
            "plain_one_item_get_req",
            "plain_one_item_get_rsp",
            "plain_one_item_get_req_dump",
            "plain_one_item_get_rsp_dump",
            "plain_one_inner_req",
            "plain_one_item_ntf_event",
            "plain_one_inner_attrs",
        ]
    );
}

#[test]
fn every_name_that_is_given() {
    let family = load(GIVEN);
    let names = Names::new(&family);
    let root = SetId(0);
    let attribute = |at: usize| family.set(root).attributes.get(at).unwrap();
    let state = family.enums.first().unwrap();
    for (name, expected) in [
        (names.family_name(), "GIVEN_GENL_NAME"),
        (names.family_version(), "GIVEN_GENL_VERSION"),
        (names.uapi_header(), "linux/if/given-one.h"),
        (names.uapi_guard(), "_UAPI_LINUX_IF_GIVEN_ONE_H"),
        (names.constant(family.consts.first().unwrap()), "GVN_MOST"),
        (names.constant(family.consts.get(1).unwrap()), "PAGE_SIZE"),
        (names.enumeration(state).unwrap(), "given_st"),
        (
            names.entry(state, state.entries.first().unwrap()),
            "GVN_ST_UP",
        ),
        (names.entry_count(state), "GVN_ST_NUM"),
        (names.entry_max(state), "GVN_ST_MAX"),
        (names.set(root).unwrap(), "given_attrs"),
        (names.attribute(root, attribute(0)), "GVN_ATTR_ID"),
        (names.attribute(root, attribute(1)), "OTHER_OWN"),
        (names.attribute_count(root), "__GVN_ATTR_NUM"),
        (names.attribute_max(root), "GVN_ATTR_LAST"),
        (names.commands().unwrap(), "given_ops"),
        (names.notifications().unwrap(), "given_events"),
        (
            names.request(family.operations.first().unwrap(), Asked::Do),
            "GVN_GET",
        ),
        (
            names.notification(family.notifications.first().unwrap()),
            "GVN_EV_GONE",
        ),
        (names.command_count(), "__GIVEN_CMD_CNT"),
        (names.command_max(), "GIVEN_CMD_LAST"),
        (
            names.group_define(family.groups.first().unwrap()),
            "GIVEN_NEWS_NAME",
        ),
    ] {
        assert_eq!(name, expected);
    }
    assert_eq!(names.enumeration(family.enums.get(1).unwrap()), None);
}

#[test]
fn identifiers_of_c() {
    for (name, fits) in [
        ("a_1", true),
        ("__A", true),
        ("1a", false),
        ("a-b", false),
        ("a b", false),
        ("é", false),
        ("", false),
        ("class", false),
        ("int", false),
        ("classes", true),
    ] {
        assert_eq!(is_identifier(name), fits, "{name}");
    }
}
