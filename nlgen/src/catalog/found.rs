//! A spec that was found, and reading it.

use std::path::{Path, PathBuf};

use super::Place;
use crate::builder::read;
use crate::diagnostic::SpecError;
use crate::load::{Loaded, check, overlay_of};
use crate::span::Source;

/// A spec that is part of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The family's name, as the kernel registers it.
    pub family: &'static str,
    /// The name of the spec's file.
    pub file: &'static str,
    /// The spec, in YAML.
    pub text: &'static str,
}

/// A spec that was found, not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    spec: Spec,
    place: Option<Place>,
    overlays: Vec<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Spec {
    Shipped(Shipped),
    File(PathBuf),
}

impl Found {
    pub(super) fn shipped(spec: Shipped, overlays: Vec<PathBuf>) -> Self {
        Self {
            spec: Spec::Shipped(spec),
            place: Some(Place::Shipped),
            overlays,
        }
    }

    pub(super) fn file(path: &Path, place: Place, laid_over: Vec<PathBuf>) -> Self {
        let mut overlays: Vec<PathBuf> = overlay_of(path).into_iter().collect();
        overlays.extend(laid_over);
        Self {
            spec: Spec::File(path.to_path_buf()),
            place: Some(place),
            overlays,
        }
    }

    /// The spec in a file that is named by its path, with the overlay beside it if there is one.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            overlays: overlay_of(&path).into_iter().collect(),
            spec: Spec::File(path),
            place: None,
        }
    }

    /// Reads it with its overlays, and gives its warnings, too.
    ///
    /// # Errors
    /// All problems of the spec and its overlays, a file that cannot be read among them.
    pub fn check(&self) -> Result<Loaded, SpecError> {
        let source = match &self.spec {
            Spec::Shipped(spec) => Source::new(spec.file, spec.text),
            Spec::File(path) => read(path)?,
        };
        let overlays: Result<Vec<Source>, SpecError> =
            self.overlays.iter().map(|path| read(path)).collect();
        check(source, overlays?)
    }

    /// Where it is: the path of its file, or that it ships.
    #[must_use]
    pub fn place(&self) -> String {
        match (&self.spec, &self.place) {
            (Spec::File(path), _) => path.display().to_string(),
            (Spec::Shipped(_), _) => "shipped".to_owned(),
        }
    }

    /// The place that it was found in; `None` when its path was given.
    #[must_use]
    pub fn found_in(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The path of its file; `None` when it ships.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.spec {
            Spec::Shipped(_) => None,
            Spec::File(path) => Some(path),
        }
    }

    /// The overlays that are laid over it, one after the other.
    #[must_use]
    pub fn overlays(&self) -> &[PathBuf] {
        &self.overlays
    }

    /// The name of the file, for what is made of the spec.
    #[must_use]
    pub fn file_name(&self) -> String {
        match &self.spec {
            Spec::Shipped(spec) => spec.file.to_owned(),
            Spec::File(path) => {
                let name = path.file_name().unwrap_or_default();
                name.to_string_lossy().into()
            }
        }
    }
}
