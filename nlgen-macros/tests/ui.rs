//! Where errors stand: programs that do not compile, with what the compiler says. Set
//! `TRYBUILD=overwrite` to accept new messages.

#[test]
fn errors_stand_where_they_belong() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/right.rs");
    for wrong in ["keys", "structs", "operations", "enums", "family"] {
        cases.compile_fail(format!("tests/ui/{wrong}.rs"));
    }
}

/// The documentation of the macros has every key, as the table has it.
#[test]
fn every_key_is_documented() {
    let docs = include_str!("../src/lib.rs");
    for place in nlgen::derive::PLACES {
        for key in place.keys {
            let short = key.meaning.strip_prefix("Operations: ");
            let row = match short {
                // Of operations; their table has the meaning with a capital letter.
                Some(meaning) => {
                    let (first, rest) = meaning.split_at(1);
                    format!("| `{}` | {}{rest} |", key.form, first.to_uppercase())
                }
                None => format!("| `{}` | {} |", key.form, key.meaning),
            };
            assert!(docs.contains(&row), "{}: no row {row}", place.name);
        }
    }
}
