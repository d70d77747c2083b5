//! Writes seeds into `corpus`, a folder for each target: what the running kernel answers, and a
//! message of the family `exam`, which no kernel has. Into `corpus/spec` go the specs that ship and those of
//! nlgen's tests, and the words of the language as a dictionary into `spec.dict`; into `corpus/exchange` requests
//! with their answers. Needs no privileges.

#[path = "seeds/exchange.rs"]
mod exchange;
#[path = "seeds/specs.rs"]
mod specs;

use std::fs;

use nlgen_runtime::{Connection, Dump, Encode, Error, List, Message, Request, nlctrl};
use nlgen_tests::{ethtool, exam, netdev};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "{} specs, {} exchanges",
        specs::write()?,
        exchange::write()?
    );
    let mut seeds = Seeds::open()?;
    seeds.dump(&nlctrl::GetfamilyDump::default())?;
    for family in ["nlctrl", "netdev", "ethtool"] {
        let policies = nlgen_tests::nlctrl::GetpolicyDump::default();
        seeds.dump(&policies.family_name(family))?;
    }
    seeds.dump(&netdev::DevGetDump::default())?;
    seeds.dump(&netdev::QueueGetDump::default())?;
    let header = ethtool::Header::default();
    seeds.dump(&ethtool::FeaturesGetDump::default().header(&header))?;
    seeds.dump(&ethtool::LinkmodesGetDump::default().header(&header))?;
    seeds.dump(&ethtool::TsinfoGetDump::default().header(&header))?;
    let tables = [
        ethtool::StringsetId::Features,
        ethtool::StringsetId::SofTimestamping,
    ];
    let tables = tables.map(|id| ethtool::Stringset::default().id(id));
    let tables = ethtool::Stringsets::default().stringset(&tables);
    let strings = ethtool::StrsetGet::default();
    seeds.call(&strings.header(&header).stringsets(&tables))?;
    seeds.exam()?;
    println!("{} seeds", seeds.count);
    Ok(())
}

/// The targets that read datagrams, and those that read attributes.
const DATAGRAMS: [&str; 2] = ["dynamic", "messages"];
const ATTRIBUTES: [&str; 2] = ["attributes", "decode"];

struct Seeds {
    conn: Connection,
    count: usize,
}

impl Seeds {
    fn open() -> Result<Self, Box<dyn std::error::Error>> {
        for target in DATAGRAMS.iter().chain(&ATTRIBUTES) {
            fs::create_dir_all(format!("corpus/{target}"))?;
        }
        Ok(Self {
            conn: Connection::open()?,
            count: 0,
        })
    }

    fn dump<D: Dump>(&mut self, request: &D) -> Result<(), Box<dyn std::error::Error>> {
        match self.conn.dump(request) {
            Ok(dump) => dump
                .messages()
                .try_for_each(|message| self.message(message)),
            Err(error @ Error::Kernel(_)) => {
                println!("left out: {error}");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn call<R: Request>(&mut self, request: &R) -> Result<(), Box<dyn std::error::Error>> {
        let replies = self.conn.call_collected(request)?;
        replies
            .messages()
            .try_for_each(|message| self.message(message))
    }

    /// A message as the kernel sent it, and its attributes alone.
    fn message(&mut self, message: Message<'_>) -> Result<(), Box<dyn std::error::Error>> {
        let mut bytes = Vec::new();
        message.header.write(&mut bytes);
        bytes.extend_from_slice(message.payload);
        let (_, attributes) = message.command()?;
        self.write(&bytes, attributes)
    }

    fn write(
        &mut self,
        message: &[u8],
        attributes: &[u8],
    ) -> Result<(), Box<dyn std::error::Error>> {
        for (targets, bytes) in [(DATAGRAMS, message), (ATTRIBUTES, attributes)] {
            for target in targets {
                fs::write(format!("corpus/{target}/seed-{}", self.count), bytes)?;
            }
        }
        self.count += 1;
        Ok(())
    }

    fn exam(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        let leaf = exam::Leaf::default().id(1).label("leaf");
        let (numbers, leaves, counters) = ([1, 2], [leaf; 2], [List::from(&[7u64])]);
        let keyed = [([1, 2], leaf), ([1, 3], leaf)];
        let lists = exam::Lists {
            by_node: List::with_keys(&keyed),
            ..exam::Lists::default()
                .number(&numbers)
                .leaf(&leaves)
                .leaf_array(&leaves)
                .counter(&counters)
        };
        let inner = exam::Tree::default().value(1).leaf(&leaf);
        let tree = exam::Tree::default().parent(&inner);
        let scalars = exam::Scalars::default().u8(1).uint(5).be64(6).sint(-1);
        let bytes = exam::Bytes::default()
            .plain("text")
            .key(&[0; 32])
            .blob(&[1]);
        let choices = exam::Choices::default().color(exam::Color::Green);
        let echo = exam::Echo::default()
            .id(1)
            .scalars(&scalars)
            .bytes(&bytes)
            .choices(&choices)
            .lists(&lists)
            .tree(&tree);
        let attributes = echo.to_bytes()?;
        let mut message = ((attributes.len() + 20) as u32).to_ne_bytes().to_vec();
        message.extend_from_slice(&[20, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, 1, 0, 0]);
        message.extend_from_slice(&attributes);
        self.write(&message, &attributes)
    }
}
