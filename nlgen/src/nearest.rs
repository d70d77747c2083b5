//! Names that were meant where wrong ones were written.

/// The longest name, in bytes, that another is suggested for.
const LONGEST: usize = 128;

/// The name nearest to a wrong one, if it is near enough to be meant.
///
/// ```
/// use nlgen::nearest::closest;
/// assert_eq!(closest("ifindx", &["ifindex", "mtu"]), Some("ifindex"));
/// assert_eq!(closest("flags", &["ifindex", "mtu"]), None);
/// ```
#[must_use]
pub fn closest<'n>(wrong: &str, names: &[&'n str]) -> Option<&'n str> {
    let limit = (wrong.len() / 3).max(1);
    // Nobody mistypes a name of this length, and comparing takes the square of it.
    if wrong.len() > LONGEST {
        return None;
    }
    names
        .iter()
        // A change makes a name longer or shorter by one character at most: by one byte where all are ASCII.
        .filter(|name| {
            let most = if name.is_ascii() && wrong.is_ascii() {
                limit
            } else {
                limit * 4
            };
            name.len().abs_diff(wrong.len()) <= most
        })
        .map(|name| (distance(wrong, name), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// What to say of a wrong name: the closest of the names that would have been right, or all of them when
/// they are few.
///
/// ```
/// use nlgen::nearest::suggestion;
/// let names = ["ifindex", "name"];
/// assert_eq!(suggestion("ifindx", names).as_deref(), Some("did you mean `ifindex`?"));
/// assert_eq!(suggestion("mtu", names).as_deref(), Some("there is: ifindex, name"));
/// ```
#[must_use]
pub fn suggestion<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    match closest(wrong, &names) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None if (1..=12).contains(&names.len()) => Some(format!("there is: {}", names.join(", "))),
        None => None,
    }
}

/// How many characters must be added, taken out, changed or swapped with the next one to make `right`
/// of `left`: the optimal string alignment distance, one row at a time.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (at, a) in left.chars().enumerate() {
        let mut next = vec![at + 1];
        for (column, b) in right.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied();
            let swapped = column
                .checked_sub(1)
                .filter(|before_b| last == Some(*b) && right.get(*before_b) == Some(&a));
            let ways = [
                cell(&row, column).map(|cost| cost + usize::from(a != *b)),
                cell(&row, column + 1).map(|cost| cost + 1),
                cell(&next, column).map(|cost| cost + 1),
                swapped
                    .and_then(|column| cell(&before, column))
                    .map(|cost| cost + 1),
            ];
            next.push(ways.into_iter().flatten().min().unwrap_or(usize::MAX));
        }
        before = std::mem::replace(&mut row, next);
        last = Some(a);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_close() {
        for (wrong, names, right) in [
            ("ifindx", &["ifindex", "index"][..], Some("ifindex")),
            (
                "attribute",
                &["attributes", "attribute-set"],
                Some("attributes"),
            ),
            ("u23", &["u16", "u32", "u64"], Some("u32")),
            ("x", &["name", "value"], None),
            ("", &["a", "name"], Some("a")),
        ] {
            assert_eq!(closest(wrong, names), right, "{wrong}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("nmae", "name"), 1);
    }
}
