#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Asks the kernel's own YNL library, without a kernel behind it.

    driver.py TOOL < questions > answers

TOOL is the folder tools/net/ynl of the kernel's source. Each line of standard input is a JSON object, and so
is each line of standard output, in the same order:

    {"family": K, "spec": PATH, "overlay": PATH or null, "newer": true or false,
     "layouts": {STRUCT: {MEMBER: OFFSET, "": LENGTH}}}
        reads a spec with an overlay, in the language of Linux 6.12 or a newer one, and leaves the gaps in structs
        that the layouts have; K stands for it
        -> {"operations": {NAME: {"request": NUMBER, "reply": NUMBER}}, "gaps": {STRUCT: BYTES}}
    {"family": K, "operation": NAME, "value": {...}, "dump": true or false, "command": NUMBER or null}
        encodes a request, of the operation's command or another -> {"hex": BYTES}, headers included
    {"family": K, "operation": NAME, "hex": BYTES}
        decodes a message, headers included, of either direction -> {"value": {...}}
    what fails -> {"error": "KIND: TEXT"}

The library opens a socket for each family and asks the kernel for its number. Both are replaced from outside,
so that families that the running kernel lacks work too. What the library makes of values and bytes is its own.
"""

import copy
import json
import sys
import tempfile
import types

import yaml

# The parser in C, where it is installed, is much faster.
yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FAMILY = 0x20
SEQUENCE = 1


class NoSocket:
    """Takes the place of a socket that is only opened and configured."""

    def __init__(self, *_):
        pass

    def setsockopt(self, *_):
        pass


class AnyFamily(dict):
    """The numbers of families and groups, as if the kernel had all of them."""

    def __missing__(self, name):
        return {"id": FAMILY, "mcast": {}}


def library(folder):
    sys.path.insert(0, folder)
    from lib import ynl

    ynl.socket = types.SimpleNamespace(AF_NETLINK=16, SOCK_RAW=3, socket=NoSocket)
    ynl.genl_family_name_to_id = AnyFamily()
    return ynl


def key_of(item):
    """What an item of a list is called, as overlays mean it."""
    if not isinstance(item, dict):
        return item if isinstance(item, str) else None
    key = item.get("name", item.get("value"))
    return key if isinstance(key, str) else None


def merged(base, over):
    """An overlay laid over a document: the rules stand in docs/specs.md."""
    if isinstance(base, dict) and isinstance(over, dict):
        result = dict(base)
        for key, value in over.items():
            result[key] = merged(base[key], value) if key in base else value
        return result
    if isinstance(base, list) and isinstance(over, list):
        result = list(base)
        for item in over:
            if isinstance(item, dict) and list(item) == ["drop"]:
                result = [known for known in result if key_of(known) != item["drop"]]
                continue
            at = [i for i, known in enumerate(result) if key_of(item) and key_of(known) == key_of(item)]
            if not at:
                result.append(item)
            elif not (isinstance(result[at[0]], dict) and isinstance(item, str)):
                result[at[0]] = merged(result[at[0]], item)
        return result
    return over


def older(spec):
    """A spec without what came into the language after Linux 6.12: subsets that say something otherwise than their
    parents become sets of their own, and addresses of either kind have the hint of one kind."""
    sets = {item["name"]: item for item in spec["attribute-sets"]}
    numbers = {}
    for name, item in sets.items():
        number = 0
        for attribute in item["attributes"] if "subset-of" not in item else []:
            number = attribute.get("value", number + 1)
            numbers[name, attribute["name"]] = number, attribute

    def whole(parent, attribute):
        number, known = numbers[parent, attribute["name"]]
        return {**known, **attribute, "value": number}

    for item in sets.values():
        parent = item.pop("subset-of", None)
        if parent:
            item["attributes"] = [whole(parent, attribute) for attribute in item["attributes"]]
        for attribute in item["attributes"]:
            if attribute.get("display-hint") == "ipv4-or-v6":
                attribute["display-hint"] = "ipv6"
    return spec


def without_our_words(spec):
    """A spec without words that no kernel's schema has: arrays in structs are bytes, and so are structs that end in
    one of any length and addresses of sockets."""
    structs = {item["name"]: item for item in spec.get("definitions", []) if item["type"] == "struct"}
    open_ended = set()
    for name, item in structs.items():
        for member in list(item["members"]):
            count = member.pop("count", 1)
            if isinstance(count, str):
                open_ended.add(name)
                item["members"].remove(member)
            elif count != 1:
                member["len"] = count * (int(member["type"][1:]) // 8)
                member["type"] = "binary"
    for item in spec["attribute-sets"]:
        for attribute in item["attributes"]:
            if attribute.get("struct") in open_ended:
                del attribute["struct"]
            if attribute.get("display-hint") == "sockaddr":
                del attribute["display-hint"]
    return spec


def family(ynl, question):
    """The family of a spec, with what is laid over it."""
    with open(question["spec"]) as stream:
        licence = stream.readline()
        spec = yaml.safe_load(stream)
    if question["overlay"]:
        with open(question["overlay"]) as stream:
            spec = merged(spec, yaml.safe_load(stream))
    spec = without_our_words(spec)
    if question["newer"]:
        spec = older(spec)

    # The library reads files, and loads them again; JSON is YAML.
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(licence + json.dumps(spec))
        file.flush()
        # Another test validates the specs against their schema.
        return ordered(ynl)(file.name, schema="")


def ordered(ynl):
    """The library's class of families, whose sets of flags are lists in the order of the entries."""

    class Family(ynl.YnlFamily):
        def _decode_enum(self, raw, attr_spec):
            value = super()._decode_enum(raw, attr_spec)
            if not isinstance(value, set):
                return value
            return [name for name in self.consts[attr_spec["enum"]].entries if name in value]

    return Family


def described(family):
    """The numbers of the messages, as the library counted them."""
    messages = [op for op in family.msgs.values() if not op.is_resv]
    return {op.name: {"request": op.req_value, "reply": op.rsp_value} for op in messages}


def spaced(family, layouts):
    """Puts padding between the members of structs, as far as the layouts have it; gives how much, by struct."""
    gaps = {}
    for name, offsets in layouts.items():
        struct, members, at = family.consts[name], [], 0
        for member in struct.members + [None]:
            gap = offsets.get(member.name if member else "", at) - at
            if gap < 0:
                raise ValueError(f"{name}: the members before {member and member.name} overlap it")
            if gap:
                pad = {"name": f"gap-{at}", "type": "pad", "len": gap}
                members.append(struct.new_member(family, pad))
                gaps[name] = gaps.get(name, 0) + gap
            if member:
                members.append(member)
                at += gap + length(member, layouts)
        struct.members = members
    return gaps


def length(member, layouts):
    if member.struct:
        return layouts[member.struct][""]
    if member.type in ["binary", "pad"]:
        return member.len
    return int(member.type[1:]) // 8


def encoded(ynl, family, question):
    op = family.msgs[question["operation"]]
    if question["command"] is not None:
        op = copy.copy(op)
        op.req_value = question["command"]
    flags = [ynl.Netlink.NLM_F_DUMP] if question["dump"] else []
    return family._encode_message(op, question["value"], flags, SEQUENCE).hex()


def decoded(ynl, family, question):
    op = family.msgs[question["operation"]]
    # As the library reads a reply; it has no call for what it did not ask for.
    message = family.nlproto.decode(family, ynl.NlMsg(bytes.fromhex(question["hex"]), 0), op)
    value = family._decode(message.raw_attrs, op.attr_set.name)
    if op.fixed_header:
        value.update(family._decode_struct(message.raw, op.fixed_header))
    return value


def plain(value):
    """What JSON has no word for, as the kernel's command line writes it."""
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a value of the type {type(value).__name__}")


def answer(ynl, families, question):
    if "spec" in question:
        new = families[question["family"]] = family(ynl, question)
        return {"operations": described(new), "gaps": spaced(new, question["layouts"])}
    asked = families[question["family"]]
    if "value" in question:
        return {"hex": encoded(ynl, asked, question)}
    return {"value": decoded(ynl, asked, question)}


def main():
    ynl = library(sys.argv[1])
    families = {}
    for line in sys.stdin:
        try:
            text = json.dumps(answer(ynl, families, json.loads(line)), default=plain)
        except Exception as error:
            text = json.dumps({"error": f"{type(error).__name__}: {error}"})
        print(text)


main()
