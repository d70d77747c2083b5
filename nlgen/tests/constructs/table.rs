//! The rows: what is written, and what the model says of it, in parts of its `Debug`.

/// A construct of the language.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) spec: Spec,
    pub(crate) model: &'static [&'static str],
}

pub(crate) enum Spec {
    /// The keys of one attribute, `x`. Beside it are the constant `limit`, the enum `e`, the flags `g`, the
    /// struct `st`, the set `inner`, the sub-message `sm` and the attribute `kind`.
    Attribute(&'static str),
    /// All of it.
    Whole(&'static str),
}

const fn attribute(what: &'static str, keys: &'static str, model: &'static [&'static str]) -> Row {
    Row {
        what,
        spec: Spec::Attribute(keys),
        model,
    }
}

const fn whole(what: &'static str, text: &'static str, model: &'static [&'static str]) -> Row {
    Row {
        what,
        spec: Spec::Whole(text),
        model,
    }
}

pub(crate) const ROWS: &[Row] = &[
    // Integers.
    attribute("u8", "type: u8", &["Int(Int { bytes: 1, signed: false, order: Host }, Number)"]),
    attribute("u16", "type: u16", &["Int(Int { bytes: 2, signed: false, order: Host }, Number)"]),
    attribute("u32", "type: u32", &["Int(Int { bytes: 4, signed: false, order: Host }, Number)"]),
    attribute("u64", "type: u64", &["Int(Int { bytes: 8, signed: false, order: Host }, Number)"]),
    attribute("s8, of this year", "type: s8", &["Int(Int { bytes: 1, signed: true, order: Host }, Number)"]),
    attribute("s16, of this year", "type: s16", &["Int(Int { bytes: 2, signed: true, order: Host }, Number)"]),
    attribute("s32", "type: s32", &["Int(Int { bytes: 4, signed: true, order: Host }, Number)"]),
    attribute("s64", "type: s64", &["Int(Int { bytes: 8, signed: true, order: Host }, Number)"]),
    attribute("uint", "type: uint", &["Int(Int { bytes: 0, signed: false, order: Host }, Number)"]),
    attribute("sint", "type: sint", &["Int(Int { bytes: 0, signed: true, order: Host }, Number)"]),
    attribute("big-endian", "type: u32, byte-order: big-endian", &["bytes: 4, signed: false, order: Big }, Number)"]),
    attribute("little-endian", "type: u16, byte-order: little-endian", &["bytes: 2, signed: false, order: Little }"]),
    attribute("one byte has no order", "type: u8, byte-order: big-endian", &["bytes: 1, signed: false, order: Host }"]),
    attribute("enum", "type: u32, enum: e", &["Enum(EnumId(0))", "name: \"two\", variant: \"Two\""]),
    attribute("flags", "type: u32, enum: g", &["Flags(EnumId(1))"]),
    attribute("enum on uint", "type: uint, enum: e", &["bytes: 0, signed: false, order: Host }, Enum(EnumId(0))"]),
    attribute("enum-as-flags", "type: u32, enum: e, enum-as-flags: true", &["Flags(EnumId(0))"]),
    attribute("True, as specs of 6.12 write it", "type: u32, enum: e, enum-as-flags: True", &["Flags(EnumId(0))"]),
    attribute("hex", "type: u32, display-hint: hex", &["Hex)"]),
    attribute("ipv4 in network order", "type: u32, byte-order: big-endian, display-hint: ipv4", &["content: Ipv4"]),
    attribute("bitfield32", "type: bitfield32", &["Bitfield32(None)"]),
    attribute("bitfield32 with names", "type: bitfield32, enum: g", &["Bitfield32(Some(EnumId(1)))"]),
    // Text and bytes.
    attribute("string", "type: string, checks: { max-len: 15, unterminated-ok: true }", &["content: String", "max_len: Some(15)", "unterminated_ok: true"]),
    attribute("binary", "type: binary", &["Bytes { exact: None, hint: None }"]),
    attribute("exact-len of a constant", "type: binary, checks: { exact-len: limit }", &["Bytes { exact: Some(7), hint: None }"]),
    attribute("min-len and max-len alike", "type: binary, checks: { min-len: 6, max-len: 6 }", &["Bytes { exact: Some(6)"]),
    attribute("a constant less one", "type: binary, checks: { max-len: limit - 1 }", &["max_len: Some(6)"]),
    attribute("mac", "type: binary, display-hint: mac, checks: { exact-len: 6 }", &["content: Mac"]),
    attribute("mac of any length", "type: binary, display-hint: mac", &["Bytes { exact: None, hint: Some(Mac) }"]),
    attribute("ipv6", "type: binary, display-hint: ipv6, checks: { exact-len: 16 }", &["content: Ipv6"]),
    attribute("ipv4-or-v6, of this year", "type: binary, display-hint: ipv4-or-v6", &["content: Ip,"]),
    attribute("ipv4 for both, of 6.12", "type: binary, display-hint: ipv4", &["content: Ip,"]),
    attribute("uuid", "type: binary, display-hint: uuid", &["hint: Some(Uuid)"]),
    attribute("fddi says nothing of bytes", "type: binary, display-hint: fddi", &["Bytes { exact: None, hint: None }"]),
    attribute("struct", "type: binary, struct: st", &["Struct(StructId(0))"]),
    attribute("sub-type of a binary", "type: binary, sub-type: s16", &["Scalars(Int { bytes: 2, signed: true, order: Host })"]),
    // What has no value, and what has others inside.
    attribute("flag", "type: flag", &["content: Flag"]),
    attribute("pad", "type: pad", &["content: Pad"]),
    attribute("unused", "type: unused", &["content: Unused"]),
    attribute("nest", "type: nest, nested-attributes: inner", &["Nest(SetId(1))"]),
    attribute("multi-attr", "type: u32, multi-attr: true", &["multi: true"]),
    attribute("multi-attr of a struct", "type: binary, struct: st, multi-attr: true", &["content: Struct(StructId(0)), multi: true"]),
    attribute("indexed-array of nests", "type: indexed-array, sub-type: nest, nested-attributes: inner", &["Array(Nest(SetId(1)))"]),
    attribute("indexed-array of numbers", "type: indexed-array, sub-type: u32, byte-order: big-endian", &["Array(Int(Int { bytes: 4, signed: false, order: Big }, Number))"]),
    attribute("indexed-array with an enum", "type: indexed-array, sub-type: u32, enum: e", &["Array(Int(Int { bytes: 4, signed: false, order: Host }, Enum(EnumId(0))))"]),
    attribute("indexed-array of bytes", "type: indexed-array, sub-type: binary, checks: { exact-len: 4 }", &["Array(Bytes { exact: Some(4), hint: None })"]),
    attribute("nest-type-value", "type: nest-type-value, type-value: [ one, two ], nested-attributes: inner", &["Keyed { keys: [\"one\", \"two\"], set: SetId(1) }"]),
    attribute("sub-message", "type: sub-message, sub-message: sm, selector: kind", &["SubMessage { id: SubMessageId(0), selector: \"kind\" }", "header: Some(StructId(0)), set: None", "header: None, set: Some(SetId(1))"]),
    // What goes with any of them.
    attribute("value", "type: u8, value: 0", &["name: \"x\", ident: \"x\", doc: None, number: 0", "name: \"kind\", ident: \"kind\", doc: None, number: 1"]),
    attribute("a value in hexadecimal", "type: u8, value: 0x10", &["number: 16,", "number: 17,"]),
    attribute("doc", "type: u8, doc: Says it.", &["doc: Some(\"Says it.\")"]),
    attribute("secret, of nlgen alone", "type: binary, secret: true", &["secret: true"]),
    attribute("name-prefix", "type: u8, name-prefix: c-", &[]),
    attribute("why kernels differ, of nlgen alone", "type: u8, kernel-differs: Reason.", &[]),
    attribute("min and max", "type: u32, checks: { min: 1, max: u32-max }", &["min: Some(1), max: Some(4294967295)"]),
    attribute("a negative min", "type: s8, checks: { min: s8-min, max: limit }", &["min: Some(-128), max: Some(7)"]),
    attribute("a mask of flags", "type: u32, checks: { flags-mask: g }", &["flags_mask: Some(EnumId(1))"]),
    // Definitions.
    whole("constants", "
name: f
definitions:
  - { name: number, type: const, value: 0xFF, header: linux/f.h, scope: kernel }
  - { name: text, type: const, value: words, scope: user }
  - { name: size, type: const, value: 4, name-prefix: f-, scope: uapi }
attribute-sets:
  - name: s
    attributes: [ { name: x, type: binary, checks: { exact-len: f-size } } ]
operations: { list: [] }
", &["value: Int(255)", "value: Text(\"words\")", "exact_len: Some(4)"]),
    whole("enums", "
name: f
definitions:
  - name: counted
    type: enum
    value-start: 5
    render-max: true
    enum-name:
    enum-cnt-name: counted-count
    entries: [ five, { name: nine, value: 9, doc: Nine. }, ten ]
  - { name: large, type: enum, entries: [ { name: all, value: 0xffffffff }, { name: less, value: -1 } ] }
  - { name: bits, type: flags, value-start: 3, entries: [ third, fourth ] }
  - { name: none, type: enum, entries: [] }
operations: { list: [] }
", &["doc: Some(\"Nine.\"), value: 9", "name: \"ten\", variant: \"Ten\", constant: \"TEN\", doc: None, value: 10", "value: 4294967295", "value: -1", "name: \"fourth\", variant: \"Fourth\", constant: \"FOURTH\", doc: None, value: 4"]),
    whole("structs, with all that members have", "
name: f
definitions:
  - { name: e, type: enum, entries: [ one ] }
  - name: inner
    type: struct
    members: [ { name: a, type: u8 }, { name: b, type: s64 } ]
  - name: outer
    type: struct
    members:
      - { name: a, type: u8, enum: e, enum-as-flags: true }
      - { name: b, type: u16, byte-order: big-endian, display-hint: hex }
      - { name: c, type: s8 }
      - { name: d, type: pad, len: 3 }
      - { name: e, type: binary, struct: inner }
      - { name: f, type: binary, len: 6, display-hint: mac }
      - { name: g, type: string, len: 5, doc: Text. }
      - { name: h, type: u32 }
      - { name: i, type: s16 }
      - { name: j, type: s32 }
      - { name: k, type: u64 }
operations: { list: [] }
", &["len: 16, align: 8", "name: \"b\", ident: \"b\", doc: None, offset: 2, len: 2", "offset: 8, len: 16, content: Struct(StructId(0))", "offset: 24, len: 6, content: Mac", "doc: Some(\"Text.\"), offset: 30", "len: 56, align: 8"]),
    // Sets.
    whole("subsets, whose own keys count", "
name: f
attribute-sets:
  - name: s
    doc: All.
    name-prefix: f-a-
    enum-name: f_attrs
    attr-cnt-name: f-a-count
    attr-max-name: f-a-max
    header: linux/f.h
    attributes:
      - { name: x, type: u32, value: 4 }
      - { name: y, type: binary, display-hint: ipv4 }
  - name: part
    subset-of: s
    attributes: [ { name: y, display-hint: ipv6, multi-attr: true }, { name: x, type: u64, value: 9 } ]
operations: { list: [] }
", &["name: \"part\"", "subset_of: Some(SetId(0))", "number: 5, content: Ip, multi: true", "number: 4, content: Int(Int { bytes: 8, signed: false"]),
    // Operations.
    whole("a family of generic netlink", "
name: f
doc: What it is.
protocol: genetlink-c
version: 3
uapi-header: linux/f.h
c-family-name: f-genl-name
c-version-name: f-genl-version
max-by-define: true
cmd-max-name: f-cmd-max
cmd-cnt-name: f-cmd-count
kernel-policy: per-op
kernel-family: { headers: [ f.h ], sock-priv: struct f }
attribute-sets:
  - name: s
    attributes: [ { name: x, type: u32 } ]
operations:
  name-prefix: f-cmd-
  enum-name: f_cmd
  async-prefix: f-ntf-
  async-enum: f_ntf
  enum-model: unified
  list:
    - name: get
      doc: Gets it.
      attribute-set: s
      flags: [ admin-perm, uns-admin-perm ]
      dont-validate: [ strict, dump, dump-strict ]
      config-cond: inet
      do: { pre: before, post: after, request: { attributes: [ x ] }, reply: { attributes: [ x ] } }
      dump: { reply: { attributes: [ x ] } }
    - { name: skipped }
    - { name: get-ntf, notify: get, mcgrp: news }
    - { name: told, value: 9, attribute-set: s, event: { attributes: [ x ] }, mcgrp: news }
mcast-groups:
  list: [ { name: news, c-define-name: f-news, flags: [ admin-perm ] } ]
", &["Generic { version: 3 }", "doc: Some(\"What it is.\")", "doc: Some(\"Gets it.\")", "command: 1", "command: 3", "command: 9", "group: Some(\"news\")", "ident: \"NEWS\", number: None"]),
    whole("the directional model", "
name: f
protocol: genetlink-legacy
kernel-policy: global
attribute-sets:
  - name: s
    attributes: [ { name: x, type: u32 } ]
operations:
  enum-model: directional
  list:
    - name: get
      attribute-set: s
      do: { request: { value: 5, attributes: [ x ] }, reply: { value: 7, attributes: [ x ] } }
      dump: { request: { attributes: [] }, reply: { value: 3, attributes: [ x ] } }
    - name: set
      attribute-set: s
      do: { request: { attributes: [ x ] } }
    - { name: get-ntf, notify: get }
", &["command: 5", "reply_command: Some(7)", "reply_command: Some(3)", "command: 6", "command: 8"]),
    whole("a raw protocol, with fixed headers", "
name: f
protocol: netlink-raw
protonum: 12
definitions:
  - { name: head, type: struct, members: [ { name: family, type: u8 } ] }
  - { name: other, type: struct, members: [ { name: index, type: u32 } ] }
attribute-sets:
  - name: s
    attributes: [ { name: x, type: uint, checks: { max: u32-max } } ]
operations:
  enum-model: directional
  fixed-header: head
  list:
    - name: get
      attribute-set: s
      do: { request: { value: 2562, attributes: [ family, x ] }, reply: { value: 2560, attributes: [ x ] } }
    - name: set
      attribute-set: s
      fixed-header: other
      do: { request: { value: 0x2000, attributes: [ x ] } }
mcast-groups:
  list: [ { name: news, value: 7 }, { name: nameless } ]
", &["Raw { number: 12 }", "command: 2562", "header: Some((StructId(0), \"header\"))", "header: Some((StructId(1), \"header\"))", "number: Some(7)", "ident: \"NAMELESS\", number: None"]),
    whole("arrays, text and addresses of sockets in structs", "
name: f
protocol: genetlink-legacy
definitions:
  - { name: four, type: const, value: 4 }
  - name: st
    type: struct
    members:
      - { name: label, type: string, len: 16 }
      - { name: peer, type: binary, len: 28, display-hint: sockaddr }
      - { name: rows, type: u16, count: four }
      - { name: n, type: u8 }
      - { name: addrs, type: u32, byte-order: big-endian, display-hint: ipv4, count: n }
  - { name: more, type: struct, members: [ { name: all, type: u64, count: rest } ] }
attribute-sets:
  - name: s
    attributes: [ { name: x, type: binary, struct: st }, { name: y, type: binary, struct: more } ]
operations: { list: [ { name: get, attribute-set: s, do: { request: { attributes: [ x, y ] } } } ] }
", &["offset: 0, len: 16, content: Text { len: 16 }", "offset: 16, len: 28, content: Socket { len: Some(28) }", "offset: 44, len: 8, content: Items { item: Int(Int { bytes: 2", "count: Fixed(4)", "offset: 56, len: 0, content: Items { item: Ipv4, len: 4, count: Member(\"n\") }", "len: 56, align: 4", "count: Rest }", "len: 0, align: 8"]),
    whole("rows of a struct with attributes behind each", "
name: f
protocol: genetlink-legacy
definitions:
  - { name: hop, type: struct, members: [ { name: id, type: u32 }, { name: len, type: u16 } ] }
attribute-sets:
  - name: s
    attributes: [ { name: x, type: rows, struct: hop, length: len, nested-attributes: inner } ]
  - name: inner
    attributes: [ { name: i, type: u8 } ]
operations: { list: [ { name: get, attribute-set: s, do: { request: { attributes: [ x ] } } } ] }
", &["content: Rows { header: StructId(0), length: \"len\", set: SetId(1), message: Some(MessageId(1)) }", "header: Some((StructId(0), \"header\")), set: SetId(1)"]),
    whole("formats that are values, selected by the fixed header", "
name: f
protocol: netlink-raw
protonum: 0
definitions:
  - { name: head, type: struct, members: [ { name: family, type: u8 } ] }
  - { name: via, type: struct, members: [ { name: family, type: u16 }, { name: addr, type: binary, len: 1, count: rest, display-hint: ipv4-or-v6 } ] }
  - { name: e, type: enum, entries: [ one, two ] }
  - { name: g, type: flags, entries: [ low, high ] }
attribute-sets:
  - name: s
    attributes: [ { name: x, type: sub-message, sub-message: address, selector: family } ]
sub-messages:
  - name: address
    formats:
      - { value: 28, name: mpls, type: binary, display-hint: mpls-labels, checks: { min-len: 4 } }
      - { value: 17, name: via, type: binary, struct: via }
      - { value: 7, name: kind, type: u16, enum: e, byte-order: big-endian }
      - { value: 8, name: bits, type: u8, enum: g, enum-as-flags: true }
      - { name: ip, type: binary, display-hint: ipv4-or-v6 }
operations: { enum-model: directional, fixed-header: head, list: [ { name: get, attribute-set: s, do: { request: { value: 1, attributes: [ x ] } } } ] }
", &["value: \"28\", others: false, content: Some(Labels)", "min_len: Some(4)", "others: false, content: Some(Struct(StructId(1)))", "others: false, content: Some(Int(Int { bytes: 2, signed: false, order: Big }, Enum(EnumId(0))))", "content: Some(Int(Int { bytes: 1, signed: false, order: Host }, Flags(EnumId(1))))", "value: \"ip\", others: true, content: Some(Ip)", "offset: 2, len: 0, content: AnyAddr"]),
    attribute("address of a socket", "type: binary, display-hint: sockaddr", &["content: Socket { len: None }"]),
    whole("answers that lack something, and numbers", "
name: f
attribute-sets:
  - name: s
    attributes: [ { name: x, type: u32 }, { name: y, type: s32 } ]
operations:
  replies-lack: [ port-id ]
  list:
    - name: one
      attribute-set: s
      replies-lack: [ sequence ]
      dump: { reply: { attributes: [ x ] } }
    - name: two
      attribute-set: s
      returns: y
      do: { request: { attributes: [ x ] } }
    - name: three
      attribute-set: s
      dump: { answered-by: notifications }
    - name: came
      attribute-set: s
      event: { attributes: [ x ] }
", &[
        "by_notifications: true",
        "lacks: Lacks { port_id: false, sequence: true }, returns: None",
        "reply_command: Some(2), reply: Some(MessageId(3)), by_notifications: false, lacks: Lacks { port_id: true, sequence: false }, returns: Some(2)",
    ]),
    whole("policies by mode, and the plain protocol", "
name: f
protocol: genetlink
kernel-policy: split
operations: { list: [] }
", &["Generic { version: 1 }"]),
    // YAML.
    whole("anchors of lists and of mappings, blocks, a directive, nothing", "%YAML 1.2
---
name: f
doc: |
  First line.

  Last line.
attribute-sets:
  - &set
    name: s
    doc: >-
      Folded
      words.
    enum-name:
    attributes: &list
      - &one { name: x, type: u32 }
  - name: t
    attributes: *list
  - name: u
    attributes:
      - *one
operations:
  list:
    - name: get
      attribute-set: t
      do: { request: &all { attributes: [ x ] }, reply: *all }
", &["doc: Some(\"First line.\\n\\nLast line.\")", "doc: Some(\"Folded words.\")", "name: \"u\""]),
    whole("looser names of 6.12", "
name: f_g
definitions:
  - { name: e_f, type: enum, entries: [ svc_export, 77_5 ] }
attribute-sets:
  - name: set id
    attributes: [ { name: input_xfrm, type: u32, enum: e_f }, { name: type, type: u8 }, { name: 2ghz, type: flag } ]
operations: { list: [] }
", &["name: \"f_g\"", "variant: \"SvcExport\"", "variant: \"_77_5\"", "ident: \"SetId\"", "ident: \"input_xfrm\"", "ident: \"r#type\"", "ident: \"_2ghz\""]),
];
