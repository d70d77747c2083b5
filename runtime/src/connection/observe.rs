//! Who is shown what a connection sends and receives.

use crate::session::Direction;

/// Who is shown the datagrams, if somebody is.
#[derive(Default)]
pub(super) struct Observer(Option<Box<Observe>>);

type Observe = dyn FnMut(Direction, &[u8]) + Send + Sync;

impl Observer {
    pub(super) fn new(observe: impl FnMut(Direction, &[u8]) + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(observe)))
    }

    #[inline]
    pub(super) fn show(&mut self, direction: Direction, datagram: &[u8]) {
        if let Some(observe) = &mut self.0 {
            observe(direction, datagram);
        }
    }
}
