//! No bytes make the runtime panic, loop, or read what is not there.
#![allow(clippy::unwrap_used, reason = "a test")]

use nlgen_runtime::codegen::show;
use nlgen_runtime::describe::{Attribute, Int, Kind, Path, Set};
use nlgen_runtime::wire::Encoder;
use nlgen_runtime::wire::{Attrs, DecodeAs, Indexed, Keyed, Messages, Multi, Natural};
use nlgen_runtime::{Decode, Encode};
use nlgen_runtime::{ExtAck, List, Message, MessageHeader, Str, nlctrl};
use proptest::prelude::*;

static NAMES: [(u64, &str); 2] = [(1, "one"), (2, "two")];

/// A set with an attribute of each kind, which contains itself.
static ALL: Set = Set::new(
    "all",
    &[
        Attribute::new(0, "binary", Kind::Binary),
        Attribute::new(1, "flag", Kind::Flag),
        Attribute::new(2, "pad", Kind::Pad),
        Attribute::new(3, "string", Kind::String),
        Attribute::new(4, "int", Kind::Int(Int::S64.be())),
        Attribute::new(5, "uint", Kind::Int(Int::UINT)),
        Attribute::new(6, "enum", Kind::Enum(Int::U8, &NAMES)),
        Attribute::new(7, "flags", Kind::Flags(Int::SINT, &NAMES)),
        Attribute::new(8, "ip", Kind::Ip),
        Attribute::new(9, "mac", Kind::Mac),
        Attribute::new(10, "bitfield", Kind::Bitfield32(&NAMES)),
        Attribute::new(11, "nest", Kind::Nest(|| &ALL)),
        Attribute::new(12, "array", Kind::Array(&Kind::Nest(|| &ALL))),
        Attribute::new(13, "keyed", Kind::Keyed(2, || &ALL)),
        Attribute::new(14, "secret", Kind::Nest(|| &ALL)).secret(),
    ],
);

/// Bytes that are shown as attributes of `ALL`.
struct Raw<'a>(&'a [u8]);

impl Encode for Raw<'_> {
    const SET: &'static Set = &ALL;
    fn encode(&self, out: &mut Encoder<'_>) {
        out.bytes(self.0);
    }
}

impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        show("Raw", self, f)
    }
}

/// Attributes that are well-formed to some depth, or almost.
fn attributes() -> impl Strategy<Value = Vec<u8>> {
    let payload = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        Just(b"text\0".to_vec()),
        any::<u32>().prop_map(|int| int.to_ne_bytes().to_vec()),
        any::<u64>().prop_map(|int| int.to_ne_bytes().to_vec()),
    ];
    let level = |payload: BoxedStrategy<Vec<u8>>| {
        // Sometimes a length lies.
        let lie = prop_oneof![9 => Just(0i16), 1 => any::<i16>()];
        let flags = prop_oneof![Just(0u16), Just(0x8000), Just(0xC000)];
        prop::collection::vec((0u16..16, flags, payload, lie), 0..6).prop_map(|attrs| {
            let mut bytes = Vec::new();
            for (kind, flags, payload, lie) in attrs {
                let len = (payload.len() as u16 + 4).wrapping_add_signed(lie);
                bytes.extend_from_slice(&len.to_ne_bytes());
                bytes.extend_from_slice(&(kind | flags).to_ne_bytes());
                bytes.extend_from_slice(&payload);
                bytes.resize(bytes.len().next_multiple_of(4), 0);
            }
            bytes
        })
    };
    payload.prop_recursive(5, 200, 6, move |inner| level(inner.boxed()))
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![prop::collection::vec(any::<u8>(), 0..300), attributes()]
}

/// Reads a payload in every shape of list and closed nest, to its end.
fn open<'a>(bytes: &'a [u8]) {
    for attr in Attrs::new(bytes).flatten() {
        let _ = Str::from_payload(attr.payload()).to_string();
        let mut multi = List::<u32, Multi>::default();
        attr.list(&mut multi).unwrap();
        let indexed: List<'a, u64, Indexed> = Natural::read(&attr).unwrap();
        let keyed: List<'a, u8, Keyed<3>> = Natural::read(&attr).unwrap();
        let none: List<'a, u8, Keyed<0>> = Natural::read(&attr).unwrap();
        let bound = bytes.len();
        assert!(multi.entries().count() <= bound);
        assert!(indexed.entries().count() <= bound);
        assert!(keyed.entries().count() <= bound);
        assert_eq!(none.entries().count(), 0);
        let _ = format!("{multi:?} {indexed:?} {keyed:?}");
        open(attr.payload());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attributes_end(bytes in any_bytes()) {
        let mut attrs = Attrs::new(&bytes);
        let mut read = 0;
        while let Ok(Some(attr)) = attrs.next_attr() {
            read += 4 + attr.payload().len();
            prop_assert!(read <= bytes.len());
        }
        prop_assert!(matches!(attrs.next_attr(), Ok(None)));
        prop_assert!(attrs.as_bytes().is_empty());
        open(&bytes);
    }

    #[test]
    fn messages_end(bytes in any_bytes()) {
        let mut messages = Messages::new(&bytes);
        let mut read = 0;
        for message in messages.by_ref() {
            read += 16 + message.payload.len();
            prop_assert!(message.payload.len() == message.header.len as usize - 16);
            let _ = message.command();
            let _ = ExtAck::from_message(&message);
        }
        prop_assert!(read + messages.leftover().len() <= bytes.len());
        prop_assert!(messages.next().is_none());
    }

    #[test]
    fn extended_acknowledgements_are_read_or_empty(
        bytes in any_bytes(),
        kind in 2u16..4,
        flags in any::<u16>(),
        code in any::<i32>(),
        len in prop_oneof![0u32..100, any::<u32>()],
    ) {
        let echo = MessageHeader { len, ..MessageHeader::default() };
        let mut payload = code.to_ne_bytes().to_vec();
        if kind == 2 {
            echo.write(&mut payload);
        }
        payload.extend_from_slice(&bytes);
        let header = MessageHeader { kind, flags, ..MessageHeader::default() };
        let message = Message { header, payload: &payload };
        let (met, ack) = ExtAck::from_message(&message).unwrap();
        prop_assert_eq!(met, code);
        if let Some(policy) = ack.policy {
            let _ = policy.to_string();
        }
    }

    #[test]
    fn offsets_lead_to_attributes_or_nowhere(bytes in any_bytes(), offset in 0usize..400) {
        if let Some(path) = Path::to_offset(&ALL, &bytes, offset) {
            prop_assert!(offset + 4 <= bytes.len());
            prop_assert!(path.to_string().starts_with("all"));
            prop_assert!(path.steps().count() > 0);
        }
    }

    #[test]
    fn everything_can_be_shown(bytes in any_bytes()) {
        let raw = Raw(&bytes);
        let shown = [format!("{raw:?}"), format!("{raw:#?}")];
        prop_assert!(shown.iter().all(|shown| shown.starts_with("Raw")));
    }

    #[test]
    fn secrets_are_not_shown(secret in prop::collection::vec(1u8.., 8..40)) {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        out.put_value::<Natural, Vec<u8>>(14, &secret);
        out.finish().unwrap();
        prop_assert_eq!(format!("{:?}", Raw(&bytes)), "Raw { secret: <secret> }");
    }

    #[test]
    fn descriptions_of_integers_are_not_believed(size in any::<u8>(), signed: bool, bytes in any_bytes()) {
        let int = Int { size, signed, ..Int::U8 };
        let _ = int.read(&bytes).map(|_| assert!(bytes.len() <= 8));
    }

    #[test]
    fn nlctrl_reads_or_refuses(bytes in any_bytes()) {
        if let Ok(reply) = nlctrl::GetfamilyReply::decode(&bytes) {
            let _ = reply.ops.iter().chain(reply.ops.iter()).count();
            let _ = reply.mcast_groups.iter().count();
            let _ = format!("{reply:?}");
        }
    }
}
