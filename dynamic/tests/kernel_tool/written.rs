//! What a spec says as it is written, where the model only has what it means.

use std::collections::HashMap;

use nlgen::model::{Family, SetId};
use nlgen::spec;

use super::walk::Place;

/// The types of attributes as specs write them; the model says what they mean.
pub(crate) struct Written {
    types: HashMap<String, &'static str>,
    /// Whether the driver translated the spec into the language of Linux 6.12.
    newer: bool,
}

impl Written {
    /// The types in a spec as it is written; sets that are added by an overlay are not in it.
    pub(crate) fn of(spec: &spec::Family, newer: bool) -> Self {
        let mut types = HashMap::new();
        for set in &spec.attribute_sets {
            for attribute in &set.attributes {
                if let Some(kind) = &attribute.kind {
                    let path = format!("{}.{}", set.name.value, attribute.name.value);
                    types.insert(path, kind.value.as_str());
                }
            }
        }
        Self { types, newer }
    }

    /// The type of an attribute. A subset's has its parent's.
    fn kind(&self, place: &Place) -> Option<&'static str> {
        let path = |owner: &str| self.types.get(&format!("{owner}.{}", place.name)).copied();
        let set = place
            .family
            .sets
            .iter()
            .find(|set| set.name == place.owner)?;
        let parent = set.subset_of.map(|id| parent_name(place.family, id));
        path(place.owner).or_else(|| path(&parent?))
    }

    /// Whether the spec calls it a number, though it is shown as text.
    pub(crate) fn is_number(&self, place: &Place) -> bool {
        self.kind(place) != Some("binary")
    }

    /// Whether it is a list in a subset, and not in the subset's parent.
    pub(crate) fn list_of_subset(&self, place: &Place) -> bool {
        let family = place.family;
        let set = family.sets.iter().find(|set| set.name == place.owner);
        let parent = set.and_then(|set| set.subset_of).map(|id| family.set(id));
        let mut all = parent.into_iter().flat_map(|parent| &parent.attributes);
        let same = all.find(|attribute| attribute.name == place.name);
        place.list && !self.newer && same.is_some_and(|attribute| !attribute.multi)
    }
}

fn parent_name(family: &Family, id: SetId) -> String {
    family.set(id).name.clone()
}
