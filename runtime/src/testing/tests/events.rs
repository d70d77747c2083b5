//! Subscriptions: to several groups and families, with their losses, and states that are kept by them.

use std::future::Future;
use std::os::fd::AsFd;

use super::*;
use crate::family::{Arrival, Arrived, EventSets, Grouped};
use crate::nlctrl;
use crate::subscription::Gap;

static OTHER: Family = Family::new("other", 1);
const OTHERS: Group = Group::new(&OTHER, "news");
const RUMOURS: Group = Group::new(&TEST, "rumours");

/// The events of `FAMILY`, as their commands and ids.
macro_rules! told_by {
    ($name:ident, $family:expr) => {
        #[derive(Debug)]
        struct $name;

        impl EventSet for $name {
            const FAMILY: &'static Family = &$family;
            type Event<'r> = (u16, Option<u16>);
            fn decode_event(command: u16, attributes: &[u8]) -> Decoded<Self::Event<'_>> {
                News::decode_event(command, attributes)
            }
        }
    };
}

static LINKS: Family = Family::raw("links", 0);
static ROUTES: Family = Family::raw("routes", 0);
told_by!(Others, OTHER);
told_by!(Links, LINKS);
told_by!(Routes, ROUTES);

/// What two families tell.
#[derive(Debug, PartialEq)]
struct Both<A, B>(&'static str, u16, std::marker::PhantomData<fn() -> (A, B)>);

impl<A, B> EventSets for Both<A, B>
where
    A: for<'r> EventSet<Event<'r> = (u16, Option<u16>)>,
    B: for<'r> EventSet<Event<'r> = (u16, Option<u16>)>,
{
    const FAMILIES: &'static [&'static Family] = &[A::FAMILY, B::FAMILY];
    type Event<'r> = (&'static str, u16);

    fn decode_arrival(arrival: Arrival<'_>) -> Decoded<Self::Event<'_>> {
        let (_, id) = match arrival.family == A::FAMILY {
            true => arrival.decode::<A>()?,
            false => arrival.decode::<B>()?,
        };
        Ok((arrival.family.name(), id.unwrap()))
    }
}

fn tell(kernel: &FakeKernel, group: Group, command: u16, id: u16) {
    let event = GetfamilyReply {
        family_id: Some(id),
        ..Default::default()
    };
    kernel.tell(group, command, &event).unwrap();
}

fn shown<T: std::fmt::Debug>(received: Received<T>) -> String {
    match received {
        Received::Event(event) => format!("{event:?}"),
        Received::Overrun { lost } => format!("lost {lost}"),
        Received::Reloaded { family } => format!("{} reloaded", family.name()),
    }
}

fn there<F: EventSets>(events: &mut Events<F>) -> Vec<String>
where
    for<'r> F::Event<'r>: std::fmt::Debug,
{
    let mut met = Vec::new();
    while let Some(received) = events.try_next().unwrap() {
        met.push(shown(received));
    }
    met
}

#[test]
fn events_reach_those_who_joined() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let open = || Connection::builder().fake_kernel(&kernel);
    let mut deaf = Events::<News>::open_with(open(), &[]).unwrap();
    let mut events = Events::<News>::open_with(open(), &[NEWS]).unwrap();
    for id in [30, 31] {
        let event = GetfamilyReply {
            family_id: Some(id),
            ..Default::default()
        };
        kernel.tell(NEWS, 9, &event).unwrap();
        if id == 30 {
            kernel.lose(NEWS, 5);
        }
    }
    let mut met = Vec::new();
    while let Some(received) = events.next_within(Duration::ZERO).unwrap() {
        met.push(match received {
            Received::Event(event) => format!("{event:?}"),
            Received::Overrun { lost } => format!("lost {lost}"),
            Received::Reloaded { family } => format!("{} reloaded", family.name()),
        });
    }
    assert_eq!(met, ["(9, Some(30))", "lost 5", "(9, Some(31))"]);
    assert!(deaf.next_within(Duration::ZERO).unwrap().is_none());
}

#[test]
fn families_and_groups_share_a_subscription() {
    let kernel = kernel();
    kernel.groups(&[NEWS, RUMOURS, OTHERS]);
    let open = Connection::builder().fake_kernel(&kernel);
    let groups = [NEWS, OTHERS, RUMOURS];
    let mut events = Events::<Grouped<Both<News, Others>>>::open_with(open, &groups).unwrap();
    for (group, id) in [(NEWS, 1), (RUMOURS, 2), (OTHERS, 3)] {
        tell(&kernel, group, 9, id);
        let Received::Event(arrived) = events.next_event().unwrap() else {
            panic!("an event was told");
        };
        let (group, event) = (Some(group), (group.family().name(), id));
        assert_eq!(arrived, Arrived { group, event });
    }
    for family in [&TEST, &OTHER, &OTHER, &TEST] {
        kernel.reload(family).unwrap();
        tell(&kernel, OTHERS, 9, 4);
        let Received::Reloaded { family: told } = events.next_event().unwrap() else {
            panic!("{} was loaded again", family.name());
        };
        assert_eq!(told, family);
        there(&mut events);
        // The groups of both have been joined again, by whatever number they have now.
        for (group, id) in [(NEWS, 1), (RUMOURS, 2), (OTHERS, 3)] {
            tell(&kernel, group, 9, id);
            let Received::Event(arrived) = events.next_event().unwrap() else {
                panic!("an event was told");
            };
            assert_eq!(arrived.group, Some(group));
        }
    }
    assert_eq!(events.stats().stray, 0);
}

/// Found while writing this: what nlctrl tells was given to its subscriber only, and no reload was seen.
#[test]
fn what_tells_of_reloads_can_be_subscribed_to() {
    told_by!(Controller, nlctrl::FAMILY);
    let kernel = kernel();
    kernel.groups(&[NEWS, nlctrl::group::NOTIFY]);
    let open = Connection::builder().fake_kernel(&kernel);
    let groups = [NEWS, nlctrl::group::NOTIFY];
    let mut events = Events::<Both<Controller, News>>::open_with(open, &groups).unwrap();
    kernel.reload(&TEST).unwrap();
    tell(&kernel, NEWS, 9, 5);
    // Gone, back, and thereby loaded again.
    let [gone, back, again] = &*there(&mut events) else {
        panic!("two events and a reload");
    };
    assert!(
        gone.contains("nlctrl") && back.contains("nlctrl"),
        "{gone} {back}"
    );
    assert_eq!(again, "test reloaded");
    tell(&kernel, NEWS, 9, 6);
    assert_eq!(there(&mut events), [r#"("test", 6)"#]);
}

#[test]
fn families_of_a_protocol_are_told_apart_by_group() {
    const LINK: Group = Group::numbered(&LINKS, "link", 1);
    const ROUTE: Group = Group::numbered(&ROUTES, "route", 40);
    let kernel = FakeKernel::new();
    kernel.groups(&[LINK, ROUTE]);
    let open = || Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<Both<Links, Routes>>::open_with(open(), &[LINK, ROUTE]).unwrap();
    // Another's group of the same protocol is brought as what the family does not know.
    let mut links = Events::<Links>::open_with(open(), &[LINK, ROUTE]).unwrap();
    for (group, id) in [(LINK, 1), (ROUTE, 2)] {
        tell(&kernel, group, 16, id);
    }
    assert_eq!(there(&mut events), [r#"("links", 1)"#, r#"("routes", 2)"#]);
    assert_eq!(there(&mut links), ["(16, Some(1))", "(16, Some(2))"]);
}

#[test]
fn groups_of_other_families_and_protocols_are_refused() {
    let kernel = kernel();
    kernel.groups(&[NEWS, OTHERS]);
    let open = || Connection::builder().fake_kernel(&kernel);
    let error = Events::<News>::open_with(open(), &[NEWS, OTHERS]).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"the multicast group "news" is of the family "other", whose events this subscription does not read"#
    );
    let error = Events::<Both<News, Links>>::open_with(open(), &[NEWS]).unwrap_err();
    assert!(
        matches!(error, Error::WrongProtocol { family: "links" }),
        "{error}"
    );
}

#[test]
fn an_iterator_waits_for_each_event() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let open = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(open, &[NEWS]).unwrap();
    let telling = std::thread::spawn(move || {
        for id in [1, 2] {
            tell(&kernel, NEWS, 9, id);
        }
        kernel.lose(NEWS, 3);
        // Its family is not there.
        kernel.tell(NEWS, 9, &Garbled).unwrap();
        tell(&kernel, NEWS, 9, 4);
        kernel
    });
    let met: Vec<_> = events
        .iter_by(shown)
        .take(5)
        .map(|shown| shown.unwrap_or_else(|error| format!("{error}")))
        .collect();
    let kernel = telling.join().unwrap();
    assert_eq!(met[..3], ["(9, Some(1))", "(9, Some(2))", "lost 3"]);
    assert!(met[3].contains("family-id"), "{met:?}");
    assert_eq!(met[4], "(9, Some(4))");
    // Its descriptor is what is polled. Another's: after a loss the families are asked for, and the answer may be
    // on its way.
    let open = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(open, &[NEWS]).unwrap();
    let ready = |events: &Events<News>| {
        crate::link::socket::wait(events.as_fd(), Some(std::time::Instant::now()))
    };
    assert!(!ready(&events).unwrap());
    tell(&kernel, NEWS, 9, 5);
    assert!(ready(&events).unwrap());
    assert_eq!(there(&mut events), ["(9, Some(5))"]);
    assert!(!ready(&events).unwrap());
}

/// An id of a family that is too short.
struct Garbled;

impl crate::wire::Encode for Garbled {
    const SET: &'static crate::describe::Set = <GetfamilyReply<'_> as crate::wire::Encode>::SET;
    fn encode(&self, out: &mut crate::wire::Encoder<'_>) {
        out.put(1, &Some(7u8));
    }
}

#[test]
fn a_state_is_read_anew_where_events_were_missed() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let open = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(open, &[NEWS]).unwrap();
    let mut gaps = Vec::new();
    let mut next = |events: &mut Events<News>, fails: bool| {
        let event = events.next_synced(|gap| {
            gaps.push((gap.lost, gap.reloaded));
            // What happens while the state is read.
            tell(&kernel, NEWS, 9, 50);
            match fails {
                true => Err(Error::GroupNotFound {
                    family: "",
                    group: "",
                }),
                false => Ok(()),
            }
        });
        event.map(|(_, id)| id.unwrap())
    };
    type Happens<'h> = &'h dyn Fn();
    let steps: [(Happens<'_>, bool, Option<u16>); 6] = [
        (&|| tell(&kernel, NEWS, 9, 1), false, Some(1)),
        // What is queued with the loss is older than the state.
        (
            &|| {
                tell(&kernel, NEWS, 9, 2);
                kernel.lose(NEWS, 4);
                tell(&kernel, NEWS, 9, 3);
                kernel.lose(NEWS, 1);
                tell(&kernel, NEWS, 9, 4);
            },
            false,
            Some(2),
        ),
        (&|| {}, false, Some(50)),
        (&|| kernel.reload(&TEST).unwrap(), true, None),
        // The gap is still there.
        (&|| {}, true, None),
        (&|| {}, false, Some(50)),
    ];
    for (at, (happens, fails, expected)) in steps.into_iter().enumerate() {
        happens();
        assert_eq!(next(&mut events, fails).ok(), expected, "{at}");
    }
    assert_eq!(gaps, [(5, false), (0, true), (0, true), (0, true)]);
}

#[test]
fn a_gap_outlives_a_future_that_reads_the_state() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let open = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(open, &[NEWS]).unwrap();
    kernel.lose(NEWS, 4);
    let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
    {
        let stuck = async |_: Gap| std::future::pending().await;
        let ready = &mut crate::link::Blocking;
        let reading = events.next_synced_on::<Error>(ready, stuck);
        assert!(std::pin::pin!(reading).poll(context).is_pending());
    }
    tell(&kernel, NEWS, 9, 7);
    let mut lost = 0;
    let event = events.next_synced(|gap| {
        lost = gap.lost;
        Ok::<(), Error>(())
    });
    assert_eq!(event.unwrap(), (9, Some(7)));
    assert_eq!(lost, 4);
}
