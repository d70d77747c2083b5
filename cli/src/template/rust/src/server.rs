//! The family in user space: what the kernel module does, for tests and for other processes.

use nlgen_runtime::server::{Call, Refused, Replied};
use nlgen_runtime::{Errno, Nest, Str};

use crate::family::server::Server;
use crate::family::{Event, Get, GetDump, GetReply, Set, Stats};

pub use crate::family::server::Service;

/// The items, in the order in which they were made.
#[derive(Debug, Default)]
pub struct Items(Vec<Item>);

#[derive(Debug)]
struct Item {
    name: String,
    value: u32,
    stats: Stats,
}

impl Item {
    fn reply(&self) -> GetReply<'_> {
        GetReply {
            name: Some(Str::from(&*self.name)),
            value: Some(self.value),
            stats: Some(Nest::from(&self.stats)),
        }
    }
}

impl Server for Items {
    fn get(&mut self, request: &Get<'_>, mut call: Call<'_, Get<'_>>) -> Result<Replied, Refused> {
        let name = text(request.name)?;
        let item = self.0.iter_mut().find(|item| item.name == name);
        let item = item.ok_or_else(|| {
            Refused::new(Errno::ENOENT).message("there is no such item").at("name")
        })?;
        count(&mut item.stats.reads);
        call.reply(&item.reply())
    }

    fn get_dump(&mut self, _: &GetDump, mut call: Call<'_, GetDump>) -> Result<(), Refused> {
        call.objects(self.0.iter().map(Item::reply))
    }

    fn set(&mut self, request: &Set<'_>, mut call: Call<'_>) -> Result<(), Refused> {
        let name = text(request.name)?;
        let value = request.value.ok_or_else(|| Refused::missing_attribute("value"))?;
        let position = self.0.iter().position(|item| item.name == name);
        let position = position.unwrap_or_else(|| {
            let stats = Stats { reads: Some(0), writes: Some(0) };
            self.0.push(Item { name, value, stats });
            self.0.len() - 1
        });
        let item = &mut self.0[position];
        item.value = value;
        count(&mut item.stats.writes);
        call.event(&Event::ChangedNtf(item.reply()))
    }
}

/// A name, which a request must have.
fn text(name: Option<Str<'_>>) -> Result<String, Refused> {
    let name = name.ok_or_else(|| Refused::missing_attribute("name"))?;
    Ok(name.to_string_lossy().into_owned())
}

fn count(times: &mut Option<u64>) {
    *times = Some(times.unwrap_or(0) + 1);
}
