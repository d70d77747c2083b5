//! Places under a root of the test's own.

use std::fs;
use std::path::PathBuf;

use super::*;

const REST: &str = "attribute-sets: []\noperations: { list: [] }\n";

/// A machine's files, and a folder of one's own.
struct Machine {
    root: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn spec(&self, path: &str, name: &str, doc: &str) -> PathBuf {
        self.write(path, &format!("name: {name}\ndoc: {doc}\n{REST}"))
    }

    fn catalog(&self) -> Catalog {
        let own = ["own", "own-too"].map(|folder| self.root.path().join(folder));
        Catalog::under(self.root.path(), "7.3.0-test", own)
    }
}

const SHIPPED: &[Shipped] = &[Shipped {
    family: "two",
    file: "two.yaml",
    text: "name: two\ndoc: shipped\nattribute-sets: []\noperations: { list: [] }\n",
}];

fn doc(found: &Found) -> String {
    found.check().unwrap().family.doc.unwrap()
}

#[test]
fn the_first_place_that_has_the_name_is_taken() {
    let machine = Machine::new();
    let kernel = "usr/lib/modules/7.3.0-test/source/Documentation/netlink/specs";
    let folders = [
        "own",
        "own-too",
        "",
        "usr/share/ynl/specs",
        "usr/lib/modules/7.3.0-test/build/Documentation/netlink/specs",
        kernel,
    ];
    let families = ["zero", "one", "two", "three", "four", "five"];
    // The last place has all, the one before all but the last, and so on.
    for (at, folder) in folders
        .iter()
        .enumerate()
        .filter(|(_, folder)| !folder.is_empty())
    {
        for family in &families[..=at] {
            machine.spec(&format!("{folder}/{family}.yaml"), family, folder);
        }
    }
    let catalog = machine.catalog().with_shipped(SHIPPED);
    // In other words: each family is taken from the first place that has it.
    let first = [
        ("zero", "own"),
        ("one", "own-too"),
        ("two", "shipped"),
        ("three", "usr/share/ynl/specs"),
        ("four", folders[4]),
        ("five", kernel),
    ];
    for (family, place) in first {
        assert_eq!(doc(&catalog.find(family).unwrap()), place, "{family}");
    }
    let mut expected = families.to_vec();
    expected.sort_unstable();
    assert_eq!(catalog.names(), expected);
    let two: Vec<String> = catalog.all("two").iter().map(doc).collect();
    assert_eq!(two, ["shipped", "usr/share/ynl/specs", folders[4], kernel]);
    assert_eq!(catalog.find("two").unwrap().place(), "shipped");
    let five = catalog.find("five").unwrap();
    assert!(five.place().ends_with(&format!("{kernel}/five.yaml")));
    assert!(matches!(five.found_in(), Some(Place::Kernel(_))));
    let zero = catalog.find("zero").unwrap();
    assert!(matches!(zero.found_in(), Some(Place::Own(_))));
    assert_eq!(Found::at("zero.yaml").found_in(), None);
}

#[test]
fn names_are_found_in_files_of_another_name() {
    let machine = Machine::new();
    machine.spec("own/other.yaml", "\"rt-thing\" # mine", "own");
    machine.write("own/notes.txt", "name: text\n");
    machine.write("own/broken.yaml", "name: [\n");
    let catalog = machine.catalog();
    assert_eq!(doc(&catalog.find("rt_thing").unwrap()), "own");
    assert!(!catalog.names().contains(&"text".to_owned()));
    assert!(catalog.find("broken").unwrap().check().is_err());
}

#[test]
fn overlays_of_ones_own_are_laid_over_specs_of_other_places() {
    let machine = Machine::new();
    machine.spec("usr/share/ynl/specs/far-away.yaml", "far-away", "kernel's");
    machine.write(
        "usr/share/ynl/specs/far-away.overlay.yaml",
        "doc: beside\nversion: 3\n",
    );
    machine.write("own-too/far_away.overlay.yaml", "doc: second\n");
    machine.write(
        "own-too/two.overlay.yaml",
        "name: two\ndoc: second\nversion: 7\n",
    );
    machine.write("own/any.overlay.yaml", "name: two\ndoc: first\n");
    let catalog = machine.catalog().with_shipped(SHIPPED);
    let version = |family: &crate::model::Family| match family.protocol {
        crate::model::Protocol::Generic { version } => version,
        crate::model::Protocol::Raw { .. } => 0,
    };
    let far = catalog.find("far-away").unwrap();
    let loaded = far.check().unwrap().family;
    assert_eq!(
        (loaded.doc.as_deref(), version(&loaded)),
        (Some("second"), 3)
    );
    assert_eq!(far.overlays().len(), 2);
    let two = catalog.find("two").unwrap().check().unwrap().family;
    assert_eq!((two.doc.as_deref(), version(&two)), (Some("first"), 7));
    // An overlay that is for another family says so.
    machine.write("own/two.overlay.yaml", "name: tow\n");
    let catalog = machine.catalog().with_shipped(SHIPPED);
    let error = catalog.find("two").unwrap().check().unwrap_err();
    assert!(error.to_string().contains("this overlay is for `tow`"));
}

#[test]
fn what_is_nowhere_names_the_places() {
    let machine = Machine::new();
    machine.spec("own/nl80211.yaml", "nl80211", "own");
    let error = machine.catalog().find("nl80212").unwrap_err();
    let text = error.to_string();
    for place in [
        "own (NLGEN_SPECS)",
        "own-too (NLGEN_SPECS) (not there)",
        "usr/share/ynl/specs (not there)",
        "usr/lib/modules/7.3.0-test/build/Documentation/netlink/specs (not there)",
        "usr/lib/modules/7.3.0-test/source/Documentation/netlink/specs (not there)",
    ] {
        assert!(text.contains(place), "{text}");
    }
    assert!(!text.contains("ships"), "{text}");
    assert!(
        error
            .help()
            .starts_with("did you mean `nl80211`? NLGEN_SPECS")
    );
}
