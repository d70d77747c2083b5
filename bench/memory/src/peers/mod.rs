//! What else there is to choose, through its packages: the features `peers`, `nlink` and `libmnl`.
//!
//! Left out, with the reason:
//! - `netlink-socket2` and `genetlink` have no codec of their own: they are the sockets of `netlink-bindings` and of
//!   `netlink-packet-generic`, which are here.
//! - `netlink-packet-generic` knows the replies of `nlctrl` alone; the attributes of other families are read by hand
//!   with `netlink-packet-core`, which is what a person has to do. To write, it needs each attribute as a type of
//!   its own, so it is not in workload C.
//! - `neli` writes by building each attribute in a buffer of its own and copying it into the one around it; workload
//!   C would need 300 such nests in one, and is not done with it.

#[cfg(feature = "peers")]
mod by_hand;
#[cfg(feature = "libmnl")]
mod libmnl;
#[cfg(feature = "peers")]
mod neli;
#[cfg(feature = "peers")]
mod netlink_bindings;
#[cfg(feature = "peers")]
mod netlink_packet;
#[cfg(feature = "nlink")]
mod nlink;

use crate::device::Device;
use crate::inputs::Inputs;
use crate::workload::Subject;
#[cfg(any(feature = "peers", feature = "libmnl"))]
use crate::workload::both;

/// The peers that do a workload of reading.
#[cfg_attr(
    not(any(feature = "peers", feature = "libmnl")),
    allow(unused_mut, unused_variables, reason = "there are none")
)]
pub(crate) fn readers(workload: &str, inputs: &Inputs) -> Vec<Subject> {
    let Inputs {
        family,
        device,
        strset,
        features,
        dump,
    } = inputs;
    let mut all = Vec::new();
    #[cfg(feature = "peers")]
    {
        use netlink_bindings as bindings;
        type Neli = neli::Neli;
        type Core = netlink_packet::Core;
        all.extend(match workload {
            "A" => vec![
                Subject::decoding("netlink-bindings", family, bindings::family),
                Subject::decoding("netlink-packet-generic", family, netlink_packet::family),
                Subject::decoding("neli", family, by_hand::family::<Neli>),
            ],
            "B" => vec![
                Subject::decoding("netlink-bindings", device, bindings::device),
                Subject::decoding(
                    "netlink-bindings getters",
                    device,
                    bindings::device_by_getters,
                ),
                Subject::decoding("netlink-packet-core", device, by_hand::device::<Core>),
                Subject::decoding("neli", device, by_hand::device::<Neli>),
            ],
            "D" => vec![
                both(
                    "netlink-bindings",
                    strset,
                    features,
                    bindings::strset,
                    bindings::features,
                ),
                both(
                    "netlink-packet-core",
                    strset,
                    features,
                    by_hand::strset::<Core>,
                    by_hand::features::<Core>,
                ),
                both(
                    "neli",
                    strset,
                    features,
                    by_hand::strset::<Neli>,
                    by_hand::features::<Neli>,
                ),
            ],
            "E" => vec![
                Subject::decoding("netlink-bindings", dump, bindings::dump),
                Subject::decoding("netlink-packet-core", dump, by_hand::dump::<Core>),
                Subject::decoding("neli", dump, by_hand::dump::<Neli>),
            ],
            _ => vec![],
        });
    }
    #[cfg(feature = "nlink")]
    {
        use nlink::Nlink;
        all.extend(match workload {
            "A" => vec![Subject::decoding("nlink", family, by_hand::family::<Nlink>)],
            "B" => vec![Subject::decoding("nlink", device, by_hand::device::<Nlink>)],
            "D" => {
                let (first, second) = (by_hand::strset::<Nlink>, by_hand::features::<Nlink>);
                vec![both("nlink", strset, features, first, second)]
            }
            "E" => vec![Subject::decoding("nlink", dump, by_hand::dump::<Nlink>)],
            _ => vec![],
        });
    }
    #[cfg(feature = "libmnl")]
    all.extend(match workload {
        "A" => vec![Subject::decoding("libmnl", family, libmnl::family)],
        "B" => vec![Subject::decoding("libmnl", device, libmnl::device)],
        "D" => vec![both(
            "libmnl",
            strset,
            features,
            libmnl::strset,
            libmnl::features,
        )],
        "E" => vec![Subject::decoding("libmnl", dump, libmnl::dump)],
        _ => vec![],
    });
    all
}

/// The peers that write the request of workload C.
#[cfg_attr(
    not(any(feature = "peers", feature = "libmnl")),
    allow(unused_mut, unused_variables, reason = "there are none")
)]
pub(crate) fn writers(device: &'static Device) -> Vec<Subject> {
    let mut all = Vec::new();
    #[cfg(feature = "peers")]
    all.push(Subject::writing("netlink-bindings", |out| {
        netlink_bindings::set_device(device, out)
    }));
    #[cfg(feature = "nlink")]
    all.push(Subject::writing("nlink", |out| {
        nlink::set_device(device, out)
    }));
    #[cfg(feature = "libmnl")]
    {
        let writer = libmnl::Writer::new(device);
        all.push(Subject::writing("libmnl", move |out| {
            writer.set_device(out)
        }));
    }
    all
}

/// Calls `read` with the attributes of each message.
#[cfg(feature = "peers")]
#[inline]
fn messages<E>(bytes: &[u8], mut read: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let mut rest = bytes;
    while let Some(attributes) = crate::limit::message(&mut rest) {
        read(attributes)?;
    }
    Ok(())
}
