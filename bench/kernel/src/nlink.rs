//! The crate nlink, which is asynchronous, on the event loop of the others.

use nlink::netlink::genl::netdev::Netdev;
use nlink::netlink::{Connection, Ethtool, Route};
use tokio::runtime::Runtime;
use tokio_stream::StreamExt as _;

use crate::turn::{Outcome, Seen};

/// Dumps of `netdev`.
pub(crate) struct Devices<'r>(&'r Runtime, Connection<Netdev>);

impl<'r> Devices<'r> {
    pub(crate) fn open(runtime: &'r Runtime) -> Outcome<Self> {
        Ok(Self(runtime, runtime.block_on(Connection::new_async())?))
    }

    pub(crate) fn dump(&self) -> Outcome<Seen> {
        self.0.block_on(async {
            let mut seen = Seen::default();
            let mut devices = self.1.dump_netdevs().await?;
            while let Some(device) = devices.next().await {
                let device = device?;
                seen.add([
                    device.ifindex.unwrap_or_default().into(),
                    device.xdp_features_bits.unwrap_or_default(),
                    device.xdp_zc_max_segs.unwrap_or_default().into(),
                    device.xdp_rx_metadata_features.unwrap_or_default(),
                    device.xsk_features.unwrap_or_default(),
                ]);
            }
            Ok(seen)
        })
    }
}

/// Dumps of links.
pub(crate) struct Links<'r>(&'r Runtime, Connection<Route>);

impl<'r> Links<'r> {
    pub(crate) fn open(runtime: &'r Runtime) -> Outcome<Self> {
        let _entered = runtime.enter();
        Ok(Self(runtime, Connection::<Route>::new()?))
    }

    pub(crate) fn dump(&self) -> Outcome<Seen> {
        let mut seen = Seen::default();
        for link in self.0.block_on(self.1.get_links())? {
            seen.add([
                link.ifindex().into(),
                link.mtu().unwrap_or_default().into(),
                link.txqlen().unwrap_or_default().into(),
                link.group().unwrap_or_default().into(),
                link.name().unwrap_or_default().len() as u64,
            ]);
        }
        Ok(seen)
    }
}

/// The link states of `ethtool`.
pub(crate) struct States<'r>(&'r Runtime, Connection<Ethtool>);

impl<'r> States<'r> {
    pub(crate) fn open(runtime: &'r Runtime) -> Outcome<Self> {
        Ok(Self(runtime, runtime.block_on(Connection::new_async())?))
    }

    pub(crate) fn of(&self, name: &str) -> Outcome<Seen> {
        let state = self.0.block_on(self.1.get_link_state_by_name(name))?;
        let mut seen = Seen::default();
        seen.add([
            state.ifindex.unwrap_or_default().into(),
            state.link.unwrap_or_default().into(),
        ]);
        Ok(seen)
    }
}
