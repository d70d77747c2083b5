//! The crate neli.

use neli::consts::nl::NlmF;
use neli::consts::socket::NlFamily;
use neli::genl::{AttrTypeBuilder, Genlmsghdr, GenlmsghdrBuilder, NlattrBuilder};
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::types::{Buffer, GenlBuffer};
use neli::utils::Groups;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (router, _) = NlRouter::connect(NlFamily::Generic, None, Groups::empty())?;
    let family = router.resolve_genl_family("ethtool")?;
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
        .cmd(6u8)
        .version(1)
        .attrs([header].into_iter().collect::<GenlBuffer<u16, Buffer>>())
        .build()?;
    let answers = router.send::<_, _, u16, Genlmsghdr<u8, u16>>(
        family,
        NlmF::ACK,
        NlPayload::Payload(request),
    )?;
    for answer in answers {
        if let Some(state) = answer?.get_payload() {
            let link = state.attrs().get_attr_handle().get_attr_payload_as::<u8>(2);
            println!("{:?}", link.ok());
        }
    }
    Ok(())
}
