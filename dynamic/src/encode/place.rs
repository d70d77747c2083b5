//! Where in JSON an attribute comes from: the kernel says it by the offset of its header.

use std::cell::RefCell;

use nlgen_runtime::wire::Encoder;
use serde_json::Value;

use super::{Done, EncodeOptions, Encoding};
use crate::{Body, Problem, Step};

/// What is looked for while JSON is encoded.
#[derive(Debug, Default)]
pub(super) struct Seek {
    /// Where the attribute begins.
    offset: usize,
    /// The way to the value that is being encoded.
    steps: RefCell<Vec<Step>>,
    found: RefCell<Option<Vec<Step>>>,
}

impl<'f> Body<'f> {
    /// The place in the JSON of the attribute whose header begins `offset` bytes into what
    /// [`encode`](Self::encode) makes of it, as `NLMSGERR_ATTR_OFFS` tells it; of a fixed header the member that
    /// is there. Entries of lists are named by their place.
    ///
    /// `None` when nothing begins there, or the JSON cannot be encoded.
    ///
    /// ```
    /// # use nlgen_dynamic::{EncodeOptions, Family, Mode};
    /// # use serde_json::json;
    /// # let spec = "
    /// # name: ping
    /// # attribute-sets:
    /// #   - name: ping
    /// #     attributes: [ { name: port, type: u16, multi-attr: true } ]
    /// # operations:
    /// #   list:
    /// #     - { name: echo, attribute-set: ping, do: { request: { attributes: [ port ] } } }
    /// # ";
    /// # let family = Family::new(nlgen::load(nlgen::span::Source::new("ping.yaml", spec))?);
    /// let echo = family.operation("echo")?.request(Mode::Do)?;
    /// let request = json!({ "port": [80, 443] });
    /// let place = echo.place(&request, EncodeOptions::default(), 8);
    /// assert_eq!(nlgen_dynamic::path(&place.unwrap()), "port[1]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn place(&self, value: &Value, options: EncodeOptions, offset: usize) -> Option<Vec<Step>> {
        if let Some(header) = self.header().filter(|header| offset < header.len) {
            let mut members = header.members.iter();
            let there = |at: usize, len: usize| (at..at + len).contains(&offset);
            let member = members.find(|member| there(member.offset, member.len))?;
            return Some(vec![Step::Name(member.name.clone())]);
        }
        let seek = Seek {
            offset,
            ..Seek::default()
        };
        let mut encoding = Encoding {
            family: self.family,
            force: options.force,
            seek: Some(seek),
        };
        encoding.body(self, value).ok()?;
        encoding.seek.take()?.found.into_inner()
    }
}

impl Encoding<'_> {
    /// Writes the value of a key.
    pub(super) fn within(&self, name: &str, write: impl FnOnce() -> Done) -> Done {
        self.inside(|| Step::Name(name.to_owned()), write)
            .map_err(|problem| problem.within(name))
    }

    /// Writes an entry of a list.
    pub(super) fn at(&self, index: usize, write: impl FnOnce() -> Done) -> Done {
        self.inside(|| Step::Index(index), write)
            .map_err(|problem| problem.at(index))
    }

    pub(super) fn inside(&self, step: impl FnOnce() -> Step, write: impl FnOnce() -> Done) -> Done {
        let Some(seek) = &self.seek else {
            return write();
        };
        seek.steps.borrow_mut().push(step());
        let done = write();
        seek.steps.borrow_mut().pop();
        done
    }

    /// Notes that an attribute begins here.
    pub(super) fn begins(&self, out: &Encoder<'_>) {
        if let Some(seek) = &self.seek
            && out.len() == seek.offset
        {
            let steps = seek.steps.borrow().clone();
            seek.found.borrow_mut().get_or_insert(steps);
        }
    }
}

/// A place in JSON as text: `peers[3].endpoint`; empty at the top.
#[must_use]
pub fn path(steps: &[Step]) -> String {
    Problem::placed(steps, "").path()
}
