//! Overlays: specs corrected without changing their file, and what is told of overlays that do not fit.

use nlgen::span::Source;

const SPEC: &str = "\
name: ping
attribute-sets:
  - name: ping
    attributes:
      - { name: port, type: u16 }
      - { name: key, type: binary }
operations:
  list:
    - name: echo
      attribute-set: ping
      do: { request: { attributes: [ port, ghost ] } }
";

fn load(overlay: &str) -> Result<nlgen::model::Family, String> {
    let overlay = Source::new("ping.overlay.yaml", overlay);
    nlgen::load_with(Source::new("ping.yaml", SPEC), vec![overlay])
        .map_err(|error| error.to_string())
}

const FIX: &str = "
name: ping
attribute-sets:
  - name: ping
    attributes: [ { name: port, byte-order: big-endian, value: 7 }, { name: key, secret: true } ]
operations:
  list:
    - { name: echo, do: { request: { attributes: [ { drop: ghost } ] } } }
";

#[test]
fn an_overlay_corrects_and_completes() {
    let family = load(FIX).unwrap();
    let [port, key] = &family.sets[0].attributes[..] else {
        panic!("two attributes")
    };
    assert_eq!((port.number, key.number), (7, 8));
    assert!(format!("{:?}", port.content).contains("Big"));
    assert!(key.secret);
    assert_eq!(family.messages[0].fields, [0]);
}

#[test]
fn without_it_the_spec_is_suspicious() {
    let warnings = nlgen::check(Source::new("ping.yaml", SPEC), Vec::new())
        .unwrap()
        .warnings;
    assert_eq!(warnings.problems().len(), 1);
    assert!(
        warnings.to_string().contains("ping.yaml:11:44"),
        "{warnings}"
    );
}

#[test]
fn problems_are_shown_in_the_file_that_they_are_in() {
    for (overlay, shown) in [
        (
            "name: ping\noperations: { list: [ { drop: eco } ] }\n",
            "error[NL012]: there is no `eco` to drop\n --> ping.overlay.yaml:2:31",
        ),
        (
            "name: pong\n",
            "error[NL012]: this overlay is for `pong`, and the spec is `ping`\n --> ping.overlay.yaml:1:7",
        ),
        (
            "name: ping\nattribute-sets: [ { name: ping, attributes: [ { name: key, value: 1 } ] } ]\n",
            "the attributes `port` and `key` have the same number, 1",
        ),
        (
            "name: ping\nattribute-sets: [ { name: ping, attributes: [ { name: port, typ: u8 } ] } ]\n",
            "error[NL002]: an attribute has no key `typ`\n --> ping.overlay.yaml:2:61",
        ),
        ("name: [", "error[NL001]"),
    ] {
        let error = load(overlay).unwrap_err();
        assert!(error.contains(shown), "{overlay}\n{error}");
    }
}
