//! Where specs are found by the name of their family: folders of one's own, what ships, and the kernel's.

mod found;
mod places;

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

pub use found::{Found, Shipped};
pub use places::Place;

use crate::diagnostic::{closest, visible};
use places::Files;

/// Where specs are looked for by the name of their family, in this order:
///
/// 1. the folders that the variable `NLGEN_SPECS` names, with `:` between them;
/// 2. what ships with the program, if it ships specs: the command `nlgen` does;
/// 3. `/usr/share/ynl/specs`, where distributions put the kernel's specs;
/// 4. `/usr/lib/modules/RELEASE/build/Documentation/netlink/specs`, and `source` in place of `build`: the source of
///    the running kernel.
///
/// The first that has the name is taken. In names `-` and `_` are the same. A file is called like its family, or has
/// the name behind `name:`. An overlay `NAME.overlay.yaml` in a folder of `NLGEN_SPECS` is laid over the spec of that
/// name wherever it is; one in any other folder over the spec beside it.
///
/// ```no_run
/// use nlgen::catalog::Catalog;
///
/// let found = Catalog::from_env().find("nl80211")?;
/// let family = found.check()?.family;
/// println!("{}: {} operations", found.place(), family.operations.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Catalog {
    places: Vec<Place>,
    shipped: &'static [Shipped],
    files: OnceLock<Vec<Files>>,
}

/// No spec of a family was found, and where it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    family: String,
    closest: Option<String>,
    looked: Vec<String>,
}

impl Catalog {
    /// The places of this machine, nothing shipped.
    #[must_use]
    pub fn from_env() -> Self {
        let folders = std::env::var_os("NLGEN_SPECS").unwrap_or_default();
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self::under(
            Path::new("/"),
            release.trim(),
            std::env::split_paths(&folders),
        )
    }

    /// The places of a machine whose files begin at `root` and whose kernel is `release`, with folders of one's own
    /// in place of `NLGEN_SPECS`. For tests, and for building for another machine.
    #[must_use]
    pub fn under<P: AsRef<Path>>(
        root: &Path,
        release: &str,
        folders: impl IntoIterator<Item = P>,
    ) -> Self {
        Self {
            places: places::of(root, release, folders),
            shipped: &[],
            files: OnceLock::new(),
        }
    }

    /// The same places with specs that ship with the program, behind the folders of one's own.
    #[must_use]
    pub fn with_shipped(mut self, shipped: &'static [Shipped]) -> Self {
        self.shipped = shipped;
        self
    }

    /// The places, in the order in which they are looked through.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The spec of a family.
    ///
    /// # Errors
    /// When no place has one, with the places and the name that was probably meant.
    pub fn find(&self, family: &str) -> Result<Found, NotFound> {
        match self.all(family).into_iter().next() {
            Some(found) => Ok(found),
            None => self.find_among(family, &self.names()),
        }
    }

    /// The spec of a family, with the names that are suggested where there is none: those that a person may mean.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn find_among(&self, family: &str, names: &[String]) -> Result<Found, NotFound> {
        self.all(family).into_iter().next().ok_or_else(|| NotFound {
            family: family.to_owned(),
            closest: suggested(family, names),
            looked: self.looked(),
        })
    }

    /// Every place with what is wrong there. A program that ships none is no place.
    fn looked(&self) -> Vec<String> {
        let places = self.places.iter();
        let places = places.filter(|place| **place != Place::Shipped || !self.shipped.is_empty());
        places.map(Place::looked).collect()
    }

    /// All specs of a family: the first is taken, the others lie behind it.
    #[must_use]
    pub fn all(&self, family: &str) -> Vec<Found> {
        let mut all = Vec::new();
        for (at, files) in self.files().iter().enumerate() {
            let Some(place) = self.places.get(at) else {
                continue;
            };
            if *place == Place::Shipped {
                let named = |spec: &&Shipped| same_name(spec.family, family);
                let shipped = self.shipped.iter().find(named);
                all.extend(shipped.map(|spec| Found::shipped(*spec, self.laid_over(family, None))));
            } else if let Some(path) = files.named(family) {
                let overlays = self.laid_over(family, Some(path));
                all.push(Found::file(path, place.clone(), overlays));
            }
        }
        all
    }

    /// The names of all families that have a spec, in order, each once.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let shipped = self.shipped.iter().map(|spec| spec.family.to_owned());
        let files = self.files().iter().flat_map(Files::names);
        let mut names: Vec<String> = files.chain(shipped).collect();
        // Two ways to write one name are one name: the first that is found.
        names.sort();
        names.dedup_by(|a, b| same_name(a, b));
        names
    }

    /// The overlays in folders of one's own that are laid over a family's spec, in the order in which they are laid:
    /// those of the first folder last. The one beside the spec is read with it.
    fn laid_over(&self, family: &str, spec: Option<&Path>) -> Vec<std::path::PathBuf> {
        let beside = spec.map(|spec| spec.with_extension("overlay.yaml"));
        let own = self.places.iter().zip(self.files()).rev();
        let own = own.filter(|(place, _)| matches!(place, Place::Own(_)));
        own.filter_map(|(_, files)| files.overlay(family))
            .filter(|path| Some(*path) != beside.as_deref())
            .map(Path::to_path_buf)
            .collect()
    }

    fn files(&self) -> &[Files] {
        self.files
            .get_or_init(|| self.places.iter().map(Files::of).collect())
    }
}

/// How many names of families are listed at most.
const MOST_LISTED: usize = 24;

/// The name that was probably meant, or all when they are few.
fn suggested(family: &str, names: &[String]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match closest(family, &names) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None if (1..=MOST_LISTED).contains(&names.len()) => {
            Some(format!("there is: {}", names.join(", ")))
        }
        None => None,
    }
}

/// Whether two names are the same but for `-` and `_`.
#[must_use]
pub fn same_name(left: &str, right: &str) -> bool {
    let plain = |c: u8| if c == b'_' { b'-' } else { c };
    left.len() == right.len()
        && left
            .bytes()
            .zip(right.bytes())
            .all(|(a, b)| plain(a) == plain(b))
}

impl NotFound {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        let closest = self.closest.as_ref().map_or_else(String::new, |help| {
            let end = if help.ends_with('?') { " " } else { "; " };
            format!("{help}{end}")
        });
        format!("{closest}NLGEN_SPECS adds folders with specs, and the path of a YAML file will do")
    }

    /// The places that were looked through, each with what is there.
    #[must_use]
    pub fn looked(&self) -> &[String] {
        &self.looked
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there is no spec of a family `{}` in {}",
            visible(&self.family),
            visible(&self.looked.join(", "))
        )
    }
}

impl std::error::Error for NotFound {}

#[cfg(test)]
mod tests;
