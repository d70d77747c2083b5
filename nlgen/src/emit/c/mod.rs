//! C for both sides of the interface: the header that programs and the kernel share, and the kernel's tables of
//! policies and operations.
//!
//! What C cannot hold is found before anything is written: see [`Loaded::c`](crate::Loaded::c).

mod check;
mod limits;
mod module;
pub(crate) mod names;
mod policy;
mod strict;
mod tables;
pub(crate) mod text;
mod uapi;
mod words;

pub use module::{File, Handlers, module, unheard};
pub use tables::{Tables, tables};
pub use uapi::uapi;
pub use words::is_keyword;

use std::path::Path;

use crate::Loaded;
use crate::diagnostic::{Code, Problem, Report, SpecError};
use crate::model::Family;
use names::Names;

/// A family that C can hold: [`Loaded::c`](crate::Loaded::c) makes it.
#[derive(Clone, Debug)]
pub struct CFamily<'f> {
    pub(crate) family: &'f Family,
    pub(crate) names: Names<'f>,
    /// What C does otherwise than the spec looks like.
    pub warnings: Report,
}

impl CFamily<'_> {
    /// The uapi header, as it is included: `linux/memo.h`.
    #[must_use]
    pub fn uapi_header(&self) -> String {
        self.names.uapi_header()
    }

    /// What the names of the kernel's functions and tables begin with: the family's name in lower case, with `_` for `-`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.names.ident()
    }

    /// The name of the tables' files, without `.c` and `.h`: `memo_nl`.
    #[must_use]
    pub fn tables_stem(&self) -> String {
        format!("{}_nl", self.names.ident())
    }
}

pub(crate) use check::{check, is_error};

/// That a spec's names in C, which begin with `prefix`, are those of another one, whose file is `other`: see
/// [`CFamily::prefix`].
#[must_use]
pub fn same_prefix(loaded: &Loaded, prefix: &str, other: &Path) -> SpecError {
    let other = other.display();
    let message =
        format!("in C the names of this family begin with `{prefix}_`, and so do those of {other}");
    let problem = Problem::new(Code::SamePrefix, loaded.written().name.span, message);
    let problem = problem.help("call one of the families otherwise, or generate them apart");
    SpecError::new(loaded.warnings.sources().clone(), vec![problem])
}
