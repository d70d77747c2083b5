//! What is made of figures.

use nlgen_bench_report::{Results, budgets, chart, compare, gate, table};

const LINES: &str = r#"
{"workload":"H/1000","subject":"nlgen","measure":"bytes","value":70000}
{"workload":"H/100","subject":"nlgen","measure":"bytes","value":7000}
{"workload":"A","subject":"limit","measure":"ns","value":100.0}
{"workload":"A","subject":"limit","measure":"allocations","value":0}
{"workload":"A","subject":"nlgen","measure":"ns","value":120.0}
{"workload":"A","subject":"nlgen","measure":"allocations","value":0}
{"workload":"A","subject":"other <1>","measure":"ns","value":2000.0}
"#;

fn results(lines: &str) -> Results {
    Results::read("here", lines).unwrap()
}

#[test]
fn the_table_has_figures_and_ratios() {
    let expected = "\
| A: decode a GETFAMILY reply of ethtool |            ns | allocations |
|----------------------------------------|--------------:|------------:|
| limit                                  |           100 |           0 |
| nlgen                                  |    120 (1.20) |           0 |
| other <1>                              | 2,000 (20.00) |             |

| H/100: dumps of more and more objects | bytes |
|---------------------------------------|------:|
| nlgen                                 | 7,000 |

| H/1000: dumps of more and more objects |  bytes |
|----------------------------------------|-------:|
| nlgen                                  | 70,000 |
";
    assert_eq!(table(&results(LINES)), expected);
}

#[test]
fn the_chart_has_a_bar_for_each_ratio() {
    let svg = chart(&results(LINES), "ns");
    assert_eq!(svg.matches(r#"class="ours""#).count(), 1);
    assert_eq!(svg.matches(r#"class="other""#).count(), 1);
    assert!(
        svg.contains("other &lt;1&gt;") && svg.contains(">20.00<"),
        "{svg}"
    );
}

#[test]
fn lines_that_are_no_records_are_refused() {
    let twice = [LINES.lines().nth(3).unwrap(); 2].join("\n");
    for (lines, error) in [
        ("{}", "line 1: missing field"),
        ("\nA nlgen ns 1", "line 2: expected value"),
        (
            r#"{"workload":"A","subject":"b","measure":"ns","value":1,"unit":"s"}"#,
            "line 1: unknown field `unit`",
        ),
        (&twice, "line 2: told twice"),
    ] {
        let found = Results::read("", lines).unwrap_err();
        assert!(found.starts_with(error), "{found}");
    }
}

#[test]
fn a_run_is_compared_with_another() {
    let new = results(&LINES.replace("120.0", "90.0").replace("7000}", "0}"));
    let text = compare(&results(LINES), &new);
    assert!(
        text.contains("| A | nlgen | ns | 120 | 90.0 | -25.0 % |\n"),
        "{text}"
    );
    assert!(
        text.contains("| A | limit | ns | 100 | 100 | 0 % |\n"),
        "{text}"
    );
    assert!(
        compare(&new, &results(LINES)).contains("| was 0 |"),
        "{text}"
    );
}

#[test]
fn a_budget_is_kept_or_not() {
    let file = "# of ours\nA nlgen ns 1.15 # of late\n\nB nlgen ns 9\n";
    let budgets = budgets(file).unwrap();
    for (percent, kept) in [(5.0, true), (1.0, false)] {
        let verdicts = gate(&results(LINES), &budgets, percent);
        assert_eq!(verdicts[0].kept, kept, "{}", verdicts[0]);
        assert!(!verdicts[1].kept, "what was not measured is not kept");
    }
    for wrong in ["A nlgen ns", "A nlgen ns 1 %", "A nlgen ns much"] {
        assert!(nlgen_bench_report::budgets(wrong).is_err(), "{wrong}");
    }
}
