//! The specs at hand: those that ship, those in the folders of `NLGEN_SPECS`, the kernel's, and files.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::LazyLock;

use nlgen::catalog::{self, Shipped};
use nlgen::model::Family;
use nlgen_families::SPECS;

use crate::discreet;
use crate::failure::Failure;

pub(crate) use nlgen::catalog::{Found, same_name};

/// What ships, as the catalogue takes it.
static SHIPPED: LazyLock<Vec<Shipped>> = LazyLock::new(|| {
    let shipped = SPECS.iter().map(|spec| Shipped {
        family: spec.family,
        file: spec.file,
        text: spec.text,
    });
    shipped.collect()
});

/// Where specs are looked for by the name of their family, as [`nlgen::catalog::Catalog`] says.
#[derive(Debug)]
pub(crate) struct Catalog(catalog::Catalog);

impl Catalog {
    /// The places of this machine, and what ships.
    pub(crate) fn from_env() -> Self {
        Self::of(catalog::Catalog::from_env())
    }

    fn of(places: catalog::Catalog) -> Self {
        Self(places.with_shipped(&SHIPPED))
    }

    /// The spec of a family, or in a file.
    ///
    /// # Errors
    /// When no spec has the name, with the one that was probably meant; all problems of the spec.
    pub(crate) fn load(&self, family: &str) -> Result<Family, Failure> {
        Ok(self.find(family)?.check()?.family)
    }

    /// Where the spec of a family is.
    ///
    /// # Errors
    /// When no spec has the name, with the one that was probably meant.
    pub(crate) fn find(&self, family: &str) -> Result<Found, Failure> {
        if is_path(family) {
            return Ok(Found::at(family));
        }
        if let Some(found) = self.named(family) {
            return Ok(found);
        }
        let found = self.0.find_among(family, &self.names());
        found.map_err(|error| Failure::Usage {
            message: format!("there is no spec of a family `{}`", discreet::name(family)),
            help: Some(format!(
                "{}; looked in {}",
                error.help(),
                error.looked().join(", ")
            )),
        })
    }

    /// The spec of the family that has the name, if there is one.
    pub(crate) fn named(&self, family: &str) -> Option<Found> {
        self.all(family).into_iter().next()
    }

    /// All specs of a family: the first is taken, the others lie behind it.
    pub(crate) fn all(&self, family: &str) -> Vec<Found> {
        self.0.all(family)
    }

    /// The names of all families that have a spec, in order, each once. Those that are made up can be asked for, and
    /// are not offered.
    pub(crate) fn names(&self) -> Vec<String> {
        let made_up = |name: &String| {
            let shipped = SPECS.iter().find(|spec| spec.family == *name);
            shipped.is_some_and(nlgen_families::Spec::is_made_up)
        };
        let names = self.0.names().into_iter();
        names.filter(|name| !made_up(name)).collect()
    }
}

/// Whether a FAMILY is meant as the path of a file. No family has a slash or ends like a file.
fn is_path(family: &str) -> bool {
    let ending = Path::new(family).extension().and_then(OsStr::to_str);
    family.contains('/') || matches!(ending, Some("yaml" | "yml"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// What ships, and folders under a root of the test's own.
    fn catalog(root: &Path, own: &Path) -> Catalog {
        Catalog::of(catalog::Catalog::under(root, "7.3", [own]))
    }

    fn message(failure: &Failure) -> String {
        crate::text::plain(&failure.to_string())
    }

    #[test]
    fn shipped_specs_are_found_by_name() {
        let root = tempfile::tempdir().unwrap();
        let catalog = catalog(root.path(), &PathBuf::new());
        for (family, file) in [
            ("netdev", "netdev.yaml"),
            ("mptcp-pm", "mptcp_pm.yaml"),
            ("exam_dir", "exam_directional.yaml"),
        ] {
            let found = catalog.find(family).unwrap();
            assert_eq!(found.file_name(), file, "{family}");
            assert!(catalog.load(family).is_ok(), "{family}");
        }
        let error = message(&catalog.load("ethtol").unwrap_err());
        assert!(error.contains("did you mean `ethtool`?"), "{error}");
        assert!(error.contains("usr/share/ynl/specs (not there)"), "{error}");
        let error = message(&catalog.load("./none.yaml").unwrap_err());
        assert!(error.contains("cannot be read"), "{error}");
    }

    #[test]
    fn folders_of_ones_own_come_first_and_the_kernels_last() {
        let root = tempfile::tempdir().unwrap();
        let own = root.path().join("own");
        let kernel = root.path().join("usr/share/ynl/specs");
        fs::create_dir_all(&kernel).unwrap();
        fs::create_dir_all(&own).unwrap();
        let spec = |name: &str, doc: &str| {
            format!("name: {name}\ndoc: {doc}\nattribute-sets: []\noperations: {{ list: [] }}\n")
        };
        fs::write(own.join("netdev.yaml"), spec("netdev", "Mine.")).unwrap();
        fs::write(own.join("netdev.overlay.yaml"), "version: 7\n").unwrap();
        fs::write(own.join("ethtool.overlay.yaml"), "doc: Mine.\n").unwrap();
        for name in ["netdev", "ethtool", "nl80211"] {
            let file = kernel.join(format!("{name}.yaml"));
            fs::write(file, spec(name, "The kernel's.")).unwrap();
        }
        let catalog = catalog(root.path(), &own);
        let netdev = catalog.load("netdev").unwrap();
        assert_eq!(netdev.doc.as_deref(), Some("Mine."));
        assert_eq!(
            netdev.protocol,
            nlgen::model::Protocol::Generic { version: 7 }
        );
        // The shipped spec, with the overlay of one's own.
        let ethtool = catalog.load("ethtool").unwrap();
        assert_eq!(ethtool.doc.as_deref(), Some("Mine."));
        assert!(ethtool.operations.len() > 20);
        let wireless = catalog.load("nl80211").unwrap();
        assert_eq!(wireless.doc.as_deref(), Some("The kernel's."));
        let places: Vec<String> = catalog.all("netdev").iter().map(Found::place).collect();
        assert_eq!(places.len(), 3);
        assert_eq!(places[1], "shipped");
        let names = catalog.names();
        assert!(!names.iter().any(|name| name.starts_with("exam")));
        for name in ["netdev", "nl80211", "ethtool"] {
            let count = names.iter().filter(|known| *known == name).count();
            assert_eq!(count, 1, "{name}");
        }
    }
}
