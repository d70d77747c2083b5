//! The crate neli, with its router, which receives in a thread of its own.
//!
//! As genetlink, it does not dump `netdev`: it gives the first device alone.

use neli::attr::Attribute as _;
use neli::consts::nl::NlmF;
use neli::consts::socket::NlFamily;
use neli::genl::{AttrTypeBuilder, Genlmsghdr, GenlmsghdrBuilder, NlattrBuilder};
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::types::{Buffer, GenlBuffer};
use neli::utils::Groups;

use crate::requests::LINKSTATE_GET;
use crate::turn::{Outcome, Seen};

/// A socket, and the id of the family that is asked.
pub(crate) struct Neli {
    router: NlRouter,
    family: u16,
}

impl Neli {
    pub(crate) fn open(family: &str) -> Outcome<Self> {
        let (router, _) = NlRouter::connect(NlFamily::Generic, None, Groups::empty())?;
        let family = router.resolve_genl_family(family)?;
        Ok(Self { router, family })
    }

    /// The link state of `lo`.
    pub(crate) fn linkstate(&self) -> Outcome<Seen> {
        let kind = |number: u16| AttrTypeBuilder::default().nla_type(number).build();
        let name = NlattrBuilder::default()
            .nla_type(kind(2)?)
            .nla_payload("lo")
            .build()?;
        let header = NlattrBuilder::default()
            .nla_type(kind(1)?)
            .nla_payload(Buffer::new())
            .build()?
            .nest(&name)?;
        let request = GenlmsghdrBuilder::default()
            .cmd(LINKSTATE_GET[0])
            .version(1)
            .attrs([header].into_iter().collect::<GenlBuffer<u16, Buffer>>())
            .build()?;
        let answers = self.router.send::<_, _, u16, Genlmsghdr<u8, u16>>(
            self.family,
            NlmF::ACK,
            NlPayload::Payload(request),
        )?;
        let mut seen = Seen::default();
        for answer in answers {
            if let Some(state) = answer?.get_payload() {
                see(&mut seen, state)?;
            }
        }
        Ok(seen)
    }
}

fn see(seen: &mut Seen, state: &Genlmsghdr<u8, u16>) -> Outcome<()> {
    let attributes = state.attrs().get_attr_handle();
    let mut values = [0; 2];
    for attribute in attributes.iter() {
        match *attribute.nla_type().nla_type() {
            1 => {
                let header = attribute.get_attr_handle::<u16>()?;
                values[0] = header.get_attr_payload_as::<u32>(1)?.into();
            }
            2 => values[1] = attribute.get_payload_as::<u8>()?.into(),
            _ => {}
        }
    }
    seen.add(values);
    Ok(())
}
